"""Pictures of a link: difficulties on the two scales with the line between them, and test curves before and after."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, EDGE, INK, PAPER, Words, draw
from kaoping.scoring.linking import Anchors, Link
from kaoping.scoring.linking.anchors import read
from kaoping.scoring.models import ModelName
from kaoping.scoring.parameters import ItemParameters

THETA = np.linspace(-4, 4, 161)
ROOM = 0.06
"""Share of the axis that stays free beyond the outermost item."""
BESIDE = 6
"""Points between an item and its name."""


@dataclass(frozen=True)
class ScatterLabels:
    """What the difficulties are drawn with: vertical axis, line of the link, line of no change, items left out."""

    vertical: str
    line: str
    identity: str
    removed: str


@dataclass(frozen=True)
class CurveLabels:
    """What the test curves are called: vertical axis, target, start before and after linking."""

    vertical: str
    target: str
    before: str
    after: str


def with_difficulties(anchors: Anchors) -> Anchors | None:
    """Give the common items that have difficulties, which nominal items have not; none if there are none."""
    kept = [place for place, form in enumerate(anchors.old.models) if form.name is not ModelName.NOMINAL]
    return anchors.take(np.array(kept)) if kept else None


def difficulties(
    anchors: Anchors,
    link: Link,
    words: Words,
    labels: ScatterLabels,
    *,
    removed: Collection[str] = (),
    narrow: bool = False,
) -> bytes:
    """Draw difficulties, thresholds and steps on the target against those on the start; items left out are named."""
    old, new = read(anchors.old), read(anchors.new)
    out = np.array([anchors.names[item] in removed for item in old.item])

    def paint(axes: Any) -> None:
        ends = _ends(old.b, link.slope * old.b + link.intercept, new.b)
        axes.plot(ends, ends, color=EDGE, linewidth=1.25, linestyle=CUT_DASH, label=labels.identity)
        axes.plot(ends, link.carry(ends), color=COLOURS[0], linestyle="-", label=labels.line)
        look = {"s": 46, "edgecolors": PAPER, "zorder": 3}
        axes.scatter(old.b[~out], new.b[~out], c=COLOURS[0], marker="o", **look)
        if out.any():
            axes.scatter(old.b[out], new.b[out], c=COLOURS[1], marker="D", label=labels.removed, **look)
        for place in np.flatnonzero(out):
            # Away from the line, which rises: to the right below it, to the left above it.
            side = 1 if new.b[place] < link.carry(old.b[place]) else -1
            axes.annotate(
                anchors.names[old.item[place]], (old.b[place], new.b[place]), (side * BESIDE, -1),
                textcoords="offset points", ha="left" if side > 0 else "right", va="center", fontsize=10, color=INK,
            )  # fmt: skip
        axes.set(xlim=ends, ylim=ends, ylabel=labels.vertical)
        axes.grid(visible=True, axis="x")
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def curves_of_the_test(
    anchors: Anchors, link: Link, words: Words, labels: CurveLabels, *, narrow: bool = False
) -> bytes:
    """Draw the expected score on the common items at abilities of the target: its own curve, and the start's twice."""
    start = anchors.old

    def paint(axes: Any) -> None:
        axes.plot(THETA, _expected(anchors.new), color=INK, linewidth=2.5, linestyle="-", label=labels.target)
        axes.plot(THETA, _expected(start), color=EDGE, linestyle=":", label=labels.before)
        axes.plot(THETA, _expected(link.apply(start)), color=COLOURS[1], linestyle="--", label=labels.after)
        most = float((start.categories - 1).sum())
        axes.set(xlim=(THETA[0], THETA[-1]), ylim=(0, most), ylabel=labels.vertical)
        axes.legend(loc="upper left")

    return draw(paint, words, narrow=narrow)


def _expected(items: ItemParameters) -> NDArray[np.float64]:
    return np.asarray(items.expected(THETA).sum(axis=0))


def _ends(*numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    every = np.concatenate(numbers)
    room = ROOM * max(float(np.ptp(every)), 1.0)
    return np.array([every.min() - room, every.max() + room])
