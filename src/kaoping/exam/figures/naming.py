"""Names beside points of a picture, where they cover neither a point nor each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.transforms import Bbox

from kaoping.exam.figures.drawing import INK

PLACES = tuple(
    ((7 * way, height), side) for height in (6, -7, 16, -17, 27, -28) for way, side in ((1, "left"), (-1, "right"))
)
"""Where a name may stand beside its point, in points, best first."""

Point = tuple[float, float]


def name_points(axes: Any, named: Mapping[str, Point], points: Sequence[Point]) -> None:
    """Write names beside their points, each where it covers no point or other name and stays within the picture.

    Parameters
    ----------
    named : points whose names are written.
    points : every point drawn, to be kept clear.
    """
    axes.figure.canvas.draw()
    taken = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in axes.transData.transform(points)]
    for name, at in sorted(named.items(), key=lambda item: -item[1][1]):
        look = {"textcoords": "offset points", "fontsize": 10, "color": INK, "zorder": 4, "va": "center"}
        for shift, side in PLACES:
            text = axes.annotate(name, at, shift, ha=side, **look)
            box = text.get_window_extent()
            inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
            if (inside and not any(box.overlaps(other) for other in taken)) or (shift, side) == PLACES[-1]:
                taken.append(box)
                break
            text.remove()
