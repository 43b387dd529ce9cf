"""Pictures of response times and preknowledge: residuals, speed and ability, thresholds, exposed and secure, power."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from kaoping.exam.figures.drawing import COLOURS, CUT_DASH, DASHES, EDGE, INK, MARKERS, PAPER, Words, draw
from kaoping.exam.figures.naming import name_points
from kaoping.scoring.integrity.evidence import Evidence
from kaoping.scoring.integrity.item_drift import Drift
from kaoping.scoring.integrity.lognormal import TimeParameters
from kaoping.scoring.integrity.response_times import ResponseTimes

COLD_WARM = LinearSegmentedColormap.from_list("times", [COLOURS[0], PAPER, COLOURS[1]])
END = 4.0
"""Residual at the end of the scale of colours."""
NAMED = 12
"""Most flagged points that are named."""
BINS = 40
SECONDS = (0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600)
BESIDE = 12
"""Most items named along a table."""


def residual_table(
    residuals: Any, persons: Sequence[str], items: Sequence[str], words: Words, *, narrow: bool = False
) -> bytes:
    """Draw residuals of log times, a row for each person and a column for each item: cold is faster, warm is slower.

    Parameters
    ----------
    residuals : (r, k) standardised; not a number where there is no time, which stays grey.
    """

    def paint(axes: Any) -> None:
        axes.set_facecolor(EDGE)
        squares = axes.imshow(
            np.ma.masked_invalid(residuals), cmap=COLD_WARM, vmin=-END, vmax=END, aspect="auto", interpolation="nearest"
        )
        step = int(np.ceil(len(items) / BESIDE))
        places = range(0, len(items), step)
        axes.set_xticks(list(places), [items[place] for place in places], fontsize=8, rotation=90)
        axes.set_yticks(range(len(persons)), persons, fontsize=7 if len(persons) > 12 else 9)  # noqa: PLR2004
        axes.grid(visible=False)
        axes.figure.colorbar(squares, ax=axes, pad=0.02).outline.set_visible(False)

    return draw(paint, words, narrow=narrow)


def _cloud(axes: Any, across: Any, up: Any, flagged: Sequence[bool], *, size: int = 4) -> None:
    """Draw points, the flagged ones by another mark above the others."""
    marked = np.asarray(flagged, dtype=np.bool_)
    look = {"linestyle": "none", "markeredgecolor": PAPER, "markeredgewidth": 0.4}
    axes.plot(across[~marked], up[~marked], marker="o", color=COLOURS[0], markersize=size, alpha=0.5, **look)
    axes.plot(across[marked], up[marked], marker="D", color=COLOURS[1], markersize=size + 2, zorder=3, **look)


def speed_and_ability(theta: Any, tau: Any, flagged: Sequence[bool], words: Words, *, narrow: bool = False) -> bytes:
    """Draw every person's speed over ability, both drawn towards the population; flagged ones are diamonds."""

    def paint(axes: Any) -> None:
        _cloud(axes, np.asarray(theta), np.asarray(tau), flagged)
        axes.set_ylabel("Speed (log seconds saved)")

    return draw(paint, words, narrow=narrow)


