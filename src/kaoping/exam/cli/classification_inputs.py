"""What ``kaoping classify`` reads, and the function of `kaoping.scoring.classification` that is made of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import FileUnreadable, Refused, Row, read_item_rows, read_responses, read_rows
from kaoping.exam.cli.tables import PERSON

if TYPE_CHECKING:
    from kaoping.scoring.classification import Classification
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.quadrature import Quadrature

TRIED = 60
"""Cuts that are tried on a scale of abilities, and most intervals on one of scores."""
SPREAD = 2.5
"""Standard deviations to each side between which cuts of abilities are tried."""
FINEST = 100
"""Most units that a mark may be divided into."""
MOST_COUNT = 10_000_000


@dataclass(frozen=True)
class Asked:
    """What was said for a method."""

    table: Path | None
    items: Path | None
    marks: Path | None
    mean: float
    sd: float
    grid: tuple[float, float, int] | None
    true_cuts: list[float] | None
    flat: bool
    answers: dict[str, Any]
    reliability: float | None
    maximum: float | None
    minimum: float
    moments: int
    step: float | None


@dataclass(frozen=True)
class Prepared:
    """A method with its data: ``measure`` takes cuts and, of persons that can be drawn again, weights.

    ``persons`` are names and ``values`` what each is classified by, called ``label``; ``n`` persons can be drawn again
    (0 if they cannot). ``tried`` are the cuts of a curve and ``axis`` names their scale.
    """

    measure: Callable[..., "Classification"]
    label: str
    axis: str
    tried: Sequence[float]
    persons: Sequence[str] = ()
    values: Sequence[float] = ()
    n: int = 0
    left_out: Sequence[str] = field(default=())


def by_rudner(asked: Asked) -> Prepared:
    """Classify by abilities and errors, or tell what a test would do with a population."""
    from kaoping.scoring import classification

    if asked.table is None:
        items = read_items(_needed(asked.items, "--items, or a table of abilities"))
        population = _population(asked)

        def expected(cuts: Any) -> "Classification":
            return classification.rudner_expected(
                items, cuts, population=population, mean=asked.mean, sd=asked.sd
            )  # fmt: skip

        return Prepared(expected, "theta", "Ability (logits)", _spaced(asked.mean, asked.sd))
    persons, theta, se, left = _abilities(asked.table, ("theta", "se"))

    def measure(cuts: Any, weights: Any = None) -> "Classification":
        return classification.rudner(theta, se, cuts, weights=weights, persons=persons)

    return Prepared(measure, "theta", "Ability", _around(theta), persons, theta, len(theta), left)


def by_lee(asked: Asked) -> Prepared:
    """Classify by the sum of marks: a population, or persons of known ability."""
    from kaoping.scoring import classification

    items = read_items(_needed(asked.items, "--items"))
    worth, unit = _worth(asked.marks, items)
    common: dict[str, Any] = {"marks": worth, "unit": unit, "true_cuts": asked.true_cuts}
    steps = worth if worth is not None else [1] * len(items)
    total = unit * sum(step * (m - 1) for step, m in zip(steps, items.categories.tolist(), strict=True))
    tried = _whole(0.0, total, unit)
    if asked.table is None:
        population = _population(asked)

        def expected(cuts: Any) -> "Classification":
            return classification.lee(items, cuts, population=population, mean=asked.mean, sd=asked.sd, **common)

        return Prepared(expected, "score", "Score (marks)", tried)
    persons, theta, _, left = _abilities(asked.table, ("theta",))

    def measure(cuts: Any, weights: Any = None) -> "Classification":
        return classification.lee_persons(theta, items, cuts, weights=weights, persons=persons, **common)

    return Prepared(measure, "theta", "Score (marks)", tried, persons, theta, len(theta), left)


def by_guo(asked: Asked) -> Prepared:
    """Classify by the whole likelihood of answers."""
    from kaoping.scoring import ability, classification
    from kaoping.scoring.grids import normal_grid

    file = _needed(asked.table, "a table of answers")
    bank = read_items(_needed(asked.items, "--items"))
    categories = dict(zip(bank.names, map(int, bank.categories), strict=True))
    answers = read_responses(file, categories=categories, **asked.answers)
    if lacking := [name for name in answers.items if name not in categories]:
        raise FileUnreadable(
            file=_needed(asked.items, "--items"), reason=f"it has no row for item {lacking[0]} of {file}"
        )
    items = bank.named(answers.items)
    population = normal_grid(items, mean=asked.mean, sd=asked.sd)
    theta = ability.eap(answers, items, population=population).theta.tolist()

    def measure(cuts: Any) -> "Classification":
        return classification.guo(answers, items, cuts, mean=asked.mean, sd=asked.sd, flat=asked.flat)

    tried = _spaced(asked.mean, asked.sd)
    return Prepared(measure, "eap", "Ability (logits)", tried, answers.persons, theta)


def by_scores(asked: Asked, method: str) -> Prepared:
    """Classify by observed scores, with a distribution of true scores or with each person's own."""
    from kaoping.scoring import classification

    persons, scores = _scores(_needed(asked.table, "a table of scores"))
    maximum = _needed(asked.maximum, "--maximum")
    given: dict[str, Any] = {"maximum": maximum}
    if method == "livingston-lewis":
        given |= {"minimum": asked.minimum, "moments": asked.moments, "step": asked.step}
    elif maximum % 1:
        raise Refused(f"--maximum {maximum:g} is the number of items for {method}; give a whole number.")
    else:
        given["maximum"] = int(maximum)
    if method in {"livingston-lewis", "subkoviak"}:
        given["reliability"] = _needed(asked.reliability, "--reliability")
    elif method == "hanson-brennan":
        given |= {"reliability": asked.reliability, "moments": asked.moments}
    elif method == "huynh":
        given["moments"] = 2
    functions = {"livingston-lewis": "livingston_lewis", "subkoviak": "subkoviak"}
    function = getattr(classification, functions.get(method, "hanson_brennan"))

    def measure(cuts: Any, weights: Any = None) -> "Classification":
        found: Classification = function(scores, cuts, weights=weights, **given)
        return found

    return Prepared(
        measure, "score", "Score", _whole(asked.minimum, maximum, asked.step or 1.0), persons, scores, len(scores)
    )  # fmt: skip


