"""How widely an item is known: papers, exams, sittings, the last of them, and the staff who saw it."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from kaoping.exam.delivery import exposure
from kaoping.exam.delivery.exposure import Exposure
from kaoping.exam.delivery.models import Sitting
from kaoping.itembank import viewing
from tests.builders import NOON, an_actor, organisation_of, stored
from tests.builders_delivery import a_candidate, an_exam


def test_an_item_counts_its_papers_exams_sittings_and_viewers(session: Session) -> None:
    exam = an_exam(session)
    paper = exam.papers[0].paper
    item, own = paper.slots[0].item_id, {"organisation_id": organisation_of(session)}
    for hours in (1, 2):
        application = a_candidate(session, exam).application
        at = NOON + timedelta(hours=hours)
        stored(session, Sitting(**own, application_id=application.id, paper_id=paper.id, head=b"", created_at=at))
    reader = an_actor(session, "item_reviewer")
    for day in (1, 2):
        viewing.see(session, [item], by=reader, at=NOON + timedelta(days=day))

    assert exposure.of_item(session, item) == Exposure(1, 1, 2, NOON + timedelta(hours=2), 1)
    assert exposure.of_item(session, uuid4()) == Exposure(0, 0, 0, None, 0)
