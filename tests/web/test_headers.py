"""Headers of every answer."""

import re

from flask.testing import FlaskClient

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-NONCE'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def test_the_policy_is_exact_and_its_nonce_new_every_time(client: FlaskClient) -> None:
    first, second = (client.get(path).headers["Content-Security-Policy"] for path in ("/", "/nowhere"))

    assert re.sub(r"nonce-[\w-]{22}", "nonce-NONCE", first) == POLICY
    assert first != second


def test_pages_are_kept_nowhere_and_versioned_files_for_long(client: FlaskClient) -> None:
    page = client.get("/")
    sheet = re.search(r"/static/kaoping\.css\?v=\w+", page.text)

    assert page.headers["Cache-Control"] == "no-store"
    assert sheet
    assert "immutable" in client.get(sheet[0], buffered=True).headers["Cache-Control"]


def test_no_page_has_style_or_script_of_its_own(client: FlaskClient) -> None:
    page = client.get("/").text

    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
