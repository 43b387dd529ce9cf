"""Pictures of decisions: accuracy along the scale, over all cuts, how sure single decisions are, and components."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.scoring.classification import Cases, Conjunction, CutCurve, Points

TAIL = 0.001
"""Share of persons at each end of the scale that is not drawn."""
SEPARATE = 60
"""Most points that are drawn with a marker each."""
CHANCES = [0.0, 0.25, 0.5, 0.75, 1.0]


def along_scale(
    points: Points,
    words: Words,
    *,
    cuts: Sequence[float],
    vertical: str,
    labels: tuple[str, str] = ("accuracy", "consistency"),
    persons: bool = False,
    narrow: bool = False,
) -> bytes:
    """Draw the chance of being put into the right level, and of being put into the same one twice, by true value.

    Parameters
    ----------
    cuts : where to draw the cuts.
    vertical : name of the vertical axis.
    labels : what the two lines are called.
    persons : whether the points are persons, whose errors differ at the same value: they are drawn one by one.
    """
    order = np.argsort(points.value, kind="stable")
    value, share = points.value[order], points.weights[order].cumsum()
    shown = (share >= TAIL) & (share <= 1 - TAIL) if not persons else np.ones(len(value), dtype=np.bool_)
    lines = [points.accuracy[order, -1], points.consistency[order, -1]]

    def paint(axes: Any) -> None:
        _mark(axes, cuts)
        for number, (line, label) in enumerate(zip(lines, labels, strict=True)):
            look: dict[str, Any] = {"color": COLOURS[number], "label": label}
            if persons:
                look |= {"linestyle": "none", "marker": MARKERS[number], "markersize": 4, "markeredgewidth": 0}
            axes.plot(value[shown], line[shown], **({"linestyle": DASHES[number]} | look))
        axes.set(ylim=(0, 1.04), yticks=CHANCES, ylabel=vertical)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, handlelength=2.6)

    return draw(paint, words, narrow=narrow)


def over_cuts(
    curve: CutCurve,
    words: Words,
    *,
    marked: Sequence[float],
    vertical: str,
    narrow: bool = False,
) -> bytes:
    """Draw accuracy, consistency and kappa of the decision at every cut that was tried; marked are those in force."""
    columns = {name: curve.column(name) for name in ("accuracy", "consistency", "kappa")}
    known = {name: column for name, column in columns.items() if any(value is not None for value in column)}

    def paint(axes: Any) -> None:
        _mark(axes, marked)
        for number, (name, column) in enumerate(known.items()):
            values = np.array([np.nan if value is None else value for value in column], dtype=np.float64)
            axes.plot(curve.cuts, values, color=COLOURS[number], linestyle=DASHES[number], label=name)
        axes.set(ylim=(0, 1.04), yticks=CHANCES, ylabel=vertical)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, handlelength=2.6, columnspacing=1.0)

    return draw(paint, words, narrow=narrow)


def decisions(
    values: Sequence[float],
    cases: Cases,
    words: Words,
    *,
    cuts: Sequence[float],
    names: Sequence[str],
    vertical: str,
    narrow: bool = False,
) -> bytes:
    """Draw the chance of truly belonging to each level by the value that persons are classified by.

    Parameters
    ----------
    values : score or estimate of each case.
    cuts : where to draw the cuts; none if they are on another scale.
    names : names of the levels.
    """
    at, chances = _means(np.asarray(values, dtype=np.float64), cases.chances)
    few = len(at) <= SEPARATE

    def paint(axes: Any) -> None:
        _mark(axes, cuts)
        for number, name in enumerate(names):
            look: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number % len(DASHES)]}
            if few:
                look |= {"marker": MARKERS[number % len(MARKERS)], "markersize": 4.5, "markeredgewidth": 0}
            axes.plot(at, chances[:, number], **look)
            _name(axes, name, at, chances[:, number], colour=look["color"], end=_end(number, len(names)))
        axes.set(ylim=(-0.02, 1.14), yticks=CHANCES, ylabel=vertical)

    return draw(paint, words, narrow=narrow)


def components(
    found: Conjunction,
    words: Words,
    *,
    whole: str,
    labels: tuple[str, str] = ("accuracy", "consistency"),
    narrow: bool = False,
) -> bytes:
    """Draw accuracy and consistency of every component, and below them of passing all; ``whole`` names the last."""
    every = [*found.apart, found.together]
    names = [*found.names, whole]
    rows = np.arange(len(every))
    values = [[getattr(one, index) for one in every] for index in ("accuracy", "consistency")]

    def paint(axes: Any) -> None:
        axes.hlines(rows, *np.sort(np.array(values, dtype=np.float64), axis=0), color=EDGE, linewidth=1.5, zorder=2)
        for number, (line, label) in enumerate(zip(values, labels, strict=True)):
            look = {"marker": MARKERS[number], "color": COLOURS[number], "markeredgecolor": PAPER, "markersize": 9}
            axes.plot(line, rows, linestyle="none", label=label, zorder=3, **look)
        axes.axhline(len(every) - 1.5, color=INK, linewidth=1, linestyle=CUT_DASH)
        axes.set_yticks(rows, names)
        lowest = min(min(line) for line in values)
        axes.set(ylim=(len(every) - 0.5, -0.5), xlim=(min(0.5, np.floor(10 * lowest) / 10), 1.0))
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, handletextpad=0.1)

    return draw(paint, words, narrow=narrow)


def _means(
    values: NDArray[np.float64], chances: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean chances at each value that occurs, rising."""
    at, place, count = np.unique(values, return_inverse=True, return_counts=True)
    total = np.zeros((len(at), chances.shape[1]))
    np.add.at(total, place, chances)
    return at, total / count[:, None]


def _end(number: int, count: int) -> int:
    """Whether a level is the lowest (-1), the highest (1) or between (0)."""
    return -1 if number == 0 else int(number == count - 1)


def _name(axes: Any, name: str, at: NDArray[np.float64], line: NDArray[np.float64], *, colour: str, end: int) -> None:
    """Write the name of a line above its highest point, of the first and the last one above its end."""
    top = int(line.argmax())
    x, side = {-1: (at[0], "left"), 0: (at[top], "center"), 1: (at[-1], "right")}[end]
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
    axes.text(x, line[top] + 0.03, name, color=colour, fontweight=600, ha=side, va="bottom", bbox=box)


def _mark(axes: Any, cuts: Sequence[float]) -> None:
    for cut in cuts:
        axes.axvline(cut, color=INK, linewidth=1, linestyle=CUT_DASH)
