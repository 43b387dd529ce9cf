"""Items of every type at their pages: written in the editor, previewed, opened again as typed, read by a reviewer."""

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kaoping.exam.db import transaction
from kaoping.exam.web import item_types
from kaoping.itembank import content
from kaoping.itembank.items import Item
from tests.builders_bank import a_picture_file
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import a_bank, a_stored_item, sent

#: What is typed for each type beside stem and rationale, and what a candidate must see of it in the preview.
TYPED: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "matching": (
        {"left": ["GB", "DB", ""], "left_key": ["A", "B", ""], "right": ["国家标准", "地方标准", "团体标准", ""]},
        "为代号选择层次。", ("国家标准", "团体标准"),
    ),
    "ordering": ({"entries": ["批准", "起草", "立项"], "place": ["3", "2", "1"]}, "排序。", ("起草", "立项")),
    "cloze": (
        {"choices": ["主管部门", "技术委员会", "起草人"], "blank_key": ["A", "B"]}, "由____批准，由____归口。",
        ("起草人",),
    ),
    "short_answer": (
        {"model": "三点。", "point_text": ["目的", "范围"], "point_marks": ["2", "3"]}, "简述。", ("作答几句话",),
    ),
    "essay": (
        {"criterion": ["论点"], "criterion_marks": ["10"], "descriptors": ["鲜明\n一般"], "words_least": "300",
         "words_most": "800"}, "论述。", ("300 至 800",),
    ),
    "file_upload": (
        {"criterion": ["完整"], "criterion_marks": ["5"], "descriptors": [""], "accept": ["application/pdf"],
         "most_megabytes": "20"}, "提交报告。", ("最大 20 MB", "PDF"),
    ),
    "case": (
        {"stimulus": "某企业修订标准。", "part-1-type": "single_choice", "part-1-stem": "首先做什么？",
         "part-1-rationale": "查新在前。", "part-1-options": ["查新", "报批", "出版"], "part-1-key": "A",
         "part-1-marks": "4", "part-2-type": "short_answer", "part-2-stem": "说明理由。",
         "part-2-rationale": "见导则。", "part-2-model": "因为。", "part-2-point_text": ["依据"],
         "part-2-point_marks": ["6"], "part-2-marks": "6"}, "回答下列问题。",
        ("某企业修订标准。", "首先做什么？", "说明理由。"),
    ),
    "fill_in": (
        {"key": "GB/T 1.1；GB/T 1.1-2020", "normalise_shown": "y", "normalise": ["width", "punctuation"]},
        "依据____。", ("依据",),
    ),
    "numeric": (
        {"key": "12.5", "tolerance": "0.1", "unit": "m", "relative": "0.02", "unit_name": ["cm"],
         "unit_factor": ["0.01"]}, "多长？", ("多长？",),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_writer() -> tuple[Staff, UUID, UUID]:
    writer = a_member("item_writer", "item_reviewer")
    _, level, point = a_bank(writer)
    return writer, level, point


def the_item(staff: Staff, address: str) -> tuple[UUID, dict[str, Any]]:
    item_id = UUID(address.split("/")[2])
    with transaction(staff.organisation) as session:
        return item_id, dict(session.get_one(Item, item_id).latest.body)


@pytest.mark.parametrize("kind", TYPED)
def test_an_item_is_written_previewed_opened_again_and_reviewed(client: FlaskClient, kind: str) -> None:
    writer, level, point = a_writer()
    log_in(client, writer)
    typed, stem, seen = TYPED[kind]
    page = client.get(f"/items/new?type={kind}").text
    form = sent(page, type=kind, stem=stem, level_id=str(level), point_id=str(point), options=[], key=[]) | typed

    preview = client.post("/items/preview", data=form).text
    saved = client.post("/items/new", data=form)
    assert saved.status_code == 302, saved.text
    item_id, body = the_item(writer, saved.location)
    again = client.get(saved.location).text
    unchanged = item_types.fields_of(body)
    client.post(f"/items/{item_id}/submit")
    client.get(f"/items/{item_id}?lang=en")
    shown = client.get(f"/items/{item_id}")

    content.parse(body)
    assert all(part in preview for part in seen)
    retyped = item_types.body_of(kind, item_types.Typed({**unchanged, "stem": [stem]}))
    assert content.parse(body | retyped) == content.parse(body)
    assert all(value in again for value in _single_words(typed))
    assert shown.status_code == 200
    assert not han(words(shown.text))
    with transaction(writer.organisation) as session:
        revision = session.get_one(Item, item_id).latest.id
    assert all(part in client.get(f"/reviews/{revision}?lang=zh").text for part in seen if kind != "file_upload")


def _single_words(typed: dict[str, Any]) -> list[str]:
    texts = [one for value in typed.values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in texts if one and "\n" not in one]


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("matching", {"left_key": ["A", "", ""]}, "key"),
        ("ordering", {"place": ["1", "1", "2"]}, "key"),
        ("cloze", {"blank_key": ["A", "A"]}, "key"),
        ("essay", {"words_least": "900"}, "words"),
        ("file_upload", {"accept": []}, "accept"),
        ("case", {"part-1-key": "F"}, "part-1-key"),
        ("case", {"part-1-type": "case"}, None),
        ("numeric", {"relative": "2"}, "relative"),
        ("short_answer", {"point_text": ["目的", ""]}, "key"),
        ("essay", {"criterion": ["论点", ""], "criterion_marks": ["10", "5"]}, "rubric"),
        ("essay", {"criterion": ["论点", ""], "descriptors": ["鲜明", "通顺\n不通"]}, "rubric"),
        ("essay", {"words_most": "9" * 5000}, "words"),
        ("file_upload", {"most_megabytes": "9" * 5000}, "most_megabytes"),
        ("ordering", {"place": ["9" * 5000, "1", "2"]}, "key"),
    ],
)
def test_what_breaks_a_rule_of_its_type_is_told_at_its_field(
    kind: str, wrong: dict[str, Any], field: str | None
) -> None:
    typed, stem, _seen = TYPED[kind]
    fields = {name: value if isinstance(value, list) else [value] for name, value in (typed | wrong).items()}

    body = {"stem": stem, "rationale": "理由", "type": kind} | item_types.body_of(
        kind, item_types.Typed(fields | {"stem": [stem]})
    )

    assert [problem.field for problem in content.problems_in(body)] == ([field] if field else [])


