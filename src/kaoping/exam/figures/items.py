"""Pictures of one item: its curve against what candidates did, and who chose which option."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from kaoping.exam.figures.drawing import COLOURS, DASHES, INK, MARKERS, NARROW, PAPER, WIDE, Words, draw
from kaoping.scoring.classical import Observed
from kaoping.scoring.logistic import probability

THETA = np.linspace(-3, 3, 121)
LABEL_HEIGHT = 7.0
"""Least distance of two labels at the ends of lines, in percent of the axis."""
LABEL_WIDTH, AXIS_WIDTH = 64, 40
"""Pixels that a label at the end of a line, and the numbers of the axis, take."""


def characteristic_curve(
    a: float, b: float, words: Words, *, observed: Observed | None = None, narrow: bool = False
) -> bytes:
    """Draw the fitted curve and, if given, the observed shares of ability groups with their intervals."""
    curve = probability(THETA, np.array([a]), np.array([b]))[:, 0]

    def paint(axes: Any) -> None:
        axes.plot(THETA, curve, color=COLOURS[0])
        if observed is not None:
            reach = np.abs(np.stack([observed.low, observed.high]) - observed.share)
            look = {"linestyle": "none", "marker": "o", "color": INK, "markeredgecolor": PAPER, "markersize": 8}
            axes.errorbar(observed.theta, observed.share, reach, elinewidth=1.5, **look)
        axes.set(xlim=(-3, 3), ylim=(0, 1), xticks=range(-3, 4), yticks=[0, 0.25, 0.5, 0.75, 1])

    return draw(paint, words, narrow=narrow)


def option_lines(
    shares: Mapping[str, Sequence[float]],
    key: Collection[str],
    groups: Sequence[str],
    words: Words,
    *,
    key_word: str,
    narrow: bool = False,
) -> bytes:
    """Draw how often each option was chosen in groups of rising score, in percent.

    Parameters
    ----------
    shares : for each option its share in every group, 0 to 1.
    key : the right options; their lines are heavier and their labels carry ``key_word``.
    groups : what each group is called, lowest first.
    """
    percent = {option: 100 * np.asarray(values, dtype=np.float64) for option, values in shares.items()}
    key_first = sorted(percent, key=lambda option: option not in key)
    looks = {option: _look(number) for number, option in enumerate(key_first)}

    def paint(axes: Any) -> None:
        x = np.arange(len(groups))
        heights = _apart([values[-1] for values in percent.values()])
        for option, height in zip(percent, heights, strict=True):
            look, values = looks[option], percent[option]
            weight = 3.0 if option in key else 1.75
            axes.plot(x, values, linewidth=weight, markeredgecolor=PAPER, markersize=8, **look)
            label = f"{option} {key_word}" if option in key else option
            axes.text(x[-1] + 0.12, height, label, color=look["color"], fontweight=600, va="center", clip_on=False)
        right = len(groups) - 1 + _room(len(groups), narrow=narrow)
        axes.set(xlim=(-0.2, right), ylim=(0, 100), yticks=[0, 25, 50, 75, 100])
        axes.set_xticks(x, groups)

    return draw(paint, words, narrow=narrow)


def _room(groups: int, *, narrow: bool) -> float:
    """Width to leave for the labels at the right, in groups."""
    width, _ = NARROW if narrow else WIDE
    return LABEL_WIDTH / (width - AXIS_WIDTH - LABEL_WIDTH) * (groups - 0.8)


def _look(number: int) -> dict[str, Any]:
    """Colour, dash and marker of a line: told apart without colour as well."""
    place = number % len(COLOURS)
    marker = (number + number // len(COLOURS)) % len(MARKERS)
    return {"color": COLOURS[place], "linestyle": DASHES[place], "marker": MARKERS[marker]}


def _apart(heights: Sequence[float]) -> list[float]:
    """Move labels so that none covers the next, from the lowest upwards, and back down from the top edge."""
    order = np.argsort(heights, kind="stable")
    placed = np.asarray(heights, dtype=np.float64)[order]
    for lower in range(len(placed) - 1):
        placed[lower + 1] = max(placed[lower + 1], placed[lower] + LABEL_HEIGHT)
    placed = np.minimum(placed, 100 - LABEL_HEIGHT * np.arange(len(placed))[::-1])
    return [float(placed[np.flatnonzero(order == number)[0]]) for number in range(len(placed))]
