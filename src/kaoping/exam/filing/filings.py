"""Filings 备案: entered from the authority's notice, confirmed by another person, and asked before every exam.

What may be evaluated is occupation × level × region × days (评价机构备案). Nothing is filed by default: an exam that no
confirmed filing covers is refused, with what the nearest filing lacks.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, defer

from kaoping.exam.filing import errors
from kaoping.exam.filing.models import Filing, FilingState
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level, Standard
from kaoping.itembank.trail import database_time, record

MEGABYTE = 1024 * 1024
#: Largest file of a notice, in megabytes.
LIMIT = 10
#: A code of an administrative division (GB/T 2260).
REGION = re.compile("[0-9]{2}([0-9]{2}){0,2}")
#: Pairs of zeros that only fill a code up to six digits.
_ENDING = re.compile(r"(?<=\d\d)(00)+$")
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The authority's notice as a file."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """What an authority's notice says; regions as codes of 2, 4 or 6 digits."""

    number: str
    authority: str
    standard_code: str
    digits: Sequence[int]
    regions: Sequence[str]
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Choice:
    """A standard that a filing may name, by its code, with the levels of all its editions."""

    code: str
    name: str
    name_en: str
    levels: dict[int, Level]


def enter(
    session: Session, notice: Notice, evidence: Evidence, *, by: Actor, at: datetime | None = None
) -> Filing:  # fmt: skip
    """Enter a filing as its notice says; it holds as soon as another person has confirmed it.

    Raises
    ------
    FilingIncomplete, RegionUnknown, FilingReversed, LevelNotOfStandard, EvidenceUnusable, FilingKnown
    """
    said = _checked(session, notice)
    media_type = _media_type(evidence.data)
    known = exists().where(Filing.number == said.number, Filing.standard_code == said.standard_code)
    if session.scalar(select(known)):
        raise errors.FilingKnown(number=said.number, code=said.standard_code)
    filing = Filing(
        organisation_id=by.organisation, number=said.number, authority=said.authority,
        standard_code=said.standard_code, digits=list(said.digits), regions=list(said.regions),
        starts_on=said.starts_on, ends_on=said.ends_on, entered_by=by.id, entered_at=at or database_time(session),
        evidence_name=evidence.name[-120:], evidence_type=media_type, evidence=evidence.data,
        evidence_sha256=hashlib.sha256(evidence.data).digest(),
    )  # fmt: skip
    session.add(filing)
    facts = {"number": said.number, "code": said.standard_code, "evidence": filing.evidence_sha256.hex()}
    record(session, "filing.enter", filing, by=by, at=at, **facts)
    return filing


def confirm(session: Session, filing_id: UUID, *, by: Actor, at: datetime | None = None) -> Filing:
    """Confirm that a filing says what its notice says. Confirming twice is harmless.

    Raises
    ------
    FilingEnded : it ended before it was confirmed.
    OwnFiling : who entered it asks (the database refuses it too).
    """
    filing = _locked(session, filing_id)
    if filing.state is FilingState.ENDED:
        raise errors.FilingEnded(number=filing.number)
    if filing.state is FilingState.CONFIRMED:
        return filing
    if filing.entered_by == by.id:
        raise errors.OwnFiling(number=filing.number)
    moment = at or database_time(session)
    filing.state, filing.confirmed_by, filing.confirmed_at = FilingState.CONFIRMED, by.id, moment
    record(session, "filing.confirm", filing, by=by, at=at, number=filing.number)
    return filing


def end(
    session: Session, filing_id: UUID, *, last_day: date, reason: str, by: Actor, at: datetime | None = None
) -> Filing:  # fmt: skip
    """End a filing before its time; exams after its last day are refused from now on. Ending twice is harmless.

    Raises
    ------
    EndOutside : the last day lies outside the days of the filing.
    FilingIncomplete : no reason is given.
    """
    filing = _locked(session, filing_id)
    if filing.state is FilingState.ENDED:
        return filing
    if not filing.starts_on <= last_day <= filing.ends_on:
        raise errors.EndOutside(number=filing.number, starts=filing.starts_on, ends=filing.ends_on)
    why = _given(reason, N_("reason"))
    filing.state, filing.ended_on, filing.reason = FilingState.ENDED, last_day, why
    record(session, "filing.end", filing, by=by, at=at, number=filing.number, last_day=last_day.isoformat())
    return filing


