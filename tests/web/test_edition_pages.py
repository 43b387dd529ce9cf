"""Pages of editions."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam import tasks
from kaoping.exam.db import transaction
from kaoping.itembank import standards
from kaoping.itembank.items import Item
from kaoping.itembank.models import Standard
from kaoping.itembank.structure import CarryOver
from tests.builders_bank import a_standard, an_approved_item
from tests.web.staff import a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


def test_an_edition_is_begun_compared_and_its_items_are_carried_over(client: FlaskClient) -> None:
    drafter = a_member("system_administrator")
    with transaction(drafter.organisation) as session:
        earlier = a_standard(session)
        an_approved_item(session, standard=earlier)
        first = earlier.id
    log_in(client, drafter)

    assert client.post(f"/standards/{first}/next", data={"edition": "2026"}).status_code == 422
    page = client.post(f"/standards/{first}/next", data={"edition": "2027"}).location
    assert "尚无变化" in client.get(f"{page}/changes").text
    shown = client.get(f"{page}/carry").text
    wrong = client.post(f"{page}/carry", data=_typed(drafter.organisation, first, "9-9"))
    strange = client.post(f"{page}/carry", data=_typed(drafter.organisation, first, None) | {"x" * 36: "9"})
    log_in(client, a_member("system_administrator", organisation=drafter.organisation))
    client.post(f"{page}/publish")
    client.post(f"{page}/carry/confirm")
    with transaction(drafter.organisation) as session:
        carried = session.scalars(select(CarryOver.id)).one()
    tasks.carry_items_over(drafter.organisation, carried)

    assert strange.status_code == 302
    assert "建议" in shown
    assert wrong.status_code == 422
    assert wrong.text.count('value="9-9"') == 2
    assert "1 道试题中已沿用 1 道" in client.get(f"{page}/carry").text
    with transaction(drafter.organisation) as session:
        assert len(session.scalars(select(Item)).all()) == 2


def _typed(organisation: UUID, standard_id: UUID, code: str | None) -> dict[str, str]:
    with transaction(organisation) as session:
        standard = session.get_one(Standard, standard_id)
        return {str(point.id): code or point.code for point in standards.points(session, standard.id)}
