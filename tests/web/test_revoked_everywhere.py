"""One certificate is revoked by two persons: every door that told it valid tells it revoked."""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kaoping.certificates.models import Certificate
from kaoping.certificates.status_list import is_set
from tests.builders_results import revoked
from tests.web.staff import a_member, log_in
from tests.web.test_credential_pages import local
from tests.web.test_inquiry_pages import TITLES
from tests.web.test_inquiry_pages import asked as by_program
from tests.web.test_inquiry_pages import listed as by_list
from tests.web.test_register_pages import (
    PASSWORD,
    TAIL,
    Place,
    _no_page_tokens,
    activated,
    asked,
    issued,
    place,
    within,
)
from tests.web.test_verify_file_pages import sent

__all__ = ["_no_page_tokens", "place"]

#: A specimen in force, and one that is not, by its first words.
IN_FORCE, REVOKED = "specimen", "revoked"


@dataclass(frozen=True)
class Given:
    """What a holder and an employer have in hand of a certificate."""

    number: str
    query_key: str
    badge: bytes
    file: bytes
    link: str


def headed(answer: Any) -> str:
    """Give the word of the heading that tells the state."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    return _state(html.unescape(found[1])) if found else ""


def _state(words: str) -> str:
    return next((state for state in (IN_FORCE, REVOKED) if state in words.lower()), words)


def doors(given: Given) -> Iterator[tuple[str, Callable[[FlaskClient], str]]]:
    """Name every way to ask about a certificate, with what it answers."""
    right = {"number": given.number, "name": "方一鸣", "tail": TAIL}
    yield "number and name", lambda client: headed(asked(client, given.number))
    yield "number, name and tail", lambda client: headed(asked(client, given.number, tail=TAIL))
    yield "printed code", lambda client: headed(client.get(f"/v/{given.query_key}?lang=en"))
    yield "file", lambda client: headed(sent(client, given.file))
    yield "badge", lambda client: headed(sent(client, given.badge))
    yield "link of the holder", lambda client: headed(client.get(f"/s/{given.link}?lang=en"))
    yield "program", lambda client: by_program(client, right).json["certificates"][0]["state"]
    listing = f"{TITLES}{given.number},方一鸣,{TAIL}\n"
    yield "list", lambda client: _state(by_list(client, listing).text.splitlines()[1])
    yield "list of states", lambda client: _in_status_list(client, given.badge)


def _in_status_list(client: FlaskClient, badge: bytes) -> str:
    status = json.loads(badge)["credentialStatus"]
    published = json.loads(client.get(local(status["statusListCredential"])).data)["credentialSubject"]["encodedList"]
    return REVOKED if is_set(published, int(status["statusListIndex"])) else IN_FORCE


def in_hand(app: Flask, place: Place) -> Given:
    certificate, number, query_key = issued(app, place)
    officer = log_in(app.test_client(), a_member("certificate_officer", organisation=place.officer.organisation))
    badge, file = (officer.get(f"/certificates/{certificate}{form}").data for form in ("/badge.json", ".pdf"))
    holder = app.test_client()
    _, email = activated(holder, place)
    holder.post("/account/login", data={"email": email, "password": PASSWORD})
    shared = holder.post(f"/my/certificates/{certificate}/share?lang=en", data={"extent": "face", "days": "7"})
    link = re.search(r'href="[^"]*/s/([^"]+)"', shared.text)
    assert link
    return Given(number, query_key, badge, file, html.unescape(link[1]))


def test_a_revoked_certificate_is_revoked_at_every_door(app: Flask, client: FlaskClient, place: Place) -> None:
    given = in_hand(app, place)

    def answers() -> dict[str, str]:
        return {name: ask(client) for name, ask in doors(given)}

    before = answers()
    within(place.officer, lambda session, _: revoked(session, session.query(Certificate).one()))
    after = answers()

    assert set(before.values()) == {IN_FORCE}, before
    assert set(after.values()) == {REVOKED}, after