def item_times(
    times: ResponseTimes, parameters: TimeParameters, item: int, threshold: float, words: Words, *, narrow: bool = False
) -> bytes:
    """Draw the times of an item on a logarithmic scale, what the model says of them, and the threshold if there is one.

    Parameters
    ----------
    item : its place.
    threshold : seconds; zero for none.
    """
    log = times.log[times.timed[:, item], item]
    spread = np.hypot(1 / parameters.discrimination[item], parameters.slope[item] * parameters.spread)
    middle = parameters.intensity[item]
    ends = (min(log.min(), middle - 3 * spread), max(log.max(), middle + 3 * spread))
    if threshold > 0:
        ends = (min(ends[0], np.log(threshold) - 0.2), ends[1])

    def paint(axes: Any) -> None:
        axes.hist(log, bins=np.linspace(*ends, BINS + 1), density=True, color=COLOURS[0], alpha=0.35, linewidth=0)
        x = np.linspace(*ends, 200)
        axes.plot(x, np.exp(-(((x - middle) / spread) ** 2) / 2) / spread / np.sqrt(2 * np.pi), color=COLOURS[0])
        if threshold > 0:
            axes.axvline(np.log(threshold), color=COLOURS[1], linestyle=CUT_DASH, linewidth=1.5)
            axes.annotate(
                f"rapid below {threshold:.3g} s", (np.log(threshold), 1), (5, -4), xycoords=("data", "axes fraction"),
                textcoords="offset points", va="top", fontsize=10, color=INK,
            )  # fmt: skip
        shown = [one for one in SECONDS if ends[0] <= np.log(one) <= ends[1]]
        axes.xaxis.set_major_locator(FixedLocator(list(np.log(shown))))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{np.exp(x):.3g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set(xlim=ends, ylabel="Density", yticks=[])

    return draw(paint, words, narrow=narrow)


def two_abilities(
    secure: Any, exposed: Any, flagged: Sequence[bool], words: Words, *, narrow: bool = False
) -> bytes:  # fmt: skip
    """Draw ability on exposed over that on secure items; on the line both are the same."""
    across, up = np.asarray(secure), np.asarray(exposed)

    def paint(axes: Any) -> None:
        ends = (float(min(across.min(), up.min())) - 0.2, float(max(across.max(), up.max())) + 0.2)
        axes.plot(ends, ends, color=EDGE, linewidth=1, linestyle=CUT_DASH)
        _cloud(axes, across, up, flagged)
        axes.set(xlim=ends, ylim=ends, ylabel="Exposed items (logits)")

    return draw(paint, words, narrow=narrow)


def two_statistics(
    answers: Any, times: Any, flagged: Sequence[bool], words: Words, *, narrow: bool = False
) -> bytes:  # fmt: skip
    """Draw the statistic of times over that of answers, standard normal both if nothing happened."""

    def paint(axes: Any) -> None:
        axes.axhline(0, color=EDGE, linewidth=1)
        axes.axvline(0, color=EDGE, linewidth=1)
        _cloud(axes, np.asarray(answers), np.asarray(times), flagged)
        axes.set_ylabel("z of times")

    return draw(paint, words, narrow=narrow)


def drift(found: Drift, evidence: Evidence, words: Words, *, narrow: bool = False) -> bytes:
    """Draw how much easier or faster every item became, with 95 % intervals; the flagged ones are named."""
    flagged = dict(zip(map(str, evidence.subjects), evidence.flagged.tolist(), strict=True))
    marked = np.array([bool(flagged.get(item)) for item in found.items])
    x = np.arange(1, len(found.items) + 1)
    unit = {"answers": "Easier (share of marks)", "times": "Faster (log seconds)"}[found.name]

    def paint(axes: Any) -> None:
        seen = found.judged
        reach = 1.96 * found.se[seen]
        axes.vlines(x[seen], found.change[seen] - reach, found.change[seen] + reach, color=EDGE, linewidth=1)
        axes.axhline(0, color=INK, linewidth=1)
        _cloud(axes, x[seen], found.change[seen], marked[seen].tolist(), size=6)
        axes.set(xlim=(0.2, len(x) + 0.8), ylabel=unit)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        points = list(zip(x.tolist(), found.change.tolist(), strict=True))
        chosen = [place for place in np.argsort(-found.change) if marked[place]][:NAMED]
        name_points(axes, {found.items[place]: points[place] for place in chosen}, points)

    return draw(paint, words, narrow=narrow)


def power_curves(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], words: Words, *, level: float, narrow: bool = False
) -> bytes:
    """Draw the share of persons flagged, in percent, over how much they gained; the dashed line is the level.

    Parameters
    ----------
    curves : by the name of the screening, what the power depends on and the shares.
    """

    def paint(axes: Any) -> None:
        for number, (name, (across, share)) in enumerate(curves.items()):
            look = {"color": COLOURS[number % 4], "linestyle": DASHES[number % 4], "marker": MARKERS[number % 4]}
            axes.plot(across, 100 * np.asarray(share), label=name, markeredgecolor=PAPER, markersize=7, **look)
        axes.axhline(100 * level, color=EDGE, linewidth=1, linestyle=CUT_DASH)
        axes.set(ylim=(-2, 103), yticks=[0, 25, 50, 75, 100], ylabel="Flagged (percent)")
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(curves), handletextpad=0.5, columnspacing=1.0
        )

    return draw(paint, words, narrow=narrow)
