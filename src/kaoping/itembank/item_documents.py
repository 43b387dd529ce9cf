"""Items as one JSON document that other systems and people can read: wording, place in the standard, source, pictures.

The body of an item is what `kaoping.itembank.content` knows, or without keys what a candidate may see of it.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from kaoping.itembank import content
from kaoping.itembank.item_rows import Wording
from kaoping.itembank.items import Picture
from kaoping.itembank.models import Standard

FORMAT: Final = "kaoping-items"
VERSION: Final = 1
_MARK = re.compile(r"\(picture:([0-9a-f-]{36})\)")


def pictures_named(body: dict[str, Any]) -> Iterator[UUID]:
    """Give the pictures that a body shows or asks about."""
    yield from (picture for _, picture in content.pictures_of(body))
    yield from (UUID(found) for found in _MARK.findall(json.dumps(body)))


def written(
    wordings: Sequence[Wording], standards: Mapping[UUID, Standard], pictures: Sequence[Picture], *,
    told: Mapping[str, Any], with_keys: bool,
) -> bytes:  # fmt: skip
    """Write items with what is told of the export as a whole."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "export": dict(told),
        "items": [_item(one, standards[one.item.standard_id], with_keys=with_keys) for one in wordings],
        "pictures": [_picture(one) for one in pictures],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(one: Wording, standard: Standard, *, with_keys: bool) -> dict[str, Any]:
    item, revision = one.item, one.revision
    return {
        "code": item.code,
        "revision": revision.number,
        "standard": {"code": standard.code, "edition": standard.edition},
        "level": item.level.digit,
        "point": item.point.code,
        "state": item.state.value,
        "difficulty": revision.difficulty,
        "consistency": revision.consistency,
        "ai_assisted": item.ai_assisted,
        "source": {
            "standard": revision.source_standard,
            "edition": revision.source_edition,
            "clause": revision.source_clause,
        },
        "body": revision.body if with_keys else content.presentation(revision.body),
    }


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "id": str(picture.id),
        "media_type": picture.media_type,
        "alternative": picture.alternative,
        "content": base64.b64encode(picture.content).decode(),
    }
