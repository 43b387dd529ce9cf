"""The classical statistics as rows of a table, as facts for JSON, and as lines for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.scoring.classical import ConditionalErrors, Estimate, Halves, ItemRow, Options, TestSummary

INTERVALS = (
    "facility", "omitted", "not_reached", "item_total", "item_rest", "biserial", "upper_lower", "efficiency",
    "effective_weight", "alpha_if_dropped",
)  # fmt: skip
RELIABILITIES = ("alpha", "standardised_alpha", "lambda2", "lambda6", "omega", "kr21")
HALVES = ("odd_even", "random_halves", "best_halves")
MOMENTS = ("mean", "median", "deviation", "skewness", "kurtosis")
NAMES = {
    "alpha": "Alpha", "standardised_alpha": "Standardised alpha", "lambda2": "Lambda 2", "lambda6": "Lambda 6",
    "omega": "Omega", "kr21": "KR-21", "odd_even": "Odd and even items", "random_halves": "Random halves",
    "best_halves": "Best halves",
}  # fmt: skip


def header() -> list[str]:
    """Name the columns of the table of items."""
    ends = [f"{name}{end}" for name in INTERVALS for end in ("", "_low", "_high")]
    return ["item", "n", "worth", "mean", "sd", *ends, "intended_weight", "guess", "flags"]


def rows(
    table: Sequence["ItemRow"], options: Mapping[str, "Options"], guesses: Mapping[str, float | None]
) -> Iterator[list[Any]]:
    """Give the table of items, a row each."""
    for row in table:
        found: list[Any] = [row.item, row.n, row.worth, row.mean, row.deviation]
        for name in INTERVALS:
            estimate = getattr(row, name)
            found += [estimate.value, estimate.low, estimate.high] if estimate else [None] * 3
        yield [*found, row.intended_weight, guesses.get(row.item), "; ".join(flags(row, options.get(row.item)))]


def flags(row: "ItemRow", options: "Options | None") -> list[str]:
    """Say in words what speaks against an item."""
    found = []
    if row.item_rest and row.item_rest.high < 0:
        found.append("goes against the rest of the test")
    if row.facility and row.facility.low > 0.95:  # noqa: PLR2004 - nearly everybody
        found.append("nearly everybody solves it")
    against = options.flags if options else ()
    kinds = dict.fromkeys(flag for _, flag in against)
    return found + [f"{', '.join(name for name, other in against if other == flag)}: {flag}" for flag in kinds]


def facts(
    summary: "TestSummary",
    table: Sequence["ItemRow"],
    options: Mapping[str, "Options"],
    conditional: tuple[str, "ConditionalErrors"] | None,
) -> dict[str, Any]:
    """Give everything that was calculated as plain data."""
    score = summary.score
    return {
        "persons": summary.persons,
        "items": summary.items,
        "worth": summary.worth,
        "complete": summary.complete,
        "pairwise": summary.pairwise,
        "score": score
        and {"lowest": score.lowest, "highest": score.highest}
        | {name: _estimate(getattr(score, name)) for name in MOMENTS},
        "reliability": {name: _estimate(getattr(summary, name)) for name in RELIABILITIES},
        "split_half": {name: _halves(getattr(summary, name), table) for name in HALVES},
        "sem": _estimate(summary.sem),
        "conditional_sem": conditional and _conditional(*conditional),
        "reasons": summary.reasons,
        "item_statistics": [_item(row) for row in table],
        "options": {item: _options(found) for item, found in options.items()},
    }


def _estimate(found: "Estimate | None") -> dict[str, Any] | None:
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n} if found else None


def _halves(found: "Halves | None", table: Sequence["ItemRow"]) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "first": [row.item for row, first in zip(table, found.first, strict=True) if first],
        "spearman_brown": _estimate(found.spearman_brown),
        "flanagan_rulon": _estimate(found.flanagan_rulon),
    }


def _conditional(method: str, found: "ConditionalErrors") -> dict[str, Any]:
    return {"method": method} | {name: getattr(found, name) for name in ("score", "sem", "low", "high", "n")}


def _item(row: "ItemRow") -> dict[str, Any]:
    plain = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in INTERVALS}
    return plain | {name: _estimate(getattr(row, name)) for name in INTERVALS}


def _options(found: "Options") -> dict[str, Any]:
    trace = found.trace
    shown = trace and {name: getattr(trace, name) for name in ("options", "shares", "low", "high", "n", "mean_score")}
    choices = [
        {
            "option": option.name,
            "key": option.key,
            "share": _estimate(option.share),
            "mean_rest": option.mean_rest,
            "point_biserial": _estimate(option.point_biserial),
            "flags": list(option.flags),
        }
        for option in found.options
    ]
    return {"choices": choices, "trace": shown}


def lines(summary: "TestSummary", table: Sequence["ItemRow"], options: Mapping[str, "Options"]) -> Iterator[str]:
    """Tell people the most important in lines of text: the items first, then the test."""
    width = max(4, *(len(row.item) for row in table))
    yield f"{'item':<{width}}  {'n':>6}  {'facility':<17}  {'item-rest':<20}  {'biserial':>8}  {'upper-lower':>11}"
    for row in table:
        one = f"{row.item:<{width}}  {row.n:>6}  {_shown(row.facility):<17}  {_shown(row.item_rest):<20}  "
        one += f"{_value(row.biserial):>8}  {_value(row.upper_lower):>11}"
        yield one.rstrip()
        yield from (f"{'':<{width}}  {words}" for words in flags(row, options.get(row.item)))
    yield ""
    yield from _test(summary)


def _test(summary: "TestSummary") -> Iterator[str]:
    whole = f"{summary.items} items, {summary.worth:g} marks"
    yield f"{summary.persons} persons ({summary.complete} with every item), {whole}."
    if summary.score:
        score = summary.score
        yield f"Score: mean {_shown(score.mean)}, median {_shown(score.median)}, deviation {_shown(score.deviation)}."
        yield f"Skewness {_shown(score.skewness)}, kurtosis {_shown(score.kurtosis)}."
    if summary.pairwise:
        yield "Too few persons have every item: reliabilities stand on pairs of items."
    for name in RELIABILITIES:
        if found := getattr(summary, name):
            yield f"{NAMES[name]} {_shown(found)}."
    for name in HALVES:
        if found := getattr(summary, name):
            pair = f"Spearman-Brown {_shown(found.spearman_brown)}, Flanagan-Rulon {_shown(found.flanagan_rulon)}"
            yield f"{NAMES[name]}: {pair}."
    if summary.sem:
        yield f"Standard error of measurement {_shown(summary.sem)} marks."
    yield from summary.reasons.values()


def _shown(found: "Estimate | None") -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "–"


def _value(found: "Estimate | None") -> str:
    return f"{found.value:.3f}" if found else "–"
