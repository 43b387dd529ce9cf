"""The typefaces of every printed document: which characters they hold, and their outlines.

Noto Serif SC Regular sets everything variable. Bold is cut to the fixed words of the print templates
(``scripts/cut-bold-font``), so a text is set bold only after `covers` has said yes.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

REGULAR, BOLD = 400, 700
FAMILIES = {REGULAR: "Kaoping Serif", BOLD: "Kaoping Serif Bold"}
_FILES = {REGULAR: "NotoSerifSC-Regular.ttf", BOLD: "NotoSerifSC-Bold.ttf"}
# The middle of a Chinese character's em box lies this far above the baseline, in em.
_MIDDLE = 0.38


def file(weight: int) -> Path:
    """Where the face of a weight lies in the package."""
    return Path(str(resources.files("kaoping") / "fonts" / _FILES[weight]))


@cache
def _font(weight: int) -> Any:
    return TTFont(file(weight), lazy=True)


@cache
def characters(weight: int = REGULAR) -> frozenset[int]:
    """Code points that a face can draw."""
    return frozenset(_font(weight).getBestCmap())


def missing_glyphs(text: str, *, weight: int = REGULAR) -> list[str]:
    r"""Characters of a text that the face lacks, each once, in order of appearance; spaces and line ends need no glyph.

    >>> missing_glyphs("林堃\n𠮷田")
    ['𠮷']
    """
    known = characters(weight)
    lacking = (one for one in unicodedata.normalize("NFC", text) if ord(one) not in known and not one.isspace())
    return list(dict.fromkeys(lacking))


def advance(text: str, *, weight: int = REGULAR) -> float:
    """Width of a text on one line, in em of its size.

    >>> advance("证书")
    2.0
    """
    known, widths, em = _font(weight).getBestCmap(), _font(weight)["hmtx"], _font(weight)["head"].unitsPerEm
    return float(sum(widths[known.get(ord(one), ".notdef")][0] for one in text) / em)


def covers(text: str, *, weight: int = BOLD) -> bool:
    """Whether a face holds every character of a text."""
    return not missing_glyphs(text, weight=weight)


def _svg_pen(glyphs: Any) -> Any:
    return SVGPathPen(glyphs, ntos=lambda value: str(round(value)))


class PdfPathPen(BasePen):
    """Outlines as path operators of a PDF page."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self._operators: list[str] = []

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        self._operators.append(" ".join([*(str(round(value)) for point in points for value in point), operator]))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - named by fontTools
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("c", *points)

    def _closePath(self) -> None:  # noqa: N802
        self._add("h")

    def getCommands(self) -> str:  # noqa: N802
        """Give what was drawn, one operator a line."""
        return "".join(f"{operator}\n" for operator in self._operators)


class Outlines:
    """Characters as path data in hundredths of a millimetre: bold where every text is covered, else regular."""

    def __init__(self, *, texts: Iterable[str], pen: Callable[[Any], Any] = _svg_pen) -> None:
        self._pen = pen
        font = _font(BOLD if covers("".join(texts)) else REGULAR)
        self._glyphs, self._names, self._em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm

    def draw(self, char: str, x: float, y: float, *, width: float, height: float, turn: float = 0.0) -> str:
        """Path of a character whose em box is width x height mm, centred on (x, y) mm, turned clockwise by radians."""
        sx, sy = width / self._em * 100, height / self._em * 100
        c, s = math.cos(turn), math.sin(turn)
        dx, dy = -0.5 * self._em, -_MIDDLE * self._em
        right, down = x * 100 + sx * c * dx + sy * s * dy, y * 100 + sx * s * dx - sy * c * dy
        pen = self._pen(self._glyphs)
        glyph = self._glyphs[self._names[ord(char)]]
        glyph.draw(TransformPen(pen, (sx * c, sx * s, sy * s, -sy * c, right, down)))
        return str(pen.getCommands())
