"""Uploading certificates to an authority's platform: choose, check, let out by two persons, fetch once.

Kaoping writes a file and keeps what came back; it is connected to no platform.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer

from kaoping.certificates import number_rules, register
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.models import Certificate
from kaoping.certificates.states import State
from kaoping.exam import clock
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import upload_checks, upload_file, upload_layout, upload_receipts
from kaoping.exam.results.models import Decision
from kaoping.exam.results.upload_checks import Checked, Entry, Known
from kaoping.exam.results.upload_errors import (
    NothingToUpload,
    NotYourUpload,
    OwnUpload,
    PeriodBackwards,
    TooManyToUpload,
    UploadChanged,
    UploadDecided,
    UploadLapsed,
    UploadNotOpen,
    UploadRefusalUnexplained,
    UploadUnexplained,
)
from kaoping.exam.results.upload_layout import UploadLayout
from kaoping.exam.results.upload_rows import LayoutVersion, NationalUpload, UploadedCertificate, UploadState
from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.decided_once import decided
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import database_time, record

SHORTEST_PURPOSE: Final = 4
LONGEST_PURPOSE: Final = 200
LONGEST_REASON: Final = 500
MOST: Final = 20_000
HOURS: Final = 24
EXAMS: Final = 100
#: What is listed on platforms; other kinds stay here.
_KIND: Final = Certificate.kind == CertificateKind.SKILL_LEVEL


@dataclass(frozen=True, slots=True)
class Choice:
    """Which certificates: of an exam, or issued from one day to another, both included."""

    exam: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was chosen."""
        return self.exam is None and (self.since is None or self.until is None)

    def told(self) -> dict[str, Any]:
        """Give the choice as it is kept."""
        if self.exam is not None:
            return {"exam": str(self.exam)}
        return {"since": str(self.since), "until": str(self.until)}


@dataclass(frozen=True, slots=True)
class Held:
    """The layout that holds: its version (0: the demonstration's) and the document."""

    number: int
    layout: UploadLayout


def layout(session: Session) -> Held:
    """Give the newest layout of the organisation, else the demonstration's."""
    row = session.scalars(select(LayoutVersion).order_by(LayoutVersion.number.desc()).limit(1)).one_or_none()
    return Held(row.number, upload_layout.read(row.document)) if row else Held(0, upload_layout.DEMONSTRATION)


def set_layout(session: Session, new: UploadLayout, *, by: Actor, at: datetime | None = None) -> Held:
    """Enter a new version of the layout; entering the one that holds again is harmless."""
    held = layout(session)
    if held.layout == new:
        return held
    number = turns.next_number(session, LayoutVersion.number, by.organisation)
    moment = at or database_time(session)
    row = LayoutVersion(
        organisation_id=by.organisation, number=number, document=new.model_dump(mode="json"), by=by.id, at=moment
    )
    session.add(row)
    record(session, "upload_layout.set", row, by=by, at=moment, number=number, source=new.source)
    return Held(number, new)


def look(
    session: Session, choice: Choice, layout: UploadLayout, *, at: datetime | None = None
) -> list[Checked]:  # fmt: skip
    """Check every certificate of a choice, by number.

    Raises
    ------
    PeriodBackwards, TooManyToUpload
    """
    conditions = _conditions(choice)
    count = session.scalar(select(func.count()).select_from(Certificate).where(*conditions)) or 0
    if count > MOST:
        raise TooManyToUpload(count=count, most=MOST)
    return _checked(session, conditions, layout, but=None, at=at or database_time(session))


def request(
    session: Session, choice: Choice, purpose: str, *, by: Actor, at: datetime | None = None
) -> NationalUpload:  # fmt: skip
    """Ask for a file of the certificates of a choice that pass the checks; the others stay out.

    Raises
    ------
    UploadUnexplained, NothingToUpload, PeriodBackwards, TooManyToUpload
    """
    said, held, moment = " ".join(purpose.split()), layout(session), at or database_time(session)
    if not SHORTEST_PURPOSE <= len(said) <= LONGEST_PURPOSE:
        raise UploadUnexplained(least=SHORTEST_PURPOSE, most=LONGEST_PURPOSE)
    number = turns.next_number(session, NationalUpload.number, by.organisation)
    good = [checked.entry.certificate for checked in look(session, choice, held.layout, at=moment) if checked.good]
    if not good:
        raise NothingToUpload
    row = NationalUpload(
        organisation_id=by.organisation, number=number, state=UploadState.REQUESTED, purpose=said,
        layout=held.layout.model_dump(mode="json"), layout_number=held.number, chosen=choice.told(), count=len(good),
        requested_by=by.id, requested_at=moment,
    )  # fmt: skip
    row.certificates = [
        UploadedCertificate(organisation_id=by.organisation, certificate_id=certificate.id, place=place)
        for place, certificate in enumerate(good, start=1)
    ]
    session.add(row)
    facts = {"number": number, "certificates": len(good), "purpose": said, "layout": held.number}
    record(session, "upload.requested", row, by=by, at=moment, **facts)
    return row


