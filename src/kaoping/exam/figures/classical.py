"""Pictures of a test's classical statistics: its items on one map, and its scores with their errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, EDGE, INK, PAPER, Words, draw
from kaoping.exam.figures.naming import name_points
from kaoping.scoring.classical import ConditionalErrors, Estimate

NAMED = 25
"""Most items of which every one is named on the map; of more, only those outside the frame."""
FRAME_FACILITY, FRAME_REST = (0.2, 0.9), 0.2
"""Facility and item-rest correlation within which items usually do their work [Ebel & Frisbie 1991, ch. 13]."""
WHISKERS = 9
"""Most scores at which the error of measurement is drawn."""
FAINT = {"color": EDGE, "linewidth": 1, "linestyle": "-", "alpha": 0.55, "zorder": 1}


@dataclass(frozen=True)
class Place:
    """An item on the map: facility and item-rest correlation."""

    facility: Estimate
    item_rest: Estimate

    @property
    def outside(self) -> bool:
        """Whether the item lies outside the frame."""
        low, high = FRAME_FACILITY
        return not low <= self.facility.value <= high or self.item_rest.value < FRAME_REST


def item_map(places: Mapping[str, Place], words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw every item by facility and item-rest correlation, with both intervals; those outside the frame stand out.

    Parameters
    ----------
    vertical : name of the vertical axis.
    """

    def paint(axes: Any) -> None:
        for place in places.values():
            at, height = place.facility, place.item_rest
            axes.plot([at.low, at.high], [height.value] * 2, **FAINT)
            axes.plot([at.value] * 2, [height.low, height.high], **FAINT)
        for outside, look in ((False, {"c": COLOURS[0], "marker": "o"}), (True, {"c": COLOURS[1], "marker": "D"})):
            kind = [place for place in places.values() if place.outside == outside]
            x, y = [place.facility.value for place in kind], [place.item_rest.value for place in kind]
            axes.scatter(x, y, s=42, edgecolors=PAPER, zorder=3, **look)
        for edge in FRAME_FACILITY:
            axes.axvline(edge, color=INK, linewidth=1, linestyle=CUT_DASH)
        axes.axhline(FRAME_REST, color=INK, linewidth=1, linestyle=CUT_DASH)
        lowest = min(0.0, *(place.item_rest.low for place in places.values()))
        highest = max(0.5, *(place.item_rest.high for place in places.values()))
        axes.set(xlim=(0, 1), ylim=(np.floor(lowest * 10) / 10, np.ceil(highest * 10) / 10), ylabel=vertical)
        _name(axes, places)

    return draw(paint, words, narrow=narrow)


def _name(axes: Any, places: Mapping[str, Place]) -> None:
    points = {name: (place.facility.value, place.item_rest.value) for name, place in places.items()}
    named = {name: points[name] for name, place in places.items() if len(places) <= NAMED or place.outside}
    name_points(axes, named, list(points.values()))


def score_distribution(
    scores: NDArray[np.float64],
    errors: ConditionalErrors,
    words: Words,
    *,
    error_word: str,
    vertical: str,
    total: float,
    narrow: bool = False,
) -> bytes:
    """Draw how many persons had each score, and above it what one error of measurement is at some of the scores.

    Parameters
    ----------
    scores : (n,) in marks.
    errors : standard errors of measurement by score.
    error_word : what a bar of one error to both sides is called.
    vertical : name of the vertical axis.
    total : marks of the whole test.
    """
    width = 1.0 if total <= 60 else float(np.ceil(total / 40))  # noqa: PLR2004 - bars that can still be seen
    edges = np.arange(-width / 2, total + width, width)
    counts = np.histogram(scores, edges)[0]
    top = float(counts.max())

    def paint(axes: Any) -> None:
        axes.bar(edges[:-1] + width / 2, counts, width=0.86 * width, color=COLOURS[0], zorder=2)
        at = _spread(errors.score, total)
        heights = top * (1.1 + 0.05 * (np.arange(len(at)) % 3))
        look = {"linestyle": "none", "marker": "o", "color": COLOURS[1], "elinewidth": 1.75, "capsize": 3}
        axes.errorbar(errors.score[at], heights, xerr=errors.sem[at], markersize=5, **look)
        axes.text(0.0, 1.28 * top, error_word, color=COLOURS[1], fontweight=600, va="bottom")
        axes.set(xlim=(-0.02 * total - width / 2, 1.02 * total + width / 2), ylim=(0, 1.42 * top), ylabel=vertical)

    return draw(paint, words, narrow=narrow)


def _spread(scores: Sequence[float] | NDArray[np.float64], total: float) -> list[int]:
    """Choose scores that lie about evenly from nought to the whole."""
    wanted = np.linspace(0, total, WHISKERS)
    return sorted({int(np.argmin(np.abs(np.asarray(scores) - want))) for want in wanted})
