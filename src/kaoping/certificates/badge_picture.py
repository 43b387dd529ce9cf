"""The picture of a badge: level and occupation in the colours of the certificate, as SVG and as PNG.

A demonstration says so on it, in cinnabar as everywhere.
"""

import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kaoping.certificates import wording
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.render import balance
from kaoping.certificates.statement import Award
from kaoping.itembank import typefaces

SIDE = 512
_CENTRE = SIDE // 2
_AZURITE, _GOLD, _INK, _CINNABAR, _PAPER = "#2f5f69", "#bf9b5a", "#1c1b1a", "#b3261f", "#ffffff"
#: Discs from the outside in: radius and colour.
_DISCS = ((250, _AZURITE), (236, _PAPER), (230, _GOLD), (226, _PAPER))
#: A line of text is at most this wide; longer ones are set smaller.
_WIDEST = 400
#: The PNG is drawn this much larger and then reduced, so that edges are smooth.
_FINER = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the picture: words, middle of its height, size and colour."""

    words: str
    middle: int
    size: int
    ink: str


def svg(award: Award) -> bytes:
    """Draw the badge of an award as SVG."""
    discs = "".join(f'<circle cx="{_CENTRE}" cy="{_CENTRE}" r="{radius}" fill="{ink}"/>' for radius, ink in _DISCS)
    lines = "".join(
        f'<text x="{_CENTRE}" y="{line.middle}" font-size="{line.size}" fill="{line.ink}">{escape(line.words)}</text>'
        for line in _lines(award)
    )
    face = 'text-anchor="middle" dominant-baseline="central" font-family="Noto Serif SC, Songti SC, SimSun, serif"'
    size = f'viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g {face}>{discs}{lines}</g></svg>'.encode()


def png(award: Award) -> bytes:
    """Draw the badge of an award as PNG; the same award gives the same bytes."""
    from PIL import Image, ImageDraw, ImageFont

    side = SIDE * _FINER
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    for radius, ink in _DISCS:
        pen.circle((side // 2, side // 2), radius * _FINER, fill=ink)
    for line in _lines(award):
        face = ImageFont.truetype(str(typefaces.file(typefaces.REGULAR)), line.size * _FINER)
        pen.text((side // 2, line.middle * _FINER), line.words, font=face, fill=line.ink, anchor="mm")
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _lines(award: Award) -> list[_Line]:
    rank, _, title = award.level_name.partition("/")
    if award.kind is CertificateKind.SCORE_REPORT:
        rank, title = award.title, award.level_name
    lines = [
        _Line(rank, 150, _fitting(rank, 84), _AZURITE),
        _Line(title, 222, _fitting(title, 40), _AZURITE),
        _Line(award.occupation, 296, _fitting(award.occupation, 34), _INK),
    ]
    issuer = balance(award.issuer, limit=20)
    lines += [
        _Line(words, 340 + 22 * place, _fitting(words, 20, widest=340), _INK) for place, words in enumerate(issuer)
    ]
    if award.demonstration:
        lines.append(_Line(wording.DEMONSTRATION_WORDS, 420, 26, _CINNABAR))
    return [line for line in lines if line.words]


def _fitting(words: str, size: int, *, widest: int = _WIDEST) -> int:
    """Give the size at which words are no wider than the badge: a Chinese character is as wide as it is high."""
    return min(size, widest // max(1, len(words)))
