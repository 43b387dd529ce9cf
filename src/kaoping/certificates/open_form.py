"""A page of PDF as raw objects, some of them left open: each file writes these anew behind the ones that never change.

The fixed objects, their places and the digest of their bytes are worked out once. A file is the fixed bytes, its own
objects and one cross-reference table over both; a signed one ends with the signature, whose object comes last.
"""

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from kaoping.itembank.places import Frame, Place
from kaoping.itembank.printing import OpenPage

_TABLE_ROW = re.compile(rb"(\d{10}) 00000 n ")
_WIDGET_FLAGS = 4 | 128  # printed, locked
_FIELD, _FIELD_TITLE = "Seal", "发证机构数字签名"

#: Names under which a page draws what is left open.
FONT, PHOTO, MICRO = "/Filled", "/Photo", "/Micro"


@dataclass(frozen=True)
class OpenForm:
    """The fixed bytes, where each object lies in them (0 for an open one), and the numbers of the open objects."""

    body: bytes
    offsets: tuple[int, ...]
    numbers: Mapping[str, int]
    root: int
    places: Mapping[str, Place]
    information: Mapping[str, str]
    metadata: str
    digest: Any = field(repr=False)

    @property
    def next_number(self) -> int:
        """The first number that no object has."""
        return len(self.offsets) + 1


@dataclass(frozen=True)
class Signing:
    """How a file is signed: its dictionary without range and contents, the room in bytes, and what makes the container.

    The container is made from the SHA-256 of everything but itself.
    """

    dictionary: bytes
    room: int
    container: Callable[[bytes], bytes]


def open_form(page: OpenPage, *, photo: bool, signed: bool) -> OpenForm:
    """Leave objects of a page open: its last content, a font, photo and micro-text, metadata and signature."""
    with pikepdf.open(io.BytesIO(page.pdf)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        information = {str(key): str(value) for key, value in pdf.docinfo.items()}
        _open_page(pdf, photo=photo)
        if signed:
            _open_signature(pdf, page.places["seal"])
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            deterministic_id=True,
        )
    return _taken_apart(out.getvalue(), page.places, information, metadata, photo=photo, signed=signed)


def _open_page(pdf: pikepdf.Pdf, *, photo: bool) -> None:
    page = pdf.pages[0]
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q")
    page.Contents.append(pdf.make_stream(b""))
    for kind, name in [(Name.Font, FONT), (Name.Pattern, MICRO), *([(Name.XObject, PHOTO)] if photo else [])]:
        if kind not in page.Resources:
            page.Resources[kind] = Dictionary()
        page.Resources[kind][name] = pdf.make_indirect(Dictionary())
    pdf.Root.Metadata = pdf.make_stream(b"")
    pdf.trailer.Info = pdf.make_indirect(Dictionary())


def _open_signature(pdf: pikepdf.Pdf, seal: Place) -> None:
    """Make the field of a certifying signature whose visible part is the seal that the page shows already."""
    if not isinstance(seal, Frame):
        message = "the seal of a page is a picture"
        raise TypeError(message)
    page, signature = pdf.pages[0], pdf.make_indirect(Dictionary())
    nothing = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, seal.width, seal.height]))
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=pikepdf.String(_FIELD),
            TU=pikepdf.String(_FIELD_TITLE),
            F=_WIDGET_FLAGS,
            Rect=Array([seal.left, seal.bottom, seal.left + seal.width, seal.bottom + seal.height]),
            AP=Dictionary(N=nothing),
            P=page.obj,
            V=signature,
        )
    )
    page.Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=3)
    pdf.Root.Perms = Dictionary(DocMDP=signature)


def _numbers(pdf: pikepdf.Pdf, *, photo: bool, signed: bool) -> dict[str, int]:
    """Find the objects that were left open."""
    page = pdf.pages[0]
    found = {
        "content": page.Contents[-1],
        "font": page.Resources.Font[FONT],
        "micro": page.Resources.Pattern[MICRO],
        "metadata": pdf.Root.Metadata,
        "information": pdf.trailer.Info,
    }
    found |= {"photo": page.Resources.XObject[PHOTO]} if photo else {}
    found |= {"signature": pdf.Root.Perms.DocMDP} if signed else {}
    return {name: one.objgen[0] for name, one in found.items()}


def _taken_apart(
    data: bytes,
    places: Mapping[str, Place],
    information: Mapping[str, str],
    metadata: str,
    *,
    photo: bool,
    signed: bool,
) -> OpenForm:
    """Cut a file into its objects and drop the open ones."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers, root = _numbers(pdf, photo=photo, signed=signed), pdf.Root.objgen[0]
    table = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    starts = [int(row) for row in _TABLE_ROW.findall(data, table)]
    ends = dict(zip(sorted(starts), [*sorted(starts)[1:], table], strict=True))
    body, offsets, dropped = bytearray(data[: min(starts)]), [0] * len(starts), set(numbers.values())
    for number, start in sorted(enumerate(starts, 1), key=lambda one: one[1]):
        if number not in dropped:
            offsets[number - 1] = len(body)
            body += data[start : ends[start]]
    fixed = bytes(body)
    return OpenForm(fixed, tuple(offsets), numbers, root, places, information, metadata, digest=hashlib.sha256(fixed))


def complete(form: OpenForm, objects: Mapping[int, bytes], *, signing: Signing | None = None) -> bytes:
    """Write a file: the fixed objects, those given by number, and the signature over all of it."""
    own, offsets = bytearray(), list(form.offsets) + [0] * (max(objects) - len(form.offsets))
    for number, content in objects.items():
        offsets[number - 1] = len(form.body) + len(own)
        own += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    identity = hashlib.sha256(own).digest()[:16]
    if signing is None:
        return b"".join([form.body, own, _end(form, offsets, len(form.body) + len(own), identity)])
    return _signed(form, bytes(own), offsets, identity, signing)


def _signed(form: OpenForm, own: bytes, offsets: list[int], identity: bytes, signing: Signing) -> bytes:
    number, begin = form.numbers["signature"], len(form.body) + len(own)
    offsets[number - 1] = begin
    opening = b"%d 0 obj\n<<%s/ByteRange[0 %%010d %%010d %%010d]/Contents" % (number, signing.dictionary)
    first = begin + len(opening % (0, 0, 0))
    second = first + 2 + 2 * signing.room
    closing = b">>\nendobj\n"
    closing += _end(form, offsets, second + len(closing), identity)
    own += opening % (first, second, len(closing))
    digest = form.digest.copy()
    digest.update(own)
    digest.update(closing)
    contents = signing.container(digest.digest()).hex().encode().ljust(2 * signing.room, b"0")
    return b"".join([form.body, own, b"<", contents, b">", closing])


def _end(form: OpenForm, offsets: list[int], table: int, identity: bytes) -> bytes:
    """Write the cross-reference table and the trailer."""
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, name = len(offsets) + 1, identity.hex().encode()
    return (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, rows, size, form.root, form.numbers["information"], name, name, table)
    )
