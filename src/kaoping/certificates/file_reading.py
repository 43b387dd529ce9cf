"""Reads a file of anybody: run as a process of its own that may use little time and memory and write no file.

``python -m kaoping.certificates.file_reading`` takes the published keys and the file on its standard input and answers
with a report in JSON. What it cannot read is a file of another kind, not a fault.
"""

import hashlib
import io
import logging
import re
import resource
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pikepdf

from kaoping.certificates import badge_reading, face_fields, wording
from kaoping.certificates.document_signatures import Signed, Trust, signature_of
from kaoping.certificates.face_fields import Field
from kaoping.certificates.face_text import Run, runs
from kaoping.certificates.file_report import FileKind, FileReport

MOST_PAGES = 10
SECONDS = 10
MEMORY = 1024**3
_LONGEST = 20_000
_LONGEST_BADGE = 512 * 1024
_DEEPEST = 40
_CODE = re.compile(r"https?://[^\s/]+/V/[A-Z2-7]+", re.IGNORECASE)
_QUERY = re.compile(r"https?://[^\s/]+/v/([A-Za-z0-9_-]{10,64})")


def report(content: bytes, trust: Trust) -> FileReport:
    """Read a file."""
    digest, size = hashlib.sha256(content).hexdigest(), len(content)
    if not content.startswith(b"%PDF-"):
        return _not_pdf(content, trust, FileReport(FileKind.OTHER, digest, size))
    signed, torn = _signature(content, trust)
    try:
        with warnings.catch_warnings(action="ignore"), pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                return FileReport(FileKind.OTHER, digest, size)
            shown = runs(pdf.pages[0]) if pdf.pages else []
            keys = tuple(dict.fromkeys(_query_keys(pdf, trust)))
    except (pikepdf.PdfError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return FileReport(FileKind.PDF if torn or signed else FileKind.OTHER, digest, size, signed, torn)
    words, fields = _words(shown), face_fields.read(shown)
    return FileReport(
        FileKind.PDF, digest, size, signed, torn, fields, words, keys,
        demonstration=face_fields.folded(wording.DEMONSTRATION_WORDS) in words or "示范样张" in words,
        valid_until=face_fields.day(fields.get(Field.VALID_UNTIL, "")),
    )  # fmt: skip


def _not_pdf(content: bytes, trust: Trust, other: FileReport) -> FileReport:
    found = badge_reading.read(content, trust) if len(content) <= _LONGEST_BADGE else None
    if found is None:
        return other
    return replace(
        other, kind=found.kind, signed=found.signed, fields=found.fields, words=_words_of(found.fields),
        query_keys=found.query_keys, demonstration=found.demonstration, valid_until=found.valid_until,
    )  # fmt: skip


def _words_of(fields: Mapping[Field, str]) -> str:
    return "".join(face_fields.folded(value) for value in fields.values())


def _signature(content: bytes, trust: Trust) -> tuple[Signed | None, bool]:
    """Judge the signature; a file that names signed bytes but cannot be judged is torn."""
    try:
        signed = signature_of(content, trusted=trust.certificates)
    except Exception:  # noqa: BLE001 - any fault of a hostile file means the same: it cannot be judged
        signed = None
    return signed, signed is None and b"/ByteRange" in content


def _words(shown: list[Run]) -> str:
    return "".join(face_fields.folded(run.text) for run in shown)[:_LONGEST]


def _query_keys(pdf: pikepdf.Pdf, trust: Trust) -> Iterator[str]:
    """Give the secrets in the alternate texts of pictures: the accessible face says in words what its QR code opens."""
    root = pdf.Root.get(pikepdf.Name.StructTreeRoot)
    for told in _told(root.get(pikepdf.Name.K), 0) if root is not None else ():
        yield from _QUERY.findall(told)
        for code in _CODE.findall(told):
            found = badge_reading.read(code.encode(), trust)
            yield from found.query_keys if found else ()


def _told(element: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _told(child, depth + 1)
    elif isinstance(element, pikepdf.Dictionary):
        if (told := element.get(pikepdf.Name.Alt)) is not None:
            yield str(told)
        yield from _told(element.get(pikepdf.Name.K), depth + 1)


def _confine() -> None:
    """Give away what a hostile file could use: time, memory, open files, writing."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Answer one question."""
    _confine()
    logging.disable(logging.CRITICAL)
    length = int.from_bytes(sys.stdin.buffer.read(4), "big")
    pem = sys.stdin.buffer.read(length)
    trust = Trust.from_pem(pem) if pem else Trust()
    sys.stdout.buffer.write(report(sys.stdin.buffer.read(), trust).to_json().encode())


if __name__ == "__main__":
    main()
