"""What keeps a wording from being saved: a body of the wrong form, marks that are refused, blanks that nobody sees."""

from collections.abc import Iterator
from typing import Any

from kaoping.itembank import content, markdown
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_
from kaoping.itembank.items import ItemType

_WITH_BLANKS = {ItemType.FILL_IN, ItemType.CLOZE}


def problems(body: dict[str, Any]) -> list[Problem]:
    """List what is wrong with a body, field by field."""
    found = content.problems_in(body) or list(_hidden_blanks(body))
    for field, texts in _texts(body):
        found += [problem for one in texts for problem in markdown.problems(one, field)]
    return found


def _hidden_blanks(body: dict[str, Any], prefix: str = "") -> Iterator[Problem]:
    """Name the stems of a sound body with blanks that nobody would see, and so could not fill."""
    counted = len(content.BLANK.findall(body["stem"]))
    if body["type"] in _WITH_BLANKS and (shown := markdown.blanks(body["stem"])) != counted:
        sentence = N_(
            "The stem has %(blanks)s blanks, of which %(shown)s can be seen; write ____ without a backslash, outside "
            "of code, formulas and pictures."
        )
        yield Problem(field=f"{prefix}stem", sentence=sentence, facts={"blanks": counted, "shown": shown})
    for number, part in enumerate(body.get("parts", ()), start=1):
        yield from _hidden_blanks(part["body"], f"part-{number}-")


def _texts(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for field in ("stem", "rationale"):
        yield field, [body[field]] if isinstance(body.get(field), str) else []
    for field, text in content.read_fields(body):
        yield from [(field, [text])] if field != "stem" else []
