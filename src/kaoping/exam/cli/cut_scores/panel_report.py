"""What ``kaoping cutscore angoff`` says of a panel: tables of judges and items, report, pictures and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores.reports import Line

if TYPE_CHECKING:
    from kaoping.exam.cli.cut_scores.panels import Known, Meeting
    from kaoping.scoring.cut_scores import Convergence, Distribution, Falling

JUDGES = [
    "level", "round", "judge", "cut", "severity", "standard_score", "outlying", "cut_without", "with_rest", "spread",
    "pass_rate", "theta", "index", "error", "same_side", "correlation", "with_facility",
]  # fmt: skip
ITEMS = ["level", "round", "item", "marks", "judges", "mean", "sd", "lowest", "highest", "facility", "gap", "at_cut"]
OF_JUDGE = ("theta", "index", "error", "same_side", "correlation", "with_facility")
NAMED = 8
"""Most ratings that are named on the terminal."""
ROUNDING = 1e-9
"""Marks, and share of them, by which deviations may differ and still be alike."""


def judge_rows(meetings: Sequence["Meeting"], persons: "Distribution | None") -> list[list[Any]]:
    """Give a row for each judge."""
    rows = []
    for one in meetings:
        apart = one.agreement
        for place, judge in enumerate(apart.judges):
            cut, score = float(one.found.judge_cuts[place]), float(apart.standard_scores[place])
            rows.append([
                one.level, one.round, judge, cut, float(apart.severity[place]),
                score if isfinite(score) else None, int(apart.outlying[place]), _known(apart.without[place]),
                apart.with_rest[place], float(apart.spread[place]), persons.pass_rate(cut) if persons else None,
                *(getattr(one.consistency.judges[place], name) if one.consistency else None for name in OF_JUDGE),
            ])  # fmt: skip
    return rows


def _known(cut: float) -> float | None:
    """Give a cut without a judge; nothing if the others do not tell it."""
    return float(cut) if isfinite(cut) else None


def item_rows(meetings: Sequence["Meeting"], known: "Known") -> list[list[Any]]:
    """Give the normative feedback, a row for each item."""
    from kaoping.scoring.cut_scores import item_feedback

    facilities = known.norms.facilities if known.norms else None
    rows = []
    for one in meetings:
        items = item_feedback(one.found, facilities)
        for full, item, at_cut in zip(one.found.ratings.maxima, items, _at_cut(one, known), strict=True):
            rows.append([
                one.level, one.round, item.item, float(full), item.judges, item.mean, item.sd, item.lowest,
                item.highest, item.facility, item.gap, at_cut,
            ])  # fmt: skip
    return rows


def _at_cut(one: "Meeting", known: "Known") -> list[Any]:
    """Give the share of the marks that a person at the panel's cut is expected to get on each item, if it is known."""
    from kaoping.scoring.cut_scores import Paper

    theta = one.consistency.panel_theta if one.consistency else None
    items = one.found.ratings.items
    if known.parameters is None or theta is None:
        return [None] * len(items)
    shares: list[Any] = Paper.of(known.parameters.named(items)).item_shares(theta).tolist()
    return shares


def facts(meetings: Sequence["Meeting"], moves: Mapping[tuple[str, str], "Convergence"]) -> dict[str, Any]:
    """Give the report of all rounds and levels."""
    return {
        "unit": "marks",
        "total": meetings[0].found.ratings.total,
        "judges": len(meetings[-1].found.ratings.judges),
        "items": len(meetings[0].found.ratings.items),
        "rounds": [_facts(one, moves.get((one.level, one.round))) for one in meetings],
        "falling": [asdict(one) for one in _falling(meetings)],
    }


def _facts(one: "Meeting", move: "Convergence | None") -> dict[str, Any]:
    parts, apart = one.found.components, one.agreement
    return {
        "level": one.level,
        "round": one.round,
        "yes_no": one.found.ratings.yes_no,
        "complete": one.found.ratings.whole,
        "variances": {"judges": parts.judges, "items": parts.items, "rest": parts.rest},
        "single_agreement": parts.single_agreement,
        "agreement": parts.agreement,
        "consistency": parts.consistency,
        "outlying_judges": [name for name, far in zip(apart.judges, apart.outlying, strict=True) if far],
        "outlying_ratings": [asdict(rating) for rating in apart.ratings],
        "misfitting_ratings": [asdict(rating) for rating in one.consistency.misfits] if one.consistency else None,
        "convergence": {**asdict(move), "converging": move.converging} if move else None,
    }


