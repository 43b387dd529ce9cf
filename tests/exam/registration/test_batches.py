"""Batches."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.exam.registration import batches, errors, exams
from kaoping.exam.registration.models import BatchState
from kaoping.itembank.errors import KaopingError, Missing
from kaoping.itembank.models import StandardState
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import MORNING, a_batch, a_standard, an_exam


def test_a_batch_is_opened_once_for_a_code(session: Session) -> None:
    an_organisation(session)
    officer, standard = an_actor(session, "exam_officer"), a_standard(session)

    batch = a_batch(session, by=officer, standard_id=standard.id, code="2026-04")
    again = a_batch(session, by=officer, standard_id=standard.id, code=" 2026-04 ")

    assert again is batch
    assert (batch.objection_days, batch.assessor_tolerance) == (7, Decimal(5))
    with pytest.raises(errors.BatchCodeTaken):
        a_batch(session, by=officer, standard_id=standard.id, code="2026-04", name="第五批")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": " "}, errors.FieldEmpty),
        ({"name": ""}, errors.FieldEmpty),
        ({"objection_days": -1}, errors.ObjectionDaysOutside),
        ({"assessor_tolerance": Decimal(101)}, errors.ToleranceOutside),
        ({"standard_id": uuid4()}, Missing),
    ],
)
def test_a_batch_without_sense_is_refused(
    session: Session, changes: dict[str, object], error: type[KaopingError]
) -> None:
    an_organisation(session)

    with pytest.raises(error):
        a_batch(session, by=an_actor(session), **changes)


def test_a_draft_standard_has_no_batch(session: Session) -> None:
    an_organisation(session)
    draft = a_standard(session, state=StandardState.DRAFT)

    with pytest.raises(errors.StandardDraft):
        a_batch(session, by=an_actor(session), standard_id=draft.id)


def test_a_batch_closes_after_its_exams(session: Session) -> None:
    an_organisation(session)
    officer = an_actor(session, "exam_officer")
    exam = an_exam(session, by=officer)
    with pytest.raises(errors.ExamsOpen) as caught:
        batches.close_batch(session, exam.batch_id, by=officer, at=NOON)
    assert exam.name in caught.value.names

    exams.open_exam(session, exam.id, by=officer, at=MORNING)
    exams.close_exam(session, exam.id, by=officer, at=MORNING)

    assert batches.close_batch(session, exam.batch_id, by=officer, at=NOON).state is BatchState.CLOSED
    with pytest.raises(errors.BatchClosed):
        an_exam(session, by=officer, batch=exam.batch, level=exam.level)


def test_another_organisation_lists_no_batch(session: Session) -> None:
    an_organisation(session)
    batch = a_batch(session, by=an_actor(session))
    assert [listed.batch for listed in batches.listed(session)] == [batch]
    session.flush()

    session.execute(text("SELECT set_config('app.organisation', :other, true)"), {"other": str(uuid4())})

    assert batches.listed(session) == []
