"""An attempt pins a revision: what was answered stays marked by the wording and the key that were seen."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kaoping.exam.delivery import entering, sitting
from kaoping.exam.delivery.entering import Entry
from kaoping.exam.results import responses, scoring
from kaoping.exam.results.groupings import Rule
from kaoping.itembank import authoring
from kaoping.itembank.authoring import Source
from tests.builders import NOON, an_actor
from tests.builders_bank import a_verdict
from tests.builders_results import ADDRESS, AFTER, MARKS, OPENS, an_open_exam, closed, enrolled

SOURCE = Source("GB/T 1.1", "2020", "8.5")


def test_an_answer_stays_marked_by_the_key_that_was_seen_after_the_item_has_another(session: Session) -> None:
    exam = an_open_exam(session)
    application, at = enrolled(session, exam), OPENS + timedelta(minutes=1)
    entry = entering.enter(
        session, ticket=application.ticket, name=application.person.name, secret=application.person.identity[-6:],
        address=ADDRESS, at=at,
    )  # fmt: skip
    assert isinstance(entry, Entry)
    sitting.start(session, entry.token, at=at)
    sitting.answer(session, entry.token, 1, True, sequence=1, at=at)
    slot = application.paper.slots[0]
    item, seen = slot.revision.item, slot.revision
    writer = an_actor(session, "item_writer")
    authoring.revise(
        session, item.id, body=seen.body | {"key": False, "stem": seen.body["stem"] + "（改）"}, source=SOURCE,
        difficulty=3, consistency=4, by=writer, at=NOON,
    )  # fmt: skip
    authoring.submit(session, item.id, by=writer, at=NOON)
    a_verdict(session, item)
    assert item.latest.body["key"] is False

    sitting.answer(session, entry.token, 2, True, sequence=1, at=at)
    sitting.submit(session, entry.token, at=at + timedelta(minutes=9))
    closed(session, exam)
    score = scoring.score_theory(session, application.id, by=an_actor(session, "exam_officer"), at=AFTER)

    assert score.raw == MARKS[0] + MARKS[1]
    assert application.paper.slots[0].revision_id == seen.id
    answers = responses.of_level(session, exam.level, Rule())
    column = [revision.id for revision in answers.revisions].index(seen.id)
    assert answers.matrix.answers[0, column] == 1