def tell(meetings: Sequence["Meeting"], moves: Mapping[tuple[str, str], "Convergence"], known: "Known") -> None:
    """Print what a leader of the panel has to know of each round and level."""
    for meeting in meetings:
        head = " ".join(f"{kind} {name}" for kind, name in (("Level", meeting.level), ("round", meeting.round)) if name)
        prefix = f"{head[:1].upper()}{head[1:]}: " if head else ""
        for sentence in (
            _agreed(meeting),
            _moved(moves.get((meeting.level, meeting.round))),
            *_apart(meeting),
            *_consistent(meeting),
        ):
            if sentence:
                click.echo(f"{prefix}{sentence}")
    for one in _falling(meetings):
        what = "has no higher cut" if one.whole else f"rates lower {_some(one.items)}"
        click.echo(f"Judge {one.judge} {what} at level {one.upper} than at {one.lower}.")
    if known.by_answers:
        items = _some(known.by_answers)
        click.echo(f"The highest answer that was given counts as the full marks of these items: {items}.")
    if known.norms and known.norms.incomplete:
        click.echo(
            f"{known.norms.incomplete} persons did not answer every item; the shares that pass are without them."
        )


def _falling(meetings: Sequence["Meeting"]) -> "tuple[Falling, ...]":
    """Find what judges expect less of at a higher level, in the last round of each."""
    from kaoping.scoring.cut_scores import falling

    return falling({one.level: one.found for one in meetings})


def _agreed(one: "Meeting") -> str:
    cuts, parts = one.found.judge_cuts, one.found.components
    return (
        f"{len(cuts)} judges from {cuts.min():.2f} to {cuts.max():.2f}, standard deviation {cuts.std(ddof=1):.2f}; "
        f"agreement about items {parts.single_agreement:.2f} of one judge, {parts.agreement:.2f} of the panel."
    )


def _moved(move: "Convergence | None") -> str:
    if move is None:
        return ""
    (before, after), changed = move.spread, 100 * move.changed
    way = "came together" if move.converging else "DID NOT COME TOGETHER"
    told = f"the judges {way}, from a standard deviation of {before:.2f} to {after:.2f}"
    if abs(after - before) <= ROUNDING * max(1.0, before):
        told = f"the judges are as far apart as before, with a standard deviation of {after:.2f}"
    return (
        f"{told}; the cut moved by {move.change.value:+.2f} (standard error {move.change.se:.2f}), "
        f"{changed:.0f} % of the ratings changed."
    )


def _apart(one: "Meeting") -> list[str]:
    found = one.agreement
    told = [
        f"judge {name} stands apart, {found.severity[place]:+.2f} marks; without {name} "
        + ("there is no cut." if isnan(found.without[place]) else f"the cut is {found.without[place]:.2f}.")
        for place, name in enumerate(found.judges)
        if found.outlying[place]
    ]
    if found.ratings:
        names = [
            f"{rating.judge} of {rating.item} ({rating.rating:g}, {rating.fitted:.2f} expected)"
            for rating in found.ratings
        ]
        told.append(f"ratings that stand apart: {_some(names)}.")
    return told


def _consistent(one: "Meeting") -> list[str]:
    if one.consistency is None or all(judge.theta is None for judge in one.consistency.judges):
        return []
    known = [(judge.index, judge.judge) for judge in one.consistency.judges if judge.index is not None]
    least, name = min(known)
    mean = sum(index for index, _ in known) / len(known)
    told = [f"consistency of judges (van der Linden) {mean:.2f} on the average, least {least:.2f} of {name}."]
    if lost := [judge.judge for judge in one.consistency.judges if judge.theta is None]:
        told.append(f"no ability has the total of {_some(lost)}.")
    if misfits := one.consistency.misfits:
        names = [f"{rating.judge} of {rating.item} ({rating.rating:g} for {rating.expected:.2f})" for rating in misfits]
        told.append(f"ratings that do not fit their judge's cut: {_some(names)}.")
    return told


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def pictures(meetings: Sequence["Meeting"], known: "Known", marked: Sequence[tuple[Line, float]]) -> dict[str, bytes]:
    """Draw the judges' cuts by round, one picture for each level, and the ratings beside the facilities."""
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words
    from kaoping.scoring.cut_scores import item_feedback

    drawn = {}
    for level in dict.fromkeys(one.level for one in meetings):
        rounds = [one for one in meetings if one.level == level]
        mark = next((mark for line, mark in marked if line.level == level), None)
        named = f"-{level}" if level else ""
        words = Words(f"Judges' cuts{f', {level}' if level else ''}", "Round", "The cut of each judge by round.")
        steps = [
            figures.Round(
                one.round,
                dict(zip(one.found.ratings.judges, one.found.judge_cuts.tolist(), strict=True)),
                one.found.mean,
            )
            for one in rounds
        ]
        drawn[f"judges{named}"] = figures.judges_by_round(steps, words, vertical="Marks", pass_mark=mark)
        if known.norms:
            words = Words("Ratings and facilities", "Facility", "Mean rating of each item over its facility.")
            items = item_feedback(rounds[-1].found, known.norms.facilities)
            drawn[f"items{named}"] = figures.ratings_and_facilities(items, words, vertical="Mean rating")
    return drawn
