"""Pages of layouts: list, designer, preview, and the deeds of two persons."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from kaoping.certificates.layout_start import official
from kaoping.exam.web import layout_form
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> Staff:
    staff = a_member("certificate_officer")
    log_in(client, staff)
    return staff


def begun(client: FlaskClient) -> str:
    """Begin a layout and give the address of its version."""
    values = {"name": "本机构版式", "kind": "skill_level", "language": "zh", "valid_from": "2026-01-01"}
    answer = client.post("/certificates/layouts/", data=values)
    return str(answer.location).removesuffix("/design")


def typed(**changes: str) -> dict[str, Any]:
    """What the designer sends for the official form, with some entries changed."""
    elements = official().document()["elements"]
    said: dict[str, Any] = {
        "name": "本机构版式", "valid_from": "2026-02-01", "page": "a4", "language": "zh", "ground": "guilloche",
        "levels": ["3"], "count": str(len(elements)), "seen": "0",
    }  # fmt: skip
    for place, one in enumerate(elements):
        said |= {f"e{place}-{name}": str(value) for name, value in layout_form._typed(one).items()}
    return said | changes


def place_of(name: str) -> int:
    return [one["id"] for one in official().document()["elements"]].index(name)


def acted(client: FlaskClient, page: str, deed: str, **changes: str) -> TestResponse:
    return client.post(f"{page}/design", data=typed(**changes) | {"act": deed})


def test_a_layout_is_designed_by_one_and_approved_by_another(client: FlaskClient, officer: Staff) -> None:
    page, seal = begun(client), place_of("seal")

    assert acted(client, page, "save", **{f"e{seal}-x": "138"}).status_code == 302
    assert 'value="138"' in client.get(f"{page}/design").text
    assert "已被他人保存" in acted(client, page, "save").text
    client.post(f"{page}/submit")
    assert "须由设计人以外的人批准" in client.get(page).text
    assert client.post(f"{page}/approve").status_code == 403

    log_in(client, a_member("supervisor", organisation=officer.organisation))
    assert "版式等待批准" in client.get("/today").text
    client.post(f"{page}/approve")
    assert "已批准" in client.get(page).text

    log_in(client, officer)
    further = client.post(f"{page}/further").location.removesuffix("/design")
    assert "没有不同" in client.get(further).text


def test_what_is_typed_wrongly_stays_at_its_place_and_is_named(client: FlaskClient, officer: Staff) -> None:
    page, name = begun(client), place_of("name")

    wrong = acted(client, page, "save", **{f"e{name}-x": "-3"})
    near = acted(client, page, "preview", **{f"e{name}-x": "2"})

    assert wrong.status_code == 422
    assert 'value="-3"' in wrong.text
    assert "超出允许范围" in wrong.text
    assert "“name”距页边 2 毫米" in near.text
    assert "data:image/png;base64," in near.text


def test_elements_are_added_moved_and_removed_without_a_script(client: FlaskClient, officer: Staff) -> None:
    page = begun(client)

    added = acted(client, page, "add:0", new_kind="text").text
    moved = acted(client, page, "down:0").text
    removed = acted(client, page, f"remove:{place_of('micro')}").text

    assert 'value="新文字"' in added
    assert moved.index('value="title"') < moved.index('value="demonstration"')
    assert '-id" value="micro"' not in removed
    assert "尚未保存" in removed


def test_the_script_gets_a_picture_and_the_faults(client: FlaskClient, officer: Staff) -> None:
    page, name = begun(client), place_of("name")

    answer = client.post(f"{page}/design/preview", data=typed(**{f"e{name}-size": "14"}) | {"sample": "long"}).json
    stored = client.get(f"{page}/preview.png?sample=rare&level=1")

    assert answer
    assert answer["picture"].startswith("data:image/png;base64,")
    assert any("小四号" in one for one in answer["faults"])
    assert Image.open(BytesIO(stored.data)).size == (794, 1123)


def test_a_logo_is_uploaded_and_offered(client: FlaskClient, officer: Staff) -> None:
    page, out = begun(client), BytesIO()
    Image.new("RGBA", (40, 30), "red").save(out, "PNG")

    refused = client.post("/certificates/layouts/pictures", data={"file": (BytesIO(b"<svg/>"), "x.svg")})
    client.post(
        "/certificates/layouts/pictures", data={"file": (BytesIO(out.getvalue()), "徽标.png"), "purpose": "logo"}
    )

    offered = acted(client, page, "add:0", new_kind="picture").text
    (digest,) = set(re.findall('value="([0-9a-f]{64})"', offered))
    place = len(official().document()["elements"])
    logo = {
        "kind": "picture", "id": "logo", "digest": digest, "alternative": "徽标", "x": "33", "y": "36", "width": "20",
        "height": "8",
    }  # fmt: skip
    typed_logo = {f"e{place}-{name}": value for name, value in logo.items()} | {"count": str(place + 1)}

    assert refused.status_code == 422
    assert "data:image/png;base64," in acted(client, page, "preview", **typed_logo).text


def test_the_sheet_of_a_score_report_is_designed_by_numbering_its_blocks(client: FlaskClient, officer: Staff) -> None:
    begin = {"name": "成绩单", "kind": "score_report", "language": "zh", "valid_from": "2026-01-01"}
    page = client.post("/certificates/layouts/", data=begin).location
    said = {
        "name": "成绩单", "valid_from": "2026-01-01", "seen": "0", "ground": "plain", "heading": "示范机构",
        "notes": "说明一", "place-scores": "", "place-profile": "1", "place-notes": "2",
    }  # fmt: skip

    lacking = client.post(page, data=said | {"act": "preview"}).text
    client.post(page, data=said | {"act": "save", "place-scores": "3"})
    stored = client.get(page).text

    assert "不能缺少“科目成绩”" in lacking
    assert "data:image/png;base64," in lacking
    assert 'name="place-scores" value="3"' in stored
    assert 'name="place-ability" value=""' in stored
