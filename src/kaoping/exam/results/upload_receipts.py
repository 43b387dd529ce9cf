"""What an authority answered about uploaded certificates: entered from its list or by hand, the newest answer holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate
from kaoping.exam import lists
from kaoping.exam.people.identity import normalised
from kaoping.exam.results.upload_errors import (
    ReceiptColumnsMissing,
    ReceiptNamesOthers,
    ReceiptResultUnknown,
    ReceiptTooEarly,
    RejectionUnexplained,
)
from kaoping.exam.results.upload_rows import NationalUpload, UploadedCertificate, UploadReceipt, UploadState
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record

LONGEST_REASON: Final = 200
_NUMBER: Final = ("证书编号", "certificate number", "number")
_RESULT: Final = ("结果", "上传结果", "处理结果", "result")
_REASON: Final = ("原因", "失败原因", "说明", "reason")
_RESULTS: Final = {
    "通过": True, "成功": True, "accepted": True, "ok": True,
    "不通过": False, "失败": False, "rejected": False, "failed": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer about one certificate."""

    number: str
    accepted: bool
    reason: str = ""
    #: Where it stands in the list it came with.
    line: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate of an upload with the answer about it, if there is one."""

    certificate: UUID
    number: str
    receipt: UploadReceipt | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which certificates an upload had accepted, and which wait for an answer; with the upload's number."""

    accepted: Mapping[UUID, int]
    waiting: Mapping[UUID, int]


def read(data: bytes) -> list[Reply]:
    """Read the list that an authority gave back.

    Raises
    ------
    ReceiptColumnsMissing, ReceiptResultUnknown, and what `kaoping.exam.lists.decoded` raises.
    """
    text, _ = lists.decoded(data, titles=(*_NUMBER, *_RESULT, *_REASON))
    found = lists.records(text)
    _, head = next(found, (1, []))
    titles = [title.lower() for title in head]
    number, result = _place(titles, _NUMBER), _place(titles, _RESULT)
    reason = next((titles.index(title) for title in _REASON if title in titles), None)
    return [_reply(line, cells, number, result, reason) for line, cells in found]


def _place(titles: Sequence[str], names: Sequence[str]) -> int:
    for name in names:
        if name in titles:
            return titles.index(name)
    raise ReceiptColumnsMissing


def _reply(line: int, cells: Sequence[str], number: int, result: int, reason: int | None) -> Reply:
    padded = [*cells, *[""] * (max(number, result, reason or 0) + 1 - len(cells))]
    told = padded[result].lower()
    if told not in _RESULTS:
        raise ReceiptResultUnknown(line=line, result=padded[result][:40])
    return Reply(normalised(padded[number]), _RESULTS[told], padded[reason] if reason is not None else "", line)


def enter(
    session: Session, upload: NationalUpload, replies: Sequence[Reply], *, by: Actor, at: datetime | None = None
) -> int:
    """Enter answers, all or none, and give how many were new; saying the same again is harmless.

    Raises
    ------
    ReceiptTooEarly, ReceiptNamesOthers, RejectionUnexplained
    """
    if upload.state is not UploadState.FETCHED:
        raise ReceiptTooEarly(number=upload.number)
    moment, held = at or database_time(session), {line.number: line for line in lines(session, upload)}
    fresh: dict[UUID, UploadReceipt] = {}
    for reply in replies:
        line = held.get(reply.number)
        if line is None:
            raise ReceiptNamesOthers(line=reply.line, certificate=reply.number[:40], number=upload.number)
        if new := _receipt(upload, line, reply, by=by, at=moment):
            fresh[line.certificate] = new
    session.add_all(fresh.values())
    if fresh:
        accepted = sum(one.accepted for one in fresh.values())
        facts = {"number": upload.number, "accepted": accepted, "rejected": len(fresh) - accepted}
        record(session, "upload.answered", upload, by=by, at=moment, **facts)
    return len(fresh)


