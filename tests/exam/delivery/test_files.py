"""Files as answers: told by their content, sealed, within limits, and only in the sitting that stored them."""

import io
import zipfile
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.exam.delivery import files, folds, sitting
from kaoping.exam.delivery.errors import AnswerUnfit, FileEmpty, FileKindRefused, FileTooLarge, NoSuchSlot
from kaoping.exam.delivery.models import AnswerFile
from kaoping.itembank.bodies.by_hand import SUFFIXES
from tests.builders_bodies import BODIES as EVERY
from tests.builders_delivery import BODIES
from tests.exam.delivery.test_sitting import SOON, begun

UPLOAD = EVERY["file_upload"] | {"most_megabytes": 1}
PDF = b"%PDF-1.7 content"


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "a.docx", "pdf"), (b"\x89PNG\r\n\x1a\n", "a.pdf", "png"), (b"MZ\x90", "a.pdf", None),
        (b"\x00\x01", "a.txt", None), (packed("word/document.xml"), "a.zip", "docx"),
        (packed("word/document.xml", "word/vbaProject.bin"), "a.docx", None),
        (packed("a"), "a.pdf", "zip"), (b"PK\x03\x04broken", "a.zip", None), ("标准".encode("gb18030"), "a", "txt"),
        (b"a,b", "a.CSV", "csv"),
    ],
)  # fmt: skip
def test_the_content_tells_the_kind_of_a_file_and_macros_are_none(data: bytes, name: str, kind: str | None) -> None:
    found = files.kind_of(data, name)

    assert (SUFFIXES[found] if found else None) == kind


def test_a_file_is_sealed_and_becomes_the_answer_of_its_own_sitting_alone(session: Session) -> None:
    token, held = begun(session, bodies=[BODIES[0], UPLOAD])
    other, _ = begun(session, bodies=[BODIES[0], UPLOAD])

    stored = files.take(session, token, 2, 0, name="C:\\方案\\林知远.pdf", data=PDF, at=SOON)
    again = files.take(session, token, 2, 0, name="other.pdf", data=PDF, at=SOON)
    sitting.answer(session, token, 2, str(stored.id), sequence=1, at=SOON)

    assert (again.id, stored.name, stored.content) == (stored.id, "林知远.pdf", PDF)
    assert files.saved_as(stored, "D91B25") == "D91B25.pdf"
    sealed = session.scalar(text("SELECT content_sealed FROM answer_file WHERE id = :id").bindparams(id=stored.id))
    assert PDF not in bytes(sealed)
    session.expire(held)
    assert folds.answers(held.steps) == {2: str(stored.id)}
    for strange in (str(stored.id), str(uuid4()), "方案"):
        with pytest.raises(AnswerUnfit):
            sitting.answer(session, other, 2, strange, sequence=1, at=SOON)


def test_an_empty_a_large_and_a_strange_file_are_refused_and_nothing_is_stored(session: Session) -> None:
    token, _ = begun(session, bodies=[BODIES[0], UPLOAD])

    for data, refusal in ((b"", FileEmpty), (PDF * 70_000, FileTooLarge), (b"plain", FileKindRefused)):
        with pytest.raises(refusal):
            files.take(session, token, 2, 0, name="a.pdf", data=data, at=SOON)
    with pytest.raises(NoSuchSlot):
        files.take(session, token, 1, 0, name="a.pdf", data=PDF, at=SOON)
    assert session.query(AnswerFile).count() == 0
