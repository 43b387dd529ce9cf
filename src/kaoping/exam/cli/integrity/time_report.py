"""What ``kaoping integrity times`` writes: tables of persons, answers and items, the report, lines and pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.integrity.flags import cells, closing, judged

if TYPE_CHECKING:
    from kaoping.scoring.integrity.effort import Effort
    from kaoping.scoring.integrity.evidence import Evidence
    from kaoping.scoring.integrity.lognormal import Speeds, TimeParameters
    from kaoping.scoring.integrity.rapid_thresholds import Thresholds
    from kaoping.scoring.integrity.response_times import ResponseTimes
    from kaoping.scoring.integrity.speed_ability import SecondLevel
    from kaoping.scoring.integrity.time_calibration import TimeCalibration
    from kaoping.scoring.integrity.time_fit import TimeFit
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

LOW_EFFORT = 0.9
"""Effort below which the usual rule (Wise & Kong, 2005) calls an examinee unmotivated; it has no stated error."""
LARGEST_PICTURES = 20
"""Most items of which the distribution of times is drawn: those with the most rapid answers."""
SHOWN_PERSONS = 20
"""Persons whose residuals are drawn: those with the most unusual pattern."""
CELLS = {-1: "", -2: "O", -3: "R"}
"""What is written for items not presented, omitted and not reached, unless other words were used."""

PERSONS = [
    "person", "timed", "speed", "se_speed", "chi_square", "df", "p_pattern", "adjusted_p_pattern", "flagged_pattern",
    "rapid", "effort", "low_effort", "p_rapid", "adjusted_p_rapid", "flagged_rapid", "fast_answers", "slow_answers",
]  # fmt: skip
ANSWERS = ["person", "item", "seconds", "expected_seconds", "z", "p", "adjusted_p", "kind", "rapid"]
ITEMS = [
    "item", "timed", "beta", "se_beta", "alpha", "se_alpha", "phi", "se_phi", "sigma", "median_seconds", "sd_z",
    "skewness", "kurtosis", "normality", "p_normality", "distance", "threshold", "no_threshold", "rapid", "effort",
    "facility_rapid", "facility_other",
]  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What was read, estimated and judged."""

    times: "ResponseTimes"
    responses: "ResponseMatrix | None"
    items: "ItemParameters | None"
    parameters: "TimeParameters"
    calibration: "TimeCalibration | None"
    joint: "SecondLevel | None"
    residuals: Any
    speeds: "Speeds"
    fit: "TimeFit"
    thresholds: "Thresholds"
    effort: "Effort"
    pattern: "Evidence"
    rapid: "Evidence | None"
    fast: "Evidence"
    slow: "Evidence"
    null: str

    @property
    def screenings(self) -> list["Evidence"]:
        """All of them, persons first."""
        return [one for one in (self.pattern, self.rapid, self.fast, self.slow) if one is not None]


def person_rows(work: Work) -> Iterator[list[Any]]:
    """Give the row of every person."""
    pattern, rapid = judged(work.pattern), judged(work.rapid)
    counts = [_per_person(one) for one in (work.fast, work.slow)]
    timed, quick = work.times.timed.sum(axis=1).tolist(), work.effort.rapid.sum(axis=1).tolist()
    effort = work.effort.of_persons.tolist()
    columns = zip(work.times.persons, timed, work.speeds.tau.tolist(), work.speeds.se.tolist(), strict=True)
    for place, (person, number, tau, se) in enumerate(columns):
        if not number:
            yield [person, 0, *[None] * (len(PERSONS) - 2)]
            continue
        statistic, *said = cells(pattern, person)
        speed = [tau, se] if isfinite(se) else [None, None]
        yield [
            person, number, *speed, statistic, number - isfinite(se), *said, quick[place], effort[place],
            int(effort[place] < LOW_EFFORT), *cells(rapid, person)[1:], *(count.get(person, 0) for count in counts),
        ]  # fmt: skip


def _per_person(answers: "Evidence") -> Mapping[str, int]:
    """How many of each person's answers are flagged."""
    found: dict[str, int] = {}
    for subject in answers.named:
        person = subject[0]
        found[person] = found.get(person, 0) + 1
    return found


