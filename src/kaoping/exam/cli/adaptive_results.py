"""Results of ``kaoping adaptive``: tables, report, pictures and the lines on the screen."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.adaptive_rules import Made, Options

if TYPE_CHECKING:
    from kaoping.scoring.adaptive import Evaluation, Simulation

Table = tuple[list[str], Iterable[Iterable[Any]]]
MOST_POINTS = 2000
"""Persons that a picture of estimates shows at most: the first ones."""


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def persons(found: "Simulation", names: list[str]) -> Table:
    """Give a row for each person; a standard error that is infinite is left empty."""
    header = ["person", "true", "theta", "se", "length", "reason"]
    columns: list[Iterable[Any]] = [
        names,
        found.true.tolist(),
        found.theta.tolist(),
        map(_finite, found.se.tolist()),
        found.length.tolist(),
        (found.reasons[number] for number in found.reason.tolist()),
    ]
    if found.levels is not None and found.decided is not None:
        header += ["level", "decided"]
        columns += [found.levels.tolist(), map(int, found.decided.tolist())]
    return header, zip(*columns, strict=True)


def steps(found: "Simulation", names: list[str], lowest: int) -> Table:
    """Give a row for each answer; categories count as in the file of answers."""
    return ["person", "step", "item", "answer", "theta", "se"], _steps(found, names, lowest)


def _steps(found: "Simulation", names: list[str], lowest: int) -> Iterator[list[Any]]:
    of_bank = found.test.bank.names
    parts = (part.tolist() for part in (found.length, found.items, found.categories, found.thetas, found.ses))
    for name, length, places, marks, thetas, ses in zip(names, *parts, strict=True):
        for step in range(length):
            yield [name, step + 1, of_bank[places[step]], marks[step] + lowest, thetas[step], _finite(ses[step])]


def items(found: "Simulation", chances: Any) -> Table:
    """Give a row for each item: its uses, chances of admission if there are, and rates in several ranges."""
    bank, rates = found.test.bank, (found.uses / len(found)).tolist()
    rows: list[list[Any]] = [
        [name, *([bank.areas[place]] if bank.areas else []), uses, rate]
        for place, (name, uses, rate) in enumerate(zip(bank.names, found.uses.tolist(), rates, strict=True))
    ]
    header = ["item", *(["area"] if bank.areas else []), "uses", "rate"]
    if chances is not None:
        _add(header, rows, "chance", chances.tolist())
    if found.visits is not None and len(found.visits.rates) > 1:
        _add(header, rows, "rate", found.visits.rates.tolist())
    return header, rows


def _add(header: list[str], rows: list[list[Any]], name: str, table: list[list[float]]) -> None:
    """Add a column, or one for each range of ability."""
    header += [name] if len(table) == 1 else [f"{name}{number + 1}" for number in range(len(table))]
    for row, values in zip(rows, zip(*table, strict=True), strict=True):
        row.extend(values)


def facts(found: "Simulation", evaluation: "Evaluation", made: Made, options: Options) -> dict[str, Any]:
    """Give the report."""
    shortest, mean, longest = evaluation.lengths
    exposure, classified = evaluation.exposure, evaluation.classified
    report: dict[str, Any] = {
        "post_hoc": found.real,
        "persons": len(found),
        "items": len(found.test.bank),
        "criterion": options.criterion,
        "exposure_control": ":".join(map(str, options.exposure)).rstrip(":"),
        "method": options.method,
        "precision": asdict(evaluation.precision),
        "ranges": [{**asdict(one.precision), **_plain(one)} for one in evaluation.ranges],
        "length": {"shortest": shortest, "mean": mean, "longest": longest},
        "reasons": evaluation.reasons,
        "exposure": {
            "largest": exposure.largest,
            "unused": exposure.unused,
            "chi_square": exposure.chi_square,
            "overlap": exposure.overlap,
        },
        "areas": {
            name: {"mean": mean, "fewest": fewest, "most": most}
            for name, (mean, fewest, most) in evaluation.areas.items()
        },
        "classification": None
        if classified is None
        else {
            "cuts": classified.cuts,
            "table": classified.table,
            "agreement": classified.agreement,
            "decided": classified.decided,
        },
    }
    if made.calibrated is not None:
        report["sympson_hetter"] = {
            "converged": made.calibrated.converged,
            "iterations": made.calibrated.iterations,
            "largest_rates": made.calibrated.rates,
            "tolerance": made.calibrated.tolerance,
            "se": made.calibrated.se,
        }
    return report


def _plain(one: Any) -> dict[str, Any]:
    return {"low": one.low, "high": one.high, "overlap": one.overlap, "largest_rate": one.largest_rate}


def lines(found: "Simulation", evaluation: "Evaluation", made: Made) -> Iterator[str]:
    """Say the most important."""
    precision, exposure = evaluation.precision, evaluation.exposure
    shortest, mean, longest = evaluation.lengths
    length = f"{mean:.1f} items (from {shortest} to {longest})" if shortest < longest else f"{longest} items"
    against = "the estimate from all answers" if found.real else "the true ability"
    yield f"{len(found)} persons, {len(found.test.bank)} items in the bank; {length} each."
    yield (
        f"Against {against}: bias {precision.bias:+.3f}, RMSE {precision.rmse:.3f} logits"
        + ("." if precision.se is None else f"; standard error {precision.se:.3f}.")
    )
    overlap = "" if exposure.overlap is None else f"; two persons share {100 * exposure.overlap:.0f}% of their items"
    yield f"Largest exposure {100 * exposure.largest:.0f}%, {exposure.unused} items unused{overlap}."
    if set(evaluation.reasons) != {"length"}:
        yield "Ended by " + ", ".join(f"{name}: {number}" for name, number in evaluation.reasons.items()) + "."
    if evaluation.classified is not None:
        yield f"Classified as {against}: {100 * evaluation.classified.agreement:.1f}%."
    if made.calibrated is not None and not made.calibrated.converged:
        yield "SYMPSON AND HETTER'S CHANCES DID NOT SETTLE; look at the report, or allow a higher rate."


def pictures(found: "Simulation", evaluation: "Evaluation") -> dict[str, bytes]:
    """Draw estimates, precision along ability, exposure, lengths if they differ, and the way of the first person."""
    from kaoping.exam.figures import adaptive as figures
    from kaoping.exam.figures.drawing import Words

    against = "Estimate from all answers (logits)" if found.real else "True ability (logits)"
    some = slice(MOST_POINTS)
    drawn = {
        "recovery": figures.recovery(
            found.true[some], found.theta[some], Words("Estimates", against, "Estimates of the adaptive test.")
        ),
        "exposure": figures.exposure(
            evaluation.exposure.rates,
            Words("Exposure of the items", "Items, most used first", "Share of the persons who got each item."),
        ),
        "path": figures.path(
            found.thetas[0, : found.length[0]],
            found.ses[0, : found.length[0]],
            Words("The first person", "Answers", "Estimate after each answer, with its standard error."),
            true=float(found.true[0]),
        ),
    }
    if len(evaluation.ranges) > 1:
        words = Words("Precision", against, "Bias, error and standard error by range of ability.")
        drawn["precision"] = figures.precision(evaluation.ranges, words)
    if evaluation.lengths[0] < evaluation.lengths[2]:
        drawn["lengths"] = figures.lengths(found.length, Words("Lengths", "Items", "Persons by length of the test."))
    return drawn
