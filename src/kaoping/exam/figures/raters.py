"""Pictures of raters: all facets on one scale, measures with intervals, categories, and bias as a table of colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, PAPER, Words, draw
from kaoping.scoring.arrays import Floats
from kaoping.scoring.dif.significance import half_width
from kaoping.scoring.raters import Bias, Elements, ManyFacet
from kaoping.scoring.raters.estimation import log_probabilities

NAMED = 12
"""Most elements of a facet of which every one is named; of more, the ends and what lies evenly between."""
APART = 100
"""Most elements whose intervals do not run into each other."""
LETTERS = 50
"""Most letters that stand side by side below a picture."""
BINS = 24
ROWS = 22
"""Most rows of a table of bias: the elements with the strongest."""
SCALES = 12
"""Most scales of which the categories are drawn."""
SIGNIFICANT = 0.05
REACH = 4.0
"""Logits beyond the outermost threshold to which categories are drawn."""
COLD_WARM = LinearSegmentedColormap.from_list("bias", [COLOURS[0], PAPER, COLOURS[1]])


def variable_map(theta: Floats, tables: Mapping[str, Elements], words: Words, *, narrow: bool = False) -> bytes:
    """Draw persons and the elements of every facet side by side on one scale: able, severe and difficult are above."""
    measures = [theta, *(table.measure for table in tables.values())]
    low, high = (float(end(np.concatenate(measures))) for end in (np.min, np.max))
    room = 0.06 * (high - low)

    def paint(axes: Any) -> None:
        counts, edges = np.histogram(theta, bins=BINS, range=(low, high))
        axes.barh(
            (edges[:-1] + edges[1:]) / 2, 0.85 * counts / counts.max(), height=0.85 * np.diff(edges), color=COLOURS[0],
            alpha=0.55,
        )  # fmt: skip
        for place, table in enumerate(tables.values(), 1):
            _column(axes, table, place + 0.12, 0.045 * (high - low))
            axes.axvline(place, color=EDGE, linewidth=0.75)
        axes.set(xlim=(0, len(tables) + 1), ylim=(low - room, high + room), ylabel=words.axis, xlabel="")
        axes.set_xticks(np.arange(len(tables) + 1) + 0.5, ["persons", *tables])
        axes.tick_params(axis="x", length=0)

    return draw(paint, words, narrow=narrow)


def _column(axes: Any, table: Elements, left: float, apart: float) -> None:
    """Set the elements of a facet at their measures; names that would touch are pushed apart."""
    order = np.argsort(-table.measure)
    axes.plot(np.full(len(order), left), table.measure, linestyle="none", marker="o", markersize=5, color=COLOURS[1])
    shown = order if len(order) <= NAMED else order[np.linspace(0, len(order) - 1, NAMED).round().astype(int)]
    heights = table.measure[shown].copy()
    for above in range(len(heights) - 1):
        heights[above + 1] = min(heights[above + 1], heights[above] - apart)
    heights += (table.measure[shown] - heights).mean()
    for place, height in zip(shown, heights, strict=True):
        axes.plot([left + 0.03, left + 0.12], [table.measure[place], height], color=EDGE, linewidth=0.75, linestyle="-")
        axes.text(left + 0.14, height, table.names[place], va="center", fontsize=9, color=INK, clip_on=True)


def measures(table: Elements, words: Words, *, narrow: bool = False) -> bytes:
    """Draw the measures of a facet in order, with 95 % intervals around the mean of zero."""
    order = np.argsort(table.measure)
    x, wide = np.arange(1, len(order) + 1), half_width(table.se[order])
    values = table.measure[order]

    def paint(axes: Any) -> None:
        axes.axhline(0, color=INK, linewidth=1, linestyle=CUT_DASH)
        few = len(x) <= APART
        axes.vlines(x, values - wide, values + wide, color=EDGE, linewidth=1.5 if few else 0.5, zorder=2)
        look = {"linestyle": "none", "color": COLOURS[0], "markersize": 6 if few else 2.5, "zorder": 3}
        axes.plot(x, values, marker="o", **look)
        shown = np.arange(len(x)) if len(x) <= 2 * NAMED else np.linspace(0, len(x) - 1, NAMED).round().astype(int)
        names = [table.names[order[place]] for place in shown]
        long = max(map(len, names)) * len(names) > LETTERS
        axes.set_xticks(x[shown], names, rotation=90 if long else 0, fontsize=10)
        axes.set(xlim=(0.3, len(x) + 0.7), ylabel=words.axis, xlabel="")

    return draw(paint, words, narrow=narrow)


@dataclass(frozen=True, eq=False)
class CategoryScale:
    """Chances (m, q) of the ratings at abilities (q,) less all measures, and the thresholds (m - 1,) between them."""

    line: Floats
    chances: Floats
    thresholds: Floats
    labels: tuple[str, ...]


def category_scales(found: ManyFacet) -> dict[str, CategoryScale]:
    """Give the scale of every group of thresholds, of twelve at most; the common one has no name."""
    term, m = found.structure.term("steps"), found.structure.categories
    steps = found.parameters[term.columns].reshape(-1, m - 1)
    names = found.ratings.facets[found.structure.panel.steps] if term.facets else ("",)
    labels = tuple(str(found.ratings.lowest + category) for category in range(m))
    reach = float(np.abs(steps[:SCALES]).max()) + REACH
    line = np.linspace(-reach, reach, 201)
    sums = np.concatenate([np.zeros((len(steps), 1)), steps.cumsum(axis=1)], axis=1)
    chances = np.exp(log_probabilities(sums[:SCALES], line))
    return {
        name: CategoryScale(line, chances[place], steps[place], labels) for place, name in enumerate(names[:SCALES])
    }


def category_curves(scale: CategoryScale, words: Words, *, narrow: bool = False) -> bytes:
    """Draw the chance of every rating; a rating that is nowhere the likeliest hints at a scale too fine."""

    def paint(axes: Any) -> None:
        for number, (label, chance) in enumerate(zip(scale.labels, scale.chances, strict=True)):
            look = {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number // len(COLOURS) % len(DASHES)]}
            axes.plot(scale.line, chance, **look)
            top = int(chance.argmax())
            edge = min(max(top, 6), len(scale.line) - 7)
            axes.annotate(
                label, (scale.line[edge], chance[edge]), (0, 4), textcoords="offset points", ha="center", fontsize=10
            )
        axes.set(ylim=(0, 1.08), ylabel="Chance", xlim=(scale.line[0], scale.line[-1]))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))

    return draw(paint, words, narrow=narrow)


def bias_map(found: Bias, words: Words, *, narrow: bool = False) -> bytes:
    """Draw the bias of combinations as colours, in logits; a dot marks those with p below .05.

    Of many elements of the first facet the 22 are shown whose t is largest, and of the second likewise.
    """
    rows, columns = (_strongest(found, side) for side in (0, 1))
    table = np.full((len(rows), len(columns)), np.nan)
    marked = list[tuple[float, float]]()
    for place, (first, second) in enumerate(found.members.T):
        if first in rows and second in columns:
            row, column = rows.index(first), columns.index(second)
            table[row, column] = found.bias[place]
            if found.p[place] < SIGNIFICANT:
                marked.append((column + 0.5, row + 0.5))
    pairs = list(zip(found.members.T.tolist(), found.names, strict=True))
    sides = [{code[side]: names[side] for code, names in pairs} for side in (0, 1)]
    end = max(float(np.nanmax(np.abs(table))), 0.5)

    def paint(axes: Any) -> None:
        colours = axes.pcolormesh(np.ma.masked_invalid(table), cmap=COLD_WARM, vmin=-end, vmax=end, linewidth=0)
        if marked:
            across, down = zip(*marked, strict=True)
            axes.plot(across, down, linestyle="none", marker="o", markersize=4, color=INK)
        size = 10 if len(rows) <= NAMED else 7
        axes.set_yticks(np.arange(len(rows)) + 0.5, [sides[0][row] for row in rows], fontsize=size)
        axes.set_xticks(np.arange(len(columns)) + 0.5, [sides[1][column] for column in columns], fontsize=10)
        axes.set(xlim=(0, len(columns)), ylim=(len(rows), 0), ylabel=found.facets[0])
        axes.grid(visible=False)
        bar = axes.figure.colorbar(colours, ax=axes, pad=0.02, label="Bias (logits)")
        bar.outline.set_visible(False)

    return draw(paint, words, narrow=narrow)


def _strongest(found: Bias, side: int) -> Sequence[int]:
    """Elements of one side in their order; of many those with the largest t."""
    every = np.unique(found.members[side])
    if len(every) <= ROWS:
        return [int(one) for one in every]
    most = np.zeros(int(every.max()) + 1)
    np.maximum.at(most, found.members[side], np.abs(found.t))
    return sorted(int(one) for one in np.argsort(-most, kind="stable")[:ROWS])
