"""Security ground of certificates and score reports: guilloche from formulas, without randomness, fonts or pictures.

The silk deters copying by eye; the signature is what proves the certificate. A level is told apart by the rings of its
rosette: one for 五级, five for 一级.
"""

from collections.abc import Callable, Iterator
from functools import cache
from math import cos, pi, sin, tau

from kaoping.certificates.strokes import (
    HALVES,
    HEIGHT,
    OVERLAP,
    QUARTERS,
    WIDTH,
    Curve,
    Ink,
    Line,
    Motif,
    Point,
    mix,
    page,
)
from kaoping.certificates.strokes import line as stroke

CELADON: Ink = (0x8F, 0xB8, 0xB4)  # 青瓷
AZURITE: Ink = (0x3F, 0x72, 0x7C)  # 石青
OCHRE: Ink = (0xBF, 0x9B, 0x5A)  # 泥金
PAPER: Ink = (0xFF, 0xFF, 0xFF)

_QUARTER_TURN = (-0.003, pi / 2 + 0.003)
_LEVELS = "54321"


def _polar(radius: Callable[[float], float]) -> Curve:
    """Turn a radius over the angle into a curve, from the top clockwise."""
    return lambda angle: (radius(angle) * sin(angle), -radius(angle) * cos(angle))


def silk(top: float, bottom: float, half: float, *, pitch: float, tint: float) -> Motif:
    """Draw ruled waves whose phase drifts down the page: the ground tint, from celadon to ochre and back."""
    rows = int((bottom - top) / pitch)

    def wave(v: float) -> Curve:
        def curve(x: float) -> Point:
            long = 1.5 * cos(tau * (x / 56 - 2 * v)) * cos(pi * x / half / 2)
            swell = long + 0.9 * cos(tau * x / 28) * cos(tau * 3 * v)
            return x, top + v * (bottom - top) + swell * min(1.0, 8 * v, 8 * (1 - v))

        return curve

    def drawn(v: float) -> Line:
        ink = mix(mix(CELADON, OCHRE, sin(pi * v) ** 2), PAPER, tint)
        return stroke(wave(v), (-OVERLAP, half), pieces=14, ink=ink, width=0.10)

    return Motif((WIDTH / 2, 0), HALVES, tuple(drawn(row / rows) for row in range(rows + 1)))


class _Border:
    """The centre line of the frame: a rounded rectangle about the middle of the page, walked from the top clockwise."""

    def __init__(self, inset: float, radius: float) -> None:
        self.across, self.radius = WIDTH / 2 - inset - radius, radius
        self.bend, self.down = radius * pi / 2, HEIGHT / 2 - inset - radius
        self.quarter = self.across + self.bend + self.down

    def beside(self, s: float, offset: float) -> Point:
        """Point at arc length s, moved outward along the normal."""
        turn = min(max((s - self.across) / self.radius, 0.0), pi / 2)
        right, up = sin(turn), -cos(turn)
        x = min(s, self.across) + self.radius * right
        y = -self.down + self.radius * up + max(s - self.across - self.bend, 0.0)
        return x + right * offset, y + up * offset

    def strand(self, phase: float, swing: float, count: int) -> Curve:
        """One cosine round the border; its swing breathes with a third of its frequency."""

        def curve(s: float) -> Point:
            angle = pi / 2 * s / self.quarter
            return self.beside(s, swing * cos(count * angle + phase) * (0.78 + 0.22 * cos(count / 3 * angle)))

        return curve

    def rule(self, offset: float, ink: Ink, width: float) -> Iterator[Line]:
        """Draw a line at a constant distance: straight, round the corner, straight."""
        ends = (-OVERLAP, self.across, self.across + self.bend, self.quarter + OVERLAP)
        for start, stop, pieces in zip(ends, ends[1:], (1, 4, 1), strict=False):
            yield stroke(lambda s: self.beside(s, offset), (start, stop), pieces=pieces, ink=ink, width=width)


