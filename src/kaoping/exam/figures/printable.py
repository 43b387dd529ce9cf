"""Markdown of items for print: safe HTML with formulas and pictures as ``kp:`` names.

The printer draws no MathML, so each formula is taken out before the text is rendered and put back as a picture.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from markupsafe import Markup, escape

from kaoping.exam.figures.formula import FormulaUnknown, formula
from kaoping.itembank import markdown

_FORMULA = re.compile(r"(?<!\\)\$([^$\n]+)\$")
# Private characters, which no text of an item holds, keep the places of formulas through the renderer.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PICTURES = "printable-picture/"


@dataclass
class Printable:
    """What a paper hands to the printer: pictures of formulas by name, and the item pictures that it still needs.

    The bytes of an item picture go into the resources as ``picture-<id>``.
    """

    resources: dict[str, bytes] = field(default_factory=dict)
    pictures: set[UUID] = field(default_factory=set)

    def block(self, text: str) -> Markup:
        """Render a stem."""
        return self._rendered(text, markdown.html)

    def line(self, text: str) -> Markup:
        """Render an option."""
        return self._rendered(text, markdown.line)

    def _rendered(self, text: str, render: Callable[..., str]) -> Markup:
        sources: list[str] = []

        def keep(found: re.Match[str]) -> str:
            sources.append(found[1].strip())
            return f"{_OPEN}{len(sources) - 1}{_CLOSE}"

        self.pictures |= markdown.picture_ids(text)
        html = render(_FORMULA.sub(keep, text), pictures=lambda picture: f"{_PICTURES}{picture}")
        html = html.replace(f'src="{_PICTURES}', 'src="kp:picture-')
        return Markup(_PLACE.sub(lambda found: self._drawn(sources[int(found[1])]), html))  # noqa: S704 - cleaned above

    def _drawn(self, latex: str) -> str:
        """Draw a formula; one that cannot be drawn is printed as its source."""
        try:
            picture = formula(latex)
        except FormulaUnknown:
            return f"<code>{escape(latex)}</code>"
        name = f"formula-{hashlib.sha256(latex.encode()).hexdigest()[:16]}"
        self.resources[name] = picture.svg
        return picture.image(name)
