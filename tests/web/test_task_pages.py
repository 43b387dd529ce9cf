"""Practical tasks at their pages: written, previewed, handed in, decided on, printed; what was typed is never lost."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, event, select

from kaoping.exam.db import transaction
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Task, TaskState
from kaoping.itembank.tasks import writing
from tests.builders import NOON
from tests.builders_skill import a_project_table, a_skill_level
from tests.builders_tasks import a_document, a_task_in_review
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

#: A task as it is typed, whole but for its sum of marks.
TYPED = {
    "title": "按图样划线", "unit": "1-1", "minutes": "30", "marks": "40", "site": "钳工工位", "task": "按图样划线。",
    "steps": "涂色\n划基准线", "skills": "能划线", "quality": "线条清晰", "veto": "伪造数据",
    "row-0-kind": "M", "row-0-marks": "30", "row-0-text": "基准线", "row-0-nominal": "50 mm",
    "row-1-kind": "J", "row-1-marks": "10", "row-1-text": "线条质量", "row-1-nominal": "0 差；1 可；2 好；3 优",
    "deduction-0-text": "每超时1分钟", "deduction-0-marks": "1", "deduction-0-most": "5",
    "equipment-0-name": "划线平板", "equipment-0-necessary": "y",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_level_of(staff: Staff, *, table: bool = False) -> UUID:
    with transaction(staff.organisation) as session:
        level = a_skill_level(session)
        if table:
            a_project_table(session, level)
        return level.id


def the_task(staff: Staff, **changes: object) -> UUID:
    """Commit a task of a member's that waits for a verdict."""
    with transaction(staff.organisation) as session:
        return a_task_in_review(session, a_skill_level(session), **changes).id


def shown_values(html: str) -> dict[str, str]:
    """Read what stands in the controls of a form."""
    inputs = re.findall(r'<input class="[^"]*" id="([^"]+)"[^>]*value="([^"]*)"', html)
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', html)
    return dict(inputs) | dict(areas)


def test_a_task_goes_from_an_empty_form_over_another_persons_verdict_into_the_bank(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer, table=True)
    reviewer = a_member("item_reviewer", organisation=writer.organisation)
    log_in(client, writer)
    assert f"/items/tasks/new?level={level}" in client.get("/items/tasks/new").text
    assert "单元1-1" in client.get(f"/items/tasks/new?level={level}").text

    sent = client.post("/items/tasks/new", data={**TYPED, "level": str(level), "act": "submit"})
    own = client.get(sent.location).text
    log_in(client, reviewer)
    waiting = client.get("/items/tasks/?state=in_review").text
    page = client.get(sent.location).text
    wanting = client.post(f"{sent.location}/decide", data={"verdict": "return"})
    approved = client.post(f"{sent.location}/decide", data={"verdict": "approve"})

    assert "待另一人审定" in client.get(approved.location).text or "已审定" in client.get(approved.location).text
    assert 'name="verdict"' not in own
    assert "按图样划线" in waiting
    for part in ("操作步骤", "划基准线", "扣分项", "每超时1分钟", "否定项", "划线平板", "必备", "50 mm"):
        assert part in page
    assert wanting.status_code == 422
    with transaction(writer.organisation) as session:
        task = session.scalars(select(Task).where(Task.title == "按图样划线")).one()
        assert task.state is TaskState.APPROVED


def test_rows_that_do_not_add_up_are_refused_with_their_sum_and_everything_typed_stays(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer)
    log_in(client, writer)

    refused = client.post("/items/tasks/new", data={**TYPED, "level": str(level), "marks": "45", "act": "submit"})

    assert refused.status_code == 422
    assert "合计 40 分，试题配分是 45 分" in refused.text
    assert shown_values(refused.text).items() >= (TYPED | {"marks": "45"}).items() - {
        item for item in TYPED.items() if item[0].endswith(("kind", "necessary")) or item[0] == "marks"
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"minutes": "半小时"}, "至 600 的整数"),
        ({"row-0-marks": "三十"}, "0.01"),
        ({"title": ""}, "标题"),
        ({"steps": "\n".join("x" * 62)}, "60 行"),
        ({"row-0-kind": "X"}, "选择"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(client: FlaskClient, wrong: dict[str, str], told: str) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer)
    log_in(client, writer)

    refused = client.post("/items/tasks/new", data={**TYPED, **wrong, "level": str(level), "act": "save"})

    assert refused.status_code == 422
    assert told in refused.text
    assert f'href="#{next(iter(wrong))}"' in refused.text


def test_rows_come_and_go_without_script(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer)
    log_in(client, writer)
    sent = {**TYPED, "level": str(level)}

    more = shown_values(client.post("/items/tasks/new", data={**sent, "add": "J"}).text)
    fewer = shown_values(client.post("/items/tasks/new", data={**sent, "drop": "row-0"}).text)

    assert more["row-2-text"] == ""
    assert more["row-1-text"] == "线条质量"
    assert fewer["row-0-text"] == "线条质量"
    assert "row-1-text" not in fewer


