"""Items that are answered on a picture: areas, each with a letter, so that a keyboard reaches what a mouse does."""

from collections.abc import Callable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from kaoping.itembank.bodies.base import ALPHABET, Part, Plain, Problem, counted
from kaoping.itembank.errors import N_

_Pixels = Annotated[int, Field(ge=0, le=20_000)]


class Shape(StrEnum):
    """Shapes of an area, and what its coordinates are, in pixels of the picture from its top left corner.

    Attributes
    ----------
    RECT : left, top, right, bottom.
    CIRCLE : centre x, centre y, radius.
    POLYGON : x and y of three corners or more.
    """

    RECT = "rect"
    CIRCLE = "circle"
    POLYGON = "polygon"


class Area(Part):
    """An area of a picture."""

    shape: Shape
    coords: list[_Pixels]

    @property
    def sound(self) -> bool:
        """Whether the coordinates are as many as the shape needs and enclose something."""
        return _SOUND[self.shape](self.coords)

    def holds(self, x: int, y: int) -> bool:
        """Tell whether a point is in the area; its edge belongs to it, but for a polygon's right and lower ones."""
        return _HOLDS[self.shape](self.coords, x, y)


def _rect_sound(coords: list[int]) -> bool:
    return len(coords) == 4 and coords[0] < coords[2] and coords[1] < coords[3]  # noqa: PLR2004 - two corners


def _circle_sound(coords: list[int]) -> bool:
    return len(coords) == 3 and coords[2] > 0  # noqa: PLR2004 - centre and radius


def _corners(coords: list[int]) -> list[tuple[int, int]]:
    return list(zip(coords[::2], coords[1::2], strict=True))


def _polygon_sound(coords: list[int]) -> bool:
    if len(coords) < 6 or len(coords) > 200 or len(coords) % 2:  # noqa: PLR2004 - three corners to a hundred
        return False
    corners = _corners(coords)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]])) != 0


def _in_rect(coords: list[int], x: int, y: int) -> bool:
    left, top, right, bottom = coords
    return left <= x <= right and top <= y <= bottom


def _in_circle(coords: list[int], x: int, y: int) -> bool:
    centre_x, centre_y, radius = coords
    return (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2


def _in_polygon(coords: list[int], x: int, y: int) -> bool:
    """Count the edges to the right of the point: an odd number means inside. In whole numbers, so it is exact."""
    corners = _corners(coords)
    inside = False
    for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]]):
        if (y1 > y) != (y2 > y):
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            inside ^= side > 0 if y2 > y1 else side < 0
    return inside


_SOUND: Final[dict[Shape, Callable[[list[int]], bool]]] = {
    Shape.RECT: _rect_sound, Shape.CIRCLE: _circle_sound, Shape.POLYGON: _polygon_sound,
}  # fmt: skip
_HOLDS: Final[dict[Shape, Callable[[list[int], int, int], bool]]] = {
    Shape.RECT: _in_rect, Shape.CIRCLE: _in_circle, Shape.POLYGON: _in_polygon,
}  # fmt: skip


class Hotspot(Plain):
    """热点题: areas of a picture are chosen; ``key`` names the right ones by their places from zero.

    All areas are shown with their letters, so there is always one that is wrong. A draft may wait for its picture,
    which is uploaded to an item that exists.
    """

    SHOWN = ("picture", "areas", "most_choices")

    type: Literal["hotspot"] = "hotspot"
    picture: UUID | None = None
    areas: tuple[Area, ...] = ()
    key: tuple[Annotated[int, Field(ge=0)], ...] = ()
    most_choices: Annotated[int, Field(ge=1, le=len(ALPHABET))] = 1

    @property
    def letters(self) -> str:
        """Letters of the areas in order."""
        return ALPHABET[: len(self.areas)]

    @property
    def wanted(self) -> set[str]:
        """Letters of the right areas."""
        return {ALPHABET[place] for place in self.key}

    def at(self, x: int, y: int) -> str:
        """Give the letter of the first area that holds a point; none if it lies outside of all."""
        return next((letter for letter, area in zip(self.letters, self.areas, strict=True) if area.holds(x, y)), "")

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        if self.picture is None and not self.areas:
            return []
        sentence = N_("A hotspot item has %(least)s to %(most)s areas; this one has %(count)s.")
        found = list(counted("areas", self.areas, 2, len(ALPHABET), sentence))
        for number, area in enumerate(self.areas, start=1):
            if not area.sound:
                sentence = N_(
                    "Area %(number)s is not drawn: a rectangle has left, top, right and bottom, a circle centre and "
                    "radius, a polygon three corners or more."
                )
                found.append(Problem(field="areas", sentence=sentence, facts={"number": number}))
        return [*found, *self._of_key()]

    def _of_key(self) -> list[Problem]:
        right = set(self.key)
        found = []
        if self.picture is None:
            found.append(Problem(field="picture", sentence=N_("Areas are drawn on a picture; choose the picture.")))
        if not right:
            found.append(Problem(field="key", sentence=N_("No area is marked as right; mark at least one.")))
        if not right <= set(range(len(self.areas))):
            sentence = N_("The key names an area that does not exist; mark one that is drawn.")
            found.append(Problem(field="key", sentence=sentence))
        elif len(right) == len(self.areas):
            sentence = N_("Every area is right, so nothing is asked; draw an area that is wrong.")
            found.append(Problem(field="key", sentence=sentence))
        if self.most_choices < len(right):
            sentence = N_("%(right)s areas are right and %(most)s may be chosen; let as many be chosen as are right.")
            facts = {"right": len(right), "most": self.most_choices}
            found.append(Problem(field="most_choices", sentence=sentence, facts=facts))
        return found
