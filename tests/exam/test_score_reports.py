"""Score reports on the register: what they state, what they need, and how they are checked."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.certificates import face_fields, face_text, register
from kaoping.certificates.face_fields import Field
from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.number import rule_on
from kaoping.exam.results import (
    awarding,
    deciding,
    registered_reports,
    replacing,
    score_reports,
    scoring,
    signing_anew,
    uploading,
)
from kaoping.exam.results.errors import NotReportable, StillReported
from kaoping.exam.results.models import Decision, Score, ScoreState
from kaoping.itembank.models import Component
from tests.builders import an_actor, stored
from tests.builders_results import (
    FINAL,
    JUST_SHORT,
    KEY,
    a_certificate,
    a_final_decision,
    a_sat_application,
    an_open_exam,
    closed,
    enrolled,
    revoked,
    rewritten,
    sat,
    with_final_scores,
)

ORIGIN = "http://127.0.0.1:8000"


def a_report(session: Session, decision: Decision | None = None) -> Certificate:
    decision = decision or a_final_decision(session)
    officer = an_actor(session, "certificate_officer")
    return score_reports.issue(session, decision.id, key=KEY, origin=ORIGIN, by=officer, at=FINAL)


def test_a_fail_is_stated_component_by_component_under_a_number_of_its_own(session: Session) -> None:
    decision = a_final_decision(session, right=JUST_SHORT)

    report = a_report(session, decision)

    award = register.award_of(report)
    assert award.details == (
        ("准考证号", decision.application.ticket), ("考核日期", "2026-11-20"),
        ("理论知识考试", "得分59.5，合格线60，不合格"), ("技能考核", "得分81，合格线60，合格"), ("评定结果", "不合格"),
    )  # fmt: skip
    assert (award.kind, award.level_name, award.level_name_en) == (
        CertificateKind.SCORE_REPORT, "三级/高级工", "Level 3 / Senior Skilled Worker",
    )  # fmt: skip
    assert report.demonstration
    assert rule_on(award.issued_on, CertificateKind.SCORE_REPORT).valid(report.number)
    assert a_report(session, decision) is report


def test_a_decision_that_is_not_final_or_not_the_newest_has_no_report(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))
    officer = an_actor(session, "exam_officer")
    announced = deciding.announce(session, application.id, by=officer, at=FINAL)

    with pytest.raises(NotReportable):
        a_report(session, announced)


def decided_anew(session: Session, before: Decision) -> Decision:
    """Let a re-score of the skill component lead to another final decision."""
    application, officer = before.application, an_actor(session, "exam_officer")
    old = scoring.newest(session, application.id)[Component.SKILL]
    stored(session, Score(
        organisation_id=old.organisation_id, application_id=application.id, component=Component.SKILL,
        version=old.version + 1, raw=Decimal(50), state=ScoreState.FINAL, details=old.details, by=officer.id, at=FINAL,
    ))  # fmt: skip
    deciding.announce(session, application.id, by=officer, at=FINAL)
    return deciding.finalise(session, application.id, by=officer, at=FINAL + timedelta(days=30))


def test_after_a_new_decision_the_earlier_report_is_revoked_by_two_persons_first(session: Session) -> None:
    first = a_report(session)
    later = decided_anew(session, session.get_one(Decision, first.award_id))

    with pytest.raises(StillReported) as refused:
        a_report(session, later)
    revoked(session, first, reason="成绩更正")

    assert refused.value.facts["number"] == first.number
    assert dict(register.award_of(a_report(session, later)).details)["评定结果"] == "不合格"
    assert score_reports.of_decision(session, session.get_one(Decision, first.award_id)) is None


def test_an_exam_gets_its_reports_at_once_and_those_refused_are_named(session: Session) -> None:
    exam = an_open_exam(session)
    people = [enrolled(session, exam, number=number, name=name) for number, name in ((1, "方一鸣"), (2, "司马青"))]
    for application in people:
        sat(session, application, right=JUST_SHORT)
    closed(session, exam)
    first, second = (a_final_decision(session, application) for application in people)
    a_report(session, first)
    decided_anew(session, first)
    officer = an_actor(session, "certificate_officer")

    waiting = score_reports.count_pending(session, exam.id)
    done = score_reports.issue_all(session, exam.id, key=KEY, origin=ORIGIN, by=officer, at=FINAL)

    assert (waiting, done.count) == (2, 1)
    assert [(each.ticket, type(each.error)) for each in done.refused] == [(people[0].ticket, StillReported)]
    assert [one.award_id for one in score_reports.of_application(session, people[1].id)] == [second.id]


def test_a_large_exam_gets_its_reports_some_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_reports, "AT_ONCE", 1)
    exam = an_open_exam(session)
    people = [enrolled(session, exam, number=number, name=name) for number, name in ((1, "方一鸣"), (2, "司马青"))]
    for application in people:
        sat(session, application, right=JUST_SHORT)
    closed(session, exam)
    for application in people:
        a_final_decision(session, application)
    officer = an_actor(session, "certificate_officer")

    done = [score_reports.issue_all(session, exam.id, key=KEY, origin=ORIGIN, by=officer, at=FINAL) for _ in range(3)]

    assert [(each.count, each.left) for each in done] == [(1, 1), (1, 0), (0, 0)]


def test_where_report_after_report_is_refused_the_rest_is_not_tried(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_reports, "AT_ONCE", 1)
    exam = an_open_exam(session)
    people = [enrolled(session, exam, number=number, name=name) for number, name in ((1, "方一鸣"), (2, "司马青"))]
    for application in people:
        sat(session, application, right=JUST_SHORT)
    closed(session, exam)
    for application in people:
        decision = a_final_decision(session, application)
        a_report(session, decision)
        decided_anew(session, decision)
    officer = an_actor(session, "certificate_officer")

    done = score_reports.issue_all(session, exam.id, key=KEY, origin=ORIGIN, by=officer, at=FINAL)

    assert (done.count, len(done.refused), done.left) == (0, 1, 1)


def test_a_report_is_no_certificate_of_level_anywhere(session: Session) -> None:
    decision = a_final_decision(session)
    a_report(session, decision)
    exam = decision.application.exam

    assert awarding.of_exam(session, exam) == []
    assert awarding.count_pending(session) == 1
    assert uploading.exams(session) == []

    certificate = a_certificate(session, decision)
    assert awarding.of_exam(session, exam) == [certificate]
    assert awarding.of_application(session, decision.application_id) == [certificate]


def test_after_a_theft_of_the_key_a_report_is_borne_out_by_its_scores(session: Session) -> None:
    report = a_report(session, a_final_decision(session, right=JUST_SHORT))

    honest = signing_anew._borne_out(session, report)
    rewritten(report, report.statement.replace("得分59.5，合格线60，不合格", "得分95，合格线60，合格"))

    assert honest
    assert not signing_anew._borne_out(session, report)


def test_a_corrected_name_leaves_the_scores_and_takes_the_first_report_out_of_force(session: Session) -> None:
    report = a_report(session)
    officers = [an_actor(session, "certificate_officer") for _ in range(2)]
    asked = replacing.propose_correction(
        session, report.id, {"name": "方一铭"}, reason="笔误", by=officers[0], at=FINAL
    )

    corrected = replacing.confirm(session, asked.id, key=KEY, by=officers[1], at=FINAL)

    award = register.award_of(corrected)
    assert (award.name, award.details) == ("方一铭", register.award_of(report).details)
    assert a_report(session, session.get_one(Decision, report.award_id)) is corrected
    assert registered_reports.pdf(session, corrected, origin=ORIGIN).startswith(b"%PDF")


def test_the_database_refuses_a_report_of_a_decision_that_is_not_final(session: Session) -> None:
    report = a_report(session)
    session.flush()
    announced = session.scalars(select(Decision.id).where(Decision.version == 1)).one()
    columns = ", ".join(column.name for column in Certificate.__table__.columns if column.name not in {"id", "number"})
    copied = columns.replace("award_id", f"'{announced}'")

    with pytest.raises(IntegrityError, match="certificate_has_grounds"), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO certificate (id, number, {columns}) "  # noqa: S608 - names of columns
                f"SELECT gen_random_uuid(), 'CJ2', {copied} FROM certificate WHERE id = :id"
            ),
            {"id": report.id},
        )


def test_the_sheet_shows_every_field_as_the_statement_has_it(session: Session) -> None:
    report = a_report(session)
    award = register.award_of(report)
    with pikepdf.open(BytesIO(registered_reports.pdf(session, report, origin=ORIGIN, credential=b"{}"))) as pdf:
        runs = face_text.runs(pdf.pages[0])
        attached = pdf.attachments["credential.json"].get_file().read_bytes()
        certified = str(pdf.Root.Perms.DocMDP.SubFilter)
    words = "".join(face_fields.folded(run.text) for run in runs)
    compared = {
        one.field: one.same
        for one in face_fields.compare(face_fields.read(runs), words, award=award, number=report.number)
    }

    assert {field for field, same in compared.items() if not same} <= {Field.SPECIALTY}
    assert {Field.THEORY, Field.SKILL, Field.RESULT, Field.TICKET, Field.NUMBER} <= set(compared)
    assert (attached, certified) == (b"{}", "/ETSI.CAdES.detached")