def require(session: Session, level: Level, *, region: str, days: Collection[date]) -> list[Filing]:
    """Refuse to evaluate a level in a region on days that no confirmed filing covers; give the filings that do.

    Raises
    ------
    NotFiled, LevelNotFiled, RegionNotFiled, DayNotFiled : what the nearest filing lacks.
    """
    facts = {"code": level.standard.code, "level": level.full_name, "region": region}
    filed = _confirmed(session, level.standard.code)
    if not filed:
        raise errors.NotFiled(**facts)
    if not (of_level := [one for one in filed if level.digit in one.digits]):
        raise errors.LevelNotFiled(**facts)
    if not (here := [one for one in of_level if covers_region(one, region)]):
        regions = dict.fromkeys(code for one in of_level for code in one.regions)
        raise errors.RegionNotFiled(**facts, regions=", ".join(regions))
    for day in sorted(days):
        if not any(one.starts_on <= day <= one.last_day for one in here):
            periods = ", ".join(
                f"{one.starts_on} – {one.last_day}" for one in sorted(here, key=lambda one: one.starts_on)
            )
            raise errors.DayNotFiled(**facts, day=day, periods=periods)
    return [one for one in here if any(one.starts_on <= day <= one.last_day for day in days)]


def covers_region(filing: Filing, region: str) -> bool:
    """Whether a region is one of the filing's, or a part of one."""
    return any(region.startswith(_ENDING.sub("", code)) for code in filing.regions)


def find(session: Session, filing_id: UUID) -> Filing:
    """Give a filing of the organisation, or raise `Missing`."""
    filing = session.get(Filing, filing_id)
    if filing is None:
        raise Missing(what=N_("filing"))
    return filing


def listed(session: Session) -> Sequence[Filing]:
    """Give the organisation's filings, the latest to end first."""
    return session.scalars(select(Filing).order_by(Filing.ends_on.desc(), Filing.number)).all()


def count_entered(session: Session, by: Actor) -> int:
    """Count the filings that wait for confirmation by this person."""
    waiting = (Filing.state == FilingState.ENTERED, Filing.entered_by != by.id)
    return session.scalar(select(func.count()).select_from(Filing).where(*waiting)) or 0


def choices(session: Session) -> list[Choice]:
    """Give what a filing may name: every code of a standard, with the levels of its editions, lowest level first."""
    found: dict[str, Choice] = {}
    rows = session.execute(
        select(Standard, Level).join(Level).order_by(Standard.code, Standard.edition, Level.digit.desc())
    )
    for standard, level in rows:
        found.setdefault(standard.code, Choice(standard.code, standard.name, standard.name_en, {}))
        found[standard.code].levels.setdefault(level.digit, level)
    return list(found.values())


def _confirmed(session: Session, code: str) -> Sequence[Filing]:
    """Give what was confirmed for a standard, ended filings too: they hold until their last day."""
    query = select(Filing).where(Filing.standard_code == code, Filing.confirmed_by.is_not(None))
    return session.scalars(query.options(defer(Filing.evidence_sealed))).all()


def _locked(session: Session, filing_id: UUID) -> Filing:
    found = session.get(Filing, filing_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing(what=N_("filing"))
    return found


def _checked(session: Session, notice: Notice) -> Notice:
    number, authority = _given(notice.number, N_("number")), _given(notice.authority, N_("authority"))
    if notice.ends_on < notice.starts_on:
        raise errors.FilingReversed(starts=notice.starts_on, ends=notice.ends_on)
    return Notice(
        number, authority, notice.standard_code, _levels(session, notice), _regions(notice.regions), notice.starts_on,
        notice.ends_on,
    )  # fmt: skip


def _given(text: str, what: str) -> str:
    kept = text.strip()
    if not kept:
        raise errors.FilingIncomplete(what=what)
    return kept


def _levels(session: Session, notice: Notice) -> list[int]:
    if not notice.digits:
        raise errors.FilingIncomplete(what=N_("level"))
    named = select(Level.digit).join(Standard).where(Standard.code == notice.standard_code)
    known = set(session.scalars(named))
    for digit in notice.digits:
        if digit not in known:
            raise errors.LevelNotOfStandard(code=notice.standard_code, digit=digit)
    return sorted(set(notice.digits), reverse=True)


def _regions(codes: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not kept:
        raise errors.FilingIncomplete(what=N_("region"))
    for code in kept:
        if not REGION.fullmatch(code):
            raise errors.RegionUnknown(code=code[:20])
    return kept


def _media_type(data: bytes) -> str:
    """Tell what a file is from its own first bytes, whatever its name says."""
    if not 0 < len(data) <= LIMIT * MEGABYTE:
        raise errors.EvidenceUnusable(megabytes=LIMIT)
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        with Image.open(BytesIO(data), formats=tuple(_PICTURES)) as picture:
            picture.verify()
            return _PICTURES[str(picture.format)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise errors.EvidenceUnusable(megabytes=LIMIT) from None