def approve(session: Session, upload_id: UUID, *, by: Actor, at: datetime | None = None) -> NationalUpload:
    """Allow a file for a day from now. Allowing it twice is harmless.

    Raises
    ------
    OwnUpload, UploadDecided
    """
    row, moment = _to_decide(session, upload_id, by=by), at or database_time(session)
    if decided(row, UploadState.APPROVED, waiting=UploadState.REQUESTED, by=by, otherwise=UploadDecided):
        return row
    row.until = moment + timedelta(hours=HOURS)
    return _decide(session, row, UploadState.APPROVED, by=by, at=moment)


def refuse(
    session: Session, upload_id: UUID, reason: str, *, by: Actor, at: datetime | None = None
) -> NationalUpload:  # fmt: skip
    """Refuse a file for a reason. Refusing it twice is harmless.

    Raises
    ------
    OwnUpload, UploadDecided, UploadRefusalUnexplained
    """
    row, moment, said = _to_decide(session, upload_id, by=by), at or database_time(session), reason.strip()
    if decided(row, UploadState.REFUSED, waiting=UploadState.REQUESTED, by=by, otherwise=UploadDecided):
        return row
    if not 0 < len(said) <= LONGEST_REASON:
        raise UploadRefusalUnexplained(most=LONGEST_REASON)
    row.reason = said
    return _decide(session, row, UploadState.REFUSED, by=by, at=moment)


def fetch(session: Session, upload_id: UUID, *, by: Actor, at: datetime | None = None) -> bytes:
    """Make the file of an allowed upload, once; what no longer passes the checks does not leave.

    Raises
    ------
    NotYourUpload, UploadNotOpen, UploadLapsed, UploadChanged
    """
    row, moment = find(session, upload_id, lock=True), at or database_time(session)
    if row.requested_by != by.id:
        raise NotYourUpload(number=row.number)
    if row.state is not UploadState.APPROVED or row.until is None:
        raise UploadNotOpen(number=row.number)
    if row.lapsed(moment):
        raise UploadLapsed(number=row.number, until=row.until)
    frozen = upload_layout.read(row.layout)
    ids = select(UploadedCertificate.certificate_id).where(UploadedCertificate.upload_id == row.id)
    entries = [_passing(one) for one in _checked(session, [Certificate.id.in_(ids)], frozen, but=row.id, at=moment)]
    data = upload_file.file(entries, frozen)
    row.state, row.fetched_at, row.digest = UploadState.FETCHED, moment, hashlib.sha256(data).digest()
    facts = {"number": row.number, "certificates": row.count, "purpose": row.purpose, "sha256": row.digest.hex()}
    record(session, "upload.fetched", row, by=by, at=moment, **facts)
    return data


