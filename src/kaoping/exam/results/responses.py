"""The bridge from rows to arrays: sittings and pilots become response matrices for `kaoping.scoring`."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.exam.delivery import folds
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.exam.results import groupings
from kaoping.exam.results.groupings import Grouping, Rule
from kaoping.itembank import content, marking
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemType, Revision
from kaoping.itembank.models import Level
from kaoping.itembank.papers import Paper
from kaoping.scoring import classical, raw_scores
from kaoping.scoring.errors import NotEnoughData
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix
from kaoping.scoring.simulation import simulate

#: Score groups of a distractor trace.
GROUPS = 5


@dataclass(frozen=True, eq=False)
class Answers:
    """Who answered which revision and how: a matrix of right and wrong, and what was given.

    ``given[person][column]`` is the response as plain data, absent where the item was not presented; ``groups`` holds
    the group of each person by every grouping that the rule of comparison allows.
    """

    revisions: Sequence[Revision]
    matrix: ResponseMatrix
    given: list[dict[int, Any]]
    groups: Mapping[Grouping, Sequence[str]] = field(default_factory=dict)


def of_level(session: Session, level: Level, rule: Rule) -> Answers:
    """Collect every answer of closed, unsimulated sittings of a level; omitted items count as wrong.

    What people mark is right by degrees, which this model of right and wrong does not take.
    """
    query = (
        select(Sitting)
        .join(Application, Sitting.application_id == Application.id)
        .join(Exam, Application.exam_id == Exam.id)
        .where(Exam.level_id == level.id, Exam.state == ExamState.CLOSED, Exam.simulated.is_(False))
        .options(
            selectinload(Sitting.steps), selectinload(Sitting.paper).selectinload(Paper.slots),
            joinedload(Sitting.application).joinedload(Application.exam).joinedload(Exam.batch),
            joinedload(Sitting.application).joinedload(Application.person),
        )
    )  # fmt: skip
    people: list[dict[Revision, Any]] = []
    sittings = session.scalars(query).all()
    for sitting in sittings:
        answers = folds.answers(sitting.steps)
        measured = [slot for slot in sitting.paper.slots if slot.item.type.by_machine]
        people.append({slot.revision: answers.get(slot.number) for slot in measured})
    return _assemble(people, groupings.of_candidates([sitting.application for sitting in sittings], rule))


def _assemble(people: list[dict[Revision, Any]], groups: Mapping[Grouping, Sequence[str]]) -> Answers:
    revisions = sorted({revision for person in people for revision in person}, key=lambda revision: revision.item.code)
    column = {revision: number for number, revision in enumerate(revisions)}
    bodies = {revision: content.parse(revision.body) for revision in revisions}
    table = np.full((len(people), len(revisions)), NOT_PRESENTED)
    given: list[dict[int, Any]] = []
    for row, person in enumerate(people):
        for revision, response in person.items():
            table[row, column[revision]] = marking.correct(bodies[revision], response)
        given.append({column[revision]: response for revision, response in person.items()})
    return Answers(revisions, ResponseMatrix(table, tuple(map(_label, revisions))), given, groups)


def _label(revision: Revision) -> str:
    """Name a column as people know the item, so that a refusal of the calibration can be acted on."""
    return f"{revision.item.code}/{revision.number}"


def approved_revisions(session: Session, level: Level) -> list[Revision]:
    """Give the latest revision of every approved item of a level that a machine marks, in the order of item codes."""
    measured = [kind for kind in ItemType if kind.by_machine]
    kept = (Item.level_id == level.id, Item.state.in_(ASSEMBLABLE), Item.type.in_(measured))
    query = select(Item).where(*kept).order_by(Item.code)
    return [item.latest for item in session.scalars(query.options(selectinload(Item.revisions)))]


def true_parameters(revisions: Sequence[Revision], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Give simulated items a true discrimination and difficulty around their authors' ratings (demonstrations only)."""
    rated = np.array([revision.difficulty for revision in revisions], dtype=np.float64)
    a = np.exp(rng.normal(0.05, 0.25, len(rated)))
    b = 0.55 * (rated - 3.2) + rng.normal(0.0, 0.45, len(rated))
    return a, b


