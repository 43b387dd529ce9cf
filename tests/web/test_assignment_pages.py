"""Pages of assignments: giving them from a plan, writing for them, and what each person sees."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.itembank import assigning
from kaoping.itembank.assigning import Order, Wanted
from kaoping.itembank.assignments import Assignment
from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.models import Point
from tests.conftest import Database
from tests.web.pages import han, words
from tests.web.staff import NOON, Staff, a_member, log_in
from tests.web.test_bank_pages import a_bank, actor_of, sent
from tests.web.test_finding_pages import statements
from tests.web.test_writing_plan_pages import a_short_bank

TODAY = NOON.date()
LATER = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def keeper() -> Staff:
    return a_member("bank_administrator", name="钱主任")


@pytest.fixture
def writer(keeper: Staff) -> Staff:
    return a_member("item_writer", organisation=keeper.organisation, name="程以安")


def an_assignment(keeper: Staff, writer: Staff, *, times: int = 1, due_on: date = TODAY) -> UUID:
    _, level, point = a_bank(keeper)
    with transaction(keeper.organisation) as session:
        order = Order(writer.account, level, due_on, "<b>说明</b>", [Wanted(point, ItemType.TRUE_FALSE, 4, 2)])
        rows = [assigning.give(session, order, by=actor_of(keeper), at=NOON) for _ in range(times)]
        return rows[0].id


def filled_in(page: str) -> dict[str, list[str]]:
    """Read the lines of the form as they stand."""
    form: dict[str, list[str]] = {name: [] for name in ("point", "type", "difficulty", "quota")}
    for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', page, re.DOTALL):
        for name in ("point", "quota"):
            form[name] += re.findall(rf'name="{name}"[^>]* value="([^"]*)"', row)
        for name in ("type", "difficulty"):
            chosen = re.search(rf'name="{name}".*?</select>', row, re.DOTALL)
            assert chosen is not None
            form[name].append("".join(re.findall(r'value="(\w+)" selected', chosen[0])))
    return form


def test_a_plan_becomes_assignments_and_what_was_ordered_is_not_ordered_again(
    client: FlaskClient, keeper: Staff, writer: Staff
) -> None:
    second = a_member("item_writer", organisation=keeper.organisation, name="何一")
    made = a_short_bank(keeper)
    log_in(client, keeper)
    address = f"/assignments/new?specification={made}&papers=2"

    assert f"/assignments/new?specification={made}" in client.get(f"/specifications/{made}/writing-plan?papers=2").text
    filled = client.get(f"{address}&lang=en").text
    form = filled_in(filled)
    wanted = sum(int(quota) for quota in form["quota"] if quota)
    level = re.findall(r"/assignments/levels/([0-9a-f-]+)", filled)[0]
    answer = client.post(
        f"/assignments/levels/{level}",
        data=form | {"writers": [str(writer.account), str(second.account)], "due_on": LATER, "note": "请引新版"},
    )

    assert not han(words(filled))
    assert wanted
    assert answer.location == "/assignments/"
    with transaction(keeper.organisation) as session:
        rows = session.scalars(select(Assignment)).all()
        assert sum(line.quota for row in rows for line in row.lines) == wanted
        assert {row.writer_id for row in rows} <= {writer.account, second.account}
    assert not re.findall(r'name="quota"[^>]* value="\d', client.get(address).text)


def test_a_writer_writes_for_an_assignment_and_the_item_counts(
    client: FlaskClient, keeper: Staff, writer: Staff
) -> None:
    order = an_assignment(keeper, writer)
    log_in(client, writer)

    shown = client.get(f"/assignments/{order}").text
    editor = client.get(re.findall(r'/items/new\?line=[^"]+', shown)[0]).text
    form = sent(editor, type="true_false", key="true", difficulty="4")
    form |= dict(re.findall(r'name="(level_id|point_id)"[^>]*value="([^"]*)" (?:checked|selected)', editor))
    with transaction(keeper.organisation) as session:
        row = session.get_one(Assignment, order)
        form |= {"level_id": row.level_id, "point_id": row.lines[0].point_id}
    answer = client.post("/items/new", data=form)

    assert '<option value="true_false" selected' in editor
    assert "本题计入命题任务 1" in editor
    assert answer.status_code == 302
    assert "草稿 1 题" in client.get(f"/assignments/{order}").text
    assert "assignments" in client.get("/today").text


def test_an_item_on_another_point_is_kept_and_the_writer_told_that_it_does_not_count(
    client: FlaskClient, keeper: Staff, writer: Staff
) -> None:
    order = an_assignment(keeper, writer)
    log_in(client, writer)
    editor = client.get(re.findall(r'/items/new\?line=[^"]+', client.get(f"/assignments/{order}").text)[0]).text
    with transaction(keeper.organisation) as session:
        row = session.get_one(Assignment, order)
        other = session.scalars(select(Point.id).where(Point.id != row.lines[0].point_id)).first()
        form = sent(editor, type="true_false", key="true", level_id=row.level_id, point_id=other)

    saved = client.post("/items/new", data=form, follow_redirects=True).text

    assert "不计入命题任务" in saved
    with transaction(keeper.organisation) as session:
        assert session.scalars(select(Item)).one().point_id == other


def test_writers_see_their_own_assignments_only(client: FlaskClient, keeper: Staff, writer: Staff) -> None:
    order = an_assignment(keeper, writer)
    log_in(client, a_member("item_writer", organisation=keeper.organisation))

    assert client.get(f"/assignments/{order}").status_code == 404
    assert str(order) not in client.get("/assignments/").text
    assert client.get("/assignments/new").status_code == 403
    assert client.post(f"/assignments/{order}/withdraw", data={"withdraw-reason": "不写了"}).status_code == 403
    log_in(client, keeper)
    listed = client.get("/assignments/?lang=en").text
    assert str(order) in listed
    assert not han(words(listed))


def test_an_overdue_assignment_is_put_off_and_withdrawn_with_reasons_that_the_writer_reads(
    client: FlaskClient, keeper: Staff, writer: Staff
) -> None:
    order = an_assignment(keeper, writer)
    log_in(client, keeper)

    unexplained = client.post(f"/assignments/{order}/put-off", data={"due_on": LATER, "reason": ""})
    earlier = client.post(f"/assignments/{order}/put-off", data={"due_on": "2026-11-19", "reason": "病假"})
    client.post(f"/assignments/{order}/put-off", data={"due_on": LATER, "reason": "病假"})
    refused = client.post(f"/assignments/{order}/withdraw", data={"withdraw-reason": ""})
    client.post(f"/assignments/{order}/withdraw", data={"withdraw-reason": "标准换版"})

    assert (unexplained.status_code, earlier.status_code, refused.status_code) == (422, 422, 422)
    assert "invalid-feedback" in earlier.text
    log_in(client, writer)
    told = client.get(f"/assignments/{order}?lang=zh").text
    assert "病假" in told
    assert "标准换版" in told
    assert "<b>说明" not in told
    assert "/items/new?line=" not in told


@pytest.mark.parametrize(("changes", "said"), [
    ({"point": ["9-9"]}, "第 1 行"), ({"quota": ["0"]}, "每行 1 至 200 题"), ({"due_on": "2001-01-01"}, "2001-01-01"),
    ({"writers": []}, "请至少选择一位命题员"), ({"point": [""]}, "每行 1 至 200 题"),
])  # fmt: skip
def test_what_is_refused_is_said_and_nothing_typed_is_lost(
    client: FlaskClient, keeper: Staff, writer: Staff, changes: dict[str, object], said: str
) -> None:
    _, level, _ = a_bank(keeper)
    log_in(client, keeper)
    form = {
        "writers": [str(writer.account)], "due_on": LATER, "note": "说明一二", "point": ["2-1"], "type": [""],
        "difficulty": [""], "quota": ["3"],
    }  # fmt: skip

    answer = client.post(f"/assignments/levels/{level}", data=form | changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert "说明一二" in answer.text


def test_the_list_takes_as_many_statements_for_many_assignments(
    client: FlaskClient, database: Database, keeper: Staff, writer: Staff
) -> None:
    an_assignment(keeper, writer)
    other = a_member("bank_administrator")
    an_assignment(other, a_member("item_writer", organisation=other.organisation), times=4)

    counted = [statements(log_in(client, staff), database, "/assignments/") for staff in (keeper, other)]

    assert counted[0] == counted[1]
