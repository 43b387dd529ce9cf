"""Pictures of cut scores: judges by round, ordered items, grids, compromises, groups, borderline persons and papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.exam.figures.naming import name_points
from kaoping.scoring.cut_scores import Cut, ItemFeedback, Placement
from kaoping.scoring.cut_scores import Paper as Known
from kaoping.scoring.cut_scores.borderline import Station
from kaoping.scoring.cut_scores.ebel import GridCell

Numbers = NDArray[np.float64]
BAND = "#d5dce7"
SIDE = 8.0
"""Marks that the line of a compromise is drawn beyond its two points."""
NAMED = 12
"""Most judges or items that are all named; of more only those that stand apart are."""
BINS = 12
APART = 0.2
"""Difference of rating and facility from which an item is named."""


@dataclass(frozen=True)
class Round:
    """One round: its name, the cut of each judge, and the panel's."""

    name: str
    judges: Mapping[str, float]
    panel: Cut


def judges_by_round(
    rounds: Sequence[Round], words: Words, *, vertical: str, pass_mark: float | None = None, narrow: bool = False
) -> bytes:
    """Draw the cut of each judge by round as thin lines, the panel's cuts with their intervals, and the pass mark."""
    x = np.arange(len(rounds), dtype=np.float64)
    judges = list(dict.fromkeys(name for one in rounds for name in one.judges))

    def paint(axes: Any) -> None:
        for judge in judges:
            here = [(place, one.judges[judge]) for place, one in enumerate(rounds) if judge in one.judges]
            axes.plot(*zip(*here, strict=True), color=EDGE, linewidth=1, linestyle="-", marker="o", markersize=4)
        values = np.array([one.panel.value for one in rounds])
        ends = np.array([[one.panel.low or one.panel.value, one.panel.high or one.panel.value] for one in rounds]).T
        axes.errorbar(
            x - 0.06, values, np.abs(ends - values), linestyle="none", marker="s", color=COLOURS[0], markersize=9,
            markeredgecolor=PAPER, elinewidth=2, zorder=4, label="panel, 95 % interval",
        )  # fmt: skip
        _pass_line(axes, pass_mark, horizontal=True)
        axes.set_xticks(x, [one.name or "ratings" for one in rounds])
        axes.set(xlim=(-0.4, len(rounds) - 0.4), ylabel=vertical)
        axes.margins(y=0.12)
        _legend(axes)

    return draw(paint, words, narrow=narrow)


def _pass_line(axes: Any, pass_mark: float | None, *, horizontal: bool) -> None:
    if pass_mark is not None:
        line = axes.axhline if horizontal else axes.axvline
        line(pass_mark, color=COLOURS[1], linewidth=1.5, linestyle=CUT_DASH, label=f"pass mark {pass_mark:g}")


def _legend(axes: Any) -> None:
    """Put the legend beside the title, where it covers nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, handlelength=2.2, columnspacing=1.2, fontsize=11)


def ratings_and_facilities(
    items: Sequence[ItemFeedback], words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the mean rating of each item over its facility; items far from the line of equal shares are named."""
    known = {one.item: (one.facility, one.mean) for one in items if one.facility is not None}
    far = {name: at for name, at in known.items() if abs(at[1] - at[0]) >= APART}

    def paint(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1.25, linestyle=CUT_DASH)
        for chosen, colour, marker in ((known.keys() - far.keys(), COLOURS[0], "o"), (far.keys(), COLOURS[1], "D")):
            points = np.array([known[name] for name in sorted(chosen)]).reshape(-1, 2)
            axes.scatter(*points.T, s=44, c=colour, marker=marker, edgecolors=PAPER, zorder=3)
        axes.set(xlim=(0, 1), ylim=(0, 1), ylabel=vertical)
        farthest = sorted(far, key=lambda name: -abs(far[name][1] - far[name][0]))[:NAMED]
        name_points(axes, {name: far[name] for name in farthest}, list(known.values()))

    return draw(paint, words, narrow=narrow)


@dataclass(frozen=True)
class Bookmarks:
    """Pages bookmarked by the judges for one level, and the panel's cut in logits."""

    pages: Sequence[int]
    cut: Cut


