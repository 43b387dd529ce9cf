"""An issuer's own seal, as SVG or as a form of PDF: round, red, its own words, text as outlines that need no font.

It copies no official seal: no star, no emblem, no code ring. A long name is set narrower, never lower. The words are
bold where the cut bold face holds them all, else regular.
"""

from functools import lru_cache
from math import cos, radians, sin, tau

from kaoping.itembank.typefaces import Outlines, PdfPathPen

RED = "#c22b26"  # 朱砂
SIZE = 40.0  # mm
LONGEST_NAME = 40
_HALF = SIZE / 2
_RING = _HALF - 4.2  # radius of the middle of the name, mm
_NAME_HEIGHT, _WIDEST = 4.0, 3.7  # mm of a character of the name
_FREE_FOOT = -0.60  # cosine below which the petals leave room for the foot


def _name(outlines: Outlines, name: str) -> str:
    """Set the name round the ring; it takes at most 285 degrees."""
    room = radians(285 if len(name) > 14 else min(285.0, 19.5 * len(name) + 20))  # noqa: PLR2004 - by eye
    step = room / len(name)
    width = min(_WIDEST, step * (_RING - 0.6) * 0.96)
    angles = [(i + 0.5) * step - room / 2 for i in range(len(name))]
    return "".join(
        outlines.draw(
            char, _HALF + _RING * sin(turn), _HALF - _RING * cos(turn), width=width, height=_NAME_HEIGHT, turn=turn
        )
        for char, turn in zip(name, angles, strict=True)
    )


def _straight(outlines: Outlines, words: str, y: float, *, size: float, lead: float) -> str:
    first = _HALF - (len(words) - 1) / 2 * lead
    return "".join(outlines.draw(c, first + i * lead, y, width=size, height=size) for i, c in enumerate(words))


def _words(outlines: Outlines, name: str, *, middle: str, foot: str) -> str:
    lines = [
        _name(outlines, name),
        _straight(outlines, middle, _HALF - 0.2, size=6.4, lead=7.0),
        _straight(outlines, foot, _HALF + 9.6, size=2.9, lead=3.1),
    ]
    return "".join(lines)


def _petal(index: int) -> list[list[tuple[int, int]]]:
    """Runs of one of five interlaced waves round the middle, open at the foot."""
    runs: list[list[tuple[int, int]]] = [[]]
    for k in range(181):
        angle = tau * k / 180
        radius = 9.2 + 0.75 * cos(20 * angle + tau * index / 5)
        if cos(angle) > _FREE_FOOT:
            x, y = _HALF + radius * sin(angle), _HALF - radius * cos(angle)
            runs[-1].append((round(x * 100), round(y * 100)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _petal_svg(index: int) -> str:
    drawn = "".join("M" + "L".join(f"{x} {y}" for x, y in run) for run in _petal(index))
    return f'<path d="{drawn}" fill="none" stroke="{RED}" stroke-width="8"/>'


def _petal_pdf(index: int) -> str:
    runs = ("\n".join(f"{x} {y} {'l' if i else 'm'}" for i, (x, y) in enumerate(run)) for run in _petal(index))
    return "\n".join([*runs, "S\n"])


def _circle_pdf(radius: int) -> str:
    """Four Bezier pieces; off a true circle by less than a thousandth of its radius."""
    pull, middle = round(radius * 0.5523), round(_HALF * 100)
    quarters = []
    for x, y in [(1, 0), (0, 1), (-1, 0), (0, -1)]:
        bent = [(x, y, pull, -y, x), (-y, x, pull, x, y)]
        handles = [f"{middle + a * radius + c * p} {middle + b * radius + d * p}" for a, b, p, c, d in bent]
        quarters.append(f"{' '.join(handles)} {middle - y * radius} {middle + x * radius} c")
    return "\n".join([f"{middle + radius} {middle} m", *quarters, "h S\n"])


@lru_cache(maxsize=64)
def seal_operators(name: str, *, middle: str, foot: str) -> bytes:
    """Draw the same seal as operators of a PDF form, in points: what is seen of a signature."""
    ink = " ".join(f"{int(RED[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))
    edge, scale = SIZE * 100, 72 / 2540
    centre = round(_HALF * 100)
    outlines = Outlines(texts=[name, middle, foot], pen=PdfPathPen)
    return (
        f"{scale:.7f} 0 0 {-scale:.7f} 0 {edge * scale:.4f} cm {ink} RG {ink} rg\n"
        f"100 w {_circle_pdf(centre - 60)}18 w {_circle_pdf(centre - 145)}"
        f"8 w {''.join(_petal_pdf(j) for j in range(5))}{_words(outlines, name, middle=middle, foot=foot)}f"
    ).encode()


@lru_cache(maxsize=64)
def seal(name: str, *, middle: str, foot: str) -> bytes:
    """Draw a seal 40 mm across: the organisation's name on the ring, its mark in the middle, its use at the foot.

    Raises ``KeyError`` for a character that no face holds: ask `kaoping.itembank.typefaces.missing_glyphs` first.
    """
    words = _words(Outlines(texts=[name, middle, foot]), name, middle=middle, foot=foot)
    edge, centre = SIZE * 100, round(_HALF * 100)
    box = f'width="{SIZE:g}mm" height="{SIZE:g}mm" viewBox="0 0 {edge:g} {edge:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
        f'<g fill="none" stroke="{RED}"><circle cx="{centre}" cy="{centre}" r="{centre - 60}" stroke-width="100"/>'
        f'<circle cx="{centre}" cy="{centre}" r="{centre - 145}" stroke-width="18"/></g>'
        f'{"".join(_petal_svg(j) for j in range(5))}<path fill="{RED}" d="{words}"/></svg>\n'
    ).encode()
