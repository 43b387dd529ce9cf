"""Pictures of integrity: identical answers against their expectation, rooms by seats, changed answers, and power."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.exam.figures.naming import name_points
from kaoping.scoring.integrity import Erasures, Seat, Similarity

DRAWN = 3000
"""Most subjects that are not flagged of which a point is drawn; of more, evenly chosen ones."""
NAMED = 12
"""Most flagged subjects that are named: the most unusual."""
STRONGEST = 4.0
"""Statistic, in standard deviations, at which the scale of colours ends at the least."""
SIDE = 0.86
"""Width of a seat as a share of the room it has."""
SMALL = 60
"""Seats up to which every one that a flagged pair holds is named."""
WARM = LinearSegmentedColormap.from_list("similarity", [PAPER, COLOURS[1]])


def matches(found: Similarity, words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw identical answers (up) against as many as abilities let expect (across); flagged pairs are named.

    Parameters
    ----------
    vertical : name of the vertical axis.
    """
    names = ["–".join(found.subjects[place]) for place in _flagged(found)[:NAMED]]

    def paint(axes: Any) -> None:
        _points(axes, found, found.expected, found.matches.astype(np.float64), names)
        axes.set_ylabel(vertical)

    return draw(paint, words, narrow=narrow)


def changes(found: Erasures, words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw changed answers that became right (up) against as many as were expected (across); flagged ones are named.

    Parameters
    ----------
    vertical : name of the vertical axis.
    """
    names = [str(found.subjects[place]) for place in _flagged(found)[:NAMED]]

    def paint(axes: Any) -> None:
        _points(axes, found, found.expected, found.right.astype(np.float64), names)
        axes.set_ylabel(vertical)

    return draw(paint, words, narrow=narrow)


def _flagged(found: Similarity | Erasures) -> list[int]:
    """Places of the flagged subjects, the most unusual first."""
    order = found.order
    places: list[int] = order[found.flagged[order]].tolist()
    return places


def _points(axes: Any, found: Similarity | Erasures, across: Any, up: Any, names: Sequence[str]) -> None:
    """Draw the subjects, the line on which both are equal, and names."""
    flagged, others = np.array(_flagged(found), dtype=int), np.flatnonzero(~found.flagged)
    shown = others[:: max(1, -(-len(others) // DRAWN))]
    most = 1.06 * max(float(across.max()), float(up.max()), 1.0)
    axes.plot([0, most], [0, most], color=EDGE, linewidth=1, linestyle=CUT_DASH)
    axes.plot(across[shown], up[shown], linestyle="none", marker="o", markersize=4, color=COLOURS[0], alpha=0.35)
    look = {"linestyle": "none", "marker": "D", "markersize": 8, "color": COLOURS[1], "markeredgecolor": PAPER}
    axes.plot(across[flagged], up[flagged], zorder=3, **look)
    low = max(0.0, float(across.min()) - 0.05 * most)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlim=(low, min(most, 1.12 * float(across.max()) + 0.5)), ylim=(0, most))
    at = [(float(across[place]), float(up[place])) for place in flagged]
    name_points(axes, dict(zip(names, at, strict=False)), at)


def room(
    found: Similarity, seats: Mapping[str, Seat], words: Words, *, vertical: str, scale: str, narrow: bool = False
) -> bytes:
    """Draw the seats of one room, the darker the more unusual a pair of this person is; flagged pairs are joined.

    Parameters
    ----------
    seats : of the persons in the room, by name.
    vertical, scale : names of the vertical axis and of the scale of colours.
    """
    strongest = _strongest(found, seats)
    joined = [pair for pair in found.named if isinstance(pair, tuple) and set(pair) <= set(seats)]
    named = {name for pair in joined for name in pair}

    def paint(axes: Any) -> None:
        colours = Normalize(0, max(STRONGEST, *strongest.values()))
        for name, seat in seats.items():
            corner = (seat.column - SIDE / 2, seat.row - SIDE / 2)
            fill = WARM(colours(max(0.0, strongest.get(name, 0.0))))
            axes.add_patch(Rectangle(corner, SIDE, SIDE, facecolor=fill, edgecolor=EDGE, linewidth=1))
        ends = [[(seats[name].column, seats[name].row) for name in pair] for pair in joined]
        axes.add_collection(LineCollection(ends, colors=INK, linewidths=2.5, zorder=3))
        for name in sorted(named) if len(seats) <= SMALL or len(named) <= NAMED else ():
            look = {"ha": "center", "va": "center", "fontsize": 9, "color": INK, "zorder": 4}
            box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
            axes.text(seats[name].column, seats[name].row, name, bbox=box, **look)
        _frame(axes, seats, vertical)
        axes.figure.colorbar(ScalarMappable(colours, WARM), ax=axes, label=scale, fraction=0.05)

    return draw(paint, words, narrow=narrow)


def _strongest(found: Similarity, seats: Mapping[str, Seat]) -> dict[str, float]:
    """Largest statistic of the pairs of every person in the room."""
    inside = np.array([name in seats for name in found.subjects.persons])
    first, second = found.subjects.first, found.subjects.second
    here = np.flatnonzero(inside[first] & inside[second])
    most = np.full(len(inside), -np.inf)
    for ends in (first, second):
        np.maximum.at(most, ends[here], found.statistic[here])
    return {found.subjects.persons[place]: float(most[place]) for place in np.flatnonzero(np.isfinite(most))}


def _frame(axes: Any, seats: Mapping[str, Seat], vertical: str) -> None:
    """Put the first row on top, and every row and column on a whole number."""
    rows, columns = [seat.row for seat in seats.values()], [seat.column for seat in seats.values()]
    axes.set(xlim=(min(columns) - 0.6, max(columns) + 0.6), ylim=(max(rows) + 0.6, min(rows) - 0.6), ylabel=vertical)
    axes.grid(visible=False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))


def power(
    curves: Mapping[str, Sequence[tuple[float, float]]], words: Words, *, vertical: str, level: float,
    narrow: bool = False,
) -> bytes:  # fmt: skip
    """Draw the share that is flagged (up, percent) over what happened (across), a curve for each test.

    Parameters
    ----------
    curves : by the name of the test, pairs of what happened, such as percent of items copied, and share flagged.
    vertical : name of the vertical axis.
    level : of the test, drawn as a line: what chance alone flags.
    """

    def paint(axes: Any) -> None:
        axes.axhline(100 * level, color=EDGE, linewidth=1, linestyle=CUT_DASH)
        for number, (name, points) in enumerate(curves.items()):
            across, share = np.array(points).T
            look = {"color": COLOURS[number % 4], "linestyle": DASHES[number % 4], "marker": MARKERS[number % 4]}
            axes.plot(across, 100 * share, label=name, markeredgecolor=PAPER, markersize=8, **look)
        axes.set(ylim=(-2, 103), yticks=[0, 25, 50, 75, 100], ylabel=vertical)
        axes.legend(loc="upper left", handlelength=2.6)

    return draw(paint, words, narrow=narrow)
