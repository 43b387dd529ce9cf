"""Files that candidates hand in 上传文件题: their kind is told by their content, they are sealed at rest.

A file is stored first; it becomes an answer when its id is saved like any other answer. One that was replaced stays.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import fitting, sitting
from kaoping.exam.delivery.errors import (
    FileEmpty,
    FileKindRefused,
    FilesTooMany,
    FileTooLarge,
    NoSuchSlot,
    NotStarted,
    TimeOver,
)
from kaoping.exam.delivery.models import AnswerFile
from kaoping.itembank.bodies.by_hand import LARGEST_FILE, SUFFIXES, FileUpload

MEGABYTE: Final = 1024 * 1024
#: The largest request that brings a file, in bytes.
LARGEST_REQUEST: Final = (LARGEST_FILE + 1) * MEGABYTE
#: Files that a candidate may store for one question, replaced ones included.
MOST = 20
LONGEST_NAME = 120

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_STARTS: Final = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"),
)  # fmt: skip
_WITHIN: Final = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}


def take(
    session: Session, token: str, slot: int, part: int, *, name: str, data: bytes, at: datetime | None = None
) -> AnswerFile:
    """Store a file for a question; the same file again gives the same row.

    Raises
    ------
    NotEntered, TakenOver, NotStarted, TimeOver : there is no sitting that takes files any more.
    NoSuchSlot : the question does not ask for a file.
    FileEmpty, FileTooLarge, FileKindRefused, FilesTooMany
    """
    found = sitting.desk(session, token, at=at)
    if found.sitting is None:
        raise NotStarted
    if not found.running:
        raise TimeOver(slot=slot, until=found.until)
    body = fitting.part_of(session, found.sitting.organisation_id, found.sitting.paper_id, slot, part)
    if not isinstance(body, FileUpload):
        raise NoSuchSlot(slot=slot)
    kind = _checked(data, name, body)
    stored, digest = _stored(session, found.sitting.id, slot, part), hashlib.sha256(data).digest()
    if (known := next((one for one in stored if one.digest == digest), None)) is not None:
        return known
    if len(stored) >= MOST:
        raise FilesTooMany(most=MOST)
    made = AnswerFile(
        organisation_id=found.sitting.organisation_id, sitting_id=found.sitting.id, slot=slot, part=part,
        name=name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1][-LONGEST_NAME:], media_type=kind, size=len(data),
        digest=digest, content=data, stored_at=found.at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _checked(data: bytes, name: str, body: FileUpload) -> str:
    if not data:
        raise FileEmpty
    if len(data) > body.largest * MEGABYTE:
        raise FileTooLarge(megabytes=f"{len(data) / MEGABYTE:.1f}", most=body.largest)
    kind = kind_of(data, name)
    if kind not in body.accept:
        raise FileKindRefused(taken=", ".join(SUFFIXES[one].upper() for one in body.accept))
    return kind


def kind_of(data: bytes, name: str) -> str | None:
    """Tell the kind of a file by its content; None if it is none that is taken, or holds macros.

    >>> kind_of(b"%PDF-1.7", "essay.docx"), kind_of(b"MZ", "essay.pdf")
    ('application/pdf', None)
    """
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return "video/mp4"
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return _text(data, name)


def _packed(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for name, kind in _WITHIN.items() if name in names), "application/zip")


def _text(data: bytes, name: str) -> str | None:
    if b"\x00" in data or data.startswith(b"MZ"):
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/csv" if name.casefold().endswith(".csv") else "text/plain"
    return None


def _stored(session: Session, sitting_id: UUID, slot: int, part: int) -> list[AnswerFile]:
    own = (AnswerFile.sitting_id == sitting_id, AnswerFile.slot == slot, AnswerFile.part == part)
    return list(session.scalars(select(AnswerFile).where(*own)))


def of_sitting(session: Session, sitting_id: UUID) -> dict[str, AnswerFile]:
    """Give the files of a sitting by the id that an answer names."""
    return {str(one.id): one for one in session.scalars(select(AnswerFile).where(AnswerFile.sitting_id == sitting_id))}


def saved_as(file: AnswerFile, stem: str) -> str:
    """Name a file for whoever saves it: not as its candidate did, who may have put a name there."""
    return f"{stem}.{SUFFIXES[file.media_type]}"


def accepted(kinds: Sequence[str]) -> str:
    """Write kinds as a file control takes them."""
    return ",".join([*kinds, *(f".{SUFFIXES[kind]}" for kind in kinds)])
