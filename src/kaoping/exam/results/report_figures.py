"""The figures of a printed score report as SVG: competency radar, ability against the cut, score bars.

Units are millimetres; the text is set in the typeface of print.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import cos, sin, tau

from kaoping.itembank.typefaces import FAMILIES, REGULAR

AZURITE, OCHRE, CINNABAR, GREY, INK, RULE = "#2f5f69", "#8d6b2c", "#b3261f", "#5b5a57", "#1c1b1a", "#c9d6d4"
_RADAR_X, _RADAR_Y, _RADAR_RADIUS = 41.0, 31.5, 22.5
# Characters beside an axis that the box has room for in the usual size.
_WIDE = 5
_STRIP_LEFT, _STRIP_WIDTH, _STRIP_Y = 6.0, 138.0, 14.0


@dataclass(frozen=True)
class Axis:
    """One axis of the radar: rates in percent; a line break in the name is kept."""

    name: str
    rate: float
    mean: float | None


@dataclass(frozen=True)
class Estimate:
    """An ability with its standard error and the level's cut, in logits."""

    theta: float
    se: float
    cut: float
    cut_name: str = "合格界"


def signed(value: float) -> str:
    """Write a logit with its sign, the minus as U+2212.

    >>> signed(-0.5)
    '−0.50'
    """
    return f"{value:+.2f}".replace("-", "−")


def _text(x: float, y: float, words: str, *, size: float, ink: str = INK, anchor: str = "middle") -> str:
    place = f'x="{x:.2f}" y="{y:.2f}" font-family="{FAMILIES[REGULAR]}" font-size="{size}"'
    return f'<text {place} fill="{ink}" text-anchor="{anchor}">{escape(words)}</text>'


def _rule(start: tuple[float, float], end: tuple[float, float], *, ink: str, width: float, dash: str = "") -> str:
    (x1, y1), (x2, y2) = start, end
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
    return f'<line {ends} stroke="{ink}" stroke-width="{width}"{dashes}/>'


def _svg(width: float, height: float, parts: Sequence[str]) -> bytes:
    size = f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'.encode()


def _spoke(turn: float, percent: float) -> tuple[float, float]:
    reach = _RADAR_RADIUS * percent / 100
    return _RADAR_X + reach * sin(tau * turn), _RADAR_Y - reach * cos(tau * turn)


def _ring(values: Sequence[float], style: str) -> str:
    """Draw a closed line through one value per axis."""
    points = (_spoke(i / len(values), value) for i, value in enumerate(values))
    return f'<polygon points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in points)}" {style}/>'


def _axis_name(turn: float, name: str) -> Iterator[str]:
    """Name an axis outside its end, on the side where there is room."""
    x, y = _spoke(turn, 100 + 320 / _RADAR_RADIUS)
    anchor = "middle" if abs(x - _RADAR_X) < 1 else "start" if x > _RADAR_X else "end"
    parts = name.split("\n")
    size = 2.9 if max(map(len, parts)) <= _WIDE else 2.4
    top = y + 1.0 - (1.7 if len(parts) > 1 else 0) - (0.6 if turn == 0 else 0)
    for k, part in enumerate(parts):
        yield _text(x, top + 3.4 * k, part, size=size, anchor=anchor)


