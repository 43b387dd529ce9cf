"""Pictures of a simulated adaptive test: estimates, precision, exposure, lengths, and the way of one person."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.scoring.adaptive.evaluation import Range
from kaoping.scoring.arrays import Floats, Whole

MOST_LINES = 60
"""Items of one bank that are drawn as bars; of more, a line."""


def recovery(true: Floats, theta: Floats, words: Words, *, narrow: bool = False) -> bytes:
    """Draw estimates over true abilities, with the line where both are the same."""

    def paint(axes: Any) -> None:
        ends = float(min(true.min(), theta.min())), float(max(true.max(), theta.max()))
        room = 0.05 * (ends[1] - ends[0] or 1.0)
        axes.plot(ends, ends, color=INK, linewidth=1, linestyle=CUT_DASH, zorder=3)
        axes.scatter(true, theta, s=12, c=COLOURS[0], alpha=0.45, linewidths=0, zorder=2)
        limits = (ends[0] - room, ends[1] + room)
        axes.set(xlim=limits, ylim=limits, ylabel="Estimate (logits)")

    return draw(paint, words, narrow=narrow)


def precision(ranges: Sequence[Range], words: Words, *, narrow: bool = False) -> bytes:
    """Draw bias, root mean square error and standard error of the ranges, each at its middle."""

    def paint(axes: Any) -> None:
        at = [_middle(one) for one in ranges]
        series: dict[str, list[Any]] = {
            "RMSE": [one.precision.rmse for one in ranges],
            "Standard error": [np.nan if one.precision.se is None else one.precision.se for one in ranges],
            "Bias": [one.precision.bias for one in ranges],
        }
        for number, (label, values) in enumerate(series.items()):
            look = {"color": COLOURS[number], "linestyle": DASHES[number], "marker": MARKERS[number]}
            axes.plot(at, values, label=label, markeredgecolor=PAPER, markersize=7, **look)
        axes.axhline(0, color=INK, linewidth=1)
        axes.set_ylabel("Logits")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, handlelength=2.2, columnspacing=1.0)

    return draw(paint, words, narrow=narrow)


def _middle(one: Range) -> float:
    """Middle of a range; half a logit beyond the last cut where it is open."""
    low = one.low if one.low is not None else (one.high or 0.0) - 1.0
    high = one.high if one.high is not None else (one.low or 0.0) + 1.0
    return (low + high) / 2


def exposure(rates: Floats, words: Words, *, narrow: bool = False) -> bytes:
    """Draw the rates of all items, most used first, with the line of an even use of the bank."""

    def paint(axes: Any) -> None:
        ordered = 100 * np.sort(rates)[::-1]
        at = np.arange(1, len(ordered) + 1)
        if len(ordered) <= MOST_LINES:
            axes.bar(at, ordered, color=COLOURS[0], width=0.8, zorder=2)
        else:
            axes.fill_between(at, ordered, color=COLOURS[0], alpha=0.25, linewidth=0, step="mid", zorder=2)
            axes.step(at, ordered, color=COLOURS[0], where="mid", zorder=3)
        axes.axhline(float(ordered.mean()), color=INK, linewidth=1, linestyle=CUT_DASH, label="Even use", zorder=4)
        axes.set(xlim=(0.5, len(ordered) + 0.5), ylim=(0, 105), ylabel="Persons")
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(loc="upper right")

    return draw(paint, words, narrow=narrow)


def lengths(length: Whole, words: Words, *, narrow: bool = False) -> bytes:
    """Draw how many persons got how many items."""

    def paint(axes: Any) -> None:
        counts = np.bincount(length)
        first = int(np.flatnonzero(counts)[0])
        axes.bar(np.arange(first, len(counts)), counts[first:], color=COLOURS[0], width=0.85, zorder=2)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel("Persons")

    return draw(paint, words, narrow=narrow)


def path(theta: Floats, se: Floats, words: Words, *, true: float | None = None, narrow: bool = False) -> bytes:
    """Draw the estimates of one person after each answer, one standard error to each side, and the true ability."""

    def paint(axes: Any) -> None:
        at = np.arange(1, len(theta) + 1)
        known = np.isfinite(se)
        axes.fill_between(at[known], (theta - se)[known], (theta + se)[known], color=EDGE, alpha=0.3, linewidth=0)
        axes.plot(at, theta, color=COLOURS[0], marker="o", markersize=5, markeredgecolor=PAPER, label="Estimate ± SE")
        if true is not None:
            axes.axhline(true, color=INK, linewidth=1, linestyle=CUT_DASH, label="True")
        axes.set(xlim=(0.5, len(theta) + 0.5), ylabel="Ability (logits)")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)

    return draw(paint, words, narrow=narrow)
