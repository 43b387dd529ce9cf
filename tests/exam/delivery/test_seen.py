"""Which items the candidates of an exam have seen, as persons, in other exams."""

from uuid import uuid4

from sqlalchemy.orm import Session

from kaoping.exam.delivery import seen
from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import Application, Exam
from tests.builders import NOON, stored
from tests.builders_delivery import Seated, a_candidate, an_exam


def sat(session: Session, seated: Seated) -> Sitting:
    """Let a candidate have sat the paper that was dealt."""
    application = seated.application
    return stored(session, Sitting(
        organisation_id=application.organisation_id, application_id=application.id, paper_id=application.paper_id,
        head=b"", created_at=NOON,
    ))  # fmt: skip


def enrolled_again(session: Session, seated: Seated, exam: Exam) -> Application:
    """Enrol the same person in another exam."""
    first = seated.application
    return stored(session, Application(
        organisation_id=first.organisation_id, exam_id=exam.id, person_id=first.person_id, room_id=exam.rooms[0].id,
        seat=1, ticket=f"{uuid4().int % 10**12:012}", paper_id=exam.papers[0].paper_id, created_by=uuid4(),
        created_at=NOON,
    ))  # fmt: skip


def test_items_are_seen_by_a_person_in_whatever_exam_they_were_sat(session: Session) -> None:
    earlier, later = an_exam(session), an_exam(session)
    returning = a_candidate(session, earlier)
    sitting = sat(session, returning)
    sat(session, a_candidate(session, an_exam(session)))
    enrolled_again(session, returning, later)

    assert seen.by_candidates_of(session, later.id) == {slot.item_id for slot in sitting.paper.slots}


def test_a_paper_that_was_dealt_but_not_sat_is_not_seen(session: Session) -> None:
    earlier, later = an_exam(session), an_exam(session)
    enrolled_again(session, a_candidate(session, earlier), later)

    assert not seen.by_candidates_of(session, later.id)
