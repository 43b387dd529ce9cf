"""An issuer's own seal as SVG: round, red, its own words, text as outlines so that it needs no font.

It copies no official seal: no star, no emblem, no code ring. A long name is set narrower, never lower. The words are
bold where the cut bold face holds them all, else regular.
"""

from functools import lru_cache
from math import cos, radians, sin, tau

from kaoping.itembank.typefaces import Outlines

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


def _petal(index: int) -> str:
    """One of five interlaced waves round the middle, open at the foot."""
    runs: list[list[str]] = [[]]
    for k in range(181):
        angle = tau * k / 180
        radius = 9.2 + 0.75 * cos(20 * angle + tau * index / 5)
        if cos(angle) > _FREE_FOOT:
            x, y = _HALF + radius * sin(angle), _HALF - radius * cos(angle)
            runs[-1].append(f"{round(x * 100)} {round(y * 100)}")
        elif runs[-1]:
            runs.append([])
    drawn = "".join("M" + "L".join(run) for run in runs if run)
    return f'<path d="{drawn}" fill="none" stroke="{RED}" stroke-width="8"/>'


@lru_cache(maxsize=64)
def seal(name: str, *, middle: str, foot: str) -> bytes:
    """Draw a seal 40 mm across: the organisation's name on the ring, its mark in the middle, its use at the foot.

    Raises ``KeyError`` for a character that no face holds: ask `kaoping.itembank.typefaces.missing_glyphs` first.
    """
    outlines = Outlines(texts=[name, middle, foot])
    words = [
        _name(outlines, name),
        _straight(outlines, middle, _HALF - 0.2, size=6.4, lead=7.0),
        _straight(outlines, foot, _HALF + 9.6, size=2.9, lead=3.1),
    ]
    edge, centre = SIZE * 100, round(_HALF * 100)
    box = f'width="{SIZE:g}mm" height="{SIZE:g}mm" viewBox="0 0 {edge:g} {edge:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
        f'<g fill="none" stroke="{RED}"><circle cx="{centre}" cy="{centre}" r="{centre - 60}" stroke-width="100"/>'
        f'<circle cx="{centre}" cy="{centre}" r="{centre - 145}" stroke-width="18"/></g>'
        f'{"".join(_petal(j) for j in range(5))}<path fill="{RED}" d="{"".join(words)}"/></svg>\n'
    ).encode()
