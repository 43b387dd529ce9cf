"""The words on a page of PDF and where they stand: enough to read a certificate's face back from a file.

Upright text alone is read, through each font's own table of characters; drawings, pictures and the slanted watermark
are passed over. Words that follow each other without a new place are one run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Name

Matrix = tuple[float, float, float, float, float, float]

_UNIT: Matrix = (1, 0, 0, 1, 0, 0)
_SLANT = 0.01
_DEEPEST = 6
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that start at a point; up is positive, sizes are in points."""

    text: str
    x: float
    y: float
    size: float


def runs(page: pikepdf.Page) -> list[Run]:
    """Read the upright words of a page in the order in which they are drawn."""
    reader = _Reader()
    reader.read(page, page.obj.get(Name.Resources), _UNIT, 0)
    return [run for run in reader.found if run.text.strip()]


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _matrix(numbers: Any) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in numbers)
    return a, b, c, d, e, f


@dataclass(frozen=True, slots=True)
class _Font:
    characters: dict[bytes, str]
    width: int

    def decode(self, raw: bytes) -> str:
        codes = (raw[start : start + self.width] for start in range(0, len(raw), self.width))
        return "".join(self.characters.get(code, "\ufffd") for code in codes)


def _font(found: Any) -> _Font:
    width = 2 if found.get(Name.Subtype) == Name.Type0 else 1
    table = found.get(Name.ToUnicode)
    named = dict(_named(table.read_bytes(), width)) if isinstance(table, pikepdf.Stream) else {}
    if width == 1 and not named:
        named = {bytes([code]): bytes([code]).decode("cp1252", "replace") for code in range(256)}
    return _Font(named, width)


def _named(table: bytes, width: int) -> Iterator[tuple[bytes, str]]:
    for kind, body in _SECTION.findall(table):
        if kind == b"bfchar":
            yield from ((bytes.fromhex(code.decode()), _text(words)) for code, words in _PAIR.findall(body))
        else:
            yield from _ranged(body, width)


def _ranged(body: bytes, width: int) -> Iterator[tuple[bytes, str]]:
    for first, last, start, listed in _RANGE.findall(body):
        low, high = int(first, 16), min(int(last, 16), int(first, 16) + 0xFFFF)
        words = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
        for code in range(low, high + 1):
            place = code - low
            if start:
                head, tail = start[:-4], int(start[-4:], 16) + place
                yield code.to_bytes(width, "big"), _text(head + f"{tail & 0xFFFF:04x}".encode())
            elif place < len(words):
                yield code.to_bytes(width, "big"), _text(words[place])


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


@dataclass
class _State:
    placed: Matrix
    font: _Font | None = None
    size: float = 0.0
    leading: float = 0.0


@dataclass
class _Reader:
    """Walks over content streams; forms are entered, to a depth that no real page needs."""

    found: list[Run] = field(default_factory=list)
    text: Matrix = _UNIT
    line: Matrix = _UNIT
    moved: bool = True

    def read(self, stream: Any, resources: Any, placed: Matrix, depth: int) -> None:
        state, kept = _State(placed), []
        for instruction in pikepdf.parse_content_stream(stream):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "q":
                    kept.append(_State(state.placed, state.font, state.size, state.leading))
                case "Q" if kept:
                    state = kept.pop()
                case "cm":
                    state.placed = _times(_matrix(operands), state.placed)
                case "Tf":
                    state.font, state.size = _font(resources.Font[operands[0]]), float(operands[1])
                case "TL":
                    state.leading = float(operands[0])
                case "Do" if depth < _DEEPEST:
                    self._enter(resources.XObject[operands[0]], resources, state.placed, depth)
                case shown:
                    self._write(shown, operands, state)

    def _enter(self, form: Any, resources: Any, placed: Matrix, depth: int) -> None:
        if form.get(Name.Subtype) == Name.Form:
            moved = _times(_matrix(form.get(Name.Matrix, _UNIT)), placed)
            self.read(form, form.get(Name.Resources, resources), moved, depth + 1)

    def _write(self, operator: str, operands: Any, state: _State) -> None:
        match operator:
            case "BT":
                self._place(_UNIT)
            case "Tm":
                self._place(_matrix(operands))
            case "Td" | "TD":
                state.leading = -float(operands[1]) if operator == "TD" else state.leading
                self._place(_times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line))
            case "T*":
                self._place(_times((1, 0, 0, 1, 0, -state.leading), self.line))
            case "Tj":
                self._show(bytes(operands[0]), state)
            case "TJ":
                self._show(b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String)), state)
            case "'" | '"':
                self._place(_times((1, 0, 0, 1, 0, -state.leading), self.line))
                self._show(bytes(operands[-1]), state)

    def _place(self, matrix: Matrix) -> None:
        self.text = self.line = matrix
        self.moved = True

    def _show(self, raw: bytes, state: _State) -> None:
        if state.font is None:
            return
        text = state.font.decode(raw)
        if not self.moved and self.found:
            before = self.found[-1]
            self.found[-1] = Run(before.text + text, before.x, before.y, before.size)
            return
        a, b, c, d, x, y = _times(self.text, state.placed)
        if max(abs(b), abs(c)) <= _SLANT * max(abs(a), abs(d), _SLANT):
            self.found.append(Run(text, x, y, abs(d) * state.size))
            self.moved = False