def test_a_fault_in_a_sub_question_is_told_at_it_and_everything_typed_stays(client: FlaskClient) -> None:
    writer, level, point = a_writer()
    log_in(client, writer)
    typed, stem, _seen = TYPED["case"]
    form = sent("", type="case", stem=stem, level_id=str(level), point_id=str(point), options=[], key=[])

    refused = client.post("/items/new", data=form | typed | {"part-1-key": "F"})

    assert refused.status_code == 422
    assert 'href="#part-1-key"' in refused.text
    assert all(value in refused.text for value in _single_words(typed) if len(value) > 1)


def test_areas_are_drawn_on_a_picture_of_the_item(client: FlaskClient) -> None:
    writer, level, point = a_writer()
    log_in(client, writer)
    page = client.get("/items/new?type=hotspot").text
    form = sent(page, type="hotspot", stem="点出。", level_id=str(level), point_id=str(point), options=[], key=[])
    item_id, _ = the_item(writer, client.post("/items/new", data=form).location)
    edit = f"/items/{item_id}/edit"
    upload = {"picture": (io.BytesIO(a_picture_file()), "a.png"), "alternative": "零件图"}
    stored = client.post(f"/items/{item_id}/pictures", data=sent(client.get(edit).text, **upload, type="hotspot"))
    picture = stored.text.partition("](picture:")[2][:36]
    drawn = {
        "type": "hotspot", "answer_picture": picture, "area_shape": ["rect", "circle"], "options": [], "key": [],
        "area_coords": ["0, 0, 10, 10", "20 20 5"], "area_key": ["1"], "most_choices": "1", "stem": "点出。",
    }  # fmt: skip

    saved = client.post(edit, data=sent(client.get(edit).text, **drawn))
    shown = client.get(f"/items/{item_id}").text
    refused = client.post(edit, data=sent(client.get(edit).text, **drawn | {"area_coords": ["0, 0, 10", "20 20 5"]}))

    assert saved.status_code == 302
    assert 'class="k-areas"' in shown
    assert f'href="/items/pictures/{picture}"' in shown
    assert refused.status_code == 422
    assert 'href="#areas"' in refused.text


