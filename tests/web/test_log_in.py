"""Log-in of staff, with password and second factor."""

import re
import time

import pytest
from flask.testing import FlaskClient
from passlib.totp import TOTP  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from kaoping.exam.db import transaction
from kaoping.exam.people import accounts
from kaoping.exam.people.models import Account
from tests.web.staff import Staff, a_member, log_in

PASSWORD = "correct horse battery"
SITE = "https://localhost"


@pytest.fixture
def member() -> tuple[Staff, str]:
    """A member with a password, and the log-in name."""
    staff = a_member("item_writer")
    with transaction() as session:
        account = session.get_one(Account, staff.account)
        account.password = accounts.hashed(PASSWORD)
        return staff, account.email


def test_the_right_password_opens_the_dashboard(client: FlaskClient, member: tuple[Staff, str]) -> None:
    answer = _enter(client, f" {member[1].upper()} ", PASSWORD)

    assert answer.status_code == 302
    assert client.get("/today", base_url=SITE).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: FlaskClient, member: tuple[Staff, str], language: str
) -> None:
    wrong = _enter(client, member[1], "another password", language)
    unknown = _enter(client, "nobody@example.org", "another password", language)

    sentence = {"zh": "登录名或密码不对", "en": "The log-in name or the password is not right"}[language]
    assert sentence in wrong.text
    assert _told(wrong.text) == _told(unknown.text)


def test_a_name_that_fails_too_often_has_to_wait(client: FlaskClient, member: tuple[Staff, str]) -> None:
    for _ in range(8):
        assert _enter(client, member[1], "another password").status_code == 200

    refused = _enter(client, member[1], PASSWORD)

    assert refused.status_code == 429
    assert "请等几分钟再试" in refused.text


def test_a_closed_account_does_not_open(client: FlaskClient, member: tuple[Staff, str]) -> None:
    with transaction() as session:
        session.get_one(Account, member[0].account).active = False

    assert _enter(client, member[1], PASSWORD).status_code == 200
    assert client.get("/today", base_url=SITE).status_code == 302


def test_with_a_second_factor_the_password_alone_opens_nothing(client: FlaskClient, member: tuple[Staff, str]) -> None:
    totp = _second_factor(log_in(client, member[0]))
    client.post(
        "/account/logout", base_url=SITE, data={"csrf_token": _token(client, "/today")}, headers={"Referer": SITE}
    )

    asked = _enter(client, member[1], PASSWORD)
    assert client.get("/today", base_url=SITE).status_code == 302
    later = totp.generate(time=time.time() + 30).token
    done = _post(client, asked.location or "/account/tf-validate", {"code": later}, "/account/tf-validate")

    assert done.status_code == 302, _told(done.text)
    assert client.get("/today", base_url=SITE).status_code == 200


def test_a_second_factor_that_fails_too_often_has_to_wait(client: FlaskClient, member: tuple[Staff, str]) -> None:
    totp = _second_factor(log_in(client, member[0]))
    client.post(
        "/account/logout", base_url=SITE, data={"csrf_token": _token(client, "/today")}, headers={"Referer": SITE}
    )
    place = _enter(client, member[1], PASSWORD).location or "/account/tf-validate"
    for _ in range(8):
        assert _post(client, place, {"code": "000000"}, "/account/tf-validate").status_code == 200

    later = totp.generate(time=time.time() + 30).token
    refused = _post(client, place, {"code": later}, "/account/tf-validate")

    assert refused.status_code == 429
    assert client.get("/today", base_url=SITE).status_code == 302


def test_a_new_password_ends_the_log_ins_before(client: FlaskClient, member: tuple[Staff, str]) -> None:
    log_in(client, member[0])
    administrator = a_member("system_administrator", organisation=member[0].organisation)
    other = log_in(client.application.test_client(), administrator)

    answer = _post(other, f"/staff/{member[0].account}/password", {}, f"/staff/{member[0].account}")

    assert re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", answer.text)
    assert client.get("/today", base_url=SITE).status_code == 302


def _second_factor(client: FlaskClient) -> TOTP:
    page = _post(client, "/account/tf-setup", {"setup": "authenticator"}, "/account/tf-setup").text
    key = re.search(r'<dd class="k-code">([A-Z2-7 -]+)</dd>', page)
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page)
    assert key, page
    assert action
    totp = TOTP(key=key[1].replace("-", "").replace(" ", ""))
    done = _post(client, action[1], {"code": totp.generate().token}, "/account/tf-setup")
    assert done.status_code == 302, _told(done.text)
    return totp


def _enter(client: FlaskClient, name: str, password: str, language: str = "zh") -> TestResponse:
    return _post(client, f"/account/login?lang={language}", {"email": name, "password": password}, "/account/login")


def _post(client: FlaskClient, address: str, data: dict[str, str], page: str) -> TestResponse:
    form = {"csrf_token": _token(client, page), **data}
    return client.post(address, base_url=SITE, data=form, headers={"Referer": SITE + "/"})


def _token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', client.get(page, base_url=SITE).text)
    assert found
    return found[1]


def _told(page: str) -> str:
    return re.sub(r'value="[^"]*"|nonce-[\w-]+', "", page.partition("<main")[2])