def answer_rows(work: Work) -> Iterator[list[Any]]:
    """Give the rows of the flagged and the rapid answers, person by person."""
    from kaoping.scoring.integrity.time_residuals import expected_seconds

    expected = expected_seconds(work.times, work.parameters, work.joint.prior if work.joint else None).tolist()
    fast, slow = judged(work.fast), judged(work.slow)
    quick, seconds = work.effort.rapid.tolist(), work.times.seconds.tolist()
    for row, person in enumerate(work.times.persons):
        for column, item in enumerate(work.times.items):
            below, above = cells(fast, (person, item)), cells(slow, (person, item))
            kind = "fast" if below[3] else "slow" if above[3] else ""
            if not (kind or quick[row][column]):
                continue
            _, p, adjusted, _ = above if kind == "slow" else below
            z = above[0]
            yield [
                person, item, seconds[row][column], expected[row][column] if z is not None else None, z, p, adjusted,
                kind, int(quick[row][column]),
            ]  # fmt: skip


def item_rows(work: Work) -> Iterator[list[Any]]:
    """Give the row of every item; errors are empty where parameters were known."""
    known, fit, of = work.parameters, work.fit, work.calibration
    found = [of.se_intensity, of.se_discrimination, of.se_slope] if of is not None else []
    errors: list[list[float | None]] = [part.tolist() for part in found] or [[None] * len(known.items)] * 3
    shape = [_known(part) for part in (fit.sd, fit.skewness, fit.kurtosis, fit.normality, fit.p, fit.distance)]
    timed, quick = work.times.timed.sum(axis=0).tolist(), work.effort.rapid.sum(axis=0).tolist()
    medians = work.times.medians.tolist()
    right = _facilities(work)
    for place, item in enumerate(known.items):
        beta, alpha, phi = (float(part[place]) for part in (known.intensity, known.discrimination, known.slope))
        yield [
            item, timed[place], beta, errors[0][place], alpha, errors[1][place], phi, errors[2][place] or None,
            known.spread, medians[place] if timed[place] else None, *(part[place] for part in shape),
            float(work.thresholds.seconds[place]) or None, work.thresholds.reasons[place], quick[place],
            float(work.effort.of_items[place]), *right[place],
        ]  # fmt: skip


def _known(values: Any) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - not a number


def _facilities(work: Work) -> list[tuple[float | None, float | None]]:
    """Share of right answers among the rapid and among the other answers to every item."""
    if work.responses is None or not work.responses.dichotomous:
        return [(None, None)] * len(work.times.items)
    found = []
    known = work.responses.presented & work.times.timed
    for rapid in (work.effort.rapid & known, ~work.effort.rapid & known):
        number = rapid.sum(axis=0).tolist()
        right = (work.responses.right & rapid).sum(axis=0).tolist()
        found.append([one / of if of else None for one, of in zip(right, number, strict=True)])
    return list(zip(*found, strict=True))


def cleaned_table(work: Work, words: Mapping[str, Any]) -> tuple[list[str], Iterator[list[Any]]]:
    """Give the answers with rapid guesses as not presented, in the words of the file that was read."""
    from kaoping.scoring.integrity.effort import cleaned

    assert work.responses is not None  # noqa: S101 - refused before
    table, lowest = cleaned(work.responses, work.effort.rapid), int(words["lowest"])
    texts = {**CELLS, -2: words["omitted"] or CELLS[-2], -3: words["not_reached"] or CELLS[-3]}
    rows = zip(table.persons, table.codes, strict=True)
    return ["person", *table.items], (
        [person, *(texts.get(code, code + lowest) for code in codes.tolist())] for person, codes in rows
    )


def facts(work: Work) -> dict[str, Any]:
    """Give the report."""
    of, table = work.calibration, work.times
    found: dict[str, Any] = {
        "persons": table.n_persons,
        "items": table.n_items,
        "times": int(table.timed.sum()),
        "left_out": {"too_short": int(table.short.sum()), "too_long": int(table.long.sum())},
        "spread_of_speed": work.parameters.spread,
        "calibration": None
        if of is None
        else {
            "converged": of.converged, "iterations": of.iterations, "log_likelihood": of.log_likelihood,
            "parameters": of.n_free, "aic": of.aic, "se_spread": of.se_spread, "gradient_norm": of.gradient_norm,
        },
        "second_level": _second_level(work),
        "largest_distance_from_lognormal": max(
            (one for one in _known(work.fit.distance) if one is not None), default=None
        ),
        "null": work.null,
        "rapid_answers": int(work.effort.rapid.sum()),
        "items_without_threshold": [
            {"item": item, "reason": reason}
            for item, reason in zip(table.items, work.thresholds.reasons, strict=True)
            if reason
        ],
        "persons_below_effort_0.9": int((work.effort.of_persons < LOW_EFFORT).sum()),
        "screenings": [one.facts() for one in work.screenings],
    }  # fmt: skip
    return {**found, "weighing": closing([])[-1]}


