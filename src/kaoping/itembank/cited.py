"""The register of cited standards 引用文件: recording what became of an edition, and looking up what an item cites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.citations import (
    ENDED,
    Citation,
    CitedStandard,
    CitedStanding,
    CitedStatus,
    designated,
    normal,
    separated,
)
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Revision
from kaoping.itembank.trail import database_time, record

LONGEST: Final = 300
"""Most characters of a number, a title or a source."""

SUGGESTED: Final = 12
"""Most documents that are suggested at once."""


class NumberMissing(ItemBankError, Invalid):
    """A document is registered by its number, or by its name if it has none."""

    sentence = N_("Enter the number of the document, or its name if it has no number.")


class TitleMissing(ItemBankError, Invalid):
    """A number alone tells a reader little."""

    sentence = N_("Enter the title of %(designation)s.")


class DayMissing(ItemBankError, Invalid):
    """Items leave assembly on a day, so the day must be known."""

    sentence = N_("Enter the day from which the status of %(designation)s holds.")


class SourceMissing(ItemBankError, Invalid):
    """What is recorded must be checkable by somebody else."""

    sentence = N_("Say where the status of %(designation)s was looked up.")


class TooLong(ItemBankError, Invalid):
    """A text is longer than the register shows."""

    sentence = N_("Shorten what is entered for %(designation)s to at most %(most)d characters a field.")


class ReplacesItself(ItemBankError, Invalid):
    """An edition cannot take its own place."""

    sentence = N_("%(designation)s cannot replace itself; enter the edition that takes its place.")


class SuccessorUnasked(ItemBankError, Invalid):
    """Only a replaced edition has a successor."""

    sentence = N_("%(designation)s has a successor but is not marked as replaced; mark it or clear the field.")


class RecordedMeanwhile(ItemBankError, Conflict):
    """Somebody else recorded a status after this person opened the page."""

    sentence = N_("Somebody else recorded a status of %(designation)s meanwhile; look at it and record yours again.")


class RegisteredAlready(ItemBankError, Conflict):
    """A document that is known would be entered as a new one, with another status."""

    sentence = N_("%(designation)s is registered already; open it in the list and record its new status there.")


class SourceEnded(ItemBankError, Conflict):
    """An item whose source was replaced or withdrawn enters no paper."""

    sentence = N_(
        "Item %(code)s cites %(document)s, which is not in force any more; let its author cite the edition that is."
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person records about an edition."""

    number: str
    edition: str
    title: str
    title_en: str
    status: CitedStatus
    since: date | None
    replaced_by: str
    source: str

    @property
    def designation(self) -> str:
        """Number and edition as they are cited."""
        return designated(*separated(self.number, self.edition))

    def check(self) -> None:
        """Raise what is wrong with it, if something is."""
        facts = {"designation": self.designation}
        if not normal(self.number)[0]:
            raise NumberMissing
        if any(len(text) > LONGEST for text in (self.number, self.edition, self.title, self.title_en, self.source)):
            raise TooLong(most=LONGEST, **facts)
        if not self.title.strip():
            raise TitleMissing(**facts)
        if self.status is not CitedStatus.CURRENT and self.since is None:
            raise DayMissing(**facts)
        if not self.source.strip():
            raise SourceMissing(**facts)
        if self.replaced_by.strip() and self.status is not CitedStatus.REPLACED:
            raise SuccessorUnasked(**facts)
        if self.replaced_by.strip() and normal(self.replaced_by) == normal(self.number, self.edition):
            raise ReplacesItself(**facts)

    def says(self, said: CitedStanding) -> bool:
        """Whether a standing says the same already."""
        known = (said.status, said.since, said.replaced_by, said.source)
        return known == (self.status, self.since, self.replaced_by.strip(), self.source.strip())


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of the register with the number of items that cite it in their newest revision."""

    cited: CitedStandard
    items: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document that a writer may cite."""

    number: str
    edition: str
    title: str
    status: CitedStatus


def register(
    session: Session, entry: Entry, *, seen: int | None = None, by: Actor, at: datetime | None = None
) -> CitedStandard:
    """Record an edition, or what became of one that is known; recording the same twice is harmless.

    ``seen`` is the number of the last standing that the person saw; 0 if they took the document for a new one, none
    for a list that was checked row by row.
    """
    entry.check()
    number, edition = separated(entry.number, entry.edition)
    key, year = normal(number, edition)
    turns.take(session, f"cited:{by.organisation}:{key}")
    known = find(session, number, edition)
    if known is None:
        known = CitedStandard(
            organisation_id=by.organisation, number=number, edition=edition, key=key, year=year, title="", title_en="",
            standings=[],
        )  # fmt: skip
        session.add(known)
    elif seen is not None and known.latest.number != seen and not entry.says(known.latest):
        raise (RecordedMeanwhile if seen else RegisteredAlready)(designation=known.designation)
    known.title, known.title_en = entry.title.strip(), entry.title_en.strip()
    if not known.standings or not entry.says(known.latest):
        _stand(session, known, entry, by=by, at=at or database_time(session))
    return known


