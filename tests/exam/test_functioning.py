"""Differential functioning: groups from registration, and what is found of each item in them."""

from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.results import attention, calibrating, functioning, groupings
from kaoping.exam.results.concerns import Concern, Finding
from kaoping.exam.results.functioning import Differential, Outcome, SizeClass
from kaoping.exam.results.groupings import AgeOutside, ComparisonRule, Grouping, LeastOutside, Rule
from kaoping.exam.results.models import CalibrationRun
from kaoping.exam.results.responses import Answers
from kaoping.itembank.items import Revision
from kaoping.scoring.responses import ResponseMatrix
from tests.builders import NOON, an_actor
from tests.builders_dif import two_groups
from tests.builders_results import a_sat_application
from tests.exam.test_calibrating import a_pool, a_run

SEX = Rule((Grouping.SEX,), least=200)


def an_answered(table: np.ndarray, names: list[str]) -> Answers:
    revisions = cast("list[Revision]", [SimpleNamespace(id=uuid4()) for _ in table.T])
    return Answers(revisions, ResponseMatrix(table), [], {Grouping.SEX: names})


def a_comparison(answers: Answers, rule: Rule = SEX) -> list[Differential]:
    run = CalibrationRun(id=uuid4(), organisation_id=uuid4())
    return list(functioning.examined(run, answers, rule))


def in_two_papers(drawn: ResponseMatrix) -> tuple[np.ndarray, list[str]]:
    """Give every other person the first fifteen of twenty items, and the others the last fifteen."""
    table = drawn.answers.copy()
    table[::2, 15:], table[1::2, :5] = -1, -1
    return table, ["male" if number == drawn.group_names.index("r") else "female" for number in drawn.group]


def test_an_item_that_is_harder_for_one_group_is_named_in_papers_that_share_items() -> None:
    table, names = in_two_papers(two_groups(1200, impact=0.8, harder={7: 1.0}))

    found = a_comparison(an_answered(table, names))

    assert {number for number, one in enumerate(found) if one.size is SizeClass.LARGE} == {7}
    planted = found[7]
    assert (planted.reference, planted.focal, planted.n_reference, planted.n_focal) == ("female", "male", 1200, 1200)
    assert planted.delta is not None
    assert planted.delta > 1.5
    assert planted.difference is not None
    assert planted.difference > 0.1
    assert found[0].n_focal == 600


def test_below_the_least_number_nothing_is_said_but_too_few() -> None:
    table, names = in_two_papers(two_groups(250, harder={7: 1.0}))

    found = a_comparison(an_answered(table, names))

    assert {number for number, one in enumerate(found) if one.outcome is Outcome.TOO_FEW} == {*range(5), *range(15, 20)}
    assert all(one.size is None and one.delta is None for one in found[:5])
    assert a_comparison(an_answered(table, [""] * len(names))) == []
    assert a_comparison(an_answered(table, names), Rule((Grouping.REGION,))) == []


def test_an_item_that_all_answer_rightly_is_not_compared_and_the_others_are() -> None:
    drawn = two_groups(400)
    table, names = drawn.answers.copy(), ["male", "female"] * 400
    table[:, 3] = 1

    found = a_comparison(an_answered(table, names))

    assert [number for number, one in enumerate(found) if one.outcome is Outcome.NOT_COMPARABLE] == [3]


def test_sound_items_are_rarely_named() -> None:
    named = 0
    for seed in range(20):
        drawn = two_groups(500, seed=seed, impact=0.5)
        names = ["male" if number == 0 else "female" for number in drawn.group]
        found = a_comparison(an_answered(drawn.answers, names))
        named += sum(one.size is not SizeClass.NEGLIGIBLE for one in found)

    assert named <= 8


def test_groups_come_from_registration_and_only_as_far_as_the_rule_allows(session: Session) -> None:
    application = a_sat_application(session)
    number = application.person.identity

    everything = groupings.of_candidates([application], Rule(tuple(Grouping), age=35))

    assert everything[Grouping.SEX] == ["male" if int(number[16]) % 2 else "female"]
    assert everything[Grouping.REGION] == [application.exam.batch.region[:2]]
    assert everything[Grouping.AGE][0] in {"younger", "older"}
    assert set(groupings.of_candidates([application], Rule())) == {Grouping.REGION}
    application.person.data_key_sealed = None
    assert groupings.of_candidates([application], SEX) == {Grouping.SEX: [groupings.UNKNOWN]}


def test_a_rule_is_appended_and_what_is_none_is_refused(session: Session) -> None:
    a_pool(session, items=1)
    keeper = an_actor(session, "psychometrician")

    for _ in range(2):
        groupings.set_rule(session, Rule((Grouping.SEX,), 300, 40), by=keeper, at=NOON)

    assert groupings.rule(session) == Rule((Grouping.SEX,), 300, 40)
    assert len(session.scalars(select(ComparisonRule)).all()) == 1
    with pytest.raises(LeastOutside):
        groupings.set_rule(session, Rule(least=5), by=keeper)
    with pytest.raises(AgeOutside):
        groupings.set_rule(session, Rule(age=5), by=keeper)


def test_a_large_difference_in_the_statistics_in_use_wants_attention(session: Session) -> None:
    level, keeper = a_pool(session, items=10), an_actor(session, "psychometrician")
    groupings.set_rule(session, Rule((Grouping.SEX,), 100), by=keeper, at=NOON)
    run = a_run(session, level)
    compared = session.scalars(select(Differential).order_by(Differential.id)).all()
    kept = compared[0].revision_id
    assert len(compared) == 10
    session.add(Differential(
        organisation_id=run.organisation_id, run_id=run.id, revision_id=kept, grouping=Grouping.AGE, reference="older",
        focal="younger", n_reference=150, n_focal=150, least=100, outcome=Outcome.EXAMINED, size=SizeClass.LARGE,
        delta=-2.0, se=0.3, p=0.001, difference=-0.2,
    ))  # fmt: skip

    before = attention.counts(session, None)
    calibrating.adopt(session, run.id, by=keeper, at=NOON)

    found = session.scalars(select(Finding).where(Finding.concern == Concern.DIF_LARGE)).one()
    assert before == {}
    assert (found.value, found.option) == (-2.0, "age:younger:older")
    assert kept == session.get_one(Revision, kept).item.latest.id
