"""Pictures of a calibration: curves and information of items, information of the test, the Wright map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, DASHES, EDGE, INK, Words, draw
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature

THETA = np.linspace(-4.0, 4.0, 161)
SMALLEST_INFORMATION = 0.04
"""Information below which the standard error, above 5 logits, is not drawn."""
NAMED = 30
"""Most items that the Wright map names one by one."""
HALF = 0.5


def category_curves(
    parameters: ItemParameters, place: int, words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the chance of each category of an item; of a right-or-wrong item the chance of a right answer alone."""
    chances = parameters.probabilities(THETA)[place, : parameters.models[place].categories]
    shown = range(1, 2) if len(chances) == 2 else range(len(chances))  # noqa: PLR2004 - right or wrong

    def paint(axes: Any) -> None:
        for number, category in enumerate(shown):
            look = {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number % len(DASHES)]}
            axes.plot(THETA, chances[category], **look)
            if len(chances) > 2:  # noqa: PLR2004
                top = int(chances[category].argmax())
                side = {"ha": "left" if top == 0 else "right" if top == len(THETA) - 1 else "center", "va": "bottom"}
                axes.text(THETA[top], chances[category, top] + 0.01, str(category), color=look["color"], **side)
        axes.set(xlim=(-4, 4), ylim=(0, 1.08), yticks=[0, 0.25, 0.5, 0.75, 1], ylabel=vertical)

    return draw(paint, words, narrow=narrow)


def item_information(
    parameters: ItemParameters, place: int, words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the information of an item by ability."""
    amount = parameters.take(np.array([place])).information(THETA)[0]

    def paint(axes: Any) -> None:
        axes.plot(THETA, amount, color=COLOURS[0])
        axes.set(xlim=(-4, 4), ylim=(0, 1.1 * max(float(amount.max()), 0.1)), ylabel=vertical)

    return draw(paint, words, narrow=narrow)


def information_and_error(
    parameters: ItemParameters, words: Words, *, axes: tuple[str, str], narrow: bool = False
) -> bytes:
    """Draw the information of the whole test and, on an axis to the right, the standard error of ability.

    ``axes`` names the axis to the left and the one to the right.
    """
    amount = parameters.information(THETA).sum(axis=0)
    known = amount > SMALLEST_INFORMATION

    def paint(left: Any) -> None:
        left.plot(THETA, amount, color=COLOURS[0])
        left.set(xlim=(-4, 4), ylim=(0, 1.15 * float(amount.max())))
        left.set_ylabel(axes[0], color=COLOURS[0])
        right = left.twinx()
        right.plot(THETA[known], amount[known] ** -0.5, color=COLOURS[1], linestyle=DASHES[1])
        right.set_ylabel(axes[1], color=COLOURS[1])
        right.set_ylim(0, None)
        right.grid(visible=False)

    return draw(paint, words, narrow=narrow)


def wright_map(
    parameters: ItemParameters, population: Quadrature, words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the population to the left and the locations of the items to the right of one scale of ability.

    An item stands where half of its highest category is expected, every threshold counted in.
    """
    locations = item_locations(parameters)
    low = float(min(-3.0, np.floor(np.nanmin(locations))))
    high = float(max(3.0, np.ceil(np.nanmax(locations))))
    density = population.weights / np.gradient(population.nodes)

    def paint(axes: Any) -> None:
        axes.fill_betweenx(population.nodes, -density, 0, color=COLOURS[0], alpha=0.25)
        axes.plot(-density, population.nodes, color=COLOURS[0])
        axes.axvline(0, color=EDGE, linewidth=1)
        _items(axes, parameters.names, locations, float(density.max()), high - low)
        axes.set(ylim=(low, high), xlim=(-1.15 * float(density.max()), 1.6 * float(density.max())), ylabel=vertical)
        axes.set_xticks([])

    return draw(paint, words, narrow=narrow)


def item_locations(parameters: ItemParameters) -> NDArray[np.float64]:
    """Ability (k,) at which half of the highest category is expected; not a number outside -8 to 8 logits."""
    theta = np.linspace(-8.0, 8.0, 1601)
    share = parameters.expected(theta) / (parameters.categories[:, None] - 1)
    found = np.full(len(parameters), np.nan)
    for place, row in enumerate(share):
        crossing = np.flatnonzero((row[:-1] < HALF) & (row[1:] >= HALF))
        if len(crossing):
            found[place] = theta[crossing[0]]
    return found


def _items(axes: Any, names: tuple[str, ...], locations: NDArray[np.float64], width: float, height: float) -> None:
    """Write the items beside the scale, those of nearly one height one after the other."""
    rows: dict[int, int] = {}
    few = len(names) <= NAMED
    step = height / (22 if few else 40)
    for place in np.argsort(locations):
        if np.isnan(locations[place]):
            continue
        row = round(float(locations[place]) / step)
        column = rows[row] = rows.get(row, -1) + 1
        if few:
            axes.text((0.06 + 0.24 * column) * width, row * step, names[place], color=INK, va="center", fontsize=10)
        else:
            axes.plot((0.05 + 0.07 * column) * width, row * step, "o", color=INK, markersize=4)
