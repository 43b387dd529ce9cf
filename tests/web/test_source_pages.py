"""The register of cited standards at its pages: an edition ends, its items leave assembly and are repaired together."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam import tasks
from kaoping.exam.db import transaction
from kaoping.itembank import cited
from kaoping.itembank.actor import Actor
from kaoping.itembank.citations import CitedStatus
from kaoping.itembank.cited import Entry
from kaoping.itembank.items import Item, ItemState
from tests.builders_bank import an_approved_item
from tests.conftest import Database
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_finding_pages import statements

STATUS = {"status": "replaced", "since": "2026-01-01", "replaced_by": "GB/T 1.1-2026", "source": "std.samr.gov.cn"}
ENTRY = STATUS | {"number": "GB/T 1.1", "edition": "2020", "title": "标准化工作导则", "title_en": "Directives"}


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_keeper() -> Staff:
    keeper = a_member("item_reviewer", "item_writer", "system_administrator")
    with transaction(keeper.organisation) as session:
        an_approved_item(session)
    return keeper


def states(keeper: Staff) -> list[ItemState]:
    with transaction(keeper.organisation) as session:
        return list(session.scalars(select(Item.state)))


def test_recording_an_end_moves_the_items_at_once_and_they_are_carried_over_together(client: FlaskClient) -> None:
    keeper = a_keeper()
    log_in(client, keeper)
    assert "Cited and not registered" in client.get("/sources/?lang=en").text

    made = client.post("/sources/new", data=ENTRY)
    page = client.get(f"{made.location}?lang=en").text
    chinese = client.get(f"{made.location}?lang=zh").text

    assert states(keeper) == [ItemState.RECHECK]
    assert "1 item left assembly and waits for a recheck." in page
    assert "Clause of the new edition" in page
    assert "处理所选试题" in chinese
    assert not han(words(client.get("/sources/?lang=en").text))
    with transaction(keeper.organisation) as session:
        item = session.scalars(select(Item.id)).one()
    sent = {"item": str(item), "deed": "carry", "number": "GB/T 1.1-2026", "old": "8.5", "clause": ""}
    refused = client.post(f"{made.location}/repair?lang=en", data=sent).text
    assert "Say which clause of the new edition takes the place of clause 8.5." in refused
    done = client.post(f"{made.location}/repair?lang=en", data=sent | {"clause": "8.6"}).text
    assert "1 item was repaired." in done
    assert states(keeper) == [ItemState.IN_REVIEW]


def test_a_later_status_is_refused_at_its_field_and_a_stale_page_is_told(client: FlaskClient) -> None:
    keeper = a_keeper()
    log_in(client, keeper)
    made = client.post("/sources/new", data=ENTRY | {"status": "current", "since": "", "replaced_by": ""})

    without_day = client.post(f"{made.location}/status?lang=en", data=STATUS | {"since": "", "seen": "1"})
    taken = client.post(f"{made.location}/status", data=STATUS | {"since": "2199-01-01", "seen": "1"})
    stale = client.post(f"{made.location}/status?lang=en", data=STATUS | {"seen": "1"})

    assert without_day.status_code == 422
    assert "Enter the day from which the status of GB/T 1.1-2020 holds." in without_day.text
    assert taken.status_code == 302
    assert "Somebody else recorded a status of GB/T 1.1-2020 meanwhile" in stale.text
    assert states(keeper) == [ItemState.APPROVED]


def test_a_list_is_checked_row_by_row_before_it_is_stored(client: FlaskClient) -> None:
    keeper = a_keeper()
    log_in(client, keeper)
    head = "标准号,年代号,标准名称,状态,日期,被代替标准,信息来源\n"
    right = f"{head}GB/T 1.1—2020,,标准化工作导则,被代替,2026.1.1,GB/T 1.1-2026,国家标准全文公开系统\n"
    wrong = f"{head}GB/T 1.1-2020,,标准化工作导则,作废,,,\n"

    refused = client.post("/sources/import?lang=en", data={"file": (io.BytesIO(wrong.encode()), "a.csv")})
    seen = client.post("/sources/import?lang=en", data={"file": (io.BytesIO(right.encode("gb18030")), "a.csv")})
    kept = states(keeper)
    client.post("/sources/import", data={"text": right, "store": "1"})

    assert "“作废” is no status" in refused.text
    assert "Every row can be stored." in seen.text
    assert (kept, states(keeper)) == ([ItemState.APPROVED], [ItemState.RECHECK])


def test_the_nightly_job_keeps_the_rule_in_every_organisation() -> None:
    keeper = a_keeper()
    entry = Entry("GB/T 1.1", "2020", "标准化工作导则", "", CitedStatus.WITHDRAWN, date(2026, 1, 1), "", "公告")
    with transaction(keeper.organisation) as session:
        cited.register(session, entry, by=Actor(keeper.account, keeper.organisation))
    assert states(keeper) == [ItemState.APPROVED]

    moved = tasks.enforce_sources()

    assert moved >= 1
    assert states(keeper) == [ItemState.RECHECK]


def test_the_editor_tells_the_status_and_the_list_needs_a_constant_number_of_statements(
    client: FlaskClient, database: Database
) -> None:
    keeper = a_keeper()
    log_in(client, keeper)
    client.post("/sources/new", data=ENTRY)
    told = client.post(
        "/items/preview?lang=en", data={"type": "single_choice", "source_standard": "GB/T1.1", "source_edition": "2020"}
    ).text
    counts = []
    for many in (1, 4):
        for number in range(many):
            client.post("/sources/new", data=ENTRY | {"number": f"GB/T {many}00{number}", "since": "2199-01-01"})
        counts.append(statements(client, database, "/sources/"))

    assert "Replaced · from 2026-01-01 · by GB/T 1.1-2026".replace(" · ", "") in told.replace(
        '<span class="k-dot"> · </span>', ""
    )
    assert counts[0] == counts[1]
