"""Words set by HarfBuzz without a layout engine, and the face cut to them, as objects of PDF.

It gives the glyphs that the page layout gives: a run of Latin letters takes the face's forms for English, everything
else those of the page's language. The cut face is a Type 0 font whose characters can be read back.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import uharfbuzz as harfbuzz
from fontTools.unicodedata import script

from kaoping.itembank import typefaces

_LATIN, _SHARED = "Latn", ("Zyyy", "Zinh")
_KEPT_TABLES = ("head", "hhea", "hmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep")
_EM = 1000  # of a PDF font
_STEM = 80  # of an upright stroke; readers use it only where they must replace the face
_NAME = "NotoSerifSC-Regular"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of the whole face: the characters it stands for, its own width and the way to the next one (em/1000)."""

    number: int
    text: str
    width: float
    advance: float


@dataclass(frozen=True, slots=True)
class Words:
    """A set line of text; ``plain`` when every glyph stands on the line and can be read back by itself."""

    glyphs: tuple[Glyph, ...]
    plain: bool = True

    @property
    def width(self) -> float:
        """Its length in em."""
        return sum(one.advance for one in self.glyphs) / _EM


@dataclass(frozen=True, slots=True)
class Measures:
    """What a font descriptor says of a face, in em/1000."""

    ascent: int
    descent: int
    capital: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Face:
    """The regular face, opened once per process, and prepared for cutting."""

    font: Any
    prepared: Any
    scale: float
    measures: Measures


@cache
def _face() -> _Face:
    face = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(typefaces.file(typefaces.REGULAR))))
    scale = _EM / face.upem
    head, heights = face.reference_table("head").data, face.reference_table("hhea").data
    edges = struct.unpack(">4h", head[36:44])
    ascent, descent = struct.unpack(">2h", heights[4:8])
    (capital,) = struct.unpack(">h", face.reference_table("OS/2").data[88:90])
    left, bottom, right, top = (round(edge * scale) for edge in edges)
    measures = Measures(
        round(ascent * scale), round(descent * scale), round(capital * scale), box=(left, bottom, right, top)
    )
    return _Face(harfbuzz.Font(face), harfbuzz.subset_preprocess(face), scale, measures)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text where its script changes; signs that scripts share go with what stands before them."""
    kinds = [script(char) for char in text]
    spoken = next((kind for kind in kinds if kind not in _SHARED), "Zyyy")
    start = 0
    for place, kind in enumerate(kinds):
        if kind not in _SHARED and kind != spoken:
            yield text[start:place], spoken
            start, spoken = place, kind
    if text:
        yield text[start:], spoken


def _shaped(text: str, kind: str, language: str) -> Words:
    face, buffer = _face(), harfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script = "ltr", kind
    buffer.language = "en" if kind == _LATIN else language
    harfbuzz.shape(face.font, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    ends = [*(info.cluster for info in infos[1:]), len(text)]
    glyphs = tuple(
        Glyph(
            info.codepoint,
            text[info.cluster : end],
            face.font.get_glyph_h_advance(info.codepoint) * face.scale,
            position.x_advance * face.scale,
        )
        for info, position, end in zip(infos, positions, ends, strict=True)
    )
    moved = any(position.x_offset or position.y_offset for position in positions)
    return Words(glyphs, plain=not moved and all(glyph.text for glyph in glyphs))


def words(text: str, *, language: str) -> Words:
    """Set a text on one line. Characters that the face lacks are to be refused before."""
    runs = [_shaped(run, kind, language) for run, kind in _runs(text)]
    return Words(tuple(glyph for run in runs for glyph in run.glyphs), plain=all(run.plain for run in runs))


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


@dataclass(frozen=True, slots=True)
class CutFace:
    """The face cut to some glyphs, which it numbers anew."""

    name: str
    file: bytes
    numbers: dict[int, int]
    glyphs: tuple[Glyph, ...]

    def show(self, set_words: Words) -> bytes:
        """Write a line as operands and operator of PDF; what kerning moves is said between the glyphs."""
        parts, moved = [], 0.0
        for glyph in set_words.glyphs:
            if round(moved):
                parts.append(f"> {-round(moved)} <")
                moved -= round(moved)
            parts.append(f"{self.numbers[glyph.number]:04X}")
            moved += glyph.advance - glyph.width
        return f"[<{''.join(parts)}>] TJ".encode()

    @property
    def widths(self) -> str:
        """The widths of its glyphs as PDF writes them, from the first on."""
        return " ".join(f"{glyph.width:.0f}" for glyph in self.glyphs)

    def descriptor(self, *, file: int) -> bytes:
        """Describe the face; ``file`` is the number of the object that holds it."""
        of = _face().measures
        box = " ".join(map(str, of.box))
        return (
            f"<</Type/FontDescriptor/FontName/{self.name}/Flags 4/FontBBox[{box}]/ItalicAngle 0/Ascent {of.ascent}"
            f"/Descent {of.descent}/CapHeight {of.capital}/StemV {_STEM}/FontFile2 {file} 0 R>>"
        ).encode()

    def descendant(self, *, descriptor: int) -> bytes:
        """Describe the glyphs by number and width."""
        return (
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{self.name}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/CIDToGIDMap/Identity/FontDescriptor {descriptor} 0 R/DW {_EM}/W[1[{self.widths}]]>>"
        ).encode()

    def font(self, *, descendant: int, characters: int) -> bytes:
        """Describe the font that a page names."""
        return (
            f"<</Type/Font/Subtype/Type0/BaseFont/{self.name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {characters} 0 R>>"
        ).encode()

    @property
    def characters(self) -> bytes:
        """The table that says which characters a glyph stands for; at most a hundred in a block."""
        lines = [
            f"<{self.numbers[glyph.number]:04X}> <{glyph.text.encode('utf-16-be').hex().upper()}>"
            for glyph in self.glyphs
        ]
        blocks = (lines[start : start + 100] for start in range(0, len(lines), 100))
        listed = "".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n" for block in blocks)
        return _CHARACTERS.replace("@", listed).encode()


_CHARACTERS = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
@endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def cut(lines: Iterable[Words]) -> CutFace:
    """Cut the face to the glyphs of some lines; the same glyphs give the same bytes and name."""
    used = {glyph.number: glyph for line in lines for glyph in reversed(line.glyphs)}
    wanted = harfbuzz.SubsetInput()
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.flags |= harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.drop_table_tag_set.update(_dropped())
    wanted.glyph_set.update(used)
    plan = harfbuzz.SubsetPlan(_face().prepared, wanted)
    file = plan.execute().blob.data
    numbers = dict(plan.old_to_new_glyph_mapping.items())
    glyphs = tuple(used[number] for number in sorted(used))
    return CutFace(f"{_prefix(file)}+{_NAME}", file, numbers, glyphs)


@cache
def _dropped() -> tuple[int, ...]:
    """Give the tables that a font within a PDF does not need."""
    return tuple(_tag(name) for name in _face().prepared.table_tags if name not in _KEPT_TABLES)


def _prefix(file: bytes) -> str:
    """Name a cut by six capitals drawn from its own bytes."""
    return "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(file).digest()[:6])
