"""A sitting in English: offered by an exam whose papers are translated, and frozen with it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.registration.models import ExamPaper
from kaoping.itembank.english_papers import NotTranslated
from tests import builders_delivery, builders_registration
from tests.builders import an_actor, stored
from tests.builders_delivery import ARRANGED, BODIES, RATIONALE
from tests.itembank.test_english_papers import an_approved_twin
from tests.web.test_delivery_pages import a_hall, begin, enter


def test_an_exam_offers_english_only_if_every_item_has_it_and_freezes_it(session: Session) -> None:
    officer, level = an_actor(session, "exam_officer"), builders_registration.a_level(session)
    paper = builders_delivery.a_sealed_paper(session, level, bodies=BODIES[:2])
    first, other = paper.slots
    kept = an_approved_twin(session, first)
    with pytest.raises(NotTranslated, match=other.item.code):
        builders_registration.an_exam(session, by=officer, level=level, papers=[paper], english=True)
    second = an_approved_twin(session, other)

    exam = builders_registration.an_exam(session, by=officer, level=level, papers=[paper], english=True)
    an_approved_twin(session, first, 2)

    assert exam.papers[0].twins == [str(kept.id), str(second.id)]
    with pytest.raises(IntegrityError, match="frozen"), session.begin_nested():
        session.execute(text("UPDATE exam_paper SET twins = '[]'"))


def test_a_candidate_reads_the_items_in_the_language_of_the_page(client: FlaskClient) -> None:
    hall = a_hall(people=1, bodies=(BODIES[1], *ARRANGED))
    with transaction(hall.organisation) as session:
        chinese = session.query(ExamPaper).filter_by(exam_id=hall.exam).one()
        twins = [str(an_approved_twin(session, slot).id) for slot in chinese.paper.slots]
        values = {"organisation_id": hall.organisation, "exam_id": hall.exam, "paper_id": chinese.paper_id}
        session.delete(chinese)
        session.flush()
        stored(session, ExamPaper(**values, position=1, twins=twins))
    enter(client, hall.candidates[0])
    rules = client.get("/exam/rules?lang=zh").text
    begin(client, hall.candidates[0])

    english, switched = (client.get(f"/exam/sitting?lang={code}").text for code in ("en", "zh"))

    assert "随页面语言显示" in rules
    assert all(
        f"Question {slot} {place} v1" in english
        for slot, place in ((1, "options.3"), (2, "left.1"), (3, "entries.0"), (4, "choices.2"), (5, "picture"))
    )
    assert 'class="k-stem" lang="en"' in english
    assert 'href="/exam/sitting?lang=zh#item-2"' in english
    assert "世界标准日" in switched
    assert "世界标准日" not in english
    assert "Question 1" not in switched
    assert RATIONALE not in english


def test_an_exam_in_chinese_alone_stays_so_on_an_english_page(client: FlaskClient) -> None:
    hall = a_hall(people=1, bodies=BODIES[:2])
    begin(client, hall.candidates[0])

    page = client.get("/exam/sitting?lang=en").text

    assert "世界标准日" in page
    assert 'class="k-stem" lang="zh-Hans"' in page
