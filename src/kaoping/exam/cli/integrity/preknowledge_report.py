"""What ``kaoping integrity preknowledge`` writes: tables of persons and items, the report, lines and pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.integrity.flags import cells, closing, judged

if TYPE_CHECKING:
    from kaoping.scoring.integrity.ability_changes import AbilityChanges
    from kaoping.scoring.integrity.evidence import Evidence
    from kaoping.scoring.integrity.item_drift import Drift
    from kaoping.scoring.integrity.preknowledge import Shifts
    from kaoping.scoring.quadrature import Quadrature
    from kaoping.scoring.responses import ResponseMatrix

FEWEST_EXPOSED = 10
"""Exposed items below which the answers of one person seldom reach the level 0.01."""

PERSONS = [
    "person", "exposed_answers", "secure_answers", "theta_exposed", "se_exposed", "theta_secure", "se_secure",
    "gain", "z_answers", "p_answers", "adjusted_p_answers", "flagged_answers", "likelihood_ratio", "score", "wald",
    "speed_gain", "z_times", "p_times", "adjusted_p_times", "flagged_times",
    "statistic", "p", "adjusted_p", "flagged",
]  # fmt: skip
ITEMS = [
    "item", "exposed", "easier", "se_easier", "z_easier", "p_easier", "adjusted_p_easier", "flagged_easier",
    "faster", "se_faster", "z_faster", "p_faster", "adjusted_p_faster", "flagged_faster",
]  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What was read, compared and judged."""

    responses: "ResponseMatrix"
    exposed: Any
    null: str
    ties: str
    population: "Quadrature"
    answer_shifts: "Shifts"
    speed_shifts: "Shifts | None"
    changes: "AbilityChanges"
    answers: "Evidence"
    times: "Evidence | None"
    both: "Evidence | None"
    drift: tuple["Drift", ...]
    level: float

    @property
    def overall(self) -> "Evidence":
        """The screening that flags a person: answers and times together, or answers alone."""
        return self.both if self.both is not None else self.answers

    @cached_property
    def drifted(self) -> list["Evidence"]:
        """Items that became easier or faster, adjusted for their number by Benjamini and Hochberg."""
        return [one.evidence(level=self.level) for one in self.drift]

    @property
    def screenings(self) -> list["Evidence"]:
        """All of them, persons first."""
        return [one for one in (self.answers, self.times, self.both) if one is not None] + self.drifted


def person_rows(work: Work) -> Iterator[list[Any]]:
    """Give the row of every person; empty cells where nothing can be said."""
    answers, times, overall = judged(work.answers), judged(work.times), judged(work.overall)
    known, of = work.responses.presented, work.changes
    numbers = zip(
        known[:, work.exposed].sum(axis=1).tolist(), known[:, ~work.exposed].sum(axis=1).tolist(), strict=True
    )
    estimates = [part.tolist() for part in (of.exposed, of.se_exposed, of.secure, of.se_secure)]
    tests = [part.tolist() for part in (of.likelihood_ratio, of.score, of.wald)]
    gain = work.answer_shifts.difference.tolist()
    speed = work.speed_shifts.difference.tolist() if work.speed_shifts else None
    for place, (person, number) in enumerate(zip(work.responses.persons, numbers, strict=True)):
        able, fast = bool(of.judged[place]), person in times
        yield [
            person, *number, *(part[place] if able else None for part in estimates), gain[place] if able else None,
            *cells(answers, person), *(part[place] if able else None for part in tests),
            speed[place] if speed is not None and fast else None, *cells(times, person), *cells(overall, person),
        ]  # fmt: skip


def item_rows(work: Work) -> Iterator[list[Any]]:
    """Give the row of every item."""
    of = [(judged(evidence), one) for evidence, one in zip(work.drifted, work.drift, strict=True)]
    for place, item in enumerate(work.responses.items):
        row: list[Any] = [item, int(work.exposed[place])]
        for said, one in of:
            seen = bool(one.judged[place])
            row += [float(one.change[place]) if seen else None, float(one.se[place]) if seen else None]
            row += cells(said, item)
        yield row + [None] * (len(ITEMS) - len(row))


def facts(work: Work) -> dict[str, Any]:
    """Give the report."""
    items, grid = work.responses.items, work.population
    middle = float(grid.weights @ grid.nodes)
    return {
        "persons": work.responses.n_persons,
        "items": len(items),
        "exposed": [item for item, one in zip(items, work.exposed, strict=True) if one],
        "null": work.null,
        "ties": work.ties,
        "population": {"mean": middle, "sd": float(grid.weights @ (grid.nodes - middle) ** 2) ** 0.5},
        "flags_by": work.overall.name,
        "screenings": [one.facts() for one in work.screenings],
        "weighing": closing([])[-1],
    }


def lines(work: Work) -> list[str]:
    """Say what was found."""
    number, every = int(work.exposed.sum()), len(work.responses.items)
    said = [f"{work.responses.n_persons} persons, {number} exposed and {every - number} secure items."]
    if number < FEWEST_EXPOSED:
        said.append("So few exposed items seldom let answers reach a small level; look at times, or give --seed.")
    return said + closing(work.screenings)


def pictures(work: Work) -> dict[str, bytes]:
    """Draw abilities on exposed over secure items, the statistics of answers and times, and drift."""
    from kaoping.exam.figures import response_times as figures
    from kaoping.exam.figures.drawing import Words

    flagged = set(work.overall.named)
    marks = [person in flagged for person in work.responses.persons]
    seen, of = work.changes.judged, work.changes
    words = Words("Ability on exposed and secure items", "Secure items (logits)", "Every person; flagged ones marked.")
    shown = [mark for mark, one in zip(marks, seen, strict=True) if one]
    drawn = {"abilities": figures.two_abilities(of.secure[seen], of.exposed[seen], shown, words)}
    if work.speed_shifts is not None:
        words = Words("Answers and times", "z of answers", "Every person; flagged ones marked.")
        drawn["answers-times"] = figures.two_statistics(work.answer_shifts.z, work.speed_shifts.z, marks, words)
    for evidence, one in zip(work.drifted, work.drift, strict=True):
        words = Words(f"Change of {one.name} after", "Item", "Items that became easier or faster stand above zero.")
        drawn[f"drift-{one.name}"] = figures.drift(one, evidence, words)
    return drawn
