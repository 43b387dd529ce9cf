"""Pictures of parallel papers: what they expect of each ability, and how precisely they measure it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, INK, Words, draw

Curve = NDArray[np.float64]


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
    narrow: bool = False,
) -> bytes:
    """Draw the expected score of each paper against ability; ``cut`` is a raw score, drawn across."""

    def paint(axes: Any) -> None:
        _lines(axes, theta, papers)
        if cut:
            axes.axhline(cut.at, color=INK, linewidth=1.25, linestyle=CUT_DASH)
            axes.text(theta[-1], cut.at - total / 50, cut.word, color=INK, ha="right", va="top")
        axes.set(ylim=(0, total))
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def information(
    theta: Curve, papers: Mapping[str, Curve], words: Words, *, cut: Mark | None = None, narrow: bool = False
) -> bytes:
    """Draw the information of each paper about ability; ``cut`` is an ability, drawn upright."""
    return _upright(theta, papers, words, cut=cut, narrow=narrow)


def standard_error(
    theta: Curve, papers: Mapping[str, Curve], words: Words, *, cut: Mark | None = None, narrow: bool = False
) -> bytes:
    """Draw the standard error of measurement of each paper against ability; ``cut`` is an ability, drawn upright."""
    return _upright(theta, papers, words, cut=cut, narrow=narrow)


def _upright(theta: Curve, papers: Mapping[str, Curve], words: Words, *, cut: Mark | None, narrow: bool) -> bytes:
    def paint(axes: Any) -> None:
        _lines(axes, theta, papers)
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
