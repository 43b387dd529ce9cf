"""Formulas for print: LaTeX as SVG outlines, because the printer draws neither MathML nor scripts.

matplotlib's mathtext knows the LaTeX of school and textbook; what it does not know is reported, so that the caller can
print the source instead of a wrong formula.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from kaoping.exam.figures.drawing import SVG
from kaoping.itembank.errors import N_, Invalid

_EM = 100  # units of the drawing to one em of the text round it
_FONT = FontProperties(size=_EM, math_fontfamily="stix")
_OPERATORS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


class FormulaUnknown(Invalid):
    """LaTeX that cannot be drawn."""

    sentence = N_("The formula “%(latex)s” cannot be drawn: %(reason)s.")


@dataclass(frozen=True)
class Formula:
    """A drawn formula; measures are in em of the text that it stands in, depth being what hangs below the line."""

    latex: str
    svg: bytes
    height: float
    depth: float

    def image(self, name: str) -> Markup:
        """Write the picture into a line of HTML for print, under the ``kp:`` name it will be handed over with."""
        place = f"height:{self.height:.3f}em;vertical-align:{-self.depth:.3f}em"
        return Markup('<img class="formula" src="kp:{}" alt="{}" style="{}">').format(name, self.latex, place)


@lru_cache(maxsize=512)
def formula(latex: str) -> Formula:
    r"""Draw a formula given without its dollar signs; the same LaTeX gives the same bytes.

    Raises `FormulaUnknown`.

    >>> formula(r"\frac{1}{2}").svg.startswith(b"<svg")
    True
    """
    source = f"${latex}$"
    try:
        width, height, depth, _, _ = MathTextParser("path").parse(source, dpi=72, prop=_FONT)
        vertices, codes = text_to_path.get_text_path(_FONT, source, ismath=True)
    except ValueError as error:
        raise FormulaUnknown(latex=latex, reason=str(error).splitlines()[-1]) from error
    drawn = "".join(_operators(Path(vertices, codes), height - depth)) if len(vertices) else ""
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    svg = f'<svg xmlns="{SVG}" {box}><path d="{drawn}"/></svg>'.encode()
    return Formula(latex, svg, height / _EM, depth / _EM)


def _operators(path: Path, baseline: float) -> Iterator[str]:
    """Write the path with y downwards from the top of the box."""
    for points, code in path.iter_segments(simplify=False, curves=True):
        if code == Path.CLOSEPOLY:
            yield "Z"
        else:
            pairs = zip(points[::2], points[1::2], strict=True)
            yield _OPERATORS[code] + " ".join(f"{x:.1f} {baseline - y:.1f}" for x, y in pairs)
