"""Pages of standards, items and reviews."""

import io
import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import authoring, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.models import Standard
from tests.builders import NOON
from tests.builders_bank import DOCUMENT, SINGLE, SOUND, SOURCE, a_document, a_picture_file, level_of, point_of
from tests.web.staff import Staff, a_member, log_in


def actor_of(staff: Staff, *roles: str) -> Actor:
    return Actor(staff.account, staff.organisation, frozenset(roles))


def a_bank(staff: Staff) -> tuple[UUID, UUID, UUID]:
    """Publish a standard in a member's organisation; give it with a level and a point."""
    with transaction(staff.organisation) as session:
        drafter = Actor(uuid4(), staff.organisation, frozenset())
        standard: Standard = standards.create(session, a_document(), by=drafter, at=NOON)
        standards.publish(session, standard.id, by=actor_of(staff), at=NOON)
        return standard.id, level_of(standard).id, point_of(session, standard).id


def a_stored_item(staff: Staff, *, submitted: bool = False, **changes: Any) -> UUID:
    _, level, point = a_bank(staff)
    with transaction(staff.organisation) as session:
        item = authoring.write(
            session, level_id=level, point_id=point, body=SINGLE | changes, source=SOURCE, difficulty=2, consistency=4,
            by=actor_of(staff), at=NOON,
        )  # fmt: skip
        if submitted:
            authoring.submit(session, item.id, by=actor_of(staff), at=NOON)
        return item.id


def item_state(staff: Staff, item_id: UUID) -> ItemState:
    with transaction(staff.organisation) as session:
        return session.get_one(Item, item_id).state


def sent(page: str, **changes: Any) -> dict[str, Any]:
    """Take the hidden fields of the editor and fill in a sound item."""
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    filled = {
        "type": "single_choice", "stem": SINGLE["stem"], "options": SINGLE["options"], "key": "A",
        "rationale": SINGLE["rationale"], "source_standard": "GB/T 1.1", "source_edition": "2020",
        "source_clause": "8.5", "difficulty": "2", "consistency": "4", "act": "save",
    }  # fmt: skip
    return hidden | filled | changes


