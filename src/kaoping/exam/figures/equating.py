"""A picture of an equating function: how far equated scores are from the scores themselves."""

from dataclasses import dataclass
from typing import Any

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, EDGE, INK, Words, draw
from kaoping.scoring.equating import Equating

BAND, ERRORS = "#d5dce7", 2.0
"""Fill of the band; how many standard errors it reaches to each side."""


@dataclass(frozen=True)
class Labels:
    """What the legend calls the three: the difference, its band, and the line of no difference."""

    difference: str
    band: str
    identity: str


def difference(found: Equating, words: Words, labels: Labels, *, narrow: bool = False) -> bytes:
    """Draw the equated score less the score, with a band of two standard errors, against the line of no difference."""
    gained, reach = found.equated - found.scores, ERRORS * found.see

    def paint(axes: Any) -> None:
        axes.fill_between(found.scores, gained - reach, gained + reach, color=BAND, linewidth=0, label=labels.band)
        for edge in (gained - reach, gained + reach):
            axes.plot(found.scores, edge, color=EDGE, linewidth=1, linestyle="-")
        axes.plot(found.scores, gained, color=COLOURS[0], linestyle="-", label=labels.difference)
        axes.axhline(0, color=INK, linewidth=1.25, linestyle=CUT_DASH, label=labels.identity)
        axes.set(xlim=(found.scores[0], found.scores[-1]))
        axes.margins(y=0.15)
        axes.legend(loc="best")

    return draw(paint, words, narrow=narrow)
