"""Pictures of assembled forms: what each has of the objective, which items they share, and how often items are used."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, INK, MARKERS, PAPER, Words, draw
from kaoping.scoring.arrays import Floats, Whole

SHARED = LinearSegmentedColormap.from_list("shared", [PAPER, COLOURS[0]]).with_extremes(bad="#d5dce7")
WRITTEN = 15
"""Most forms of which numbers are written into the matrix and every name on its side."""


def points(
    of_forms: Sequence[Floats],
    names: Sequence[str],
    words: Words,
    *,
    vertical: str,
    aims: Floats,
    aim: str,
    narrow: bool = False,
) -> bytes:
    """Draw what every form has at the points of the objective, and what it is measured by.

    Parameters
    ----------
    of_forms : (p,) of every form, what it has at every point.
    names : of the points; where all are numbers, they stand at their places.
    vertical : name of the vertical axis.
    aims : (p,) target or bound of a form, dashed.
    aim : what the dashed line is.
    """
    places, values = _places(names), np.array(of_forms)

    def paint(axes: Any) -> None:
        few = len(values) <= len(COLOURS)
        for number, form in enumerate(values):
            look = number % len(COLOURS)
            shape = {"linestyle": DASHES[look], "color": COLOURS[look]} if few else {"color": COLOURS[0], "alpha": 0.35}
            label = f"{number + 1}" if few else None
            axes.plot(places, form, marker=MARKERS[look if few else 0], label=label, markersize=5, **shape)
        axes.plot(places, aims, color=INK, linewidth=1.25, linestyle=CUT_DASH, label=aim)
        axes.set_xticks(places, names)
        _room(axes, np.append(values.ravel(), aims))
        axes.set_ylabel(vertical)
        axes.legend(loc="upper left", ncols=3)

    return draw(paint, words, narrow=narrow)


def forms(
    of_forms: Sequence[float], words: Words, *, vertical: str, aim: float, name: str, narrow: bool = False
) -> bytes:
    """Draw what every form has at the only point of the objective, and the target or bound of a form, dashed."""
    values = np.array(of_forms)

    def paint(axes: Any) -> None:
        axes.plot(np.arange(1, len(values) + 1), values, linestyle="none", marker="o", color=COLOURS[0])
        axes.axhline(aim, color=INK, linewidth=1.25, linestyle=CUT_DASH, label=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _room(axes, np.append(values, aim))
        axes.set_ylabel(vertical)
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def overlap(forms: Sequence[Sequence[int]], words: Words, *, narrow: bool = False) -> bytes:
    """Draw how many items every two forms share; few forms have the numbers written in."""
    shared, count = _shared(forms), len(forms)
    apart = np.where(np.eye(count, dtype=bool), np.nan, shared.astype(np.float64))
    most = max(1.0, float(np.nanmax(apart)))

    def paint(axes: Any) -> None:
        axes.grid(visible=False)
        axes.imshow(apart, cmap=SHARED, vmin=0, vmax=1.5 * most, extent=(0.5, count + 0.5, count + 0.5, 0.5))
        if count <= WRITTEN:
            for one, two in np.argwhere(~np.isnan(apart)):
                axes.text(two + 1, one + 1, f"{shared[one, two]}", ha="center", va="center", color=INK)
            axes.set(xticks=range(1, count + 1), yticks=range(1, count + 1))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel(words.axis)

    return draw(paint, words, narrow=narrow)


def _shared(forms: Sequence[Sequence[int]]) -> Whole:
    sets = list(map(set, forms))
    counts = np.zeros((len(sets), len(sets)), dtype=np.int64)
    for one, two in combinations(range(len(sets)), 2):
        counts[one, two] = counts[two, one] = len(sets[one] & sets[two])
    return counts


def use(forms: Sequence[Sequence[int]], items: int, words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw how many of all items (up) are in how many forms (across); the number stands over every bar."""
    times = np.bincount(np.bincount(np.concatenate([np.array(form) for form in forms]), minlength=items))

    def paint(axes: Any) -> None:
        bars = axes.bar(np.arange(len(times)), times, width=0.7, color=COLOURS[0])
        axes.bar_label(bars, padding=2, fontsize=12)
        axes.set(xlim=(-0.7, len(times) - 0.3), ylim=(0, 1.15 * times.max()))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel(vertical)

    return draw(paint, words, narrow=narrow)


def _places(names: Sequence[str]) -> list[float]:
    """Give the places of points: their numbers, if all have one and these rise."""
    try:
        numbers = [float(name.rpartition("@")[2]) for name in names]
    except ValueError:
        return list(map(float, range(len(names))))
    return numbers if sorted(set(numbers)) == numbers else list(map(float, range(len(names))))


def _room(axes: Any, values: Floats) -> None:
    """Leave room above for the legend, and begin near the lowest value, so that differences of forms show."""
    low, high = float(values.min()), float(values.max())
    span = max(high - low, 0.02 * abs(high), 1e-9)
    axes.set_ylim(low - 0.15 * span, high + 0.45 * span)
