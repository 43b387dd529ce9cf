"""A candidate hands in a file, with and without script."""

import io

from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.exam.delivery import folds
from kaoping.exam.delivery.models import Sitting
from tests.builders_delivery import BODIES
from tests.exam.delivery.test_files import PDF, UPLOAD
from tests.web.test_delivery_pages import API, ORIGIN, a_hall, begin


def test_a_file_is_handed_in_with_and_without_script(app: Flask, client: FlaskClient) -> None:
    assert app
    hall = a_hall(bodies=[BODIES[0], UPLOAD])
    begin(client, hall.candidates[0])

    stored = client.post("/api/exam/files/2/0", data={"file": (io.BytesIO(PDF), "方案.pdf")}, headers=API)
    plain = {"response": "", "file-2": (io.BytesIO(PDF + b"2"), "方案.pdf")}
    assert client.post("/exam/answers/2", data=plain, headers=ORIGIN).status_code == 303

    kept = stored.json
    assert kept is not None
    assert (kept["name"], kept["size"]) == ("方案.pdf", len(PDF))
    with transaction(hall.organisation) as session:
        [held] = session.query(Sitting).all()
        assert folds.answers(held.steps)[2] != kept["id"]
    assert "已保存文件：方案.pdf" in client.get("/exam/sitting?lang=zh").text