def _stand(session: Session, cited: CitedStandard, entry: Entry, *, by: Actor, at: datetime) -> None:
    cited.standings.append(CitedStanding(
        organisation_id=by.organisation, number=len(cited.standings) + 1, status=entry.status, since=entry.since,
        replaced_by=entry.replaced_by.strip(), source=entry.source.strip(), by=by.id, at=at,
    ))  # fmt: skip
    record(
        session, "cited_standard_recorded", cited, by=by, at=at, document=cited.designation, status=entry.status.value,
        since=entry.since.isoformat() if entry.since else None, replaced_by=entry.replaced_by.strip(),
    )  # fmt: skip


def get(session: Session, cited_id: UUID) -> CitedStandard:
    """Give a document of the session's organisation."""
    found = session.get(CitedStandard, cited_id)
    if found is None:
        raise Missing(what=N_("cited standard"))
    return found


def find(session: Session, number: str, edition: str = "") -> CitedStandard | None:
    """Look up what an item cites; None if nobody registered it."""
    key, year = normal(number, edition)
    query = select(CitedStandard).where(CitedStandard.key == key, CitedStandard.year == year)
    return session.scalars(query).one_or_none()


def ended(day: date) -> ColumnElement[bool]:
    """Ask of the revision that a query joins whether what it cites was replaced or withdrawn by a day.

    What has ended is looked up once for all revisions: it is little, and asking each revision for it is slow.
    """
    later = CitedStanding.__table__.alias("later")
    last = select(func.max(later.c.number)).where(later.c.cited_id == CitedStandard.id).scalar_subquery()
    citing = (
        select(Citation.revision_id)
        .join(CitedStandard, (CitedStandard.key == Citation.key) & (CitedStandard.year == Citation.year))
        .join(CitedStanding, CitedStanding.cited_id == CitedStandard.id)
        .where(
            CitedStanding.number == last, CitedStanding.status.in_(ENDED),
            or_(CitedStanding.since.is_(None), CitedStanding.since <= day),
        )
    )  # fmt: skip
    return Revision.id.in_(citing)


def require_in_force(session: Session, item: Item, at: datetime | None) -> None:
    """Raise `SourceEnded` if what the newest wording of an item cites has ended by the day of a moment, or by today."""
    latest, day = item.latest, (at or database_time(session)).astimezone(turns.ZONE).date()
    document = find(session, latest.source_standard, latest.source_edition)
    if document is not None and document.status_on(day) in ENDED:
        raise SourceEnded(code=item.code, document=document.designation)


def listing(session: Session) -> list[Listed]:
    """Give the register by number, each document with the items that cite it."""
    counts = counted(session)
    rows = session.scalars(select(CitedStandard).order_by(CitedStandard.key, CitedStandard.year.desc()))
    return [Listed(row, counts.get((row.key, row.year), 0)) for row in rows]


def unregistered(session: Session) -> list[tuple[str, str, int]]:
    """Give what items cite and nobody registered: number and edition as written somewhere, and how many items."""
    known = select(CitedStandard.id).where(CitedStandard.key == Citation.key, CitedStandard.year == Citation.year)
    query = (
        select(func.min(Revision.source_standard), func.min(Revision.source_edition), func.count())
        .join(Citation, Citation.revision_id == Revision.id)
        .join(Item, Item.id == Revision.item_id)
        .where(~known.exists(), Item.state != ItemState.RETIRED, Revision.number == newest_number())
        .group_by(Citation.key, Citation.year)
        .order_by(func.count().desc(), func.min(Revision.source_standard))
    )
    return [(number, edition, count) for number, edition, count in session.execute(query)]


def counted(session: Session) -> dict[tuple[str, str], int]:
    """Count the items that are not retired by what their newest revision cites."""
    query = (
        select(Citation.key, Citation.year, func.count())
        .join(Revision, Revision.id == Citation.revision_id)
        .join(Item, Item.id == Revision.item_id)
        .where(Item.state != ItemState.RETIRED, Revision.number == newest_number())
        .group_by(Citation.key, Citation.year)
    )
    return {(key, year): count for key, year, count in session.execute(query)}


def newest_number() -> object:
    """Give the number of the newest revision of the item that the query joins."""
    numbered = Revision.__table__.alias("numbered")
    return select(func.max(numbered.c.number)).where(numbered.c.item_id == Item.id).correlate(Item).scalar_subquery()


def in_force(session: Session, day: date) -> list[str]:
    """Give the numbers of the documents that are in force on a day, for a writer to choose from."""
    rows = session.scalars(select(CitedStandard).order_by(CitedStandard.key))
    return list(dict.fromkeys(row.number for row in rows if row.status_on(day) is CitedStatus.CURRENT))


def suggestions(session: Session, written: str, day: date) -> Sequence[Suggestion]:
    """Suggest documents whose number or title holds what was written; those that have ended come last."""
    asked = normal(written)[0]
    if not asked:
        return []
    matches = CitedStandard.key.contains(asked, autoescape=True)
    titled = func.upper(CitedStandard.title).contains(asked, autoescape=True)
    rows = session.scalars(select(CitedStandard).where(matches | titled).order_by(CitedStandard.key))
    found = [Suggestion(row.number, row.edition, row.title, row.status_on(day)) for row in rows]
    return sorted(found, key=lambda one: (one.status in ENDED, one.number, one.edition))[:SUGGESTED]
