"""The fast print path: a page is set once for all certificates that differ only in holder and number, then stamped.

The page is the accessible one, from the same template and style sheets, with the variable fields laid out and left
open. Where they stand is measured, never said by hand. Each certificate then gets its words, photo, code, micro-text
and metadata as raw objects, and the signature over all. The file is PDF/A-3u: made to be printed, without the tags
and the credential that the accessible file carries. What stamping cannot show as the page would is printed by the
accessible path, and counted.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from html import escape
from xml.etree import ElementTree as ET

from kaoping.certificates import lettering, render
from kaoping.certificates.cms import Container
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.lettering import CutFace, Words
from kaoping.certificates.open_form import FONT, MICRO, PHOTO, OpenForm, complete, open_form
from kaoping.certificates.pades import DocumentSigner
from kaoping.certificates.photo import SIZE, prepared
from kaoping.certificates.render import Imprint
from kaoping.certificates.statement import Award
from kaoping.itembank import typefaces
from kaoping.itembank.places import Frame, Line
from kaoping.itembank.print_errors import MissingGlyph
from kaoping.itembank.printing import fill
from kaoping.itembank.qr import QUIET, modules

# What stands for a variable field while the page is set; a name of more characters is set smaller.
_SHORT_NAME, _LONG_NAME = "@NAME@", "@NAME@".ljust(render.WIDE_NAME + 1, "@")
_ENGLISH, _IDENTITY, _NUMBER, _SERIAL, _QUERY = "@ENGLISH@", "@IDENTITY@", "@NUMBER@", "@SERIAL@", "@QUERY@"
_VARIABLE = re.compile(f"{_LONG_NAME}|{_SHORT_NAME}|{_NUMBER}")
# White space that a page would drop or join.
_LOOSE_SPACE = re.compile(r"^[ \t\r\n\f]|[ \t\r\n\f]$|[ \t\r\n\f]{2}|[\t\r\n\f]")
_DARK = re.compile(rb"\x01+")


_MM = 72 / 25.4  # points


class _HandOver(Exception):
    """Only the accessible path can print a certificate, for the reason given."""


@dataclass(frozen=True)
class _Page:
    """Everything that certificates have in common which are stamped on the same page."""

    award: Award
    imprint: Imprint
    photo: bool
    english: bool


@dataclass(frozen=True)
class _Sheet:
    """One certificate to be printed."""

    award: Award
    number: str
    imprint: Imprint
    photo: bytes | None
    english: bool

    @property
    def page(self) -> _Page:
        """Leave out what differs from holder to holder."""
        common = replace(
            self.award,
            name=_SHORT_NAME if len(self.award.name) <= render.WIDE_NAME else _LONG_NAME,
            name_en=_ENGLISH if self.english and self.award.name_en else "",
            id_number=_IDENTITY,
        )
        beside = replace(self.imprint, query_url=f"{self.imprint.verify_home}/{_QUERY}", serial=_SERIAL)
        return _Page(common, beside, self.photo is not None, self.english)

    def spoken(self) -> dict[str, str]:
        """Give the words of the variable fields; what the face lacks is refused."""
        award = self.award
        texts = (award.name, award.name_en if self.english else "", award.id_number, self.number, self.imprint.serial)
        spoken = {name: text for name, text in zip(render.WORDS, texts, strict=True) if text}
        for name, text in spoken.items():
            if lacking := typefaces.missing_glyphs(text):
                raise MissingGlyph(field=name, characters="".join(lacking))
            if _LOOSE_SPACE.search(text):
                raise _HandOver(f"{name}: white space")
        return spoken


@dataclass
class PrintRun:
    """Prints certificates one after the other and keeps the pages it has set; not to be shared between threads.

    ``key`` signs, at level B-B; without it the files are unsigned. ``handed_over`` counts why certificates went to the
    accessible path, and how many did.
    """

    key: DocumentKey | None = None
    handed_over: Counter[str] = field(default_factory=Counter)
    _forms: dict[_Page, OpenForm] = field(default_factory=dict)

    def certificate(
        self,
        award: Award,
        number: str,
        *,
        imprint: Imprint,
        at: datetime,
        photo: bytes | None = None,
        english: bool = False,
    ) -> bytes:
        """Print a certificate, signed as of a moment; the same arguments give the same bytes.

        Raises what `kaoping.certificates.render.certificate_pdf` raises.
        """
        sheet = _Sheet(award, number, imprint, photo, english)
        try:
            return self._stamped(sheet, at)
        except _HandOver as reason:
            self.handed_over[str(reason)] += 1
            return self._set_whole(sheet, at)

    def _stamped(self, sheet: _Sheet, at: datetime) -> bytes:
        render.check_addresses(sheet.award, sheet.imprint)
        if self.key:
            self.key.require(demonstration=sheet.award.demonstration, at=at)
        spoken = sheet.spoken()
        form = self._form(sheet.page)
        words = {name: _set(form, name, text) for name, text in spoken.items()}
        line = render.micro_line(sheet.number, demonstration=sheet.award.demonstration).strip()
        micro = lettering.words(line, language="")
        face = lettering.cut([*words.values(), micro])
        objects = {
            **_lettering_objects(form, face),
            form.numbers["content"]: _stream(_content(form, words, face, sheet)),
            form.numbers["micro"]: _micro(form, micro, face),
            **_metadata_objects(form, sheet),
        }
        if sheet.photo:
            objects[form.numbers["photo"]] = _picture(prepared(sheet.photo))
        return complete(form, objects, signing=self._container.signing(at=at) if self._container else None)

    def _set_whole(self, sheet: _Sheet, at: datetime) -> bytes:
        return render.certificate_pdf(
            sheet.award,
            sheet.number,
            imprint=sheet.imprint,
            photo=sheet.photo,
            english=sheet.english,
            signer=DocumentSigner(self.key) if self.key else None,
            at=at,
        )

    @cached_property
    def _container(self) -> Container | None:
        return Container(self.key) if self.key else None

    def _form(self, page: _Page) -> OpenForm:
        if page not in self._forms:
            self._forms[page] = _set_page(page, signed=self.key is not None)
        return self._forms[page]


def _set_page(page: _Page, *, signed: bool) -> OpenForm:
    """Set the page of some certificates and open it."""
    opened = render.open_page(page.award, _NUMBER, imprint=page.imprint, photo=page.photo, english=page.english)
    return open_form(opened, photo=page.photo, signed=signed)


def _line(form: OpenForm, name: str) -> Line:
    place = form.places.get(name)
    if not isinstance(place, Line):
        raise _HandOver(f"{name}: no line of its own")
    return place


def _frame(form: OpenForm, name: str) -> Frame:
    place = form.places.get(name)
    if not isinstance(place, Frame):
        raise _HandOver(f"{name}: no place")
    return place


def _set(form: OpenForm, name: str, text: str) -> Words:
    """Set the words of a field as the page would on one line."""
    line = _line(form, name)
    made = lettering.words(text, language=line.language)
    if not made.plain:
        raise _HandOver(f"{name}: marks set above or beneath letters")
    if made.width * line.size > line.room:
        raise _HandOver(f"{name}: longer than a line")
    return made


def _ink(ink: tuple[float, float, float]) -> str:
    return "{:.4f} {:.4f} {:.4f} rg".format(*ink)


def _stream(content: bytes, head: bytes = b"") -> bytes:
    data = zlib.compress(content, 6)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data)


def _content(form: OpenForm, words: Mapping[str, Words], face: CutFace, sheet: _Sheet) -> bytes:
    """Draw what the page left open."""
    parts = [_shown(_line(form, name), one, face) for name, one in words.items()]
    if sheet.photo:
        box = _frame(form, render.PHOTO)
        parts.append(f"q {box.width:.3f} 0 0 {box.height:.3f} {box.left:.3f} {box.bottom:.3f} cm {PHOTO} Do Q".encode())
    box = _frame(form, render.MICRO)
    rectangle = f"{box.left:.3f} {box.bottom:.3f} {box.width:.3f} {box.height:.3f} re"
    parts += [
        f"q /Pattern cs {MICRO} scn {rectangle} f Q".encode(),
        _code(_frame(form, render.CODE), sheet.imprint.query_url),
    ]
    return b"\n".join(parts)


def _shown(line: Line, words: Words, face: CutFace) -> bytes:
    head = f"BT {_ink(line.ink)} {FONT} {line.size:.3f} Tf 1 0 0 1 {line.left:.3f} {line.baseline:.3f} Tm "
    return head.encode() + face.show(words) + b" ET"


def _code(box: Frame, query: str) -> bytes:
    """Draw a QR code: one rectangle for each run of dark modules."""
    rows = modules(query)
    side = len(rows) + 2 * QUIET
    runs = [
        b"%d %d %d 1 re" % (run.start() + QUIET, side - QUIET - 1 - down, run.end() - run.start())
        for down, row in enumerate(rows)
        for run in _DARK.finditer(row)
    ]
    scale = f"q 0 g {box.width / side:.6f} 0 0 {box.height / side:.6f} {box.left:.3f} {box.bottom:.3f} cm "
    return scale.encode() + b" ".join(runs) + b" f Q"


@dataclass(frozen=True)
class _Tile:
    """The tile of micro-text as its drawing has it, in millimetres."""

    width: float
    height: float
    size: float
    baseline: float
    line: float
    ink: tuple[float, float, float]


@cache
def _tile() -> _Tile:
    drawing = ET.fromstring(fill("micro.svg", line=""))  # noqa: S314 - the package's own
    text = drawing[0].attrib
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    red, green, blue = (value / 255 for value in bytes.fromhex(text["fill"].removeprefix("#")))
    return _Tile(
        width, height, float(text["font-size"]), height - float(text["y"]), float(text["textLength"]),
        (red, green, blue),
    )  # fmt: skip


def _micro(form: OpenForm, words: Words, face: CutFace) -> bytes:
    """Write the tile of micro-text, its letters spread to the length of its line."""
    box, tile = _frame(form, render.MICRO), _tile()
    spread = (tile.line - words.width * tile.size) / (len(words.glyphs) - 1)
    head = (
        f"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 {tile.width} {tile.height}]"
        f"/XStep {tile.width}/YStep {tile.height}/Matrix[{_MM:.6f} 0 0 {_MM:.6f} {box.left:.3f} {box.bottom:.3f}]"
        f"/Resources<</Font<<{FONT} {form.numbers['font']} 0 R>>>>"
    )
    shown = f"BT {_ink(tile.ink)} {FONT} {tile.size} Tf {spread:.4f} Tc 1 0 0 1 0 {tile.baseline:.3f} Tm "
    return _stream(shown.encode() + face.show(words) + b" ET", head.encode())


def _lettering_objects(form: OpenForm, face: CutFace) -> dict[int, bytes]:
    """Write the font with what it refers to."""
    descendant, descriptor, file, characters = range(form.next_number, form.next_number + 4)
    return {
        form.numbers["font"]: face.font(descendant=descendant, characters=characters),
        descendant: face.descendant(descriptor=descriptor),
        descriptor: face.descriptor(file=file),
        file: _stream(face.file, b"/Length1 %d" % len(face.file)),
        characters: _stream(face.characters),
    }


def _picture(photo: bytes) -> bytes:
    head = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % SIZE
    return b"%s/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream" % (head, len(photo), photo)


def _metadata_objects(form: OpenForm, sheet: _Sheet) -> dict[int, bytes]:
    """Say title and description in both places where readers look for them."""
    said = {_SHORT_NAME: sheet.award.name, _LONG_NAME: sheet.award.name, _NUMBER: sheet.number}
    xmp = _VARIABLE.sub(lambda found: escape(said[found[0]], quote=False), form.metadata).encode()
    entries = [
        f"{key}<FEFF{_VARIABLE.sub(lambda found: said[found[0]], text).encode('utf-16-be').hex()}>"
        for key, text in form.information.items()
    ]
    head = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(xmp), xmp)
    return {form.numbers["metadata"]: head, form.numbers["information"]: f"<<{''.join(entries)}>>".encode()}
