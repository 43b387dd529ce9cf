"""The results of ``kaoping fit`` as rows of tables, facts of a report, and lines on the terminal."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.exam.cli.fit import Work
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

ITEMS = [
    "item", "model", "n", "s_x2", "df", "p", "rmsea", "infit", "infit_z", "outfit", "outfit_z", "q3_strongest",
    "q3_with",
]  # fmt: skip
PERSONS = [
    "person", "theta", "answers", "log_likelihood", "zh", "lz_star", "infit", "infit_z", "outfit", "outfit_z",
    "guttman_errors", "u3", "h_t",
]  # fmt: skip
PAIRS = ["item", "other", "n", "q3", "q3_adjusted", "x2", "g2", "df", "p", "sign", "standardized", "cramers_v"]
SQUARES = ("infit", "infit_z", "outfit", "outfit_z")
LEVEL = 0.05
STRONG_Q3, STRONG_LD, LOW_LZ = 0.2, 10.0, -1.645
"""What the terminal names: adjusted Q3 and standardized LD-X² above these, lz* below (5 of 100 persons by chance)."""
NAMED = 10


def _known(value: Any) -> Any:
    """Give None for what is not a number."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _columns(found: Any, names: Iterable[str], length: int) -> list[list[Any]]:
    """Give columns of a result, or empty ones if it was not calculated."""
    if found is None:
        return [[None] * length for _ in names]
    return [[_known(value) for value in getattr(found, name).tolist()] for name in names]


def item_rows(found: Mapping[str, Any], parameters: "ItemParameters") -> Iterator[list[Any]]:
    """Give a row for each item."""
    k = len(parameters)
    squares = _columns(found.get("infit"), ["answers", *SQUARES], k)
    by_score = _columns(found.get("sx2"), ["statistic", "df", "p", "rmsea"], k)
    for place, name in enumerate(parameters.names):
        n, *mean_squares = (column[place] for column in squares)
        strongest = _strongest(found, place, parameters.names)
        fit = [column[place] for column in by_score]
        yield [name, str(parameters.models[place].name), n, *fit, *mean_squares, *strongest]


def _strongest(found: Mapping[str, Any], place: int, names: Sequence[str]) -> list[Any]:
    """Give the adjusted Q3 that is farthest from zero, and the item that it is with."""
    if "q3" not in found:
        return [None, None]
    row = found["q3"].adjusted[place].tolist()
    other = max((number for number in range(len(names)) if number != place), key=lambda number: abs(row[number]))
    return [row[other], names[other]]


def persons(work: "Work") -> None:
    """Calculate the fit of every person whom there are answers of."""
    from kaoping.scoring import fit as scoring

    answering = work.table.presented.sum(axis=1).nonzero()[0]
    table, theta = work.table, work.theta
    if len(answering) < table.n_persons:
        table, theta = table.take(persons=answering), [theta[person] for person in answering]
    work.found["answering"] = table.persons
    items = work.model.parameters
    work.attempt(
        "likelihood",
        lambda: scoring.pattern_likelihood(
            table, items, theta=theta, estimator=work.estimator, population=work.model.population
        ),
    )
    work.attempt("squares", lambda: scoring.person_mean_squares(table, items, theta=theta))
    complete = work.complete or work.table
    work.attempt("order", lambda: scoring.pattern_order(complete))
    work.found["ordered"] = complete.persons


def person_rows(found: Mapping[str, Any], table: "ResponseMatrix", theta: Sequence[float]) -> Iterator[list[Any]]:
    """Give a row for each person; what cannot be said of a person stays empty."""
    answering, ordered = found.get("answering", ()), found.get("ordered", ())
    known = _columns(found.get("likelihood"), ["log_likelihood", "zh", "lz_star"], len(answering))
    known += _columns(found.get("squares"), SQUARES, len(answering))
    order = _columns(found.get("order"), ["guttman_errors", "u3", "h_t"], len(ordered))
    with_answers = dict(zip(answering, zip(*known, strict=True), strict=True))
    complete = dict(zip(ordered, zip(*order, strict=True), strict=True))
    answers = table.presented.sum(axis=1).tolist()
    for person, ability, number in zip(table.persons, theta, answers, strict=True):
        own, place = with_answers.get(person, [None] * len(known)), complete.get(person, [None] * len(order))
        yield [person, ability, number, *own, *place]


