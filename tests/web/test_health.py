"""Health for machines."""

import pytest
from flask.testing import FlaskClient

from kaoping.itembank import orm


def test_a_complete_application_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "parts": {"database": True, "keys": True}}


def test_without_keys_it_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orm._Window, "vault", None)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "unready", "parts": {"database": True, "keys": False}}


def test_answers_are_counted_by_route(client: FlaskClient) -> None:
    client.get("/nowhere-at-all")

    assert 'kaoping_answers_total{route="none",status="404"} 1.0' in client.get("/metrics").text
