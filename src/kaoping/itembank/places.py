"""Where the fields of a set page stand: measured from its boxes, in points from the bottom left of the page."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

POINTS = 72 / 96  # in a pixel of CSS


@dataclass(frozen=True)
class Frame:
    """The content box of a picture or an empty element."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """One line of text: where its baseline begins, how far it may run, and how it is set."""

    left: float
    baseline: float
    room: float
    size: float
    ink: tuple[float, float, float]
    language: str


Place = Frame | Line


def places(page: Any, fields: Collection[str]) -> dict[str, Place]:
    """Measure fields of a page box. A field that is absent, or whose text takes more than one box, has no place."""
    height = page.margin_height()
    found: dict[str, list[Place]] = {}
    for box, field, block in walk(page, ""):
        if field in fields and (place := _place(box, field, _right(block), height)):
            found.setdefault(field, []).append(place)
    return {field: place for field, (place, *rest) in map(_lines_alone, found.items()) if not rest}


def _lines_alone(found: tuple[str, list[Place]]) -> tuple[str, list[Place]]:
    """Of an element that holds text the text counts, not the box about it."""
    field, measured = found
    return field, [one for one in measured if isinstance(one, Line)] or measured


def walk(box: Any, field: str, block: Any = None) -> Iterator[tuple[Any, str, Any]]:
    """Every box of a page with the field that it belongs to and the block that holds it, if one does."""
    element = getattr(box, "element", None)
    field = (element.get("data-field") if element is not None else None) or field
    yield box, field, block
    if type(box).__name__ in {"BlockBox", "TableCellBox"}:
        block = box
    for child in getattr(box, "children", ()):
        yield from walk(child, field, block)


def _right(block: Any) -> float:
    """Right edge of a block's content."""
    return 0.0 if block is None else block.content_box_x() + block.width


def _place(box: Any, field: str, right: float, height: float) -> Place | None:
    if hasattr(box, "text"):
        red, green, blue = box.style["color"].to("srgb").coordinates
        return Line(
            left=box.position_x * POINTS,
            baseline=(height - box.position_y - box.baseline) * POINTS,
            room=(right - box.position_x) * POINTS,
            size=box.style["font_size"] * POINTS,
            ink=(red, green, blue),
            language=box.style["lang"] or "",
        )
    element = getattr(box, "element", None)
    if element is None or element.get("data-field") != field or type(box).__name__ == "LineBox":
        return None
    across, down = box.content_box_x(), box.content_box_y() + box.height
    return Frame(across * POINTS, (height - down) * POINTS, box.width * POINTS, box.height * POINTS)