def test_rows_and_sub_questions_come_and_go() -> None:
    fields = {"left": ["甲", "乙"], "left_key": ["A", "B"], "part-1-stem": ["一"], "part-2-stem": ["二"]}

    added = item_types.changed(fields, "add left")
    dropped = item_types.changed(fields, "drop left 0")
    without = item_types.changed(fields, "drop part 1")
    more = item_types.changed(fields, "add part")
    nothing = item_types.changed(fields, "drop left 9")
    crafted = [
        item_types.changed(fields | {f"part-{'1' * 5000}-stem": ["三"]}, act)
        for act in ("drop part x", "drop part", f"drop part {'1' * 5000}", f"drop left {'1' * 5000}")
    ]

    assert added["left"] == ["甲", "乙", ""]
    assert (dropped["left"], dropped["left_key"]) == (["乙"], ["B"])
    assert without == {"left": ["甲", "乙"], "left_key": ["A", "B"], "part-1-stem": ["二"]}
    assert [part.prefix for part in item_types.Typed(more).parts] == ["part-1-", "part-2-", "part-3-"]
    assert nothing["left"] == fields["left"]
    assert item_types.body_of("hotspot", item_types.Typed({"area_key": ["1", "9" * 5000]}))["key"] == [1]
    assert all(one["left"] == fields["left"] and len(item_types.Typed(one).parts) == 2 for one in crafted)


def test_a_button_that_adds_a_row_saves_nothing_and_keeps_what_was_typed(client: FlaskClient) -> None:
    writer, level, point = a_writer()
    log_in(client, writer)
    typed, stem, _seen = TYPED["case"]
    form = sent("", type="case", stem=stem, level_id=str(level), point_id=str(point), options=[], key=[]) | typed

    more = client.post("/items/new", data=MultiDict(form | {"act": "add part-1-options"}))
    another = client.post("/items/new", data=MultiDict(form | {"act": "add part"}))

    assert more.status_code == 200
    assert more.text.count('name="part-1-options"') == 4
    assert 'name="part-3-type"' in another.text
    assert "首先做什么？" in another.text


def test_a_hostile_text_stays_a_text_in_every_field(client: FlaskClient) -> None:
    writer, level, point = a_writer()
    log_in(client, writer)
    hostile = '"><script>alert(1)</script>'
    for kind, (typed, stem, _seen) in TYPED.items():
        bad = {name: [hostile] * len(value) if isinstance(value, list) else hostile for name, value in typed.items()}
        form = sent("", type=kind, stem=stem, level_id=str(level), point_id=str(point), options=[], key=[])

        for address in ("/items/preview", "/items/new"):
            answer = client.post(address, data=form | bad | {"part-1-type": "essay"})
            assert answer.status_code in {200, 302, 422}, kind
            told = client.get(answer.location).text if answer.location else answer.text
            assert "<script>alert" not in told, kind


def test_an_item_of_an_old_type_opens_as_before(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    item_id = a_stored_item(writer)
    log_in(client, writer)

    assert client.get(f"/items/{item_id}/edit").status_code == 200
