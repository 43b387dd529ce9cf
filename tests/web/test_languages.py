"""Languages: which one a reader gets, and that nothing is left untranslated."""

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.web import languages
from tests.web.messages import chinese, not_written_in
from tests.web.pages import han, plain_pages, role_for, words
from tests.web.staff import a_member, log_in


@pytest.mark.parametrize(("header", "tag"), [
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("zh-TW", "zh-Hans"), ("en-GB,en;q=0.9", "en"), ("fr,en;q=0.5", "en"),
    ("fr", "zh-Hans"), ("", "zh-Hans"),
])  # fmt: skip
def test_a_browser_gets_the_language_that_it_accepts(client: FlaskClient, header: str, tag: str) -> None:
    page = client.get("/", headers={"Accept-Language": header}).text

    assert f'<html lang="{tag}"' in page


def test_a_chosen_language_stays_chosen(client: FlaskClient) -> None:
    client.get("/?lang=en", base_url="https://localhost")

    assert '<html lang="en"' in client.get("/", base_url="https://localhost", headers={"Accept-Language": "zh-CN"}).text


def test_every_message_has_its_chinese() -> None:
    assert not_written_in(chinese()) == []


def test_every_duty_of_the_dashboard_is_told_in_chinese(app: Flask) -> None:
    """A plural is looked up as a plural: that both of its forms stand alone in the catalogue is not enough."""
    written = languages.catalogue("zh_Hans_CN")

    told = {
        duty.title: written.ngettext(duty.title, duty.plural, 2) for duty in app.extensions["kaoping.navigation"].duties
    }

    assert [title for title, words in told.items() if not han([words])] == []


def test_the_places_of_a_message_are_the_same_in_chinese() -> None:
    for fragment in sorted((languages.FRAGMENTS / "zh_Hans_CN").glob("*.po")):
        with fragment.open("rb") as file:
            messages = [message for message in read_po(file, locale="zh_Hans_CN") if message.id]
        assert not [(message.id, fault) for message in messages for fault in message.check()], fragment.name


@pytest.mark.parametrize("code", languages.LANGUAGES)
def test_every_page_answers_in_its_language(app: Flask, client: FlaskClient, code: str) -> None:
    organisation = a_member("auditor").organisation
    for rule, need in plain_pages(app):
        log_in(client, a_member(role_for(need), organisation=organisation))
        answer = client.get(f"{rule.rule}?lang={code}", base_url="https://localhost")

        assert answer.status_code in {200, 302, 303}, f"{rule.rule}: {answer.status_code}"
        if code == "en" and answer.mimetype == "text/html":
            assert not han(words(answer.text)), rule.rule
