"""Requests of holders 补办与更正申请: a sheet once more, or other words, with evidence; an officer answers with words.

An accepted request changes nothing by itself: the re-print and the correction are deeds of their own, with their own
two persons, and the officer is led to them.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.certificates.models import Certificate
from kaoping.exam.holders.errors import (
    AlreadyAsked,
    EvidenceMissing,
    EvidenceUnusable,
    RequestAnswered,
    RequestReasonMissing,
)
from kaoping.exam.holders.models import CertificateRequest, RequestKind, RequestState
from kaoping.itembank import pictures, trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, Missing

LONGEST = 1000
MEGABYTES = 5
_PDF = b"%PDF-"


def ask(
    session: Session,
    certificate: Certificate,
    kind: RequestKind,
    *,
    reason: str,
    evidence: bytes = b"",
    account: UUID,
    at: datetime | None = None,
) -> CertificateRequest:
    """Ask for something about an own certificate; a correction needs evidence.

    Raises
    ------
    RequestReasonMissing, EvidenceMissing, EvidenceUnusable, AlreadyAsked
    """
    said = _said(reason)
    if kind is RequestKind.CORRECTION and not evidence:
        raise EvidenceMissing
    content, media_type = _readable(evidence) if evidence else (None, None)
    session.get_one(Certificate, certificate.id, with_for_update={"key_share": True})
    asked = of_certificate(session, certificate.id)
    if any(row.kind is kind and row.state is RequestState.WAITING for row in asked):
        raise AlreadyAsked
    row = CertificateRequest(
        organisation_id=certificate.organisation_id,
        certificate_id=certificate.id,
        kind=kind,
        state=RequestState.WAITING,
        asked_by=account,
        asked_at=at or trail.database_time(session),
        reason=said,
        evidence=base64.b64encode(content).decode() if content else None,
        evidence_type=media_type,
        answered_by=None,
        answered_at=None,
        answer=None,
    )
    session.add(row)
    session.flush()
    by = Actor(account, certificate.organisation_id)
    trail.record(session, f"certificate.{kind}_asked", row, by=by, at=at, number=certificate.number)
    return row


def answer(
    session: Session, request_id: UUID, *, accept: bool, words: str, by: Actor, at: datetime | None = None
) -> CertificateRequest:
    """Answer a request with words that its holder reads.

    Raises
    ------
    RequestReasonMissing, RequestAnswered
    """
    row = find(session, request_id, lock=True)
    if row.state is not RequestState.WAITING:
        raise RequestAnswered
    said, moment, number = _said(words), at or trail.database_time(session), row.certificate.number
    row.answer = said
    row.state = RequestState.ACCEPTED if accept else RequestState.REFUSED
    row.answered_by, row.answered_at = by.id, moment
    trail.record(session, f"certificate.request_{row.state}", row, by=by, at=at, number=number)
    return row


def find(session: Session, request_id: UUID, *, lock: bool = False) -> CertificateRequest:
    """Give a request of the session's organisation."""
    row = session.get(CertificateRequest, request_id, with_for_update=lock or None)
    if row is None:
        raise Missing(what=N_("request"))
    return row


def evidence_of(
    session: Session, request_id: UUID, *, by: Actor, at: datetime | None = None
) -> tuple[CertificateRequest, bytes]:
    """Give the evidence of a request to an officer; that it was read is recorded."""
    row = find(session, request_id)
    if row.evidence is None:
        raise Missing(what=N_("evidence"))
    trail.record(session, "certificate.evidence_read", row, by=by, at=at, number=row.certificate.number)
    return row, base64.b64decode(row.evidence)


def of_certificate(session: Session, certificate_id: UUID) -> Sequence[CertificateRequest]:
    """Give the requests about a certificate, the newest first."""
    query = select(CertificateRequest).where(CertificateRequest.certificate_id == certificate_id)
    return session.scalars(query.order_by(CertificateRequest.asked_at.desc())).all()


def listed(session: Session, *, page: int, shown: int) -> Sequence[CertificateRequest]:
    """Give a page of requests: those that wait first, the oldest of them at the head, then what was answered last."""
    waits = CertificateRequest.state == RequestState.WAITING
    query = select(CertificateRequest).options(joinedload(CertificateRequest.certificate))
    ordered = query.order_by(waits.desc(), CertificateRequest.answered_at.desc(), CertificateRequest.asked_at)
    return session.scalars(ordered.offset((page - 1) * shown).limit(shown)).all()


def count(session: Session) -> int:
    """Count the requests."""
    return session.scalars(select(func.count()).select_from(CertificateRequest)).one()


def count_waiting(session: Session, _actor: Actor) -> int:
    """Count what waits for an answer."""
    query = select(func.count()).select_from(CertificateRequest)
    return session.scalars(query.where(CertificateRequest.state == RequestState.WAITING)).one()


def _said(words: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise RequestReasonMissing(longest=LONGEST)
    return said


def _readable(content: bytes) -> tuple[bytes, str]:
    """Take a PDF as it is and a picture by its pixels alone."""
    if len(content) > MEGABYTES * 1024**2:
        raise EvidenceUnusable(megabytes=MEGABYTES)
    if content.startswith(_PDF):
        return content, "application/pdf"
    try:
        return pictures.redrawn(content)
    except Invalid:
        raise EvidenceUnusable(megabytes=MEGABYTES) from None
