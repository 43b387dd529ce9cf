"""Exports of items: who asks, who decides, what the file is, and what the database refuses."""

import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import export_file, exporting, item_import, listing
from kaoping.itembank.actor import Actor
from kaoping.itembank.exporting import (
    ExportDecided,
    ExportFindsNothing,
    ExportLapsed,
    ExportNotOpen,
    ExportTooLarge,
    ExportUnexplained,
    NotYourExport,
    OwnExport,
    People,
    RefusalUnexplained,
    Wish,
)
from kaoping.itembank.exports import ExportRequest, ExportState
from kaoping.itembank.items import Item
from kaoping.itembank.listing import Search
from kaoping.itembank.models import Standard
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.viewing import Access, ItemView, Trace
from tests.builders import NOON, an_actor
from tests.builders_bank import a_standard, an_item
from tests.builders_item_workbooks import an_item_workbook

PASSPHRASE = "K7M2-9QXD"
NAMES = People("程以安", "高言")


@pytest.fixture
def standard(session: Session) -> Standard:
    return a_standard(session)


@pytest.fixture
def asker(session: Session) -> Actor:
    return an_actor(session, "bank_administrator")


@pytest.fixture
def other(session: Session) -> Actor:
    return an_actor(session, "supervisor")


def asked(session: Session, by: Actor, **changes: Any) -> ExportRequest:
    values: dict[str, Any] = {"asked": {"level": "3"}, "purpose": "省级题库备份", "with_keys": True}
    return exporting.request(session, Wish(**values | changes), Search(digit=3), most=50, by=by, at=NOON)


def fetched(session: Session, row: ExportRequest, by: Actor, **hours: int) -> bytes:
    return exporting.fetch(session, row.id, PASSPHRASE, people=NAMES, by=by, at=NOON + timedelta(**hours))


def attached(file: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(file), password=PASSPHRASE) as pdf:
        return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


def imported(session: Session, standard: Standard, data: bytes, by: Actor, *, looked: bool = True) -> list[Item]:
    seen = item_import.preview(session, standard.id, data, by=by)
    return item_import.take(session, item_import.sealed(seen, by=by), by=by, looked=looked, at=NOON)


def wording(item: Item) -> tuple[Any, ...]:
    one = item.latest
    return one.body, one.source_standard, one.source_edition, one.source_clause, one.difficulty, one.consistency


def test_what_one_asks_and_another_allows_is_fetched_once_with_a_trace(
    session: Session, standard: Standard, asker: Actor, other: Actor
) -> None:
    items = [an_item(session, standard), an_item(session, standard)]
    row = asked(session, asker)
    assert (exporting.count_waiting(session, asker), exporting.count_waiting(session, other)) == (0, 1)
    with pytest.raises(ExportNotOpen):
        fetched(session, row, asker)
    with pytest.raises(OwnExport):
        exporting.approve(session, row.id, hours=24, by=asker, at=NOON)

    for _ in range(2):
        exporting.approve(session, row.id, hours=24, by=other, at=NOON)
    with pytest.raises(NotYourExport):
        fetched(session, row, other, hours=1)
    file = fetched(session, row, asker, hours=24)

    assert (row.state, row.count, row.digest) == (ExportState.FETCHED, 2, hashlib.sha256(file).digest())
    trace = session.scalars(select(Trace).where(Trace.access == Access.EXPORT)).one()
    assert (trace.viewer_id, trace.purpose, trace.id) == (asker.id, "省级题库备份", row.trace_id)
    seen = session.scalars(select(ItemView.item_id).where(ItemView.trace_id == trace.id))
    assert set(seen) == {item.id for item in items}
    verbs = session.scalars(select(TrailEntry.verb).where(TrailEntry.thing_id == row.id).order_by(TrailEntry.number))
    assert list(verbs) == ["export_requested", "export_approved", "export_fetched"]
    with pytest.raises(ExportNotOpen):
        fetched(session, row, asker, hours=2)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(file))
    document = json.loads(attached(file)["items.json"])
    assert (document["export"]["trace"], len(document["items"])) == (trace.code, 2)


