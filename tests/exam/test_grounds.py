"""What has to be established before a certificate is issued."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.exam.filing.models import Filing, FilingState
from kaoping.exam.results import awarding, grounds
from kaoping.exam.results.errors import EvidenceMissing, GroundAbsent
from kaoping.exam.results.models import AwardGround, Decision, GroundKind
from kaoping.itembank.actor import SYSTEM
from tests.builders import an_actor, stored
from tests.builders_results import FINAL, a_certificate, a_final_decision, with_grounds
from tests.certificates.test_register import issued


def test_what_the_system_knows_is_written_by_it_with_evidence(session: Session) -> None:
    decision = a_final_decision(session)
    a_certificate(session, decision)

    held = grounds.of_decision(session, decision.id)

    assert set(held) == set(GroundKind)
    assert held[GroundKind.COMPONENTS].evidence["components"]["theory"]["raw"] == "80.00"
    assert held[GroundKind.FILING].evidence["filings"]
    assert len(held[GroundKind.DECIDER_NO_EXAMINER].evidence["examiners"]) == 2
    assert {kind for kind, row in held.items() if row.by == SYSTEM} == set(GroundKind) - set(grounds.BY_HAND)


@pytest.mark.parametrize("kind", grounds.BY_HAND)
def test_what_nobody_entered_is_refused_by_name(session: Session, kind: GroundKind) -> None:
    others = [one for one in grounds.BY_HAND if one is not kind]
    decision = a_final_decision(session, kinds=others)
    waiting = awarding.count_ungrounded(session)

    with pytest.raises(GroundAbsent) as refused:
        a_certificate(session, decision)

    assert refused.value.grounds == (kind,)
    assert waiting == 1


def test_a_filing_that_had_ended_by_the_exam_day_is_refused(session: Session) -> None:
    decision = a_final_decision(session)
    filing = session.scalars(select(Filing)).one()
    filing.state, filing.ended_on, filing.reason = FilingState.ENDED, date(2020, 1, 1), "撤回"

    with pytest.raises(GroundAbsent) as refused:
        a_certificate(session, decision)

    assert refused.value.grounds == (GroundKind.FILING,)


def test_what_turned_out_not_to_hold_counts_from_then_on(session: Session) -> None:
    decision = a_final_decision(session)
    grounds.enter(
        session, [decision], GroundKind.ELIGIBILITY, evidence="证明系伪造", holds=False, by=an_actor(session), at=FINAL
    )

    with pytest.raises(GroundAbsent):
        a_certificate(session, decision)
    assert len(session.scalars(select(AwardGround).where(AwardGround.kind == GroundKind.ELIGIBILITY)).all()) == 2


def test_a_ground_without_evidence_is_no_ground(session: Session) -> None:
    decision = a_final_decision(session)

    with pytest.raises(EvidenceMissing):
        grounds.enter(session, [decision], GroundKind.ELIGIBILITY, evidence=" ", by=an_actor(session), at=FINAL)


def test_a_decision_that_became_final_before_objections_ended_is_no_ground() -> None:
    decision = Decision(objection_until=FINAL, final_at=FINAL - timedelta(seconds=1))

    assert not grounds._objections(None, decision).holds  # type: ignore[arg-type]


def test_a_component_below_the_pass_mark_is_no_ground() -> None:
    level = type("Level", (), {"components": ["theory", "skill"]})
    exam = type("Exam", (), {"level": level})
    said = {"pass_mark": "60.00", "components": {"theory": {"raw": "95.00"}, "skill": {"raw": "59.50"}}}
    decision = type("Decision", (), {"grounds": said, "application": type("Application", (), {"exam": exam})})

    finding = grounds._components(None, decision)  # type: ignore[arg-type]

    assert not finding.holds
    assert Decimal(finding.evidence["components"]["skill"]["raw"]) < 60


def test_the_database_refuses_a_certificate_without_its_grounds(session: Session) -> None:
    decision = a_final_decision(session, kinds=[GroundKind.ELIGIBILITY])
    plain = issued(session)
    facts = {column.key: getattr(plain, column.key) for column in Certificate.__table__.c if column.key != "id"}

    with pytest.raises(DBAPIError, match=r"lacks grounds: final_decision, .*no_trainer"):
        stored(session, Certificate(**facts | {"award_id": decision.id, "number": "S1", "query_fingerprint": b"1"}))


def test_the_database_lets_no_certificate_of_level_stand_without_a_decision(session: Session) -> None:
    issued(session)

    with pytest.raises(DBAPIError, match="follows from no decision"):
        session.execute(text("SET CONSTRAINTS certificate_follows_decision IMMEDIATE"))


def test_the_database_refuses_to_change_a_ground(session: Session) -> None:
    with_grounds(session, a_final_decision(session))

    with pytest.raises(DBAPIError):
        session.execute(update(AwardGround).values(holds=True))
