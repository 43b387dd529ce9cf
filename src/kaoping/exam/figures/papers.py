"""Pictures of parallel papers: what they expect of each ability, how precisely they measure it, how hard they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw

Curve = NDArray[np.float64]
#: Width of a column of dots, as a share of right answers.
COLUMN = 0.025
TARGET = {"color": EDGE, "linewidth": 5, "alpha": 0.55, "zorder": 1}


@dataclass(frozen=True)
class Mark:
    """A place to point out, such as the pass mark: where, and in which words."""

    at: float
    word: str


def characteristic_curves(
    theta: Curve,
    papers: Mapping[str, Curve],
    words: Words,
    *,
    total: float,
    cut: Mark | None = None,
    target: tuple[Curve, str] | None = None,
    narrow: bool = False,
) -> bytes:
    """Draw the expected score of each paper against ability; ``cut`` is a raw score, drawn across.

    Parameters
    ----------
    target : expected marks that every paper was to have, and what the line is called.
    """

    def paint(axes: Any) -> None:
        _lines(axes, theta, papers)
        if target:
            axes.plot(theta, target[0], label=target[1], **TARGET)
        if cut:
            axes.axhline(cut.at, color=INK, linewidth=1.25, linestyle=CUT_DASH)
            axes.text(theta[-1], cut.at - total / 50, cut.word, color=INK, ha="right", va="top")
        axes.set(ylim=(0, total))
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def information(
    theta: Curve,
    papers: Mapping[str, Curve],
    words: Words,
    *,
    cut: Mark | None = None,
    target: tuple[Curve, str] | None = None,
    narrow: bool = False,
) -> bytes:
    """Draw the information of each paper about ability; ``cut`` is an ability, drawn upright.

    Parameters
    ----------
    target : information that every paper was to have, and what the line is called.
    """
    return _upright(theta, papers, words, cut=cut, target=target, narrow=narrow)


def distance(
    theta: Curve, papers: Mapping[str, Curve], words: Words, *, within: Mark, vertical: str, narrow: bool = False
) -> bytes:
    """Draw how far the expected marks of each paper lie off the target at each ability.

    Parameters
    ----------
    within : half of what two papers may differ by, drawn on both sides, and what it is called.
    vertical : name of the vertical axis.
    """

    def paint(axes: Any) -> None:
        _lines(axes, theta, papers)
        for edge in (-within.at, within.at):
            axes.axhline(edge, color=INK, linewidth=1.25, linestyle=CUT_DASH)
        axes.axhline(0, **TARGET)
        above = {"xytext": (0, 3), "textcoords": "offset points", "ha": "right", "va": "bottom"}
        axes.annotate(within.word, (theta[-1], within.at), color=INK, **above)
        most = 1.6 * max(within.at, *(float(np.abs(values).max()) for values in papers.values()))
        axes.set(ylim=(-most, most), ylabel=vertical)
        axes.legend(loc="lower left", ncols=4, columnspacing=1)

    return draw(paint, words, narrow=narrow)


def difficulty(shares: Mapping[str, Curve], words: Words, *, edges: Sequence[float], narrow: bool = False) -> bytes:
    """Draw every item of each paper as a dot over its expected share of right answers, with the paper's mean.

    Parameters
    ----------
    edges : shares between classes of difficulty, drawn upright.
    """
    columns = {name: np.minimum(np.floor(values / COLUMN), 1 / COLUMN - 1) for name, values in shares.items()}
    tallest = max(int(np.unique(places, return_counts=True)[1].max()) for places in columns.values())

    def paint(axes: Any) -> None:
        for number, (name, places) in enumerate(columns.items()):
            floor, look = len(columns) - 1 - number, number % len(COLOURS)
            rank = np.array([np.sum(places[:place] == at) for place, at in enumerate(places)])
            heights = floor + 0.08 + 0.72 * (rank + 0.5) / tallest
            size = min(40.0, 4200.0 / (tallest * len(columns)))
            mark = {"color": COLOURS[look], "marker": MARKERS[look], "edgecolors": PAPER, "linewidths": 0.5}
            axes.scatter((places + 0.5) * COLUMN, heights, s=size, zorder=2, **mark)
            mean = float(shares[name].mean())
            axes.plot([mean, mean], [floor + 0.02, floor + 0.86], color=INK, linewidth=2, zorder=3)
        for edge in edges:
            axes.axvline(edge, color=INK, linewidth=1, linestyle=CUT_DASH)
        axes.set_yticks([len(columns) - 0.6 - number for number in range(len(columns))], list(columns))
        axes.set(xlim=(0, 1), ylim=(0, len(columns)))
        axes.grid(visible=False)
        axes.xaxis.set_major_formatter("{x:.0%}")

    return draw(paint, words, narrow=narrow)


def standard_error(
    theta: Curve, papers: Mapping[str, Curve], words: Words, *, cut: Mark | None = None, narrow: bool = False
) -> bytes:
    """Draw the standard error of measurement of each paper against ability; ``cut`` is an ability, drawn upright."""
    return _upright(theta, papers, words, cut=cut, narrow=narrow)


def _upright(
    theta: Curve,
    papers: Mapping[str, Curve],
    words: Words,
    *,
    cut: Mark | None,
    narrow: bool,
    target: tuple[Curve, str] | None = None,
) -> bytes:
    def paint(axes: Any) -> None:
        _lines(axes, theta, papers)
        if target:
            axes.plot(theta, target[0], label=target[1], **TARGET)
        axes.set(ylim=(0, 1.25 * max(float(values.max()) for values in papers.values())))
        if cut:
            axes.axvline(cut.at, color=INK, linewidth=1.25, linestyle=CUT_DASH)
            axes.annotate(cut.word, (cut.at, 0), (5, 6), textcoords="offset points", color=INK)
        axes.legend(loc="upper left", ncols=2)

    return draw(paint, words, narrow=narrow)


def _lines(axes: Any, theta: Curve, papers: Mapping[str, Curve]) -> None:
    for number, (name, values) in enumerate(papers.items()):
        look = number % len(COLOURS)
        axes.plot(theta, values, color=COLOURS[look], linestyle=DASHES[look], label=name)
    axes.set(xlim=(theta[0], theta[-1]))
