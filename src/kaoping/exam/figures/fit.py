"""Pictures of fit: items by sum score against their model, mean squares of residuals, and correlated residuals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, EDGE, INK, PAPER, Words, draw
from kaoping.exam.figures.naming import name_points
from kaoping.scoring.fit import MeanSquares, ScoreTable

GROUPS = 12
"""Most groups of sum scores in a picture."""
REACH = 1.96
"""Standard errors to each side that 95 of 100 groups lie within under the model."""
USUAL = (0.7, 1.3)
"""Mean squares between which answers are about as regular as the model says [Wright & Linacre 1994]."""
NAMED = 15
"""Most items of which every one is named on the map; of more, only those outside the frame."""
BESIDE = 25
"""Most items of which every one is named along the sides of a table; of more, evenly chosen ones."""
STRONG = 0.2
"""Residual correlation that counts as strong, and at least this is the end of the scale of colours."""
COLD_WARM = LinearSegmentedColormap.from_list("residuals", [COLOURS[0], PAPER, COLOURS[1]])


def score_curve(
    table: ScoreTable, words: Words, *, vertical: str, labels: tuple[str, str], narrow: bool = False
) -> bytes:
    """Draw the mean mark of an item by sum score: what was observed, and where the model expects it.

    Parameters
    ----------
    vertical : name of the vertical axis.
    labels : what the observed means are called, and the band that holds 95 of 100 of them under the model.
    """
    groups = table.gathered(GROUPS)
    at = (groups.low + groups.high) / 2
    wide = REACH * groups.standard_error
    top = table.observed.shape[1] - 1

    def paint(axes: Any) -> None:
        low, high = (np.clip(groups.mean_expected + sign * wide, 0, top) for sign in (-1, 1))
        axes.fill_between(at, low, high, color=COLOURS[0], alpha=0.2, linewidth=0, label=labels[1])
        axes.plot(at, groups.mean_expected, color=COLOURS[0])
        outside = (groups.mean_observed < low) | (groups.mean_observed > high)
        look = {"linestyle": "none", "markeredgecolor": PAPER, "markersize": 8, "zorder": 3}
        axes.plot(at[~outside], groups.mean_observed[~outside], marker="o", color=INK, label=labels[0], **look)
        axes.plot(at[outside], groups.mean_observed[outside], marker="D", color=COLOURS[1], **look)
        axes.set(ylim=(-0.03 * top, 1.03 * top), ylabel=vertical)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def mean_square_map(
    found: MeanSquares, names: Sequence[str], words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw infit (across) and outfit (up) of every item; the dashed frame is where items usually lie.

    Of more than 15 items only those outside the frame are named.
    """
    low, high = USUAL
    values = np.stack([found.infit, found.outfit], axis=1)
    outside = ((values < low) | (values > high)).any(axis=1)
    ends = [(min(0.5, 0.95 * float(side.min())), max(1.5, 1.05 * float(side.max()))) for side in values.T]

    def paint(axes: Any) -> None:
        for edge in USUAL:
            axes.axvline(edge, color=EDGE, linewidth=1, linestyle=CUT_DASH)
            axes.axhline(edge, color=EDGE, linewidth=1, linestyle=CUT_DASH)
        look = {"linestyle": "none", "markeredgecolor": PAPER, "markersize": 8, "zorder": 3}
        axes.plot(*values[~outside].T, marker="o", color=COLOURS[0], **look)
        axes.plot(*values[outside].T, marker="D", color=COLOURS[1], **look)
        axes.set(xlim=ends[0], ylim=ends[1], ylabel=vertical)
        points = [(float(across), float(up)) for across, up in values]
        shown = range(len(names)) if len(names) <= NAMED else map(int, np.flatnonzero(outside))
        name_points(axes, {names[place]: points[place] for place in shown}, points)

    return draw(paint, words, narrow=narrow)


def residual_map(
    correlations: Sequence[Sequence[float]], names: Sequence[str], words: Words, *, narrow: bool = False
) -> bytes:
    """Draw the residual correlation of every pair of items as a square: warm is together, cold is apart."""
    below = np.tril(np.ones((len(names), len(names)), dtype=np.bool_), -1)
    table = np.where(below, np.asarray(correlations, dtype=np.float64), np.nan)
    end = max(STRONG, float(np.nanmax(np.abs(table))))

    def paint(axes: Any) -> None:
        squares = axes.pcolormesh(np.ma.masked_invalid(table), cmap=COLD_WARM, vmin=-end, vmax=end, linewidth=0)
        step = 1 if len(names) <= BESIDE else int(np.ceil(len(names) / BESIDE))
        places = range(0, len(names), step)
        shown, middles = [names[place] for place in places], [place + 0.5 for place in places]
        size = 10 if len(places) <= BESIDE / 2 else 7
        axes.set_yticks(middles, shown, fontsize=size)
        axes.set_xticks(middles, shown, fontsize=size, rotation=90)
        axes.set(xlim=(0, len(names)), ylim=(len(names), 0))
        axes.grid(visible=False)
        axes.figure.colorbar(squares, ax=axes, pad=0.02).outline.set_visible(False)

    return draw(paint, words, narrow=narrow)
