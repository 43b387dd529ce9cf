"""Ladders as data: those that come with the program, and their rules."""

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import drafting
from kaoping.itembank.ladders import DecidedBy, LadderInvalid, LadderRenamed, Step, Track, shipped, track_of
from tests.builders import NOON, an_actor
from tests.builders_bank import a_draft_standard


def test_the_steps_without_exam_of_the_eight_levels_have_no_digit() -> None:
    steps = shipped()["eight"].steps

    assert [step.name for step in steps if not step.examined] == ["学徒工", "特级技师", "首席技师"]
    assert [step.digit for step in shipped()["eight"].examined] == [5, 4, 3, 2, 1]


def test_each_track_has_its_classes_and_only_the_skill_levels_lead_to_the_certificate() -> None:
    assert [track_of(number) for number in (1, 2, 3, 6, 7)] == [
        None,
        Track.PROFESSIONAL,
        Track.SKILL,
        Track.SKILL,
        None,
    ]
    assert {code: ladder.certificate for code, ladder in shipped().items()} == {
        "five": True, "eight": True, "professional": False, "enterprise": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "steps",
    [
        [Step(name="甲", title="甲", title_en="A", digit=None)],
        [Step(name="甲", title="甲", title_en="A", digit=5, decided_by=DecidedBy.APPOINTMENT)],
        [Step(name=name, title=name, title_en=name, digit=4) for name in "甲乙"],
    ],
)
def test_digits_fall_from_step_to_step_and_stand_at_exams_alone(steps: list[Step]) -> None:
    with pytest.raises(LadderInvalid):
        shipped()["enterprise"].changed(steps)


def test_levels_of_the_certificate_keep_their_names_and_an_enterprise_gives_its_own(session: Session) -> None:
    draft, by = a_draft_standard(session), an_actor(session)
    own = [Step(name="二档", title="二档", title_en="Grade 2", digit=2)]

    with pytest.raises(LadderRenamed):
        drafting.write_levels(session, draft.id, shipped()["five"].changed(own), [], after=0, by=by, at=NOON)
    written = drafting.write_levels(
        session, draft.id, shipped()["enterprise"].changed(own), [drafting.level_of(own[0])], after=0, by=by, at=NOON
    )

    assert [level.full_name for level in written.levels] == ["二档"]