def test_an_export_with_keys_is_taken_in_again_as_it_was(
    session: Session, standard: Standard, asker: Actor, other: Actor
) -> None:
    writer = an_actor(session, "item_writer")
    items = imported(session, standard, an_item_workbook(), writer)
    row = asked(session, asker)
    exporting.approve(session, row.id, hours=1, by=other, at=NOON)

    files = attached(fetched(session, row, asker))
    again = imported(session, standard, next(data for name, data in files.items() if name != "items.json"), writer)

    assert [wording(item) for item in again] == [wording(item) for item in items]
    assert [item.ai_assisted for item in again] == [item.ai_assisted for item in items]


def test_an_export_without_keys_holds_none(session: Session, standard: Standard, asker: Actor, other: Actor) -> None:
    imported(session, standard, an_item_workbook(), an_actor(session, "item_writer"))
    row = asked(session, asker, with_keys=False)
    exporting.approve(session, row.id, hours=1, by=other, at=NOON)

    files = attached(fetched(session, row, asker))

    bodies = [item["body"] for item in json.loads(files["items.json"])["items"]]
    assert len(bodies) == 5
    assert not [body for body in bodies if {"key", "rationale"} & body.keys()]
    assert "标委会".encode() not in files["items.json"]


def test_a_request_says_what_for_and_keeps_to_the_limit(session: Session, standard: Standard, asker: Actor) -> None:
    with pytest.raises(ExportFindsNothing):
        asked(session, asker)
    an_item(session, standard)
    an_item(session, standard)

    with pytest.raises(ExportUnexplained):
        asked(session, asker, purpose=" 备 ")
    with pytest.raises(ExportTooLarge, match="at most 1"):
        exporting.request(session, Wish({}, "省级题库备份", True), Search(digit=3), most=1, by=asker, at=NOON)
    assert exporting.count(session) == 0
    assert listing.count(session, Search(digit=3), asker.organisation) == 2


def test_a_refusal_has_a_reason_and_an_allowed_export_ends(
    session: Session, standard: Standard, asker: Actor, other: Actor
) -> None:
    an_item(session, standard)
    row, late = asked(session, asker), asked(session, asker)
    with pytest.raises(RefusalUnexplained):
        exporting.refuse(session, row.id, " ", by=other, at=NOON)

    exporting.refuse(session, row.id, "用途不清", by=other, at=NOON)
    exporting.approve(session, late.id, hours=2, by=other, at=NOON)

    assert (row.state, row.reason) == (ExportState.REFUSED, "用途不清")
    with pytest.raises(ExportDecided):
        exporting.approve(session, row.id, hours=2, by=other, at=NOON)
    with pytest.raises(ExportLapsed):
        fetched(session, late, asker, hours=3)
    assert late.lapsed(NOON + timedelta(hours=3))


@pytest.mark.parametrize("change", [
    "decided_by = requested_by, decided_at = now(), state = 'approved', until = now()",
    "state = 'fetched'",
    "purpose = 'x', decided_by = gen_random_uuid(), decided_at = now(), state = 'approved', until = now()",
])  # fmt: skip
def test_the_database_refuses_what_two_persons_did_not_do(
    session: Session, standard: Standard, asker: Actor, change: str
) -> None:
    an_item(session, standard)
    row = asked(session, asker)

    with pytest.raises((IntegrityError, DatabaseError), match=r"approver_is_not_requester|is decided once"):
        session.execute(text(f"UPDATE export_request SET {change} WHERE id = '{row.id}'"))  # noqa: S608 - a test's own


def test_a_passphrase_is_long_and_new_each_time() -> None:
    first, second = export_file.new_passphrase(), export_file.new_passphrase()

    assert len(first.replace("-", "")) == 24
    assert first != second
