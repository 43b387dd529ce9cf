"""A paper of every type that a machine marks: delivered, scored by its frozen rules, printed; no key on the way."""

import io
import json
from dataclasses import asdict
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pypdf
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from kaoping.exam.delivery import sheet, sitting
from kaoping.exam.delivery.errors import AnswerUnfit
from kaoping.exam.registration.models import ExamState
from kaoping.exam.results import responses, scoring
from kaoping.itembank import content, keys, marking, printable, sealing
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.scoring_rules import ScoringRule
from tests.builders import NOON, an_actor
from tests.builders_bodies import BODIES, RIGHT, SECRET
from tests.builders_delivery import a_candidate, an_exam
from tests.exam.delivery.test_sitting import SOON, log_in

#: Type, rule, an answer that is right in part, marks of two.
FILLING: list[tuple[str, ScoringRule, Any, str]] = [
    ("multiple_choice", ScoringRule.FEWER_EACH, ["C"], "1"),
    ("fill_in", ScoringRule.PER_BLANK, ["别的", "行标"], "1"),
    ("matching", ScoringRule.PER_PAIR, ["C", "", "A"], "1.33"),
    ("ordering", ScoringRule.ADJACENT_PAIRS, ["B", "C", "A", "D"], "1.33"),
    ("cloze", ScoringRule.PER_BLANK, ["B", "", ""], "0.66"),
    ("hotspot", ScoringRule.PER_OPTION, ["A", "120,60"], "0"),
    ("numeric", ScoringRule.PER_BLANK, "6.88cm", "2"),
    ("single_choice", ScoringRule.ALL_OR_NOTHING, "A", "0"),
]


def an_application(session: Session) -> Any:
    kinds, rules, *_ = zip(*FILLING, strict=True)
    exam = an_exam(session, bodies=[BODIES[kind] for kind in kinds], rules=rules)
    return a_candidate(session, exam)


def paper_of(session: Session, seated: Any) -> Paper:
    return session.get_one(Paper, seated.application.paper_id)


def test_partial_marks_arrive_in_the_score_and_statistics_stay_right_or_wrong(session: Session) -> None:
    seated = an_application(session)
    token = log_in(session, seated)
    sitting.start(session, token, at=NOON)
    for slot, (_, _, response, _) in enumerate(FILLING, start=1):
        sitting.answer(session, token, slot, response, sequence=1, at=SOON)
    sitting.submit(session, token, at=SOON)
    seated.application.exam.state = ExamState.CLOSED

    score = scoring.score_theory(session, seated.application.id, by=an_actor(session), at=SOON)

    assert list(map(Decimal, score.details["marks"].values())) == [Decimal(marks) for *_, marks in FILLING]
    assert score.raw == Decimal("7.32")
    found = paper_of(session, seated)
    answers = {slot: response for slot, (_, _, response, _) in enumerate(FILLING, start=1)}
    assessed = responses.of_sitting(found, answers, {slot.revision_id: (1.0, 0.0) for slot in found.slots})
    assert assessed is not None
    assert assessed[0].answers.tolist() == [[0, 0, 0, 0, 0, 0, 1, 0]]


def test_nothing_of_the_key_reaches_the_sheet(session: Session) -> None:
    items = sheet.of(session, paper_of(session, an_application(session)).id)

    assert SECRET not in json.dumps([asdict(item) for item in items], ensure_ascii=False, default=str)
    assert [len(item.options) for item in items] == [4, 0, 4, 4, 4, 0, 0, 3]
    assert items[2].left == ("GB", "GB/T", "DB")
    assert items[5].picture is not None
    assert [area.letter for area in items[5].picture.areas] == ["A", "B", "C"]
    assert items[6].units == ("cm",)
    assert [(section.value, rule) for section, rule in sheet.rules(items)][:2] == [
        ("multiple_choice", ScoringRule.FEWER_EACH), ("fill_in", ScoringRule.PER_BLANK),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "response"), [(3, ["c", "", ""]), (3, ["CC", "", ""]), (4, ["", "A"]), (5, "B"), (6, ["1,2,3"]), (6, "A")]
)
def test_an_answer_of_another_form_is_refused_by_the_database(session: Session, slot: int, response: Any) -> None:
    token = log_in(session, an_application(session))
    sitting.start(session, token, at=NOON)

    with pytest.raises(AnswerUnfit):
        sitting.answer(session, token, slot, response, sequence=1, at=SOON)


def test_the_scoring_rule_is_under_the_seal_and_the_usual_one_leaves_old_seals_as_they_are(session: Session) -> None:
    found = paper_of(session, an_application(session))
    as_before = [[s.number, str(s.item_id), str(s.revision_id), "2", s.revision.body] for s in found.slots]

    assert found.digest == sealing.digest_of(found)
    assert _with_rule(found, ScoringRule.FEWER_HALF) not in {found.digest, _with_rule(found, ScoringRule.FEWER_EACH)}
    assert _with_rule(found, ScoringRule.ALL_OR_NOTHING) == sealing.digest(found, as_before)


def _with_rule(paper: Paper, rule: ScoringRule) -> bytes:
    """Compute the digest that a paper would have with one rule in every slot."""
    slots = [
        Slot(number=one.number, item_id=one.item_id, revision_id=one.revision_id, marks=one.marks, scoring=rule)
        for one in paper.slots
    ]
    for slot, one in zip(slots, paper.slots, strict=True):
        set_committed_value(slot, "revision", one.revision)
    return sealing.digest_of(SimpleNamespace(code=paper.code, slots=slots))  # type: ignore[arg-type]


def test_the_database_refuses_another_rule_in_a_sealed_paper(session: Session) -> None:
    found = paper_of(session, an_application(session))

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(Slot).where(Slot.paper_id == found.id).values(scoring=ScoringRule.PER_PAIR))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE slot SET scoring = 'whatever' WHERE paper_id = :paper"), {"paper": found.id})


def test_booklet_and_key_show_every_type_with_its_rule(session: Session) -> None:
    found = paper_of(session, an_application(session))
    found.run.report = {"minutes": 60}

    booklet = _text(printable.booklet(session, found.id, by=an_actor(session), at=NOON))
    card = _text(printable.answer_sheet(session, found.id, by=an_actor(session), at=NOON))
    key = _text(
        keys.marking_key(session, found.id, purpose="示范阅卷使用", viewer="考务", by=an_actor(session), at=NOON)
    )

    assert SECRET not in booklet + card
    for words in ("匹配题", "排序题", "选词填空题", "热点题"):
        assert words in booklet
        assert words in card
        assert words in key
    assert "每对应正确一项得相应分值" in booklet
    assert "少选且无错选的，每选对一项得相应分值" in key
    for answer in ("1-C 2-B 3-A", "DBCA", "1-B 2-C 3-A"):
        assert answer in key.replace("　", " ")


def test_simulated_answers_are_right_or_wrong_as_asked(session: Session) -> None:
    rng = np.random.default_rng(3)
    for kind in RIGHT.keys() - {"case"}:
        body = content.parse(BODIES[kind])
        for right in (True, False):
            given = responses.response(body, right=right, rng=rng)
            assert marking.correct(body, given) is right
            assert marking.acceptable(body, given)


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
