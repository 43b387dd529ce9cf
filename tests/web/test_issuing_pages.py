"""Pages of certificate batches: ordering, what was refused, files, the printing log, spoiled sheets and reprints."""

from functools import partial
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.certificates import keys
from kaoping.exam.certifying import job
from kaoping.exam.certifying.models import CertificateBatch, CertificatePrinting
from kaoping.exam.db import transaction
from kaoping.exam.settings import Settings
from tests.builders_certifying import NAMES, RARE, passes
from tests.builders_results import a_filed_organisation
from tests.web.staff import a_member, log_in


@pytest.fixture
def organisation(app: Flask) -> UUID:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    settings: Settings = app.extensions["kaoping.settings"]
    keys.generate(settings.signing_key)
    app.config["WTF_CSRF_ENABLED"] = False
    return uuid4()


def filled(organisation: UUID, *names: str) -> None:
    with transaction(organisation) as session:
        a_filed_organisation(session)
        passes(session, *names)


def worked(app: Flask, organisation: UUID) -> UUID:
    """Do the work of the newest batch as a worker does, and give the batch."""
    with transaction(organisation) as session:
        batch = session.scalars(select(CertificateBatch.id).order_by(CertificateBatch.number.desc())).first()
    assert batch is not None
    job.carry_out(partial(transaction, organisation), batch, app.extensions["kaoping.settings"])
    return batch


def sheets(organisation: UUID) -> list[CertificatePrinting]:
    with transaction(organisation) as session:
        return list(session.scalars(select(CertificatePrinting).order_by(CertificatePrinting.serial)))


@pytest.mark.parametrize("sent", [{}, {"exam": ""}, {"exam": "0" * 31}, {"exam": "all", "some": "yes"}])
def test_an_order_that_names_no_exam_orders_nothing_and_says_so_at_the_field(
    client: FlaskClient, organisation: UUID, sent: dict[str, str]
) -> None:
    filled(organisation, NAMES[0])
    log_in(client, a_member("certificate_officer", organisation=organisation))

    answer = client.post("/certificates/batches/?lang=en", data=sent)

    assert answer.status_code == 422
    assert "Choose one of the exams" in answer.text.split('id="exam-error"')[1]
    with transaction(organisation) as session:
        assert session.scalars(select(CertificateBatch)).all() == []


def test_a_batch_from_the_order_to_the_file_and_from_the_spoiled_sheet_to_its_replacement(
    app: Flask, client: FlaskClient, organisation: UUID
) -> None:
    filled(organisation, NAMES[0], RARE)
    log_in(client, a_member("certificate_officer", organisation=organisation))

    ordered = client.post("/certificates/batches/?lang=en", data={"exam": "all"})
    going = client.get(ordered.location).text
    batch = worked(app, organisation)
    done = client.get(f"/certificates/batches/{batch}").text
    fetched = client.post(f"/certificates/batches/{batch}/files/sheets")

    assert "waits for a worker" in going
    assert "1 record was refused" in done
    assert "𠮷" in done
    assert fetched.data.startswith(b"%PDF-1.7")
    assert fetched.content_length == len(fetched.data)
    assert (
        "Print file: all sheets in one PDF" in client.get(f"/certificates/batches/{batch}").text.split("Downloads")[1]
    )

    spoiled = client.post(
        f"/certificates/batches/printings/{sheets(organisation)[0].id}/spoil", data={"reason": "卡纸"}
    )
    log = client.get("/certificates/batches/printings").text

    assert client.get(spoiled.location).text.count("00000001") == 1
    assert "spoiled" in log
    assert [sheet.serial for sheet in sheets(organisation)] == [1, 2]