def radar(axes: Sequence[Axis], *, cut: float = 60.0) -> bytes:
    """Draw a radar of own rates and group means with the cut as a dashed ring, 84 x 62 mm; for five to eight axes."""
    count = len(axes)
    own, means = [axis.rate for axis in axes], [axis.mean for axis in axes if axis.mean is not None]
    thin = f'fill="none" stroke="{RULE}" stroke-width="0.15"'
    dotted = 'stroke-dasharray="0.1 0.9" stroke-linecap="round"'
    parts = [_ring([value] * count, thin) for value in (20, 40, 80, 100)]
    parts += [_rule((_RADAR_X, _RADAR_Y), _spoke(i / count, 100), ink=RULE, width=0.15) for i in range(count)]
    parts.append(_ring(own, 'fill="#dbe8e6" fill-opacity="0.6"'))
    parts.append(_ring([cut] * count, f'fill="none" stroke="{CINNABAR}" stroke-width="0.25" stroke-dasharray="1 0.8"'))
    if len(means) == count:
        parts.append(_ring(means, f'fill="none" stroke="{OCHRE}" stroke-width="0.45" {dotted}'))
    parts.append(_ring(own, f'fill="none" stroke="{AZURITE}" stroke-width="0.5" stroke-linejoin="round"'))
    for i, axis in enumerate(axes):
        x, y = _spoke(i / count, axis.rate)
        parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.75" fill="{AZURITE}"/>')
        parts += _axis_name(i / count, axis.name)
    for value in (20, 40, 60, 80):
        _, y = _spoke(0, value)
        parts.append(_text(_RADAR_X + 0.6, y - 0.4, str(value), size=2.1, ink=GREY, anchor="start"))
    return _svg(84, 62, parts)


class _Scale:
    """The logit scale of the ability strip, across its width."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def x(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return _STRIP_LEFT + (inside - self.low) / (self.high - self.low) * _STRIP_WIDTH

    def rule(self, start: float, end: float, width: float) -> str:
        return _rule((self.x(start), _STRIP_Y), (self.x(end), _STRIP_Y), ink=AZURITE, width=width)

    def ticks(self) -> Iterator[str]:
        foot = _STRIP_Y + 5
        yield _rule((_STRIP_LEFT, foot), (_STRIP_LEFT + _STRIP_WIDTH, foot), ink=INK, width=0.2)
        for value in range(self.low, self.high + 1):
            yield _rule((self.x(value), foot), (self.x(value), foot + 1.2), ink=INK, width=0.2)
            name = f"{value:+d}".replace("-", "−") if value else "0"
            yield _text(self.x(value), foot + 4.6, name, size=2.9, ink=GREY)


def ability(estimate: Estimate, *, low: int = -3, high: int = 3) -> bytes:
    """Draw ability on its logit scale, one standard error thick, 95 % thin, and the level's cut; 150 x 26 mm."""
    scale, y = _Scale(low, high), _STRIP_Y
    theta, cut = estimate.theta, estimate.cut
    wide = 1.96 * estimate.se
    passed = f'x="{scale.x(cut):.2f}" y="{y - 5}" width="{scale.x(high) - scale.x(cut):.2f}" height="10"'
    parts = [f'<rect {passed} fill="#edf3f2"/>']
    parts += scale.ticks()
    parts.append(_rule((scale.x(cut), y - 7), (scale.x(cut), y + 5), ink=CINNABAR, width=0.35, dash="1 0.8"))
    parts.append(_text(scale.x(cut) - 1, y - 8.2, f"{estimate.cut_name} {signed(cut)}", size=3.2, ink=CINNABAR))
    parts.append(scale.rule(theta - wide, theta + wide, 0.35))
    for end in (scale.x(theta - wide), scale.x(theta + wide)):
        parts.append(_rule((end, y - 1.2), (end, y + 1.2), ink=AZURITE, width=0.35))
    parts.append(scale.rule(theta - estimate.se, theta + estimate.se, 1.6))
    centre = f'cx="{scale.x(theta):.2f}" cy="{y}" r="1.5"'
    parts.append(f'<circle {centre} fill="#fff" stroke="{AZURITE}" stroke-width="0.7"/>')
    parts.append(_text(scale.x(theta), y - 3.2, signed(theta), size=3.4, ink=AZURITE))
    return _svg(150, 26, parts)


def bar(score: Decimal, *, cut: Decimal, highest: Decimal = Decimal(100)) -> bytes:
    """Draw a score as a bar with its cut, 44 x 4 mm."""
    filled, mark = float(score / highest) * 44, float(cut / highest) * 44
    return _svg(
        44,
        4,
        [
            '<rect x="0" y="1.1" width="44" height="1.8" fill="#e6eceb"/>',
            f'<rect x="0" y="1.1" width="{filled:.2f}" height="1.8" fill="{AZURITE}"/>',
            _rule((mark, 0.1), (mark, 3.9), ink=CINNABAR, width=0.35),
        ],
    )
