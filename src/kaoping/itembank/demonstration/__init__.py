"""The demonstration 示范: a standard, its points, practical tasks and original items that every installation can load.

Every item is AI-assisted and was not reviewed by an expert; nobody's review is invented for it.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import cited, content, standards, text_index
from kaoping.itembank.actor import SYSTEM, Actor, system
from kaoping.itembank.authoring import next_number
from kaoping.itembank.citations import CitedStatus
from kaoping.itembank.cited import Entry
from kaoping.itembank.errors import N_, Forbidden, ItemBankError
from kaoping.itembank.items import Item, ItemState, Revision
from kaoping.itembank.models import Level, Point, Standard, Task, TaskState
from kaoping.itembank.standard_document import StandardDocument, read_points
from kaoping.itembank.trail import database_time, record

_HOME = files("kaoping.itembank.demonstration")

#: Where the status of the cited documents is from: the column of the points that says what was checked.
_CHECKED = "示范规范要素细目表“时效性”栏"

#: Parts of a practical task that candidates see at the earliest in the exam; the rows of the score sheet stay open.
_SEALED = ("conditions", "materials", "task", "skills", "quality", "answer_key", "veto")


class NotADemonstration(ItemBankError, Forbidden):
    """Sample data stay out of organisations that work for real."""

    sentence = N_("The demonstration is loaded only into an organisation that is marked as a demonstration.")


class Organisation(Protocol):
    """What is asked of an organisation."""

    id: Any
    demonstration: Any


def document() -> StandardDocument:
    """Read the demonstration standard with its points."""
    plain = json.loads(_text("standard.json"))
    return StandardDocument.model_validate({**plain, "points": read_points(_text("points.csv"))})


def items() -> Iterator[dict[str, Any]]:
    """Read the demonstration items: point, level, body, source, difficulty, consistency."""
    for file in sorted(_HOME.joinpath("items").iterdir(), key=lambda file: file.name):
        yield from json.loads(file.read_text(encoding="utf-8"))


def cited_standards() -> Iterator[Entry]:
    """Read the documents that the points cite and whose status was checked."""
    for row in csv.DictReader(_text("cited.csv").splitlines()):
        status, since = CitedStatus(row.pop("status")), row.pop("since")
        yield Entry(**row, status=status, since=date.fromisoformat(since) if since else None, source=_CHECKED)


def tasks() -> list[dict[str, Any]]:
    """Read the practical tasks with keys and score sheets."""
    read: list[dict[str, Any]] = json.loads(_text("tasks.json"))
    return read


def load(session: Session, organisation: Organisation, *, by: Actor, at: datetime | None = None) -> Standard:
    """Load the standard, its tasks and its items; what is there already stays as it is."""
    if not organisation.demonstration:
        raise NotADemonstration
    machine, moment = system(organisation.id), at or database_time(session)
    standard = _standard(session, by=machine, at=moment)
    levels = {level.digit: level for level in standard.levels}
    for entry in cited_standards():
        if cited.find(session, entry.number, entry.edition) is None:
            cited.register(session, entry, by=machine, at=moment)
    added = _add_tasks(session, standard, levels, at=moment), _add_items(session, standard, levels, at=moment)
    if any(added):
        facts = {"tasks": added[0], "items": added[1], "asked_by": str(by.id)}
        record(session, "demonstration_loaded", standard, by=machine, at=moment, **facts)
    return standard


def _text(name: str) -> str:
    return _HOME.joinpath(name).read_text(encoding="utf-8")


def _standard(session: Session, *, by: Actor, at: datetime) -> Standard:
    described = document()
    same = (Standard.code == described.code, Standard.edition == described.edition)
    standard = session.scalars(select(Standard).where(*same)).one_or_none()
    if standard is None:
        standard = standards.create(session, described, by=by, at=at, demonstration=True)
    return standards.publish(session, standard.id, by=by, at=at)


def _add_tasks(session: Session, standard: Standard, levels: dict[int, Level], *, at: datetime) -> int:
    known = set(session.scalars(select(Task.code).where(Task.standard_id == standard.id)))
    fresh = [_task(standard, levels[entry["level"]], entry, at=at) for entry in tasks() if entry["code"] not in known]
    session.add_all(fresh)
    return len(fresh)


def _task(standard: Standard, level: Level, entry: dict[str, Any], *, at: datetime) -> Task:
    body = {name: entry[name] for name in _SEALED}
    body["nominal"] = {row["code"]: row["nominal"] for row in entry["sheet"]}
    return Task(
        organisation_id=standard.organisation_id, standard_id=standard.id, level_id=level.id, code=entry["code"],
        number=1, state=TaskState.APPROVED, author_id=SYSTEM, created_at=at, submitted_at=at, unit=entry["unit"],
        title=entry["title"], title_en=entry["title_en"], minutes=entry["minutes"], marks=Decimal(entry["marks"]),
        demonstration=True, body=body,
        sheet=[{name: row[name] for name in ("code", "kind", "marks", "text")} for row in entry["sheet"]],
    )  # fmt: skip


def _add_items(session: Session, standard: Standard, levels: dict[int, Level], *, at: datetime) -> int:
    points = {point.code: point for point in standards.points(session, standard.id)}
    loaded = select(Item.level_id, Item.point_id, Item.type).where(
        Item.standard_id == standard.id, Item.demonstration.is_(True)
    )
    known: set[tuple[UUID, UUID, str]] = {(level, point, str(kind)) for level, point, kind in session.execute(loaded)}
    numbers = {digit: next_number(session, standard.organisation_id, digit) for digit in levels}
    fresh = 0
    for entry in items():
        level, point = levels[entry["level"]], points[entry["point"]]
        if (level.id, point.id, entry["body"]["type"]) not in known:
            _add_item(session, level, point, entry, f"{level.digit}-{numbers[level.digit]:06}", at=at)
            numbers[level.digit] += 1
            fresh += 1
    return fresh


def _add_item(session: Session, level: Level, point: Point, entry: dict[str, Any], code: str, *, at: datetime) -> None:
    item = Item(
        organisation_id=level.organisation_id, standard_id=level.standard_id, level_id=level.id, point_id=point.id,
        code=code, type=entry["body"]["type"], state=ItemState.APPROVED, author_id=SYSTEM, demonstration=True,
        ai_assisted=True, created_at=at,
    )  # fmt: skip
    source = {f"source_{name}": entry["source"][name] for name in ("standard", "edition", "clause")}
    revision = Revision(
        organisation_id=level.organisation_id, item_id=item.id, number=1, author_id=SYSTEM,
        body=content.parse(entry["body"]).model_dump(mode="json"), difficulty=entry["difficulty"],
        consistency=entry["consistency"], created_at=at, submitted_at=at, **source,
    )  # fmt: skip
    session.add_all([item, revision])
    record(session, "item_loaded", item, by=system(level.organisation_id), at=at, code=code)
    text_index.enter(session, item, entry["body"])
