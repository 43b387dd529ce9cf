"""From a drawing function to an SVG that may stand in an ``<img>`` under a strict content security policy.

The same input gives the same bytes: no date, fixed identifiers, no state kept between pictures. Style attributes become
presentation attributes and the style element goes, so nothing in the picture needs an inline style to be allowed.
"""

import io
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

INK, EDGE, PAPER = "#142033", "#76839a", "#ffffff"
COLOURS = ("#1d4e9e", "#b4540a", "#17663f", "#74427f")
DASHES = ("-", "--", "-.", ":")
MARKERS = ("o", "D", "^", "s")
CUT_DASH = (0, (4, 3))

POINTS_PER_INCH = 72
WIDE, NARROW = (500, 300), (330, 270)
SVG = "http://www.w3.org/2000/svg"

#: matplotlib's settings are global to the process, so threads draw one after the other.
_ONE_AT_A_TIME = threading.Lock()
_STYLE = mpl.rc_params_from_file(Path(__file__).with_name("kaoping.mplstyle"), use_default_template=False)
#: The style names fonts of several systems, of which one machine has few; the reader's browser has the last word.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Words:
    """What is written on a picture: title, name of the horizontal axis, and a description for those who listen."""

    title: str
    axis: str
    description: str = ""


def draw(paint: Callable[[Any], None], words: Words, *, narrow: bool = False) -> bytes:
    """Paint on one pair of axes and return the picture as SVG; ``narrow`` gives the cut for phones."""
    width, height = NARROW if narrow else WIDE
    out = io.BytesIO()
    with _style():
        figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH))
        axes = figure.add_subplot()
        axes.set_title(words.title)
        axes.set_xlabel(words.axis)
        paint(axes)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return plain(out.getvalue(), words)


@contextmanager
def _style() -> Iterator[None]:
    with _ONE_AT_A_TIME, mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def plain(svg: bytes, words: Words) -> bytes:
    """Rewrite matplotlib's SVG without style, metadata or links to other files, with a title and a description."""
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)  # noqa: S314 - written a moment ago by ourselves
    for parent in root.iter():
        for child in [child for child in parent if child.tag in {f"{{{SVG}}}style", f"{{{SVG}}}metadata"}]:
            parent.remove(child)
        if "style" in parent.attrib:
            parent.attrib.update(_attributes(parent.attrib.pop("style")))
    _present(root, words)
    # What the removed style element said of every shape.
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _present(root: ET.Element, words: Words) -> None:
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib.update({"role": "img", "width": width, "height": height})
    for place, (tag, text) in enumerate((("title", words.title), ("desc", words.description))):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.text = text
        root.insert(place, element)


def _attributes(style: str) -> dict[str, str]:
    """Turn style declarations into presentation attributes; the shorthand ``font`` is taken apart."""
    declarations = (part.partition(":") for part in style.split(";") if part.strip())
    found = {name.strip(): value.strip() for name, _, value in declarations}
    if shorthand := re.fullmatch(r"(?:(\w+) )?([\d.]+px) (.+)", found.pop("font", "")):
        found["font-weight"] = shorthand[1] or "normal"
        found["font-size"], found["font-family"] = shorthand[2], shorthand[3]
    return found
