"""Sets of enemies 互斥题: items of the bank of which no paper holds two, whatever its specification says.

A set is named, says why, and by whom and when it was made. It is dissolved, never edited; what it was stays readable.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor, system
from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.trail import database_time, record

MOST: Final = 50
"""Items of a set."""
LONGEST: Final = 200
"""Characters of a name and of a reason."""
FEWEST: Final = 2
RULE: Final = "enemy-set"
"""What rules of assembly that come from a set begin with; its label follows."""


class EnemiesTooFew(ItemBankError, Invalid):
    """A set of enemies has at least two items."""

    sentence = N_("Name %(fewest)d to %(most)d different items by their codes; there are %(count)d.")


class EnemiesUnknown(ItemBankError, Invalid):
    """A code names no item."""

    sentence = N_("There are no items with these codes: %(codes)s. Correct or remove them.")


class EnemiesUnexplained(ItemBankError, Invalid):
    """A set says what it is called and why it was made."""

    sentence = N_("Give the set a name and a reason of at most %(most)d characters each.")


class EnemySet(Owned, Base):
    """Items that may not meet in a paper."""

    __tablename__ = "enemy_set"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("name <> '' and reason <> ''", name="set_is_explained"),
        CheckConstraint("(dissolved_at is null) = (dissolved_by is null)", name="dissolved_by_somebody"),
    )

    number: Mapped[int]
    name: Mapped[str]
    reason: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
    dissolved_by: Mapped[UUID | None]
    dissolved_at: Mapped[datetime | None]

    members: Mapped[list["EnemyMember"]] = relationship(order_by="EnemyMember.code")

    @property
    def label(self) -> str:
        """What rules of assembly call it; without commas, because they list rules with commas between."""
        return f"{self.number} {self.name}".replace(",", "\uff0c")


class EnemyMember(Owned, Base):
    """An item of a set."""

    __tablename__ = "enemy_member"
    __table_args__ = (UniqueConstraint("set_id", "item_id"),)

    set_id: Mapped[UUID] = mapped_column(ForeignKey("enemy_set.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    #: Code of the item, which never changes.
    code: Mapped[str]

    item: Mapped[Item] = relationship()


def declare(
    session: Session, codes: Iterable[str], *, name: str, reason: str, by: Actor, at: datetime | None = None
) -> EnemySet:
    """Make items enemies; a set of the same items that stands already is given back as it is.

    Raises
    ------
    EnemiesTooFew, EnemiesUnknown, EnemiesUnexplained
    """
    named, explained, wanted = name.strip(), reason.strip(), sorted(dict.fromkeys(codes))
    if not FEWEST <= len(wanted) <= MOST:
        raise EnemiesTooFew(fewest=FEWEST, most=MOST, count=len(wanted))
    if not (0 < len(named) <= LONGEST and 0 < len(explained) <= LONGEST):
        raise EnemiesUnexplained(most=LONGEST)
    items = session.scalars(select(Item).where(Item.code.in_(wanted))).all()
    if unknown := set(wanted) - {item.code for item in items}:
        raise EnemiesUnknown(codes=", ".join(sorted(unknown)))
    turns.take(session, f"enemies:{by.organisation}")
    if (standing := _standing(session, items)) is not None:
        return standing
    last = session.scalar(select(func.max(EnemySet.number)).where(EnemySet.organisation_id == by.organisation))
    row = EnemySet(
        organisation_id=by.organisation, number=(last or 0) + 1, name=named, reason=explained, by=by.id,
        at=at or database_time(session),
    )  # fmt: skip
    row.members = [EnemyMember(organisation_id=by.organisation, item_id=one.id, code=one.code) for one in items]
    session.add(row)
    record(session, "enemies_declared", row, by=by, at=row.at, codes=wanted)
    return row


def follow(session: Session, copies: Mapping[UUID | None, Item], *, at: datetime) -> None:
    """Make copies of items enemies where their originals are; the sets say the same, and that they were made here."""
    query = select(EnemySet).join(EnemyMember).where(EnemySet.dissolved_at.is_(None), EnemyMember.item_id.in_(copies))
    rows = session.scalars(query.order_by(EnemySet.number).options(selectinload(EnemySet.members))).unique().all()
    for row in rows:
        known = [copies[one.item_id] for one in row.members if one.item_id in copies]
        if len(known) >= FEWEST:
            declare(
                session, [one.code for one in known], name=row.name, reason=row.reason, at=at,
                by=system(row.organisation_id),
            )  # fmt: skip


def dissolve(session: Session, set_id: UUID, *, by: Actor, at: datetime | None = None) -> EnemySet:
    """Let the items of a set meet again. Dissolving twice is harmless."""
    row = session.get(EnemySet, set_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing(what=N_("set of enemies"))
    if row.dissolved_at is None:
        row.dissolved_by, row.dissolved_at = by.id, at or database_time(session)
        record(session, "enemies_dissolved", row, by=by, at=row.dissolved_at, number=row.number)
    return row


def count(session: Session) -> int:
    """Count the sets that stand."""
    return session.scalars(select(func.count()).select_from(EnemySet).where(EnemySet.dissolved_at.is_(None))).one()


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[EnemySet]:
    """Give the sets that stand with their items, the newest first."""
    query = select(EnemySet).where(EnemySet.dissolved_at.is_(None)).order_by(EnemySet.number.desc())
    whole = selectinload(EnemySet.members).options(joinedload(EnemyMember.item))
    return session.scalars(query.options(whole).limit(limit).offset(offset)).all()


def of_items(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Say in which sets that stand some items are."""
    query = (
        select(EnemyMember.item_id, EnemyMember.set_id)
        .join(EnemySet, EnemySet.id == EnemyMember.set_id)
        .where(EnemySet.dissolved_at.is_(None), EnemyMember.item_id.in_(set(item_ids)))
    )
    found: dict[UUID, set[UUID]] = {}
    for item, one in session.execute(query):
        found.setdefault(item, set()).add(one)
    return found