def booklet(
    locations: Numbers, found: Mapping[str, Bookmarks], words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the location of each page; bookmarks of all judges stand on the axis below, the panel's cut is a line."""
    pages = np.arange(1, len(locations) + 1)
    floor = float(locations.min()) - 0.12 * max(float(np.ptp(locations)), 1.0)

    def paint(axes: Any) -> None:
        axes.plot(pages, locations, linestyle="none", marker="o", color=EDGE, markersize=5)
        for place, (level, one) in enumerate(found.items()):
            look = {"color": COLOURS[place % len(COLOURS)], "zorder": 3}
            marker = MARKERS[place % len(MARKERS)]
            counts = {page: one.pages.count(page) for page in sorted(set(one.pages))} if one.pages else {}
            sizes = [36 + 26 * (number - 1) for number in counts.values()]
            axes.scatter(list(counts), [floor] * len(counts), s=sizes, marker=marker, edgecolors=PAPER, **look)
            name = f"cut {level}".strip()
            dash = DASHES[place % len(DASHES)]
            axes.axhline(one.cut.value, linewidth=1.75, linestyle=dash, label=f"{name} {one.cut.value:.2f}", **look)
        axes.set(xlim=(0, len(locations) + 1), ylabel=vertical)
        axes.margins(y=0.08)
        axes.xaxis.get_major_locator().set_params(integer=True)
        _legend(axes)

    return draw(paint, words, narrow=narrow)


def grid(cells: Sequence[GridCell], words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw the grid of relevance and difficulty: marks and expected share of each kind of item."""
    rows, columns = (list(dict.fromkeys(getattr(cell, name) for cell in cells)) for name in ("relevance", "difficulty"))

    def paint(axes: Any) -> None:
        for cell in cells:
            x, y = columns.index(cell.difficulty), rows.index(cell.relevance)
            axes.fill_between([x - 0.48, x + 0.48], y - 0.46, y + 0.46, color=COLOURS[0], alpha=0.1 + 0.35 * cell.share)
            axes.text(x, y - 0.1, f"{100 * cell.share:.0f} %", ha="center", va="center", fontweight=600, color=INK)
            axes.text(x, y + 0.22, f"{cell.marks:.1f} marks", ha="center", va="center", fontsize=10, color=INK)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), ylabel=vertical)
        axes.grid(visible=False)

    return draw(paint, words, narrow=narrow)


@dataclass(frozen=True)
class Compromise:
    """A line from what judges want to the curve of what persons reached; rates in percent."""

    line: tuple[tuple[float, float], tuple[float, float]]
    frame: tuple[float, float, float, float] | None
    cut: Cut
    rate: float

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float], cut: Cut, fail_rate: float) -> "Compromise":
        """Give that of Hofstee: the diagonal of the box of acceptable cuts and fail rates."""
        low, high, least, most = box[0], box[1], 100 * box[2], 100 * box[3]
        return cls(((low, most), (high, least)), (low, high, least, most), cut, 100 * fail_rate)

    @classmethod
    def of_line(cls, means: tuple[float, float], slope: float, cut: Cut, pass_rate: float) -> "Compromise":
        """Give that of Beuk: the line through the judges' means and the curve, as far as rates are rates."""
        low, high = sorted((means[0], cut.value))
        if np.isinf(slope):
            return cls(((low, 0.0), (high, 100.0)), None, cut, 100 * pass_rate)
        reach = [low - SIDE, high + SIDE]
        ends = [(x, 100 * (means[1] + slope * (x - means[0]))) for x in reach]
        return cls((ends[0], ends[1]), None, cut, 100 * pass_rate)


def compromise(
    cuts: Numbers, rates: Numbers, found: Compromise, words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the rate at every cut, what the judges want, and where the two meet, with its interval."""

    def paint(axes: Any) -> None:
        if found.cut.low is not None:
            axes.axvspan(found.cut.low, found.cut.high, color=BAND, linewidth=0, label="95 % interval")
        axes.plot(cuts, rates, color=COLOURS[0], linestyle="-", label="persons")
        if found.frame:
            low, high, least, most = found.frame
            axes.plot(
                [low, high, high, low, low], [least, least, most, most, least], color=EDGE, linewidth=1.25, ls=":"
            )
        axes.plot(*zip(*found.line, strict=True), color=COLOURS[1], linestyle="--", label="judges")
        axes.plot([found.cut.value], [found.rate], marker="o", color=INK, markersize=9, markeredgecolor=PAPER, zorder=4)
        axes.set(xlim=_around(cuts, found), ylim=(0, 100), ylabel=vertical)
        axes.legend(loc="best", fontsize=11)

    return draw(paint, words, narrow=narrow)


def _around(cuts: Numbers, found: Compromise) -> tuple[float, float]:
    ends = [x for x, _ in found.line]
    return float(min(cuts.min(), *ends)), float(max(cuts.max(), *ends))


def contrasting_groups(
    groups: Mapping[str, Sequence[float]], cut: Cut, words: Words, *, vertical: str, narrow: bool = False
) -> bytes:
    """Draw the scores of two groups as outlines of shares, and the cut with its interval."""
    every = np.concatenate([np.asarray(scores, dtype=np.float64) for scores in groups.values()])
    edges = _edges(every)

    def paint(axes: Any) -> None:
        if cut.low is not None:
            axes.axvspan(cut.low, cut.high, color=BAND, linewidth=0)
        for place, (name, scores) in enumerate(groups.items()):
            share = 100 * np.histogram(scores, edges)[0] / len(scores)
            colour, dash = COLOURS[place], DASHES[place]
            axes.stairs(share, edges, color=colour, linewidth=2.25, linestyle=dash, label=name)
        axes.axvline(cut.value, color=INK, linewidth=1.5, linestyle=CUT_DASH, label=f"cut {cut.value:.1f}")
        axes.set(ylim=(0, None), ylabel=vertical)
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, handlelength=2.2, columnspacing=1.2, fontsize=11
        )

    return draw(paint, words, narrow=narrow)


def _edges(scores: Numbers) -> Numbers:
    """Give edges of about a dozen bins that each hold as many possible scores, between two of them."""
    different = np.unique(scores)
    step = float(np.diff(different).min()) if len(different) > 1 else 1.0
    width = max(round(float(np.ptp(scores)) / BINS / step), 1) * step
    first = float(different[0]) - step / 2
    return np.arange(first, float(different[-1]) + width, width)


def borderline(
    points: Sequence[tuple[float, float]], found: Station, words: Words, *, grade: float, vertical: str,
    narrow: bool = False,
) -> bytes:  # fmt: skip
    """Draw scores over grades, the line between them, and the cut at the borderline grade with its interval."""
    grades, scores = np.array(points).T
    low, high = min(float(grades.min()), grade) - 0.3, max(float(grades.max()), grade) + 0.3
    # Persons of one grade are spread sideways, always alike, so that equal scores can be seen.
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    shift = 0.12 * ((order * 0.618) % 1 - 0.5)

    def paint(axes: Any) -> None:
        axes.scatter(grades + shift, scores, s=24, c=EDGE, linewidths=0, alpha=0.7)
        ends = np.array([low, high])
        axes.plot(ends, found.intercept + found.slope * ends, color=COLOURS[0], linestyle="-", label="regression")
        reach = (
            None
            if found.cut.low is None
            else [[found.cut.value - found.cut.low], [(found.cut.high or 0) - found.cut.value]]
        )
        axes.errorbar(
            [grade], [found.cut.value], reach, marker="s", color=COLOURS[1], markersize=9, markeredgecolor=PAPER,
            elinewidth=2, zorder=4, linestyle="none", label=f"cut {found.cut.value:.1f}",
        )  # fmt: skip
        axes.set(xlim=(low, high), ylabel=vertical)
        axes.xaxis.get_major_locator().set_params(integer=True)
        _legend(axes)

    return draw(paint, words, narrow=narrow)


def placement(paper: Known, found: Placement, words: Words, *, vertical: str, narrow: bool = False) -> bytes:
    """Draw the expected marks by ability, the panel's cut with its interval, and the imposed pass mark."""
    middle = (found.theta.value + found.pass_theta) / 2
    reach = max(2.5, 1.5 * abs(found.gap_theta))
    theta = np.linspace(middle - reach, middle + reach, 201)

    def paint(axes: Any) -> None:
        if found.theta.low is not None:
            axes.axvspan(found.theta.low, found.theta.high, color=BAND, linewidth=0)
        axes.plot(theta, paper.curve(theta), color=COLOURS[0], linestyle="-")
        floor = (0.0, found.total)
        for x, y, colour, dash, name in (
            (found.theta.value, found.marks.value, INK, "-", f"panel {found.marks.value:.1f}"),
            (found.pass_theta, found.pass_mark, COLOURS[1], "--", f"pass mark {found.pass_mark:g}"),
        ):
            look = {"color": colour, "linewidth": 1.5, "linestyle": dash}
            axes.plot([theta[0], x, x], [y, y, 0], label=name, **look)
            axes.plot([x], [y], marker="o", color=colour, markersize=8, markeredgecolor=PAPER, zorder=4)
        axes.set(xlim=(theta[0], theta[-1]), ylim=floor, ylabel=vertical)
        _legend(axes)

    return draw(paint, words, narrow=narrow)