def pilot(revisions: Sequence[Revision], *, persons: int, seed: int) -> Answers:
    """Draw a pilot: ``persons`` from N(0, 1) answer every item; wrong answers go to a distractor.

    The items' true parameters follow from the seed, so that simulated candidates can share them. Every other person is
    a man, which changes no answer.
    """
    rng = np.random.default_rng([seed, persons])
    a, b = true_parameters(revisions, np.random.default_rng(seed))
    items = ItemParameters.logistic(a, b, names=[_label(revision) for revision in revisions])
    named = simulate(rng.standard_normal(persons), items, rng=rng)
    bodies = [content.parse(revision.body) for revision in revisions]
    given = [
        {column: response(bodies[column], right=bool(right), rng=rng) for column, right in enumerate(row)}
        for row in named.answers
    ]
    sexes = ["female" if number % 2 else "male" for number in range(persons)]
    return Answers(revisions, named, given, {Grouping.SEX: sexes})


def response(body: marking.Body, *, right: bool, rng: np.random.Generator) -> Any:  # noqa: PLR0911 - one line a type
    """Give a right response, or a plausible wrong one, as a simulated person would."""
    match body:
        case content.TrueFalse():
            return body.key is right
        case content.SingleChoice():
            return body.key if right else str(rng.choice([letter for letter in body.letters if letter != body.key]))
        case content.MultipleChoice():
            return sorted(body.key) if right else _wrong_letters(body, rng)
        case content.FillIn():
            return [accepted[0] if right else "不知道" for accepted in body.key]
        case content.Numeric():
            return body.key if right else str(Decimal(body.key) + body.distance + 1)
        case content.Matching():
            return body.wanted if right else [*body.wanted[1:], body.wanted[0]]
        case content.Cloze():
            return body.key if right else [*body.key[:-1], ""]
        case content.Ordering():
            return body.key if right else list(body.letters)
        case content.Hotspot():
            return sorted(body.wanted) if right else [min(set(body.letters) - body.wanted)]
    return None


def _wrong_letters(body: content.MultipleChoice, rng: np.random.Generator) -> list[str]:
    flipped = str(rng.choice(list(body.letters)))
    chosen = set(body.key) ^ {flipped}
    return sorted(chosen) or sorted(set(body.letters) - set(body.key))[:1]


def candidates(
    papers: Sequence[Sequence[Revision]], every: Sequence[Revision], *, seed: int
) -> list[tuple[float, list[Any]]]:
    """Draw simulated candidates, one a paper: ability from N(0.5, 0.8), in logits, and a response to each revision.

    ``every`` are the revisions of the pilot with the same seed, because true parameters were drawn in that order.
    """
    rng = np.random.default_rng([seed, len(papers), 1])
    a, b = true_parameters(every, np.random.default_rng(seed))
    place = {revision.id: number for number, revision in enumerate(every)}
    drawn = []
    for revisions, theta in zip(papers, rng.normal(0.5, 0.8, len(papers)), strict=True):
        columns = [place[revision.id] for revision in revisions]
        items = ItemParameters.logistic(a[columns], b[columns])
        right = simulate(np.array([theta]), items, rng=rng).answers[0]
        bodies = (content.parse(revision.body) for revision in revisions)
        drawn.append(
            (float(theta), [response(body, right=bool(hit), rng=rng) for body, hit in zip(bodies, right, strict=True)])
        )
    return drawn


def evidence(answers: Answers, column: int, theta: np.ndarray) -> dict[str, Any]:
    """Give what people did with an item, as plain data for a row and its pictures.

    ``options``: how often each was chosen in groups of rising rest score; ``observed``: share of right answers in
    groups of rising ability (logits). Either is absent when there are too few persons. Options of open items are
    “right”, “wrong” and “blank”.
    """
    found: dict[str, Any] = {"key": sorted(key_labels(content.parse(answers.revisions[column].body)))}
    with suppress(NotEnoughData):
        found["options"] = _options_by_score(answers, column)
    with suppress(NotEnoughData):
        seen = classical.observed_shares(answers.matrix, column, theta)
        found["observed"] = {name: getattr(seen, name).tolist() for name in ("theta", "share", "low", "high", "n")}
    return found


def observed(row: dict[str, Any]) -> classical.Observed | None:
    """Give the stored shares back as arrays."""
    stored = row.get("observed")
    return classical.Observed(**{name: np.array(values) for name, values in stored.items()}) if stored else None