def uploaded(data: bytes, **fields: str) -> dict[str, Any]:
    """Write a form with a picture as bytes; the test client would leave its temporary file open."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="picture"; filename="x.png"\r\n\r\n' + data)
    body = b"".join(b"--limit\r\n" + part + b"\r\n" for part in parts) + b"--limit--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=limit"}


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def test_a_writer_writes_an_item_and_submits_it(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    _, level, point = a_bank(writer)
    log_in(visitor, writer)
    page = visitor.get("/items/new?lang=en").text

    answer = visitor.post("/items/new", data=sent(page, level_id=level, point_id=point, act="submit"))

    shown = visitor.get(answer.location).text
    assert "3-000001" in shown
    assert "In review" in shown


def test_sending_the_form_twice_makes_one_item(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    _, level, point = a_bank(writer)
    log_in(visitor, writer)
    form = sent(visitor.get("/items/new?lang=en").text, level_id=level, point_id=point)

    visitor.post("/items/new", data=form)
    visitor.post("/items/new", data=form)

    assert "1 item<" in visitor.get("/items/").text


def test_a_second_window_on_a_new_item_keeps_its_text_beside_what_the_first_saved(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    _, level, point = a_bank(writer)
    log_in(visitor, writer)
    form = sent(visitor.get("/items/new?lang=en").text, level_id=level, point_id=point)

    visitor.post("/items/new", data=form)
    overtaken = visitor.post("/items/new", data=form | {"stem": "第二个窗口（　　）。"})
    visitor.post(f"/items/{form['item_id']}/edit", data=sent(overtaken.text, stem="第二个窗口（　　）。"))

    assert overtaken.status_code == 409
    assert "You saved this item in another window." in overtaken.text
    assert "第二个窗口" in overtaken.text
    assert form["stem"] in overtaken.text
    assert "第二个窗口" in visitor.get(f"/items/{form['item_id']}").text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"options": ["范围", "前言", "目次", "前 言"]}, "options", "Options B and D say the same"),
        ({"key": []}, "key", "The key is missing"),
        ({"key": ["A", "B"]}, "key", "this one marks A, B"),
        ({"stem": "选 <script>alert(1)</script>"}, "stem", "The text holds HTML (&lt;script&gt;)"),
        ({"source_clause": ""}, "source_clause", "Give the clause"),
        ({"point_id": ""}, "point_id", "Choose the level and the assessment point"),
    ],
)
def test_a_bad_entry_is_named_at_its_field_and_nothing_is_lost(
    visitor: FlaskClient, changes: dict[str, Any], field: str, said: str
) -> None:
    writer = a_member("item_writer")
    _, level, point = a_bank(writer)
    log_in(visitor, writer)
    form = sent(visitor.get("/items/new?lang=en").text, level_id=level, point_id=point) | changes

    answer = visitor.post("/items/new", data=form)

    assert answer.status_code == 422
    assert answer.text.count(said) >= 2
    assert f'id="{field}-error"' in answer.text
    assert SINGLE["rationale"] in answer.text
    assert "<script>alert" not in answer.text
    assert "0 items" in visitor.get("/items/").text


def test_without_script_options_are_added_and_types_changed_by_buttons(visitor: FlaskClient) -> None:
    log_in(visitor, a_member("item_writer"))
    form = sent(visitor.get("/items/new?lang=en").text)

    more = visitor.post("/items/new", data=form | {"act": "more"}).text
    changed = visitor.post("/items/new", data=form | {"act": "show", "type": "numeric"}).text

    assert 'id="option-E"' in more
    assert 'id="tolerance"' in changed
    assert SINGLE["stem"] in changed


def test_the_preview_shows_formulas_as_the_candidate_will_see_them(visitor: FlaskClient) -> None:
    log_in(visitor, a_member("item_writer"))

    answer = visitor.post("/items/preview", data={"type": "single_choice", "stem": "求 $x^2$", "options": ["甲", "乙"]})

    assert "<math" in answer.text
    assert "<html" not in answer.text


def test_somebody_overtaken_keeps_the_text_and_sees_the_other_wording(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)
    page = visitor.get(f"/items/{item}/edit?lang=en").text
    visitor.post(f"/items/{item}/edit", data=sent(page, stem="先保存的题干是什么？"))

    answer = visitor.post(f"/items/{item}/edit", data=sent(page, stem="后保存的题干是什么？"))

    assert answer.status_code == 409
    assert "后保存的题干是什么？</textarea>" in answer.text
    assert "先保存的题干是什么？" in answer.text
    again = visitor.post(f"/items/{item}/edit", data=sent(answer.text, stem="后保存的题干是什么？"))
    assert again.status_code == 302


def test_a_picture_is_uploaded_and_shown_and_the_text_stays(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)
    page = visitor.get(f"/items/{item}/edit").text
    upload = {"picture": (io.BytesIO(a_picture_file()), "x.png"), "alternative": "电路图"}

    answer = visitor.post(f"/items/{item}/pictures", data=sent(page, stem="还没有保存的题干") | upload)
    source = re.search(r'src="(/items/pictures/[^"]+)"', answer.text)

    assert "还没有保存的题干</textarea>" in answer.text
    assert source is not None
    assert visitor.get(source[1]).mimetype == "image/png"


@pytest.mark.parametrize(("upload", "field", "sentence"), [
    ({"alternative": "图"}, "picture", "Choose the file of the picture first."),
    ({"picture": (b"hello", "x.png"), "alternative": "图"}, "picture", "This file is not a PNG, JPEG or WebP picture"),
    ({"picture": (a_picture_file(), "x.png"), "alternative": " "}, "alternative", "Describe the picture"),
])  # fmt: skip
def test_a_picture_is_refused_at_its_field_and_the_text_stays(
    visitor: FlaskClient, upload: dict[str, Any], field: str, sentence: str
) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)
    page = visitor.get(f"/items/{item}/edit?lang=en").text
    if "picture" in upload:
        upload = upload | {"picture": (io.BytesIO(upload["picture"][0]), upload["picture"][1])}

    answer = visitor.post(f"/items/{item}/pictures?lang=en", data=sent(page, stem="还没有保存的题干") | upload)

    assert answer.status_code == 422
    assert "还没有保存的题干</textarea>" in answer.text
    assert re.search(rf'id="{field}-error">{sentence}', answer.text)


def test_only_the_options_that_say_the_same_are_marked(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)
    page = visitor.get(f"/items/{item}/edit?lang=en").text

    answer = visitor.post(f"/items/{item}/edit?lang=en", data=sent(page, options=["甲", "乙", "乙", "丁"]))

    assert answer.status_code == 422
    assert re.findall(r'is-invalid" id="option-(.)"', answer.text) == ["B", "C"]


def test_a_picture_of_fifty_megabytes_is_too_large(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)

    answer = visitor.post(f"/items/{item}/pictures?lang=en", **uploaded(bytes(50 * 1024 * 1024), alternative="图"))

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_picture_of_six_megabytes_is_refused_with_its_size(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer)
    log_in(visitor, writer)
    data = a_picture_file() + bytes(6 * 1024 * 1024)

    answer = visitor.post(f"/items/{item}/pictures?lang=en", **uploaded(data, alternative="图"))

    assert answer.status_code == 422
    assert "6.0 MB" in answer.text


def test_a_reviewer_approves_what_somebody_else_wrote(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer, submitted=True)
    log_in(visitor, a_member("item_reviewer", organisation=writer.organisation, name="顾清和"))
    queue = visitor.get("/reviews/?lang=en").text
    address = re.search(r'href="(/reviews/[0-9a-f-]{36})"', queue)

    assert address is not None
    assert SINGLE["rationale"] in visitor.get(address[1]).text
    visitor.post(address[1], data={"verdict": "approve", "interest": "none"})

    assert item_state(writer, item) is ItemState.APPROVED


def test_a_return_without_a_comment_comes_back_to_the_form(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer, submitted=True)
    log_in(visitor, a_member("item_reviewer", organisation=writer.organisation))
    address = re.search(r'href="(/reviews/[0-9a-f-]{36})"', visitor.get("/reviews/?lang=en").text)
    assert address is not None

    answer = visitor.post(address[1], data={"verdict": "return", "comment": " ", "interest": "none"})

    assert answer.status_code == 422
    assert "Say what to mend" in answer.text
    assert item_state(writer, item) is ItemState.IN_REVIEW


def test_an_author_with_both_roles_cannot_decide_on_the_own_item(visitor: FlaskClient) -> None:
    both = a_member("item_writer", "item_reviewer")
    item = a_stored_item(both, submitted=True)
    with transaction(both.organisation) as session:
        revision = authoring.get(session, item).latest.id
    log_in(visitor, both)

    page = visitor.get(f"/reviews/{revision}?lang=en").text
    answer = visitor.post(f"/reviews/{revision}", data={"verdict": "approve"})

    assert "another person reviews it" in page
    assert 'name="verdict"' not in page
    assert answer.status_code == 403
    assert item_state(both, item) is ItemState.IN_REVIEW


def test_items_of_another_organisation_do_not_exist(visitor: FlaskClient) -> None:
    item = a_stored_item(a_member("item_writer"))
    log_in(visitor, a_member("item_writer"))

    assert visitor.get(f"/items/{item}").status_code == 404
    assert visitor.get(f"/items/{item}/edit").status_code == 404


def test_items_are_found_by_code_type_and_state(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    a_stored_item(writer)
    log_in(visitor, writer)

    assert "3-000001" in visitor.get("/items/?q=3-0000&type=single_choice&state=draft").text
    assert "3-000001" not in visitor.get("/items/?state=approved").text
    assert "3-000001" in visitor.get("/items/?page=99&level=3").text


def test_a_standard_is_uploaded_by_one_person_and_published_by_another(visitor: FlaskClient) -> None:
    drafter = a_member("bank_administrator")
    log_in(visitor, drafter)
    document = {"document": (io.BytesIO(json.dumps(SOUND).encode()), "s.json")}

    draft = visitor.post("/standards/", data=document).location
    assert visitor.post(f"{draft}/publish?lang=en").status_code == 403
    log_in(visitor, a_member("bank_administrator", organisation=drafter.organisation))
    visitor.post(f"{draft}/publish")
    page = visitor.get(f"{draft}?lang=en").text

    assert "Published" in page
    assert page.count(">100<") == 4


def test_a_document_with_mistakes_is_refused_with_their_places(visitor: FlaskClient) -> None:
    log_in(visitor, a_member("system_administrator"))
    wrong = DOCUMENT | {"levels": [DOCUMENT["levels"][0] | {"digit": 9}]}
    document = {"document": (io.BytesIO(json.dumps(wrong).encode()), "s.json")}

    answer = visitor.post("/standards/?lang=en", data=document)

    assert answer.status_code == 422
    assert "levels[1].digit" in answer.text


def test_a_draft_whose_weights_do_not_sum_says_so(visitor: FlaskClient) -> None:
    drafter = a_member("system_administrator")
    log_in(visitor, drafter)
    wrong = DOCUMENT | {"ranges": [DOCUMENT["ranges"][0] | {"theory": {"4": "50", "3": "40"}}, DOCUMENT["ranges"][1]]}
    document = {"document": (io.BytesIO(json.dumps(wrong).encode()), "s.json")}

    draft = visitor.post("/standards/", data=document).location
    page = visitor.get(f"{draft}?lang=en").text
    log_in(visitor, a_member("system_administrator", organisation=drafter.organisation))
    answer = visitor.post(f"{draft}/publish")

    assert "sum to 90; they should sum to 100" in page
    assert answer.status_code == 409


def test_points_show_how_many_items_they_have(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    a_stored_item(writer)
    log_in(visitor, writer)
    standard = re.search(r"/standards/[0-9a-f-]{36}", visitor.get("/standards/").text)
    assert standard is not None

    page = visitor.get(f"{standard[0]}/points?range=2&lang=en").text

    assert "Items on 2-1: 1" in page


def test_a_point_of_a_higher_level_is_refused_at_its_field(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    standard, _, point = a_bank(writer)
    with transaction(writer.organisation) as session:
        lower = level_of(standards.get(session, standard), 4).id
    log_in(visitor, writer)
    form = sent(visitor.get("/items/new?lang=en").text, level_id=lower, point_id=point)

    answer = visitor.post("/items/new", data=form)

    assert answer.status_code == 422
    assert "Point 2-1 is not examined at" in answer.text


def test_the_editor_of_an_item_under_review_stays_shut(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item = a_stored_item(writer, submitted=True)
    log_in(visitor, writer)

    assert visitor.get(f"/items/{item}/edit").status_code == 409


def test_an_invigilator_does_not_see_items(visitor: FlaskClient) -> None:
    log_in(visitor, a_member("invigilator"))

    assert visitor.get("/items/").status_code == 403
    assert visitor.get("/reviews/").status_code == 403
