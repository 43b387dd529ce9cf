"""Layouts from draft to print: two persons, nothing approved changes, certificates keep what they were issued under."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import designing, layout_choice, layouts
from kaoping.certificates.designing import (
    LayoutNotDraft,
    LayoutNotSubmitted,
    LayoutOwnWork,
    LayoutSavedMeanwhile,
    Purpose,
)
from kaoping.certificates.errors import LayoutFaulty
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.layout_models import CertificateLayout, LayoutKind, LayoutState
from kaoping.certificates.layout_start import official
from kaoping.certificates.layouts import Language
from kaoping.itembank.actor import Actor
from tests.builders import NOON, an_actor
from tests.builders_results import a_certificate, a_final_decision

FIRST = date(2026, 1, 1)


def a_draft(session: Session, by: Actor, *, valid_from: date = FIRST) -> CertificateLayout:
    return designing.begin(
        session, LayoutKind.SKILL_LEVEL, Language.CHINESE, name="本机构版式", valid_from=valid_from, by=by, at=NOON
    )


def an_approved_layout(session: Session, *, valid_from: date = FIRST) -> CertificateLayout:
    row = a_draft(session, an_actor(session, "certificate_officer"), valid_from=valid_from)
    designing.submit(session, row.id, by=an_actor(session, "certificate_officer"), at=NOON)
    return designing.approve(session, row.id, by=an_actor(session, "supervisor"), at=NOON)


def test_a_layout_is_approved_by_somebody_who_never_wrote_on_it(session: Session) -> None:
    designer, second = an_actor(session, "certificate_officer"), an_actor(session, "certificate_officer")
    row = a_draft(session, designer)
    purpose = Purpose("本机构版式", ("3",), None, FIRST)
    designing.save(session, row.id, official(), purpose, seen=0, by=second, at=NOON)
    with pytest.raises(LayoutSavedMeanwhile):
        designing.save(session, row.id, official(), purpose, seen=0, by=designer, at=NOON)
    designing.submit(session, row.id, by=designer, at=NOON)

    for own in (designer, second):
        assert designing.count_waiting(session, own) == 0
        with pytest.raises(LayoutOwnWork):
            designing.approve(session, row.id, by=own, at=NOON)
    designing.approve(session, row.id, by=an_actor(session, "supervisor"), at=NOON)

    with pytest.raises(LayoutNotDraft):
        designing.save(session, row.id, official(), purpose, seen=1, by=designer, at=NOON)
    with pytest.raises(LayoutNotSubmitted):
        designing.send_back(session, row.id, "更小", by=designer, at=NOON)


def test_a_layout_with_faults_is_not_submitted(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    row = a_draft(session, officer)
    designing.save(session, row.id, layouts.Layout(), Purpose("空", (), None, FIRST), seen=0, by=officer, at=NOON)

    with pytest.raises(LayoutFaulty):
        designing.submit(session, row.id, by=officer, at=NOON)


@pytest.mark.parametrize(
    "change", [{"document": {}}, {"valid_from": date(2020, 1, 1)}, {"state": "draft"}, {"approved_by": uuid4()}]
)
def test_the_database_refuses_to_change_an_approved_layout(session: Session, change: dict[str, object]) -> None:
    row = an_approved_layout(session)
    session.flush()

    with pytest.raises(DBAPIError, match="never changes"):
        session.execute(update(CertificateLayout).where(CertificateLayout.id == row.id).values(change))


def test_the_database_refuses_the_approval_of_a_designer(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    row = a_draft(session, officer)
    designing.submit(session, row.id, by=an_actor(session), at=NOON)
    session.flush()

    row.state, row.approved_by, row.approved_at = LayoutState.APPROVED, officer.id, NOON
    with pytest.raises(DBAPIError, match="approver_is_not_designer"):
        session.flush()


def test_the_most_particular_layout_in_force_prints(session: Session) -> None:
    general, later = an_approved_layout(session), an_approved_layout(session, valid_from=date(2027, 1, 1))
    officer = an_actor(session, "certificate_officer")
    particular = designing.further(session, general.id, by=officer, at=NOON)
    designing.save(
        session, particular.id, official(), Purpose("五级", ("5",), None, FIRST), seen=0, by=officer, at=NOON
    )
    designing.submit(session, particular.id, by=officer, at=NOON)
    designing.approve(session, particular.id, by=an_actor(session), at=NOON)

    def at(level: str, on: date) -> CertificateLayout | None:
        return layout_choice.in_force(session, LayoutKind.SKILL_LEVEL, Language.CHINESE, Occasion(NOON, on, level))

    assert at("5", date(2026, 5, 1)) is particular
    assert at("3", date(2026, 5, 1)) is general
    assert at("3", date(2027, 5, 1)) is later
    assert at("3", date(2025, 5, 1)) is None


def test_a_certificate_keeps_the_layout_that_it_was_issued_under(session: Session) -> None:
    decision = a_final_decision(session)
    first = an_approved_layout(session)
    certificate = a_certificate(session, decision)
    designing.withdraw(session, first.id, by=an_actor(session), at=NOON)
    an_approved_layout(session)
    session.flush()

    found = layout_choice.designs(session, [certificate.id], Language.CHINESE)
    assert found[certificate.id].layout.document() == first.document
    assert layout_choice.designs(session, [certificate.id], Language.BILINGUAL) == {}
