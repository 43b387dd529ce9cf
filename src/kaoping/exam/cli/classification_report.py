"""The results of ``kaoping classify`` as rows of tables, facts of a report, and lines on the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.exam.cli.classification_inputs import Prepared
    from kaoping.scoring.classification import (
        Agreement,
        Bootstrap,
        Cases,
        Classification,
        Conjunction,
        CutAgreement,
        CutCurve,
    )

INDICES = ("accuracy", "false_positive", "false_negative", "consistency", "chance", "kappa")
AT_ONE_CUT = (
    "truly_above", "above", "above_rightly", "below_rightly", "false_positive_rate", "false_negative_rate",
)  # fmt: skip
AT_THE_CUT = ("passing", "consistency", "share", "near_accuracy", "near_consistency")
AT_NAMES = ["at_cut_passing", "at_cut_consistency", "near_share", "near_accuracy", "near_consistency"]
SPREADS = ("accuracy", "consistency", "kappa")
TOGETHER = "all"
NAMED = 10
"""Most persons that the terminal names."""


def index_table(
    named: Sequence[tuple[Any, "Agreement"]], drawn: "Bootstrap | None", *, first: str = "cut"
) -> tuple[list[str], list[list[Any]]]:
    """Give a row for each cut or component and one for all together, with standard errors if persons were drawn."""
    rows = []
    for place, (name, one) in enumerate(named):
        at = getattr(one, "at_cut", None)
        row = [name, *(getattr(one, index) for index in INDICES)]
        row += [getattr(one, index, None) for index in AT_ONE_CUT]
        row += [getattr(at, index) if at else None for index in AT_THE_CUT]
        spreads = drawn.spreads[place] if drawn else {}
        rows.append([*row, *(_error(spreads, index) for index in SPREADS if drawn)])
    errors = [f"se_{index}" for index in SPREADS] if drawn else []
    return [first, *INDICES, *AT_ONE_CUT, *AT_NAMES, *errors], rows


def _error(spreads: dict[str, Any], index: str) -> float | None:
    return spreads[index].se if index in spreads else None


def agreements(found: "Classification") -> list[tuple[Any, "Agreement"]]:
    """Give the agreement at each cut and on all levels."""
    return [*((one.cut, one) for one in found.by_cut), (TOGETHER, found.together)]


def component_agreements(found: "Conjunction") -> list[tuple[Any, "Agreement"]]:
    """Give the agreement on each component and on passing them all."""
    return [*zip(found.names, found.apart, strict=True), (TOGETHER, found.together)]


def case_table(
    cases: "Cases", names: Sequence[str], sure: float, *, prepared: "Prepared | None" = None
) -> tuple[list[str], list[list[Any]]]:
    """Give a row for each person or, where there are none, for each score.

    Persons who are classified by their score get what the score is worth.
    """
    per_case = [
        [names[level], right, int(unsure), *chances]
        for level, right, unsure, chances in zip(
            cases.decision.tolist(),
            cases.right.tolist(),
            cases.unsure(sure).tolist(),
            cases.chances.tolist(),
            strict=True,
        )
    ]
    columns = ["decision", "right", "unsure", *(f"p_{name}" for name in names)]
    if prepared is None:
        return ["person", *columns], [[name, *row] for name, row in zip(cases.labels, per_case, strict=True)]
    if not prepared.persons:
        shares = cases.share.tolist()
        rows = zip(cases.labels, shares, per_case, strict=True)
        return [prepared.label, "share", *columns], [[name, share, *row] for name, share, row in rows]
    if prepared.label == "score":
        place = {score: number for number, score in enumerate(cases.labels)}
        per_case = [per_case[place[score]] for score in prepared.values]
    rows = zip(prepared.persons, prepared.values, per_case, strict=True)
    return ["person", prepared.label, *columns], [[name, value, *row] for name, value, row in rows]


def curve_table(curve: "CutCurve") -> tuple[list[str], list[list[Any]]]:
    """Give a row for each cut that was tried."""
    names = [*INDICES, *AT_ONE_CUT]
    rows = zip(curve.cuts, *(curve.column(name) for name in names), strict=True)
    return ["cut", *names], [list(row) for row in rows]


def facts(found: "Classification", prepared: "Prepared", sure: float, drawn: "Bootstrap | None") -> dict[str, Any]:
    """Give the report of a classification by one scale."""
    said: dict[str, Any] = {
        "persons": len(prepared.values) or None,
        "left_out": list(prepared.left_out),
        "levels": list(found.cuts.names),
        "cuts": [asdict(one) for one in found.by_cut],
        "together": asdict(found.together),
        "rightly_in_level": dict(zip(found.cuts.names, found.rightly, strict=True)),
        "true_by_given": found.confusion,
        "two_forms": found.parallel,
        "cases": _sureness(found.cases, prepared, sure),
        "bootstrap": _drawn([name for name, _ in agreements(found)], drawn),
    }
    if true := getattr(found, "true_scores", None):
        said["true_scores"] = asdict(true)
        said |= {name: getattr(found, name) for name in ("length", "effective_length", "lords_k", "reliability")}
    return said


def component_facts(found: "Conjunction", sure: float, drawn: "Bootstrap | None") -> dict[str, Any]:
    """Give the report of a decision that asks for every component."""
    apart = zip(found.names, found.cuts, found.apart, strict=True)
    return {
        "components": {name: {**asdict(one), "cut": cut} for name, cut, one in apart},
        "together": asdict(found.together),
        "correlations": found.correlations,
        "true_by_given": found.confusion,
        "two_forms": found.parallel,
        "cases": _sureness(found.cases, None, sure),
        "bootstrap": _drawn([name for name, _ in component_agreements(found)], drawn),
    }


def _sureness(cases: "Cases | None", prepared: "Prepared | None", sure: float) -> dict[str, Any] | None:
    if cases is None:
        return None
    return {"sure": sure, "unsure_share": _unsure_share(cases, sure), "unsure": _unsure(cases, prepared, sure)}


def _unsure_share(cases: "Cases", sure: float) -> float:
    return float(cases.share[cases.unsure(sure)].sum())


def _unsure(cases: "Cases", prepared: "Prepared | None", sure: float) -> list[Any]:
    """Give the persons, or scores, whose decision is right with less than the wanted probability."""
    labels = [label for label, unsure in zip(cases.labels, cases.unsure(sure).tolist(), strict=True) if unsure]
    if prepared is None or not prepared.persons or prepared.label != "score":
        return labels
    doubtful = set(labels)
    return [name for name, score in zip(prepared.persons, prepared.values, strict=True) if score in doubtful]


def _drawn(names: Sequence[Any], drawn: "Bootstrap | None") -> dict[str, Any] | None:
    if drawn is None:
        return None
    spreads = {
        str(name): {index: asdict(spread) for index, spread in one.items()}
        for name, one in zip(names, drawn.spreads, strict=True)
    }
    return {"replications": drawn.replications, "refused": drawn.refused, "indices": spreads}


def lines(
    named: Sequence[tuple[Any, "Agreement"]], cases: "Cases | None", prepared: "Prepared | None", sure: float
) -> Iterator[str]:
    """Say on the terminal what was found."""
    one_cut = 2  # the cut and all together are the same then
    for name, one in named[:1] if len(named) == one_cut else named:
        label = f"Cut {name:g}" if isinstance(name, float) else "All together" if name == TOGETHER else str(name)
        said = [_said(one, index) for index in ("accuracy", "consistency", "kappa")]
        yield f"{label}: {', '.join(text for text in said if text)}{_errors(one)}."
    if cases is not None:
        unsure = _unsure(cases, prepared, sure)
        what = "scores" if prepared is not None and not prepared.persons else "persons"
        shown = ", ".join(str(label) for label in unsure[:NAMED]) + (", …" if len(unsure) > NAMED else "")
        share = f"{100 * _unsure_share(cases, sure):.1f} % of persons"
        yield f"{len(unsure)} {what} ({share}) are judged with a probability below {sure:g} of being right" + (
            f": {shown}." if unsure else "."
        )


def _said(one: "Agreement", index: str) -> str:
    value = getattr(one, index)
    return "" if value is None else f"{index} {value:.3f}"


def _errors(one: "Agreement | CutAgreement") -> str:
    if one.false_positive is None:
        return ""
    return f"; wrongly above {one.false_positive:.3f}, wrongly below {one.false_negative:.3f}"
