"""The printed certificate: a view of the award, A4, PDF/A-3a and PDF/UA-1, measured before it is given out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import pikepdf

from kaoping.certificates import signature_field, wording
from kaoping.certificates.errors import NotForDemonstration
from kaoping.certificates.face_words import english_date, face_of
from kaoping.certificates.ground import certificate_ground
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.photo import prepared
from kaoping.certificates.seal import LONGEST_NAME, SIZE, seal, seal_operators
from kaoping.certificates.signature_field import ARCHIVE, SIGNATURE, Field
from kaoping.certificates.statement import Award
from kaoping.itembank import typefaces
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph
from kaoping.itembank.printing import Limit, OpenPage, Underlay, fill, render, render_open
from kaoping.itembank.qr import qr_svg

if TYPE_CHECKING:
    from kaoping.certificates.pades import DocumentSigner

STYLESHEETS = ("print.css", "certificate.css")
# Millimetres: the rows of the value table, its top and the line it must end above, Chinese and bilingual.
_ROW, _TOP, _TOP_BILINGUAL, _TABLE_END, _TABLE_END_BILINGUAL = 12, 112, 118, 202, 204
_ROWS = ("name", "identity type", "identity number", "occupation", "specialty", "level", "number")
_COLUMN_RIGHT, _SEAL_LEFT, _ISSUER_TOP, _ISSUER_TOP_BILINGUAL = 177.0, 137.0, 203.5, 205.5
CREDENTIAL_NAME = "credential.json"
_CREDENTIAL_WORDS = "可验证凭证 Verifiable credential"
#: Characters of a name beside the photo in the usual size; more are set smaller.
WIDE_NAME = 17
#: Fields of the page that differ from certificate to certificate: words, then pictures; and the seal, which does not.
WORDS = ("name value", "name in English", "identity number value", "number value", "print serial")
PHOTO, CODE, MICRO, SEAL = "photo", "code", "micro-text", "seal"
_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where the seal, and with it the visible signature, stands: millimetres from the top left of the page."""

    left: float
    top: float
    size: float


_SEAL = SealPlace(_SEAL_LEFT, 233.0, SIZE)


@dataclass(frozen=True)
class Imprint:
    """What is printed beside the award, from configuration.

    ``query_url`` is what the QR code opens, ``verify_home`` the address a person types. The two official query
    addresses are left out of demonstrations. ``seal_mark`` is the issuer's own mark in the middle of its seal.
    """

    query_url: str
    verify_home: str
    serial: str
    certificate_query_url: str = ""
    institution_query_url: str = ""
    seal_mark: str = "示范"
    seal_foot: str = "证书专用章"