def pair_rows(found: Mapping[str, Any], names: Sequence[str]) -> Iterator[list[Any]]:
    """Give a row for each pair of items."""
    pairs, q3 = found.get("ldx2"), found.get("q3")
    every = [(left, right) for left in range(len(names)) for right in range(left + 1, len(names))]
    columns = ["n", "chi_square", "likelihood_ratio", "df", "p", "sign", "standardized", "cramers_v"]
    rows = zip(*_columns(pairs, columns, len(every)), strict=True)
    for (left, right), (n, *dependence) in zip(every, rows, strict=True):
        residual = [None, None] if q3 is None else [float(q3.q3[left, right]), float(q3.adjusted[left, right])]
        yield [names[left], names[right], n, *residual, *dependence]


def facts(work: "Work") -> dict[str, Any]:
    """Give the report: the whole model, and what stands on how many persons."""
    population = work.model.population
    mean = float(population.weights @ population.nodes)
    sd = float(population.weights @ (population.nodes - mean) ** 2) ** 0.5
    model, q3 = work.found.get("m2"), work.found.get("q3")
    return {
        "persons": work.table.n_persons,
        "items": work.table.n_items,
        "complete": work.complete.n_persons if work.complete else 0,
        "parameters": work.model.n_free,
        "population": {"mean": mean, "sd": sd, "estimated": list(work.model.moments)},
        "abilities": work.estimator,
        "model_fit": asdict(model) if model else None,
        "q3_mean": q3.mean if q3 else None,
        "reasons": work.reasons,
    }


def lines(work: "Work") -> Iterator[str]:
    """Say on the terminal what was found."""
    complete = work.complete.n_persons if work.complete else 0
    yield f"{work.table.n_items} items, {work.table.n_persons} persons, {complete} of them with every answer."
    if model := work.found.get("m2"):
        yield (
            f"{model.kind} {model.statistic:.2f} on {model.df} degrees of freedom, p {model.p:.4f}; RMSEA "
            f"{model.rmsea:.4f} ({model.rmsea_low:.4f} to {model.rmsea_high:.4f}), SRMSR {model.srmsr:.4f}, "
            f"CFI {model.cfi:.3f}, TLI {model.tli:.3f}."
        )
    yield from _item_lines(work)
    yield from _pair_lines(work)
    if likelihood := work.found.get("likelihood"):
        low = sum(value < LOW_LZ for value in likelihood.lz_star.tolist())
        yield f"{low} of {len(likelihood.lz_star)} persons have lz* below {LOW_LZ}; 5 of 100 are expected."
    for name, reason in work.reasons.items():
        yield f"Not calculated ({name}): {reason}"


def _item_lines(work: "Work") -> Iterator[str]:
    if by_score := work.found.get("sx2"):
        rows = zip(work.table.items, by_score.p.tolist(), strict=True)
        tested = [(p, item) for item, p in rows if not math.isnan(p)]
        bad = sorted((p, item) for p, item in tested if p * len(tested) < LEVEL)
        what = "no item" if not bad else _some(f"{item} (p {p:.1e})" for p, item in bad)
        yield f"S-X² below .05 after Bonferroni: {what}."


def _pair_lines(work: "Work") -> Iterator[str]:
    q3, pairs, names = work.found.get("q3"), work.found.get("ldx2"), work.table.items
    strong = []
    if pairs:
        rows = zip(pairs.first.tolist(), pairs.second.tolist(), pairs.standardized.tolist(), strict=True)
        strong += [(abs(value), f"{names[a]} with {names[b]} (LD {value:.1f})") for a, b, value in rows]
        strong = [row for row in strong if row[0] > STRONG_LD]
    elif q3:
        table = q3.adjusted.tolist()
        strong = [
            (abs(table[a][b]), f"{names[a]} with {names[b]} (Q3 {table[a][b]:.2f})")
            for a in range(len(names)) for b in range(a + 1, len(names)) if abs(table[a][b]) > STRONG_Q3
        ]  # fmt: skip
    if pairs or q3:
        texts = [text for _, text in sorted(strong, reverse=True)]
        yield f"Dependent pairs: {_some(texts) if texts else 'none'}."


def _some(texts: Iterable[str]) -> str:
    """Write the first ten, and how many more there are."""
    listed = list(texts)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