def find(session: Session, upload_id: UUID, *, lock: bool = False) -> NationalUpload:
    """Give an upload, or raise `Missing`."""
    query = select(NationalUpload).where(NationalUpload.id == upload_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing(what=N_("upload"))
    return row


def exams(session: Session) -> Sequence[Exam]:
    """Give the exams that certificates came from, the newest first."""
    issued = select(Application.exam_id).join(Decision, Decision.application_id == Application.id)
    issued = issued.join(Certificate, Certificate.award_id == Decision.id).where(_KIND)
    return session.scalars(select(Exam).where(Exam.id.in_(issued)).order_by(Exam.opens_at.desc()).limit(EXAMS)).all()


def exam_of(session: Session, row: NationalUpload) -> Exam | None:
    """Give the exam that an upload was chosen by, if it was."""
    return session.get(Exam, UUID(row.chosen["exam"])) if "exam" in row.chosen else None


def count(session: Session) -> int:
    """Count the uploads."""
    return session.scalar(select(func.count()).select_from(NationalUpload)) or 0


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[NationalUpload]:
    """Give the uploads, the newest first."""
    return session.scalars(
        select(NationalUpload).order_by(NationalUpload.number.desc()).limit(limit).offset(offset)
    ).all()


def count_waiting(session: Session, by: Actor) -> int:
    """Count the uploads that wait for this person's decision."""
    waiting = (NationalUpload.state == UploadState.REQUESTED, NationalUpload.requested_by != by.id)
    return session.scalar(select(func.count()).select_from(NationalUpload).where(*waiting)) or 0


def count_to_fetch(session: Session, by: Actor) -> int:
    """Count what this person may fetch now."""
    open_ = (NationalUpload.state == UploadState.APPROVED, NationalUpload.until > func.now())
    return session.scalar(
        select(func.count()).select_from(NationalUpload).where(NationalUpload.requested_by == by.id, *open_)
    ) or 0  # fmt: skip


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    if choice.exam is not None:
        of_exam = select(Decision.id).join(Application, Application.id == Decision.application_id)
        return [_KIND, Certificate.award_id.in_(of_exam.where(Application.exam_id == choice.exam))]
    if choice.since is None or choice.until is None or choice.until < choice.since:
        raise PeriodBackwards(since=choice.since, until=choice.until)
    first, after = clock.day(choice.since)[0], clock.day(choice.until)[1]
    return [_KIND, Certificate.issued_at >= first, Certificate.issued_at < after]


def _checked(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    layout: UploadLayout,
    *,
    but: UUID | None,
    at: datetime,
) -> list[Checked]:
    certificates = session.scalars(_slim().where(*conditions).order_by(Certificate.number)).all()
    scores = _scores(session, conditions)
    entries = [Entry(one, register.award_of(one), scores.get(one.award_id, {})) for one in certificates]
    sent = upload_receipts.standing(session, conditions, but=but, at=at)
    twins = _twins([*entries, *_others(session, conditions)])
    known = Known(sent.accepted, sent.waiting, twins, number_rules.in_use(session))
    return [upload_checks.check(entry, layout, known) for entry in entries]


def _slim() -> Select[Certificate]:
    """Read certificates without their photographs."""
    return select(Certificate).options(defer(Certificate.photo_sealed))


def _others(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Entry]:
    """Give the other certificates of the same people, to find who has one award twice."""
    people, chosen = (select(column).where(*conditions) for column in (Certificate.person_id, Certificate.id))
    query = _slim().where(_KIND, Certificate.person_id.in_(people), Certificate.id.not_in(chosen))
    return [Entry(one, register.award_of(one)) for one in session.scalars(query)]


def _scores(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[UUID, Mapping[str, str]]:
    decided = select(Decision.id, Decision.grounds).where(
        Decision.id.in_(select(Certificate.award_id).where(*conditions))
    )
    return {
        row.id: {name: str(one["raw"]) for name, one in row.grounds["components"].items()}
        for row in session.execute(decided)
    }


def _twins(entries: Sequence[Entry]) -> dict[UUID, str]:
    """Find who has the same occupation, specialty and level twice among what is in force; each names the other."""
    held: dict[tuple[UUID, str, str, str], list[Certificate]] = {}
    for entry in entries:
        if entry.certificate.standing is State.VALID:
            award = entry.award
            key = (entry.certificate.person_id, award.occupation, award.specialty, award.level)
            held.setdefault(key, []).append(entry.certificate)
    return {
        one.id: next(other.number for other in same if other is not one)
        for same in held.values() if len(same) > 1
        for one in same
    }  # fmt: skip


def _passing(checked: Checked) -> Entry:
    if checked.problems:
        raise UploadChanged(certificate=checked.entry.certificate.number, problem=checked.problems[0])
    return checked.entry


def _to_decide(session: Session, upload_id: UUID, *, by: Actor) -> NationalUpload:
    row = find(session, upload_id, lock=True)
    if row.requested_by == by.id:
        raise OwnUpload
    return row


def _decide(session: Session, row: NationalUpload, state: UploadState, *, by: Actor, at: datetime) -> NationalUpload:
    row.state, row.decided_by, row.decided_at = state, by.id, at
    record(session, f"upload.{state}", row, by=by, at=at, number=row.number, certificates=row.count)
    return row
