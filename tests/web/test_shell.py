"""The first pages."""

from flask.testing import FlaskClient

from tests.web.staff import a_member, log_in


def test_a_visitor_sees_the_doors(client: FlaskClient) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert "/account/login" in answer.text


def test_a_member_sees_the_dashboard_with_own_roles(client: FlaskClient) -> None:
    log_in(client, a_member("item_writer"))

    answer = client.get("/today?lang=en")

    assert answer.status_code == 200
    assert "Item writer" in answer.text
    assert "Item reviewer" not in answer.text