def _receipt(upload: NationalUpload, line: Line, reply: Reply, *, by: Actor, at: datetime) -> UploadReceipt | None:
    before, reason = line.receipt, "" if reply.accepted else " ".join(reply.reason.split())[:LONGEST_REASON]
    if not (reply.accepted or reason):
        raise RejectionUnexplained(certificate=reply.number)
    if before is not None and (before.accepted, before.reason) == (reply.accepted, reason):
        return None
    return UploadReceipt(
        organisation_id=by.organisation, upload_id=upload.id, certificate_id=line.certificate,
        version=before.version + 1 if before else 1, accepted=reply.accepted, reason=reason, by=by.id, at=at,
    )  # fmt: skip


def lines(
    session: Session, upload: NationalUpload, *, limit: int | None = None, offset: int = 0
) -> list[Line]:  # fmt: skip
    """Give the certificates of an upload in its order, each with the newest answer; all, or a page of them."""
    query = (
        select(UploadedCertificate.certificate_id, Certificate.number, UploadReceipt)
        .join(Certificate, Certificate.id == UploadedCertificate.certificate_id)
        .outerjoin(UploadReceipt, _newest())
        .where(UploadedCertificate.upload_id == upload.id)
        .order_by(UploadedCertificate.place)
        .limit(limit)
        .offset(offset)
    )
    return [Line(*row) for row in session.execute(query)]


def tally(session: Session, uploads: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Give how many certificates of each upload were accepted and how many rejected, by the newest answers."""
    query = (
        select(
            UploadedCertificate.upload_id,
            func.count().filter(UploadReceipt.accepted),
            func.count().filter(~UploadReceipt.accepted),
        )
        .join(UploadReceipt, _newest())
        .where(UploadedCertificate.upload_id.in_(uploads))
        .group_by(UploadedCertificate.upload_id)
    )
    return {upload: (accepted, rejected) for upload, accepted, rejected in session.execute(query)}


def of_certificate(session: Session, certificate_id: UUID) -> list[tuple[NationalUpload, UploadReceipt | None]]:
    """Give the uploads that name a certificate, the newest first, each with its answer."""
    query = _answers().where(UploadedCertificate.certificate_id == certificate_id)
    rows = session.execute(query.order_by(NationalUpload.number.desc()))
    return [(upload, receipt) for upload, _, receipt in rows]


def standing(
    session: Session, conditions: Sequence[ColumnElement[bool]], *, but: UUID | None, at: datetime
) -> Standing:
    """Give where certificates stand with all uploads but one: refused and lapsed files count for nothing."""
    query = _answers().join(Certificate, Certificate.id == UploadedCertificate.certificate_id).where(*conditions)
    accepted: dict[UUID, int] = {}
    waiting: dict[UUID, int] = {}
    for upload, certificate, receipt in session.execute(query.order_by(NationalUpload.number)):
        if upload.id == but:
            continue
        if receipt is not None and receipt.accepted:
            accepted[certificate] = upload.number
        elif receipt is None and _open(upload, at):
            waiting[certificate] = upload.number
    return Standing(accepted, waiting)


def _open(upload: NationalUpload, at: datetime) -> bool:
    return upload.state is not UploadState.REFUSED and not upload.lapsed(at)


def _answers() -> Select[NationalUpload, UUID, UploadReceipt]:
    return (
        select(NationalUpload, UploadedCertificate.certificate_id, UploadReceipt)
        .join(UploadedCertificate, UploadedCertificate.upload_id == NationalUpload.id)
        .outerjoin(UploadReceipt, _newest())
    )


def _newest() -> ColumnElement[bool]:
    """Tie the newest answer to a certificate of an upload."""
    same = (
        UploadReceipt.upload_id == UploadedCertificate.upload_id,
        UploadReceipt.certificate_id == UploadedCertificate.certificate_id,
    )
    later = UploadReceipt.__table__.alias("later")
    last = (
        select(func.max(later.c.version))
        .where(later.c.upload_id == UploadedCertificate.upload_id)
        .where(later.c.certificate_id == UploadedCertificate.certificate_id)
        .correlate(UploadedCertificate)
        .scalar_subquery()
    )
    return and_(*same, UploadReceipt.version == last)