def test_a_draft_is_saved_unfinished_and_a_preview_saves_nothing(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer)
    log_in(client, writer)
    bare = {"title": "未完", "minutes": "30", "marks": "40", "level": str(level)}
    shown = {**TYPED, "level": str(level), "act": "show"}

    preview = client.post("/items/tasks/new", data=shown)
    hostile = client.post("/items/tasks/new", data={**shown, "task": "<script>alert(1)</script>"})
    saved = client.post("/items/tasks/new", data={**bare, "act": "save"})
    with transaction(writer.organisation) as session:
        drafts = session.scalars(select(Task).where(Task.state == TaskState.DRAFT)).all()
        page = client.get(f"/items/tasks/{drafts[0].id}").text

    assert "操作步骤" in preview.text
    assert "<script>" not in hostile.text
    assert saved.status_code == 302
    assert [draft.title for draft in drafts] == ["未完"]
    assert "至少写一项技能要求" in page


def test_a_second_window_on_a_new_task_keeps_its_text_and_loses_nothing(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    level = a_level_of(writer)
    log_in(client, writer)
    page = client.get(f"/items/tasks/new?level={level}").text
    found = re.search(r'name="task_id" value="([^"]+)"', page)
    assert found
    form = {**TYPED, "level": str(level), "task_id": found[1], "act": "save"}

    first, again = (client.post("/items/tasks/new", data=form) for _ in range(2))
    overtaken = client.post("/items/tasks/new", data=form | {"quality": "第二个窗口"})

    assert first.status_code == 302
    assert again.location == first.location
    assert overtaken.status_code == 409
    assert shown_values(overtaken.text)["quality"] == "第二个窗口"
    assert "您已在另一个窗口保存过这道试题" in overtaken.text


def test_a_wording_that_was_overtaken_is_kept_beside_theirs(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    with transaction(writer.organisation) as session:
        by = Actor(writer.account, writer.organisation)
        task = writing.write(session, a_skill_level(session).id, a_document(), by=by, at=NOON).id
    log_in(client, writer)

    answer = client.post(f"/items/tasks/{task}/edit", data={**TYPED, "stamp": "old", "act": "save"})
    again = re.search(r'name="stamp" value="(\w+)"', answer.text)
    assert again
    saved = client.post(f"/items/tasks/{task}/edit", data={**TYPED, "stamp": again[1], "act": "save"})

    assert answer.status_code == 409
    assert shown_values(answer.text)["quality"] == "线条清晰"
    assert saved.status_code == 302


def test_the_pages_are_in_english_too_and_the_author_cannot_decide(client: FlaskClient) -> None:
    member = a_member("item_writer", "item_reviewer")
    level = a_level_of(member)
    log_in(client, member)
    made = client.post("/items/tasks/new", data={**TYPED, "level": str(level), "act": "submit"})
    client.get(f"{made.location}?lang=en")
    pages = [made.location, "/items/tasks/", f"/items/tasks/new?level={level}", "/items/tasks/new"]

    assert not [foreign for page in pages if (foreign := han(words(client.get(page).text)))]
    assert client.post(f"{made.location}/decide", data={"verdict": "approve"}).status_code == 403


def test_a_preview_is_printed_and_says_that_it_is_no_paper(client: FlaskClient) -> None:
    member = a_member("item_reviewer")
    task = the_task(member, unit="单元一")
    log_in(client, member)

    aimless = client.post(f"/items/tasks/{task}/sheets.pdf")
    told = {"purpose": "与图样核对标准值"}
    answers = [client.post(f"/items/tasks/{task}/{kind}.pdf", data=told) for kind in ("preparation", "tasks", "sheets")]

    pdfs = [answer.data for answer in answers]
    assert (aimless.status_code, 'id="purpose-error"' in aimless.text) == (422, True)
    assert answers[0].headers["Content-Disposition"].endswith("%E5%8D%95%E5%85%83%E4%B8%80-01-preparation.pdf")
    said = ["".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages) for pdf in pdfs]
    assert all("试题预览不得用于考核" in one for one in said)
    assert "划线平板" in said[0]
    assert "划基准线" in said[1]
    assert "每超时1分钟" in said[2]
    assert "50mm±0.2mm" in said[2]
    assert "50mm±0.2mm" not in said[1]


def test_the_list_takes_the_same_statements_for_one_task_as_for_many(client: FlaskClient) -> None:
    member = a_member("item_reviewer")
    the_task(member)
    log_in(client, member)
    one = statements_of(client, "/items/tasks/")
    with transaction(member.organisation) as session:
        level = a_skill_level(session)
        for _ in range(3):
            a_task_in_review(session, level)

    assert statements_of(client, "/items/tasks/") == one


def statements_of(client: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)
