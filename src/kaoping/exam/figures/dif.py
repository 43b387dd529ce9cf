"""Pictures of items that treat groups differently: effects of all items, and two groups' answers to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.transforms import Bbox

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.scoring.dif.empirical import EmpiricalCurve

NAMED = 25
"""Most names that are written; of more flagged items, those of the largest effects."""
LOOKS = {"A": (COLOURS[0], "o"), "B": (COLOURS[1], "D"), "C": (COLOURS[3], "s"), "": (COLOURS[0], "o")}
"""Colour and marker of each class, told apart without colour as well."""
NAME_PLACES = tuple((0, way * height) for height in (14, 26, 38) for way in (1, -1))
"""Where a name may stand above or below its point, in points, best first."""


@dataclass(frozen=True)
class Effect:
    """The effect of one item with its interval (the effect itself if it has none) and its class, or "" without."""

    value: float
    low: float
    high: float
    size: str
    flagged: bool


def effects(
    found: Mapping[str, Effect], words: Words, *, vertical: str, cuts: Sequence[float] = (), narrow: bool = False
) -> bytes:
    """Draw the effects of all items in their order, with intervals; flagged items are named.

    Parameters
    ----------
    vertical : name of the vertical axis, with the unit.
    cuts : effects at which the class changes; drawn on both sides of zero.
    """
    every = list(found.values())

    def paint(axes: Any) -> None:
        x = np.arange(1, len(every) + 1)
        axes.vlines(x, [one.low for one in every], [one.high for one in every], color=EDGE, linewidth=1.5, zorder=2)
        for size, (colour, marker) in LOOKS.items():
            here = [place for place, one in enumerate(every) if one.size == size]
            if here:
                label = {"label": size} if size else {}
                values = [every[place].value for place in here]
                axes.scatter(x[here], values, s=42, c=colour, marker=marker, edgecolors=PAPER, zorder=3, **label)
        axes.axhline(0, color=INK, linewidth=1)
        for cut in cuts:
            for side in (-cut, cut):
                axes.axhline(side, color=INK, linewidth=1, linestyle=CUT_DASH)
        _room(axes, every, cuts)
        axes.set(xlim=(0.2, len(every) + 0.8), ylabel=vertical)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if every[0].size:
            axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, handletextpad=0.1, columnspacing=1.0)
        _name(axes, found)

    return draw(paint, words, narrow=narrow)


def _room(axes: Any, every: Sequence[Effect], cuts: Sequence[float]) -> None:
    """Leave room above and below for names; what reaches far beyond the effects is cut off."""
    values = np.abs([one.value for one in every])
    ends = np.abs([end for one in every for end in (one.low, one.high)])
    most = max(float(np.quantile(ends, 0.95)), float(values.max()), *cuts, 1e-6)
    low = -1.2 * most if min(one.low for one in every) < 0 else -0.05 * most
    axes.set_ylim(low, 1.2 * most)


def _name(axes: Any, found: Mapping[str, Effect]) -> None:
    """Write the names of flagged items above positive and below negative effects, where they cover nothing."""
    places = {name: (number, one) for number, (name, one) in enumerate(found.items(), 1) if one.flagged}
    chosen = sorted(places, key=lambda name: -abs(places[name][1].value))[:NAMED]
    axes.figure.canvas.draw()
    points = axes.transData.transform([(number, one.value) for number, one in enumerate(found.values(), 1)])
    taken = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in points]
    for name in chosen:
        number, one = places[name]
        way = 1 if one.value >= 0 else -1
        look: dict[str, Any] = {
            "textcoords": "offset points",
            "fontsize": 10,
            "color": INK,
            "zorder": 4,
            "va": "center",
        }
        look["bbox"] = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
        for shift, height in NAME_PLACES:
            text = axes.annotate(name, (number, one.value), (shift, way * height), ha="center", **look)
            box = text.get_window_extent()
            inside = axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()


def empirical_curves(curves: Sequence[EmpiricalCurve], words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw each group's mean item score over the matching score, in percent of the highest, with intervals.

    Parameters
    ----------
    vertical : name of the vertical axis.
    """

    def paint(axes: Any) -> None:
        for number, curve in enumerate(curves):
            shift = 0.06 * (number - (len(curves) - 1) / 2)
            reach = 100 * np.abs(np.stack([curve.low, curve.high]) - curve.share)
            look = {"color": COLOURS[number], "linestyle": DASHES[number], "marker": MARKERS[number]}
            bars = axes.errorbar(
                curve.score + shift, 100 * curve.share, reach, elinewidth=1.25, markeredgecolor=PAPER, markersize=8,
                label=curve.group, **look,
            )  # fmt: skip
            for bar in bars[2]:
                bar.set_linestyle("-")
        axes.set(ylim=(-2, 103), yticks=[0, 25, 50, 75, 100], ylabel=vertical)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(curves), handlelength=2.6)

    return draw(paint, words, narrow=narrow)