def met(session: Session, item_ids: Iterable[UUID]) -> Mapping[str, tuple[str, ...]]:
    """Give the sets that stand of which some items hold two or more: the codes of these items by the set's label."""
    query = (
        select(EnemySet, EnemyMember.code)
        .join(EnemyMember, EnemyMember.set_id == EnemySet.id)
        .where(EnemySet.dissolved_at.is_(None), EnemyMember.item_id.in_(set(item_ids)))
        .order_by(EnemySet.number, EnemyMember.code)
    )
    return {label: codes for label, codes in _by_label(session, query).items() if len(codes) >= FEWEST}


def of_level(session: Session, level_id: UUID) -> Mapping[str, tuple[str, ...]]:
    """Give the codes of every set that stands and has items of a level, by its label."""
    query = (
        select(EnemySet, EnemyMember.code)
        .join(EnemyMember, EnemyMember.set_id == EnemySet.id)
        .join(Item, Item.id == EnemyMember.item_id)
        .where(EnemySet.dissolved_at.is_(None), Item.level_id == level_id)
        .order_by(EnemySet.number, EnemyMember.code)
    )
    return _by_label(session, query)


def _by_label(session: Session, query: Select[EnemySet, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row, code in session.execute(query):
        found.setdefault(row.label, []).append(code)
    return {label: tuple(codes) for label, codes in found.items()}


def _standing(session: Session, items: Sequence[Item]) -> EnemySet | None:
    within = of_items(session, [item.id for item in items])
    common = set.intersection(*(within.get(item.id, set()) for item in items))
    rows = session.scalars(select(EnemySet).where(EnemySet.id.in_(common)).options(selectinload(EnemySet.members)))
    return next((row for row in rows if len(row.members) == len(items)), None)


#: What the database refuses: a set says forever what it said, and what is dissolved stays so.
STATEMENTS: Final = (
    """\
CREATE FUNCTION enemy_set_is_dissolved_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.dissolved_at IS NOT NULL
    OR to_jsonb(NEW) - 'dissolved_at' - 'dissolved_by' <> to_jsonb(OLD) - 'dissolved_at' - 'dissolved_by'
  THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a set of enemies is dissolved once and never edited';
  END IF;
  RETURN NEW;
END $$""",
    """\
CREATE TRIGGER enemy_set_is_dissolved_once BEFORE UPDATE OR DELETE ON enemy_set
FOR EACH ROW EXECUTE FUNCTION enemy_set_is_dissolved_once()""",
)