def _second_level(work: Work) -> dict[str, Any] | None:
    of = work.joint
    if of is None:
        return None
    return {
        "mean_ability": float(of.mean[0]), "sd_ability": float(of.sd[0]), "mean_speed": float(of.mean[1]),
        "sd_speed": float(of.sd[1]), "correlation": of.correlation, "se_correlation": of.se_correlation,
        "log_likelihood": of.log_likelihood, "iterations": of.iterations, "converged": of.converged,
        "items": _item_covariance(work),
    }  # fmt: skip


def _item_covariance(work: Work) -> dict[str, Any] | None:
    """Correlations of difficulty, discrimination and time parameters, where both have one of each."""
    from kaoping.scoring.integrity.speed_ability import correlations_of_items

    if work.items is None or (found := correlations_of_items(work.items, work.parameters)) is None:
        return None
    return {"labels": list(found.labels), "correlation": list(map(_known, found.correlation))}


def lines(work: Work) -> list[str]:
    """Say what was found."""
    table, of = work.times, work.calibration
    left = int(table.short.sum()) + int(table.long.sum())
    begun = f"{table.n_persons} persons, {table.n_items} items, {int(table.timed.sum())} times"
    said = [f"{begun}; {left} left out as too short or too long." if left else f"{begun}."]
    if of is not None:
        said.append(f"Calibrated in {of.iterations} passes; speed varies by {of.parameters.spread:.2f} log seconds.")
    if work.joint is not None:
        said.append(
            f"Ability and speed correlate {work.joint.correlation:.2f} (error {work.joint.se_correlation:.2f})."
        )
    low = int((work.effort.of_persons < LOW_EFFORT).sum())
    said.append(f"{int(work.effort.rapid.sum())} rapid answers; {low} persons with an effort below {LOW_EFFORT}.")
    if work.rapid is None:
        said.append("No item has a threshold, so that nobody is judged by rapid answers; try --threshold nt10.")
    return said + closing(work.screenings)


def pictures(work: Work) -> dict[str, bytes]:
    """Draw residuals of the most unusual persons, speed over ability, and times of items with rapid answers."""
    from kaoping.exam.figures import response_times as figures
    from kaoping.exam.figures.drawing import Words

    names = [work.pattern.subjects[place] for place in work.pattern.order[:SHOWN_PERSONS]]
    place_of = {person: place for place, person in enumerate(work.times.persons)}
    words = Words("Times of the most unusual persons", "Item", "Residuals: cold is faster, warm is slower.")
    some = work.residuals[[place_of[str(name)] for name in names]]
    drawn = {"residuals": figures.residual_table(some, list(map(str, names)), work.times.items, words)}
    if work.joint is not None and work.responses is not None and work.items is not None:
        from kaoping.scoring.ability import eap

        words = Words("Speed and ability", "Ability (logits)", "Every person, the flagged ones marked.")
        flagged = set(work.pattern.named) | set(work.rapid.named if work.rapid else ())
        marks = [person in flagged for person in work.times.persons]
        theta = eap(work.responses, work.items).theta
        drawn["speed-ability"] = figures.speed_and_ability(theta, work.speeds.mean, marks, words)
    order = work.effort.rapid.sum(axis=0).argsort(kind="stable")[::-1][:LARGEST_PICTURES]
    for place in map(int, order):
        item = work.times.items[place]
        words = Words(f"{item}: times", "Seconds", "Times, the lognormal model, and the threshold of rapid guesses.")
        drawn[f"times-{item}"] = figures.item_times(
            work.times, work.parameters, place, float(work.thresholds.seconds[place]), words
        )
    return drawn