def _options_by_score(answers: Answers, column: int) -> dict[str, Any]:
    rows = np.flatnonzero(answers.matrix.presented[:, column])
    body = content.parse(answers.revisions[column].body)
    chosen = [set(labels(body, answers.given[row].get(column))) for row in rows]
    right = answers.matrix.right[rows]
    rest = (right.sum(axis=1) - right[:, column]).astype(np.float64)
    shares: dict[str, Any] = {}
    traced: dict[str, Any] = {}
    for option in options(body):
        hits = [option if option in given else None for given in chosen]
        trace = classical.distractor_trace(hits, rest, options=[option], groups=GROUPS)
        shares[option] = {"trace": trace.shares[:, 0].tolist(), "all": hits.count(option) / len(hits)}
        shares[option] |= {"mean_rest": _mean(rest, [hit is not None for hit in hits])}
        traced = {"n": trace.n.tolist(), "mean_rest": trace.mean_score.tolist()}
    return traced | {"shares": shares}


def _mean(scores: np.ndarray, chosen: list[bool]) -> float | None:
    return float(scores[np.array(chosen)].mean()) if any(chosen) else None


def options(body: marking.Body) -> tuple[str, ...]:
    """Name every choice that an item offers."""
    match body:
        case content.TrueFalse():
            return ("true", "false", "blank")
        case content.SingleChoice() | content.MultipleChoice():
            return (*body.letters, "blank")
        case _:
            return ("right", "wrong", "blank")


def labels(body: marking.Body, response: Any) -> Iterable[str]:
    """Name what was chosen, for counting."""
    if not marking.answered(response):
        return ("blank",)
    match body:
        case content.TrueFalse():
            return ("true" if response else "false",)
        case content.SingleChoice():
            return (str(response),)
        case content.MultipleChoice():
            return tuple(map(str, response))
        case _:
            return ("right" if marking.correct(body, response) else "wrong",)


def key_labels(body: marking.Body) -> set[str]:
    """Name the right choices in the same words."""
    match body:
        case content.TrueFalse():
            return {"true" if body.key else "false"}
        case content.SingleChoice():
            return {body.key}
        case content.MultipleChoice():
            return set(body.key)
        case _:
            return {"right"}


def of_sitting(paper: Paper, answers: dict[int, Any], parameters: dict[Any, tuple[float, float]]) -> tuple[
    ResponseMatrix, ItemParameters
] | None:  # fmt: skip
    """Give one person's calibrated answers with their items, or nothing when no slot of the paper is calibrated."""
    slots = [slot for slot in paper.slots if slot.revision_id in parameters]
    if not slots:
        return None
    hits = [marking.correct(content.parse(slot.revision.body), answers.get(slot.number)) for slot in slots]
    a, b = np.array([parameters[slot.revision_id] for slot in slots]).T
    names = tuple(str(slot.number) for slot in slots)
    return ResponseMatrix(np.array([hits], dtype=np.int8), names), ItemParameters.logistic(a, b, names=names)


@dataclass(frozen=True, slots=True)
class Precision:
    """How precisely a paper measures, from adopted parameters of all its items.

    ``reliability`` of the raw score in the reference population; ``sem_at_cut`` in marks and ``cut_theta`` in logits at
    the pass mark; ``pass_rate`` expected in the reference population.
    """

    reliability: float
    sem_at_cut: float
    cut_theta: float
    pass_rate: float


def precision(paper: Paper, parameters: dict[Any, tuple[float, float]], *, cut: Decimal) -> Precision | None:
    """Give the precision of a paper, or nothing unless every slot is calibrated and marks are whole."""
    marks = [slot.marks for slot in paper.slots]
    if any(slot.revision_id not in parameters for slot in paper.slots) or any(mark % 1 for mark in marks):
        return None
    a, b = np.array([parameters[slot.revision_id] for slot in paper.slots]).T
    items, worth = ItemParameters.logistic(a, b), [int(mark) for mark in marks]
    at_cut = raw_scores.precision_at(int(cut), items, marks=worth)
    reliability = raw_scores.raw_reliability(items, marks=worth)
    return Precision(reliability, at_cut.sem, at_cut.theta, at_cut.pass_rate)
