"""The file of an export: a cover sheet as a PDF with the documents attached, encrypted as a whole.

A ZIP file that opens everywhere cannot be encrypted by any library that the program has. A PDF with attachments can
(AES-256, PDF 2.0), and every reader that shows attachments opens it with the passphrase.
"""

import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pikepdf

from kaoping.itembank import printing
from kaoping.itembank.viewing import LETTERS

STYLESHEETS: Final = ("print.css", "export.css")
_GROUPS, _GROUP = 6, 4


@dataclass(frozen=True)
class Cover:
    """What the first page says: number of the request, trace, people, purpose, and each attached file."""

    number: int
    trace: str
    organisation: str
    requested_by: str
    approved_by: str
    taken: str
    purpose: str
    with_keys: bool
    codes: tuple[str, ...]
    files: Mapping[str, str]


def new_passphrase() -> str:
    """Make a passphrase of 24 letters and digits (118 bits) that can be read out and typed."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(_GROUPS * _GROUP))
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def sealed(cover: Cover, files: Mapping[str, bytes], passphrase: str) -> bytes:
    """Write the cover sheet, attach the files and encrypt all of it."""
    watermark = printing.fill("key-watermark.svg", words=f"{cover.requested_by}　{cover.taken}　{cover.trace}").encode()
    sheet = printing.render(
        printing.fill("export.html", cover=cover), stylesheets=STYLESHEETS, resources={"watermark": watermark}
    )
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        for name, data in files.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
        pdf.save(out, encryption=pikepdf.Encryption(owner=secrets.token_urlsafe(32), user=passphrase, R=6))
    return out.getvalue()
