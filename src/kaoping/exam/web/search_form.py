"""A search for items as an address: read from the fields of the form, and written as a link."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from werkzeug.datastructures import MultiDict

from kaoping.itembank.items import ItemState, ItemType
from kaoping.itembank.listing import Search, Trait
from kaoping.itembank.models import Importance
from kaoping.itembank.rules import Section

#: Fields of the form by the part of a search that each asks for.
FIELDS: Final = {
    "text": "q", "range_id": "range", "point_id": "point", "standard_id": "standard", "digit": "level", "type": "type",
    "state": "state", "author_id": "author", "importance": "importance", "difficulty": "difficulty",
    "source": "source", "section": "section", "trait": "trait",
}  # fmt: skip
HIGHEST: Final = 999


def of(asked: Mapping[str, str], *, viewer: UUID) -> Search:
    """Read a search; what is no value of its field asks for nothing."""
    given = MultiDict(asked)
    return Search(
        text=given.get("q", ""), range_id=given.get("range", type=UUID), point_id=given.get("point", type=UUID),
        standard_id=given.get("standard", type=UUID), digit=given.get("level", type=_small),
        type=given.get("type", type=ItemType), state=given.get("state", type=ItemState),
        author_id=given.get("author", type=UUID), importance=given.get("importance", type=Importance),
        difficulty=given.get("difficulty", type=_small), source=given.get("source", ""),
        section=given.get("section", type=Section), trait=given.get("trait", type=Trait),
        viewer=viewer,
    )  # fmt: skip


def parts(search: Search) -> dict[str, str]:
    """Write what a search asks for as fields of the form; empty if it asks for nothing."""
    told = {field: getattr(search, part) for part, field in FIELDS.items()}
    return {field: str(value).strip() for field, value in told.items() if str(value or "").strip()}


def _small(text: str) -> int:
    """Read a number of a filter; one that no column could hold is none."""
    number = int(text)
    if not 0 <= number <= HIGHEST:
        raise ValueError(text)
    return number