def read_components(file: Path, names: Sequence[str]) -> tuple[list[str], list[str], list[list[float]], Any]:
    """Read scores of components: names of persons and components, scores, and errors if there are ``se_`` columns.

    Raises
    ------
    FileUnreadable, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    rows = read_rows(file, list(names), unique=PERSON)
    columns = rows[0].columns
    chosen = list(names) or [name for name in columns if name != PERSON and not name.startswith("se_")]
    if not chosen:
        raise FileUnreadable(file=file, reason="it has no components; give each a column")
    scores = [[row.number(name) for name in chosen] for row in rows]
    with_errors = [name for name in chosen if f"se_{name}" in columns]
    if with_errors and (lacking := [name for name in chosen if name not in with_errors]):
        raise FileUnreadable(file=file, reason=f"it has no column se_{lacking[0]}, though se_{with_errors[0]} is there")
    errors = [[_error(row, f"se_{name}") for name in chosen] for row in rows] if with_errors else None
    return _names(rows), chosen, scores, errors


def _abilities(file: Path, columns: tuple[str, ...]) -> tuple[list[str], list[float], list[float], list[str]]:
    """Read estimates; persons with empty cells, who could not be scored, are left out."""
    rows = read_rows(file, columns, unique=PERSON)
    names = _names(rows)
    known = [place for place, row in enumerate(rows) if row["theta"]]
    left = [names[place] for place, row in enumerate(rows) if not row["theta"]]
    if not known:
        raise FileUnreadable(file=file, reason="nobody in it has an ability")
    theta = [_finite(rows[place]) for place in known]
    se = [_error(rows[place], "se") if "se" in columns else 0.0 for place in known]
    return [names[place] for place in known], theta, se, left


def _finite(row: Row) -> float:
    if row["theta"].lstrip("+-").lower() in {"inf", "infinity"}:
        raise row.refuse("theta", "is not finite; score with wle or eap, or leave this person out")
    return row.number("theta")


def _error(row: Row, column: str) -> float:
    value = row.number(column)
    if value < 0:
        raise row.refuse(column, "is no standard error; write a number from 0 on")
    return value


def _scores(file: Path) -> tuple[list[str], list[float]]:
    """Read scores of persons, or how many persons had each score."""
    rows = read_rows(file, ["score"], unique=PERSON)
    if "count" not in rows[0].columns:
        return _names(rows) if PERSON in rows[0].columns else [], [row.number("score") for row in rows]
    scores: list[float] = []
    for row in rows:
        if not 0 <= (count := row.whole("count")) <= MOST_COUNT:
            raise row.refuse("count", "is no number of persons; write a whole number from 0 on")
        scores += [row.number("score")] * count
    if not scores:
        raise FileUnreadable(file=file, reason="it counts nobody")
    return [], scores


def _names(rows: Sequence[Row]) -> list[str]:
    named = PERSON in rows[0].columns
    return [row[PERSON] if named else str(place) for place, row in enumerate(rows, 1)]


def _worth(file: Path | None, items: "ItemParameters") -> tuple[list[int] | None, float]:
    """Give what a category of each item is worth in whole units, and the unit; most marks of an item are read."""
    if file is None:
        return None, 1.0
    rows = read_item_rows(file, ["marks"], items.names, each="marks")
    steps = []
    for name, categories in zip(items.names, items.categories.tolist(), strict=True):
        row = rows[name]
        if row.number("marks") <= 0:
            raise row.refuse("marks", "is no highest mark; write a number above 0")
        steps.append(Fraction(row["marks"]) / (categories - 1))
    parts = math.lcm(*(step.denominator for step in steps))
    if parts > FINEST:
        raise FileUnreadable(file=file, reason=f"its marks need a unit of 1/{parts}; give marks in parts of 1/{FINEST}")
    return [int(step * parts) for step in steps], 1 / parts


def _population(asked: Asked) -> "Quadrature | None":
    from kaoping.scoring.grids import normal_between

    if asked.grid is None:
        return None
    low, high, nodes = asked.grid
    return normal_between(low, high, nodes, mean=asked.mean, sd=asked.sd)


def _needed(value: Any, what: str) -> Any:
    if value is None:
        raise Refused(f"This method needs {what}.")
    return value


def _spaced(mean: float, sd: float) -> list[float]:
    return [mean + sd * SPREAD * (2 * place / TRIED - 1) for place in range(TRIED + 1)]


def _around(values: Sequence[float]) -> list[float]:
    """Cuts between which nearly all of these values lie."""
    mean = math.fsum(values) / len(values)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return _spaced(mean, sd) if sd else [mean]


def _whole(low: float, high: float, unit: float) -> list[float]:
    """Cuts at steps of the unit, or of so many units that they are not too many."""
    steps = round((high - low) / unit)
    every = max(1, math.ceil(steps / TRIED))
    return [low + unit * place for place in range(every, steps + 1, every)]