def balance(name: str, *, limit: int = 17) -> list[str]:
    """Break a Chinese organisation name into lines of nearly equal length, none over the limit.

    >>> balance("考评示范职业技能评价中心华东分中心筹备处")
    ['考评示范职业技能评价', '中心华东分中心筹备处']
    """
    lines = -(-len(name) // limit)
    size = -(-len(name) // lines)
    return [name[start : start + size] for start in range(0, len(name), size)]


def _limits(*, english: bool) -> list[Limit]:
    """How far each field may reach; a row may grow only into what the rows above have left."""
    top, end = (_TOP_BILINGUAL, _TABLE_END_BILINGUAL) if english else (_TOP, _TABLE_END)
    rows = [
        Limit(field, bottom=end - _ROW * (len(_ROWS) - 1 - place), right=_COLUMN_RIGHT)
        for place, field in enumerate(_ROWS)
    ]
    one_line = ("name", "identity type", "identity number", "level", "number")
    values = [Limit(f"{field} value", lines=1 if field in one_line else 2) for field in _ROWS]
    foot = ("certificate query address", "institution query address", "verification address", "print serial")
    return [
        Limit("body", bottom=top),
        *values,
        *rows,
        Limit("issuer", top=_ISSUER_TOP_BILINGUAL if english else _ISSUER_TOP, right=_COLUMN_RIGHT),
        *(Limit(field, right=_SEAL_LEFT) for field in foot),
    ]


def check_seal(award: Award, imprint: Imprint) -> None:
    """Refuse a name that the ring cannot take, or words that no face can draw."""
    if len(award.issuer) > LONGEST_NAME:
        raise DoesNotFit(field="issuer", excess=f"{len(award.issuer) - LONGEST_NAME} ×")
    for field, words in [("issuer", award.issuer), ("seal", imprint.seal_mark + imprint.seal_foot)]:
        if lacking := typefaces.missing_glyphs(words):
            raise MissingGlyph(field=field, characters="".join(lacking))


def check_addresses(award: Award, imprint: Imprint) -> None:
    """Let a demonstration point at this installation alone, never at an official site."""
    home = urlsplit(imprint.verify_home)
    asked = urlsplit(imprint.query_url)
    if award.demonstration and (asked.scheme.lower(), asked.netloc.lower()) != (home.scheme, home.netloc):
        raise NotForDemonstration(home=imprint.verify_home, url=imprint.query_url)


def micro_line(number: str, *, demonstration: bool) -> str:
    """Write the certificate's own number in capitals 0.4 mm high; the page repeats it across the column."""
    return f"{number} KAOPING {'SPECIMEN ' if demonstration else ''}"


def _drawings(award: Award, imprint: Imprint, *, signed: bool) -> dict[str, bytes]:
    """Draw what certificates of one issuer have in common."""
    shared = {"watermark": fill("watermark.svg", words=wording.DEMONSTRATION_WORDS).encode()}
    if not signed:
        shared["seal"] = seal(award.issuer, middle=imprint.seal_mark, foot=imprint.seal_foot)
    return shared


def pictures(award: Award, number: str, *, imprint: Imprint, photo: bytes | None, signed: bool) -> dict[str, bytes]:
    """Draw what a certificate shows beside its text; a signed one shows the seal as its signature instead."""
    drawn = _drawings(award, imprint, signed=signed) | {
        "qr": qr_svg(imprint.query_url),
        "micro": fill("micro.svg", line=micro_line(number, demonstration=award.demonstration)).encode(),
    }
    return drawn | ({"photo": prepared(photo)} if photo else {})


class Draw(Protocol):
    """Draws the page of a certificate with additions to the file; a signed one leaves the seal to its signature."""

    def __call__(self, *, additions: list[Callable[[pikepdf.Pdf], None]], signed: bool) -> bytes:
        """Give the file."""


def _fields(award: Award, imprint: Imprint, signer: "DocumentSigner", place: SealPlace) -> list[Field]:
    """Make the places for signatures: the issuer's under its seal, and one for the timestamp of an archive."""
    drawn = seal_operators(award.issuer, middle=imprint.seal_mark, foot=imprint.seal_foot)
    scale = place.size / SIZE
    shown = drawn if scale == 1 else b"q %.4f 0 0 %.4f 0 0 cm\n%b\nQ" % (scale, scale, drawn)
    mark = "（示范）" if award.demonstration else ""
    words = f"{award.issuer}印章与数字签名{mark} Seal and digital signature of the issuer"
    fields = [Field(SIGNATURE, words, signature_field.box_of(place.left, place.top, place.size), shown)]
    return [*fields, Field(ARCHIVE, "存档时间戳 Archive timestamp")] if signer.archival else fields


def completed(
    draw: Draw,
    award: Award,
    imprint: Imprint,
    *,
    place: SealPlace,
    credential: bytes | None,
    signer: "DocumentSigner | None",
    at: datetime | None,
) -> bytes:
    """Draw a page with its credential attached, and sign it where the seal stands if a signer is given."""
    additions: list[Callable[[pikepdf.Pdf], None]] = []
    if credential is not None:
        attached = partial(signature_field.attach, content=credential, name=CREDENTIAL_NAME, words=_CREDENTIAL_WORDS)
        additions.append(attached)
    if signer is None or at is None:
        return draw(additions=additions, signed=False)
    signer.key.require(demonstration=award.demonstration, at=at)
    additions.append(partial(signature_field.add_fields, fields=_fields(award, imprint, signer, place)))
    return signer.sign(draw(additions=additions, signed=True), at=at)


def certificate_pdf(
    award: Award,
    number: str,
    *,
    imprint: Imprint,
    photo: bytes | None = None,
    english: bool = False,
    credential: bytes | None = None,
    signer: "DocumentSigner | None" = None,
    at: datetime | None = None,
) -> bytes:
    """Print a certificate, signed as of a moment where a signer is given; the same arguments give the same bytes.

    The credential is attached as it is. Without a photograph its white box stays, for one to be pasted. Without a
    signer the seal is a picture of the page; with one it is what is seen of the signature.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration, WrongDocumentKey, DocumentKeyOutOfDate
    """
    draw = partial(_page, award, number, imprint=imprint, photo=photo, english=english)
    return completed(draw, award, imprint, place=_SEAL, credential=credential, signer=signer, at=at)


def _html(award: Award, number: str, *, imprint: Imprint, photo: bool, english: bool, signed: bool = False) -> str:
    """Fill the page; a name or address that it cannot take is refused."""
    check_addresses(award, imprint)
    check_seal(award, imprint)
    return fill(
        "certificate.html",
        award=award,
        face=face_of(award),
        number=number,
        imprint=imprint,
        photo=photo,
        english=english,
        issuer_lines=balance(award.issuer, limit=20 if english and len(award.issuer) > 34 else 17),  # noqa: PLR2004
        issued_on_en=english_date(award.issued_on),
        signed=signed,
        wide_name=WIDE_NAME,
    )


def _ground(award: Award) -> bytes:
    """Give the silk; its rings tell levels of skill apart, other kinds have one ring."""
    return certificate_ground(award.level if award.kind is CertificateKind.SKILL_LEVEL else "5")


def _page(
    award: Award,
    number: str,
    *,
    imprint: Imprint,
    photo: bytes | None,
    english: bool,
    additions: list[Callable[[pikepdf.Pdf], None]],
    signed: bool = False,
) -> bytes:
    return render(
        _html(award, number, imprint=imprint, photo=photo is not None, english=english, signed=signed),
        stylesheets=STYLESHEETS,
        resources=pictures(award, number, imprint=imprint, photo=photo, signed=signed),
        limits=_limits(english=english),
        underlay=Underlay(_ground(award)),
        additions=additions,
    )


def open_page(award: Award, number: str, *, imprint: Imprint, photo: bool, english: bool) -> OpenPage:
    """Set the page of certificates that differ in `WORDS`, photo, code and micro-text alone, and leave these open.

    What ``award``, ``number`` and ``imprint`` say there only keeps the room. Raises what `certificate_pdf` raises.
    """
    return render_open(
        _html(award, number, imprint=imprint, photo=photo, english=english),
        stylesheets=STYLESHEETS,
        resources=_drawings(award, imprint, signed=False) | dict.fromkeys(("photo", "qr", "micro"), _BLANK),
        left_open=(*WORDS, PHOTO, CODE, MICRO),
        drawn=(SEAL,),
        limits=_limits(english=english),
        underlay=Underlay(_ground(award)),
    )
