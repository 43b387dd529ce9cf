"""Standards, items and reviews for tests: plain functions, each gives a flushed row."""

import io
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, interests, reviewing, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import Source
from kaoping.itembank.items import Item, Review, Verdict
from kaoping.itembank.models import Level, Point, Standard
from kaoping.itembank.standard_document import StandardDocument
from tests.builders import NOON, an_actor

SOURCE = Source("GB/T 1.1", "2020", "8.5")
SINGLE: dict[str, Any] = {
    "type": "single_choice", "stem": "下列要素中，界定标准化对象的是（　　）。",
    "options": ["范围", "前言", "目次", "索引"], "key": "A", "rationale": "“范围”界定标准化对象和所覆盖的方面。",
}  # fmt: skip
_LEVELS = ((4, "四级", "中级工", "Intermediate Skilled Worker"), (3, "三级", "高级工", "Senior Skilled Worker"))
_ON_GB_1: dict[str, Any] = {"importance": "X", "confidence": "V", "currency": "现行"}
DOCUMENT: dict[str, Any] = {
    "code": "T-001", "edition": "2026", "name": "试用规范", "name_en": "Trial standard",
    "levels": [
        {"digit": digit, "name": name, "title": title, "title_en": english, "components": ["theory", "skill"],
         "pass_mark": "60"}
        for digit, name, title, english in _LEVELS
    ],
    "ranges": [
        {"code": "1", "name": "信息", "name_en": "Information", "theory": {"4": "60", "3": "40"},
         "skill": {"4": "50", "3": "50"}},
        {"code": "2", "name": "编写", "name_en": "Drafting", "theory": {"4": "40", "3": "60"},
         "skill": {"4": "50", "3": "50"}},
    ],
    "points": [
        {"range": "1", "code": "1-1", "path": "信息", "name": "检索", "name_en": "Search", "fact": "按编号检索。",
         "source": "GB/T 1.1-2020 8.1", "lowest_level": 4, **_ON_GB_1},
        {"range": "2", "code": "2-1", "path": "编写", "name": "范围", "name_en": "Scope", "fact": "范围界定对象。",
         "source": "GB/T 1.1-2020 8.5", "lowest_level": 3, **_ON_GB_1},
    ],
}  # fmt: skip


def a_document(**changes: Any) -> StandardDocument:
    """Give a sound document of two levels and two points, with a requirement for each function and level."""
    values = DOCUMENT | changes
    return StandardDocument.model_validate({"contents": contents_of(values["ranges"]), **values})


def contents_of(ranges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask one skill of each level in every range."""
    asked = {"skills": ["能按要求完成工作"], "knowledge": ["相关知识"]}
    return [
        {"range": row["code"], "code": f"{row['code']}.1", "name": row["name"], "name_en": row["name_en"],
         "requirements": {"4": asked, "3": asked}}
        for row in ranges
    ]  # fmt: skip


#: The same as an uploaded file would hold it.
SOUND = DOCUMENT | {"contents": contents_of(DOCUMENT["ranges"])}


def a_draft_standard(session: Session, **changes: Any) -> Standard:
    """Store a draft."""
    return standards.create(session, a_document(**changes), by=an_actor(session, "system_administrator"), at=NOON)


def a_standard(session: Session, **changes: Any) -> Standard:
    """Store a published standard."""
    draft = a_draft_standard(session, **changes)
    return standards.publish(session, draft.id, by=an_actor(session, "system_administrator"), at=NOON)


def level_of(standard: Standard, digit: int = 3) -> Level:
    """Give a level of a standard."""
    return next(level for level in standard.levels if level.digit == digit)


def point_of(session: Session, standard: Standard, code: str = "2-1") -> Point:
    """Give a point of a standard."""
    return session.scalars(select(Point).where(Point.standard_id == standard.id, Point.code == code)).one()


def an_item(session: Session, standard: Standard | None = None, *, by: Actor | None = None, **changes: Any) -> Item:
    """Write a draft on the scope point of level 3."""
    standard = standard or a_standard(session)
    values: dict[str, Any] = {
        "level_id": level_of(standard).id, "point_id": point_of(session, standard).id, "body": SINGLE, "source": SOURCE,
        "difficulty": 2, "consistency": 4, "at": NOON,
    }  # fmt: skip
    return authoring.write(session, by=by or an_actor(session, "item_writer"), **values | changes)


def a_submitted_item(session: Session, *, by: Actor | None = None, **changes: Any) -> Item:
    """Write an item and hand it to the reviewers."""
    author = by or an_actor(session, "item_writer")
    item = an_item(session, by=author, **changes)
    authoring.submit(session, item.id, by=author, at=NOON)
    return item


def an_approved_item(session: Session, **changes: Any) -> Item:
    """Write an item and have somebody else approve it."""
    item = a_submitted_item(session, **changes)
    a_verdict(session, item)
    return item


def a_verdict(
    session: Session, item: Item, verdict: Verdict = Verdict.APPROVE, *, comment: str | None = None,
    by: Actor | None = None, **more: Any,
) -> Review:  # fmt: skip
    """Let somebody who is not bound to the item decide on its latest revision."""
    reviewer, revision = by or an_actor(session, "item_reviewer"), item.latest
    interests.declare(session, revision.id, conflict=False, by=reviewer, at=NOON)
    return reviewing.decide(session, revision.id, verdict, comment=comment, by=reviewer, at=NOON, **more)


def a_picture_file(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """Draw a picture file."""
    written = io.BytesIO()
    Image.new("RGB", size, "#1f4fa8").save(written, kind, **options)
    return written.getvalue()
