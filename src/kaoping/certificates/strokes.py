"""Fine lines from formulas, drawn as one page of PDF.

The unit of the drawing is 0.01 mm and every coordinate is a whole number, so two runs give the same bytes. A curve is
sampled from its formula and written as cubic Bezier pieces in Hermite form. A motif is symmetric: only one quarter or
half of it is written, as a form XObject, and shown mirrored.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Curve = Callable[[float], Point]
Ink = tuple[int, int, int]
Piece = tuple[int, int, int, int, int, int]

WIDTH, HEIGHT = 210.0, 297.0
OVERLAP = 0.2  # mm drawn past a mirror axis, so that no seam shows
QUARTERS = ((1, 1), (-1, 1), (1, -1), (-1, -1))
HALVES = ((1, 1), (-1, 1))
_POINTS = 72 / 2540  # of 1/72 inch in one unit of the drawing


@dataclass(frozen=True)
class Line:
    """One stroke: Bezier pieces as whole numbers, their start, ink, and width in 0.01 mm."""

    start: tuple[int, int]
    pieces: tuple[Piece, ...]
    ink: Ink
    width: int


@dataclass(frozen=True)
class Motif:
    """Lines about an origin (mm) and the mirror images that complete them."""

    origin: Point
    mirrors: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...]


def mix(one: Ink, other: Ink, share: float) -> Ink:
    """Blend two inks; share 0 is the first, 1 the second."""
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(one, other, strict=True))
    return red, green, blue


def line(curve: Curve, span: Point, *, pieces: int, ink: Ink, width: float) -> Line:
    """Sample a parametric curve (mm) over a span of its parameter into Bezier pieces; width in mm."""
    start, stop = span
    step = (stop - start) / pieces
    knots = [_knot(curve, start + step * k, step) for k in range(pieces + 1)]
    drawn = tuple(_piece(near, far) for near, far in pairwise(knots))
    return Line((knots[0][0], knots[0][1]), drawn, ink, round(width * 100))


def _knot(curve: Curve, at: float, step: float) -> tuple[int, int, int, int]:
    """Point and a third of the tangent over one step, in whole units."""
    near = step * 1e-4
    (x, y), (ahead_x, ahead_y), (behind_x, behind_y) = curve(at), curve(at + near), curve(at - near)
    scale = step / (2 * near) / 3 * 100
    return round(x * 100), round(y * 100), round((ahead_x - behind_x) * scale), round((ahead_y - behind_y) * scale)


def _piece(near: tuple[int, int, int, int], far: tuple[int, int, int, int]) -> Piece:
    return near[0] + near[2], near[1] + near[3], far[0] - far[2], far[1] - far[3], far[0], far[1]


def page(motifs: Sequence[Motif]) -> bytes:
    """Draw motifs on one A4 page of PDF and nothing else."""
    scale = f"{_POINTS:.7f} 0 0 {-_POINTS:.7f} 0 {HEIGHT * 100 * _POINTS:.4f} cm 1 j"
    names = "".join(f"/M{i} {i + 5} 0 R" for i in range(len(motifs)))
    resources = f"<</XObject<<{names}>>>>"
    size = f"{WIDTH / 25.4 * 72:.3f} {HEIGHT / 25.4 * 72:.3f}"
    shown = "\n".join([scale, *(_placed(i, motif) for i, motif in enumerate(motifs))])
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents 4 0 R/Resources{resources}>>".encode(),
            _stream("", shown),
            *(_form(motif) for motif in motifs),
        ]
    )


def _placed(index: int, motif: Motif) -> str:
    x, y = (round(value * 100) for value in motif.origin)
    return "\n".join(f"q {a} 0 0 {d} {x} {y} cm /M{index} Do Q" for a, d in motif.mirrors)


def _form(motif: Motif) -> bytes:
    """Write a motif as a form XObject whose box holds every control point."""
    across = [x for one in motif.lines for piece in one.pieces for x in (*piece[::2], one.start[0])]
    down = [y for one in motif.lines for piece in one.pieces for y in (*piece[1::2], one.start[1])]
    box = f"{min(across) - 50} {min(down) - 50} {max(across) + 50} {max(down) + 50}"
    head = f"/Type/XObject/Subtype/Form/Resources<<>>/BBox[{box}]"
    return _stream(head, "\n".join(_operators(one) for one in motif.lines))


def _operators(one: Line) -> str:
    red, green, blue = (f"{value / 255:.3f}".rstrip("0").rstrip(".") for value in one.ink)
    body = "\n".join("{} {} {} {} {} {} c".format(*piece) for piece in one.pieces)
    return f"{red} {green} {blue} RG {one.width} w {one.start[0]} {one.start[1]} m\n{body} S"


def _stream(head: str, content: str) -> bytes:
    data = zlib.compress(content.encode(), 9)
    return f"<<{head}/Filter/FlateDecode/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def _file(bodies: Iterable[bytes]) -> bytes:
    """Write a file of numbered objects, the first being the catalogue, and their places."""
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(places) + 1
    tail = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()
