"""A picture with the areas that are chosen on it drawn in, each with its letter, for paper."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from kaoping.itembank import typefaces
from kaoping.itembank.bodies.base import ALPHABET
from kaoping.itembank.bodies.hotspots import Area, Shape

#: Letters are so high a part of the picture's longer side, and no lower than so many pixels.
_LETTER_SHARE, _LEAST_LETTER = 0.035, 14
_INK, _PAPER = (20, 20, 20), (255, 255, 255)


def lettered(picture: bytes, areas: Sequence[Area]) -> bytes:
    """Draw the areas and their letters into a picture; the answer is a PNG. The same picture gives the same bytes."""
    with Image.open(io.BytesIO(picture)) as opened:
        drawn = Image.new("RGB", opened.size, _PAPER)
        drawn.paste(opened.convert("RGBA"), mask=opened.convert("RGBA").getchannel("A"))
    high = max(_LEAST_LETTER, round(max(drawn.size) * _LETTER_SHARE))
    pen, face = ImageDraw.Draw(drawn), ImageFont.truetype(str(typefaces.file(typefaces.REGULAR)), high)
    for area in areas:
        _outline(pen, area, _PAPER, max(3, high // 4))
        _outline(pen, area, _INK, max(1, high // 10))
    for letter, area in zip(ALPHABET, areas, strict=False):
        _label(pen, letter, corner(area), face, high)
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()


def corner(area: Area) -> tuple[int, int]:
    """Give the point of an area at which its letter stands: its top left."""
    given = area.coords
    if area.shape is Shape.CIRCLE:
        return given[0] - given[2] * 7 // 10, given[1] - given[2] * 7 // 10
    points = list(zip(given[::2], given[1::2], strict=True))
    return min(points, key=lambda point: (point[0] + point[1], point))


def _outline(pen: ImageDraw.ImageDraw, area: Area, colour: tuple[int, int, int], width: int) -> None:
    given = area.coords
    if area.shape is Shape.RECT:
        pen.rectangle(given, outline=colour, width=width)
    elif area.shape is Shape.CIRCLE:
        x, y, radius = given
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], outline=colour, width=width)
    else:
        pen.line([*given, *given[:4]], fill=colour, width=width, joint="curve")


def _label(pen: ImageDraw.ImageDraw, letter: str, at: tuple[int, int], face: ImageFont.FreeTypeFont, high: int) -> None:
    x, y = max(0, at[0]), max(0, at[1])
    pen.rectangle([x, y, x + high * 1.1, y + high * 1.25], fill=_PAPER, outline=_INK)
    pen.text((x + high * 0.55, y + high * 0.6), letter, fill=_INK, font=face, anchor="mm")
