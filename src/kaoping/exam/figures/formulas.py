"""Formulas for print: LaTeX set by matplotlib, as outlines in an SVG that needs no font."""

import threading
from collections.abc import Iterator

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from kaoping.exam.figures.drawing import SVG
from kaoping.itembank.errors import N_, Invalid

#: Size of the type that formulas stand among, and the height of the middle of its letters, in points.
SIZE = 10.5
MIDDLE = 0.36 * SIZE
_FACE = FontProperties(family="serif", size=SIZE, math_fontfamily="stix")
#: The parser of formulas serves one thread at a time.
_ONE_AT_A_TIME = threading.Lock()
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


class FormulaUnknown(Invalid):
    """LaTeX that cannot be drawn."""

    sentence = N_("The formula “%(latex)s” cannot be drawn: %(reason)s.")


def svg(latex: str) -> bytes:
    """Draw a formula in a box whose middle is the middle of its line, for ``vertical-align: middle``.

    Raises `FormulaUnknown`: nothing is printed rather than a wrong formula.
    """
    try:
        with _ONE_AT_A_TIME:
            outline = TextPath((0, 0), f"${latex}$", prop=_FACE)
    except ValueError as error:
        raise FormulaUnknown(latex=latex, reason=str(error).splitlines()[-1]) from None
    box = outline.get_extents()
    reach = max(box.y1 - MIDDLE, MIDDLE - box.y0) + 0.5
    left, top, width, height = box.x0 - 0.5, -MIDDLE - reach, box.width + 1, 2 * reach
    return (
        f'<svg xmlns="{SVG}" width="{width:.2f}pt" height="{height:.2f}pt" '
        f'viewBox="{left:.2f} {top:.2f} {width:.2f} {height:.2f}"><path d="{"".join(_drawn(outline))}"/></svg>'
    ).encode()


def _drawn(outline: Path) -> Iterator[str]:
    """Write the outline with the vertical axis downwards."""
    for points, code in outline.iter_segments(curves=True, simplify=False):
        numbers = "" if code == Path.CLOSEPOLY else " ".join(
            f"{-value if place % 2 else value:.2f}" for place, value in enumerate(points)
        )  # fmt: skip
        yield _LETTERS[Path.code_type(code)] + numbers