def frame(inset: float, *, radius: float, waves: int, amplitude: float, strands: int) -> Motif:
    """Draw a braid round the page: phases spread evenly, so that four mirrored quarters join without a seam."""
    border = _Border(inset, radius)
    span = (-OVERLAP, border.quarter + OVERLAP)
    lines = []
    for j in range(strands):
        ink = mix(AZURITE, CELADON, abs(2 * j / strands - 1) * 0.8)
        braid = border.strand(tau * j / strands, amplitude, waves)
        lines.append(stroke(braid, span, pieces=waves * 5 // 4, ink=ink, width=0.09))
    for j in range(4):
        gold = border.strand(tau * (j + 0.5) / 4, amplitude * 0.62, waves // 2)
        lines.append(stroke(gold, span, pieces=waves * 5 // 8, ink=OCHRE, width=0.14))
    for offset, ink, width in [(0.6, AZURITE, 0.18), (-0.6, AZURITE, 0.18), (-1.3, OCHRE, 0.30)]:
        lines += border.rule(offset + (amplitude if offset > 0 else -amplitude), ink, width)
    return Motif((WIDTH / 2, HEIGHT / 2), QUARTERS, tuple(lines))


def rosette(centre: Point, *, rings: int, radius: float, tint: float) -> Motif:
    """Draw a flower of interlaced rings about a heart; a higher level has more rings, the outer ones more petals."""
    lines = [one for ring in range(rings) for one in _ring(ring, radius, tint)]
    gold = mix(OCHRE, PAPER, tint)
    for j in range(8):
        turn = tau / 12 * j / 8
        heart = _polar(lambda a, turn=turn: radius * (0.165 + 0.105 * cos(12 * (a + turn))))  # type: ignore[misc]
        lines.append(stroke(heart, _QUARTER_TURN, pieces=16, ink=gold, width=0.10))
    return Motif(centre, QUARTERS, tuple(lines))


def _ring(ring: int, radius: float, tint: float, *, count: int = 9) -> Iterator[Line]:
    """Petals of one ring: the same wave at nine swings from full inward to full outward."""
    width, petals = radius / 6.2, 12 + 6 * ring
    middle = radius * 0.30 + (ring + 0.5) * width

    def petal(swing: float) -> Curve:
        return _polar(lambda a: middle + swing * cos(petals * a) + 0.10 * width * cos(2 * petals * a))

    for j in range(count):
        ink = mix(mix(OCHRE, CELADON, min(1.0, ring / 4 + 0.08 * j / count)), PAPER, tint)
        swing = width * 0.82 * (2 * j / (count - 1) - 1)
        yield stroke(petal(swing), _QUARTER_TURN, pieces=petals * 5 // 4, ink=ink, width=0.10)


def lens(centre: Point, *, half: float, height: float, waves: float, strands: int, tint: float) -> Motif:
    """Draw a woven band that swells and dies away: the ground under a title."""

    def weave(phase: float) -> Curve:
        def curve(x: float) -> Point:
            u = min(max(x / half, -1.0), 1.0)
            swell = (1 - u**2) ** 1.6
            return x, height * swell * cos(tau * waves * u + phase) * (0.75 + 0.25 * cos(tau * waves / 3 * u))

        return curve

    def drawn(j: int) -> Line:
        ink = mix(mix(OCHRE, CELADON, abs(2 * j / strands - 1)), PAPER, tint)
        return stroke(weave(tau * j / strands), (-OVERLAP, half), pieces=round(waves * 5), ink=ink, width=0.09)

    return Motif(centre, HALVES, tuple(drawn(j) for j in range(strands)))


def certificate_motifs(level: str) -> list[Motif]:
    """Draw the ground of a certificate of a level; a level beyond 一级 keeps five rings."""
    rings = _LEVELS.index(level) + 1 if level in _LEVELS else len(_LEVELS)
    return [
        silk(20, 277, 85.5, pitch=2.0, tint=0.66),
        rosette((105, 148), rings=rings, radius=64, tint=0.52),
        lens((105, 56), half=78, height=10.5, waves=9, strands=12, tint=0.55),
        frame(14, radius=9, waves=96, amplitude=2.6, strands=10),
    ]


@cache
def certificate_ground(level: str) -> bytes:
    """Give the ground of a certificate of a level as one page of PDF."""
    return page(certificate_motifs(level))


@cache
def report_ground() -> bytes:
    """Draw the ground of a score report or an admission ticket: one band at the head."""
    return page([lens((105, 24), half=92, height=7, waves=14, strands=10, tint=0.45)])
