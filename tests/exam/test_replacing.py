"""Corrections and renewals of certificates: what the new one keeps of the old, and what comes too late."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.layouts import Language
from kaoping.exam.results import replacing
from kaoping.exam.results.errors import TermTooShort
from tests.builders import NOON, an_actor
from tests.builders_results import FINAL, KEY, a_certificate
from tests.certificates.test_designing import an_approved_layout
from tests.certificates.test_register import issued


def test_a_correction_is_printed_by_the_layout_of_what_it_corrects(session: Session) -> None:
    row, first, second = an_approved_layout(session), *(an_actor(session, "certificate_officer") for _ in range(2))
    old = a_certificate(session)
    by = {"reason": "姓名有误", "by": first, "at": FINAL}
    proposal = replacing.propose_correction(session, old.id, {"name": "方一铭"}, **by)  # type: ignore[arg-type]

    new = replacing.confirm(session, proposal.id, key=KEY, by=second, at=FINAL)
    again = replacing.confirm(session, proposal.id, key=KEY, by=second, at=FINAL)

    used = layout_choice.designs(session, [old.id, new.id], Language.CHINESE)
    assert again is new
    assert used[new.id].layout == used[old.id].layout
    assert row.state == "approved"


def test_a_renewal_that_is_confirmed_after_its_last_day_is_refused(session: Session) -> None:
    first, second = (an_actor(session, "certificate_officer") for _ in range(2))
    until = NOON.date() + timedelta(days=30)
    old = issued(session, by=first, kind=CertificateKind.SKILL_LEVEL, valid_until=until)
    further = until + timedelta(days=5)
    proposal = replacing.propose_renewal(session, old.id, further, reason="继续教育", by=first, at=NOON)

    with pytest.raises(TermTooShort):
        replacing.confirm(session, proposal.id, key=KEY, by=second, at=NOON + timedelta(days=60))
