"""Employers ask about many certificates: by list and by program, each by number, name and tail, and it is kept who."""

from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kaoping.certificates import keys
from kaoping.exam.results.verifying import FRUITLESS
from tests.web.staff import log_in
from tests.web.test_register_pages import TAIL, Place, _no_page_tokens, issued, place

__all__ = ["_no_page_tokens", "place"]

TITLES = "证书编号,姓名,证件号码后六位\n"


def listed(client: FlaskClient, text: str, *, lang: str = "en", **said: str) -> Any:
    data = {"asker": "示例企业", "purpose": "录用前核验", "file": (BytesIO(text.encode()), "list.csv")} | said
    return client.post(f"/verify/list?lang={lang}", data=data)


def asked(client: FlaskClient, *certificates: dict[str, str], **said: str) -> Any:
    whole = {"asker": "示例企业", "purpose": "录用前核验", "certificates": list(certificates)} | said
    return client.post("/api/verify", json=whole)


def test_a_list_comes_back_with_states_and_the_awarding_body_keeps_who_asked(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    _, number, _ = issued(app, place)

    answer = listed(client, f"{TITLES}{number},方一鸣,{TAIL}\n{number},=方一名,{TAIL}\n")
    kept = log_in(client, place.officer).get("/certificates/inquiries/?lang=en").text

    first, second = answer.text.splitlines()[1:]
    assert f'2,{number},方一鸣,"specimen, not valid",Skill level,三级/高级工' in first
    assert f"3,{number},'=方一名,no certificate matches,,,,," in second
    assert "示例企业" in kept
    assert "录用前核验" in kept
    assert number in kept


def test_wrong_cells_are_named_by_line_and_column_and_nothing_is_checked(client: FlaskClient, place: Place) -> None:
    answer = listed(client, f"{TITLES}S1,方一鸣,{TAIL}\nS2,,{TAIL}\nS3,方一鸣,12\n", lang="zh")
    without = listed(client, "证书编号,姓名\nS1,方一鸣\n")

    assert answer.status_code == 422
    assert "第 3 行“姓名”" in answer.text
    assert "第 4 行“证件号码后六位”" in answer.text
    assert "has no column “证件号码后六位”" in without.text


def test_a_program_gets_what_the_page_shows_and_no_match_is_never_explained(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    _, number, _ = issued(app, place)
    right = {"number": number, "name": "方一鸣", "tail": TAIL}

    answer = asked(client, right, right | {"name": "方一名"}, right | {"number": "S0"}).json["certificates"]

    assert (answer[0]["result"], answer[0]["state"], answer[0]["level"]) == ("found", "specimen", "三级/高级工")
    assert answer[0]["kind"] == "skill_level"
    assert answer[1:] == [{"number": number, "result": "no_match"}, {"number": "S0", "result": "no_match"}]


def test_a_program_that_guesses_is_told_no_more(app: Flask, client: FlaskClient, place: Place) -> None:
    _, number, _ = issued(app, place)
    guesses = [{"number": number, "name": "方一鸣", "tail": f"{guess:06}"} for guess in range(FRUITLESS.failures + 9)]

    results = [one["result"] for one in asked(client, *guesses).json["certificates"]]
    later = asked(client, {"number": number, "name": "方一鸣", "tail": TAIL})

    assert results == ["no_match"] * FRUITLESS.failures + ["not_checked"] * 9
    assert later.status_code == 429
    assert int(later.headers["Retry-After"]) > 0


def test_a_request_without_tail_or_purpose_is_refused_at_its_place(client: FlaskClient, place: Place) -> None:
    short = asked(client, {"number": "S1", "name": "方一鸣", "tail": "1"})
    silent = asked(client, {"number": "S1", "name": "方一鸣", "tail": TAIL}, purpose=" ")

    assert short.status_code == silent.status_code == 422
    assert "/certificates/0/tail" in short.json["detail"]
    assert "/purpose" in silent.json["detail"]


def test_the_interface_is_described_with_every_field_it_answers(client: FlaskClient) -> None:
    described: Any = client.get("/api/verify/openapi.json").json

    schemas = described["components"]["schemas"]
    assert described["openapi"].startswith("3.1")
    assert schemas["CertificateAsked"]["required"] == ["number", "name", "tail"]
    assert {"state", "result", "number"} <= set(schemas["CertificateTold"]["properties"])


def test_the_published_keys_are_what_the_interface_describes(app: Flask, client: FlaskClient, place: Place) -> None:
    assert place.officer
    own = keys.load(app.extensions["kaoping.settings"].signing_key)
    described: Any = client.get("/api/verify/openapi.json").json
    published: Any = client.get("/verify/keys.json").json

    [key] = [key for key in published["keys"] if key["kid"] == own.key_id]
    assert (key["purpose"], key["kty"], len(key["x"])) == ("statement", "OKP", 43)
    assert "/verify/keys.json" in described["paths"]
    assert key.keys() == {"kid", "purpose", "algorithm", "pem", "kty", "crv", "x"}
    assert key.keys() <= described["components"]["schemas"]["KeyPublished"]["properties"].keys()
