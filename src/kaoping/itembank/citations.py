"""Rows of the register of cited standards 引用文件, what each revision cites, and the normal form that joins them.

People write one number in many ways (``GB/T 1.1-2020``, ``ＧＢ／Ｔ1.1—2020``, 《标准化法》). Register and citations are
joined by a normal form and never by an id, so that an item may cite a standard before anybody has registered it.
"""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from kaoping.itembank.items import Revision
from kaoping.itembank.orm import Base, Owned

_DASHES: Final = re.compile(r"[‐‑‒–—―−－~～]")
_JOINED: Final = re.compile(r"\s*([-:])\s*")
_DATED: Final = re.compile(r"^(?P<number>.*\d)[-:](?P<edition>(?:1[89]|20)\d\d)$")
_DATED_NAME: Final = re.compile(r"^(?P<number>.*\S)\s*\((?P<edition>(?:1[89]|20)\d\d)[^()]*\)$")
_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")
_NAME_MARKS: Final = re.compile(r"[《》〈〉“”\"'\s]")
_WITH_COLON: Final = ("ISO", "IEC", "IWA")
_COUNTRY: Final = "中华人民共和国"


class CitedStatus(StrEnum):
    """What became of an edition: 现行, 即将实施, 被代替, 废止."""

    CURRENT = "current"
    UPCOMING = "upcoming"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


ENDED: Final = (CitedStatus.REPLACED, CitedStatus.WITHDRAWN)
"""Statuses that an item must not cite from their day on."""


def separated(number: str, edition: str = "") -> tuple[str, str]:
    """Part a number from the year that it may carry, as people write them; a given edition goes first.

    >>> separated("GB/T 1.1—2020")
    ('GB/T 1.1', '2020')
    >>> separated("标准化法（2017）")
    ('标准化法', '2017')
    """
    plain = _JOINED.sub(r"\1", _DASHES.sub("-", unicodedata.normalize("NFKC", number))).strip()
    dated = _DATED.match(plain) or _DATED_NAME.match(plain)
    if dated is None:
        return plain, edition.strip()
    return dated["number"].strip(), edition.strip() or dated["edition"]


def normal(number: str, edition: str = "") -> tuple[str, str]:
    """Give the normal forms of a number (or of the name of a law) and of its edition.

    >>> normal("ＧＢ／Ｔ 1.1－2020") == normal("gb/t1.1", "2020年版")
    True
    >>> normal("《中华人民共和国标准化法》", "2017修订")
    ('标准化法', '2017')
    """
    bare, year = separated(number, edition)
    key = _NAME_MARKS.sub("", bare).upper().removeprefix(_COUNTRY)
    plain = unicodedata.normalize("NFKC", year).strip()
    found = _YEAR.search(plain)
    return key, found[0] if found else plain.upper()


def designated(number: str, edition: str) -> str:
    """Write number and edition as they are cited: GB/T 1.1-2020, ISO/IEC 17024:2012, 标准化法（2017）.

    >>> designated("ISO/IEC 17024", "2012")
    'ISO/IEC 17024:2012'
    """
    if not edition:
        return number
    if not any(letter.isdecimal() for letter in number):
        return f"{number}（{edition}）"
    return f"{number}:{edition}" if number.upper().startswith(_WITH_COLON) else f"{number}-{edition}"


class CitedStandard(Owned, Base):
    """One edition of a document that items cite; what became of it are its standings."""

    __tablename__ = "cited_standard"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key", "year"),
        CheckConstraint("key <> ''", name="has_number"),
    )

    #: As people write them, and their normal forms.
    number: Mapped[str]
    edition: Mapped[str]
    key: Mapped[str]
    year: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]

    standings: Mapped[list["CitedStanding"]] = relationship(
        back_populates="cited", order_by="CitedStanding.number", lazy="selectin"
    )

    @property
    def designation(self) -> str:
        """Number and edition as they are cited, such as GB/T 1.1-2020."""
        return designated(self.number, self.edition)

    @property
    def latest(self) -> "CitedStanding":
        """What was recorded last."""
        return self.standings[-1]

    def status_on(self, day: date) -> CitedStatus:
        """Give the status on a day: an end that is still to come leaves the edition current until then."""
        said = self.latest
        if said.status in ENDED and said.since is not None and said.since > day:
            return CitedStatus.CURRENT
        if said.status is CitedStatus.UPCOMING and said.since is not None and said.since <= day:
            return CitedStatus.CURRENT
        return said.status


class CitedStanding(Owned, Base):
    """What somebody recorded about an edition, and from where; a later record follows it, none is changed."""

    __tablename__ = "cited_standing"
    __table_args__ = (
        UniqueConstraint("cited_id", "number"),
        CheckConstraint("status not in ('upcoming', 'replaced', 'withdrawn') or since is not null", name="has_day"),
        CheckConstraint("status = 'replaced' or replaced_by = ''", name="successor_of_replaced"),
    )

    cited_id: Mapped[UUID] = mapped_column(ForeignKey("cited_standard.id"))
    number: Mapped[int]
    status: Mapped[CitedStatus]
    #: First day on which the status holds; for a current edition the day it came into force, if known.
    since: Mapped[date | None]
    #: The edition that takes its place, as it is cited; empty unless replaced.
    replaced_by: Mapped[str]
    #: Where the information is from.
    source: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]

    cited: Mapped[CitedStandard] = relationship(back_populates="standings")


class Citation(Owned, Base):
    """What a revision cites, in normal form; the wording as cited stays on the revision."""

    __tablename__ = "citation"
    __table_args__ = (
        UniqueConstraint("revision_id"),
        Index("ix_citation_document", "organisation_id", "key", "year"),
    )

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"))
    key: Mapped[str]
    year: Mapped[str]


def values_of(revision: Revision) -> dict[str, Any]:
    """Give the values of a revision's citation."""
    key, year = normal(revision.source_standard, revision.source_edition)
    return {
        "id": uuid4(), "organisation_id": revision.organisation_id, "revision_id": revision.id, "key": key,
        "year": year,
    }  # fmt: skip


def _cite(_mapper: Mapper[Any], connection: Connection, revision: Revision) -> None:
    """Keep the citation with the wording, so that no way of writing one forgets it."""
    values = values_of(revision)
    cited = insert(Citation).values(values)
    told = {"key": values["key"], "year": values["year"]}
    connection.execute(cited.on_conflict_do_update(index_elements=["revision_id"], set_=told))


event.listen(Revision, "after_insert", _cite)
event.listen(Revision, "after_update", _cite)
