"""The parts of the item editor that belong to a type: fields as they were typed, and the body that they mean.

Every field holds a list of texts, as a form sends them; rows are fields of the same length. Those of a case's
sub-questions have a prefix: ``part-2-stem``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kaoping.itembank.bodies.base import ALPHABET, BLANK
from kaoping.itembank.bodies.by_hand import MEDIA_TYPES
from kaoping.itembank.content import presentation, problems_in
from kaoping.itembank.items import ItemType, Picture

Fields = Mapping[str, Sequence[str]]
Lists = dict[str, list[str]]

#: Rows of a type's form: the fields that stand side by side.
ROWS = {
    "options": ("options",), "left": ("left", "left_key"), "right": ("right",), "entries": ("entries", "place"),
    "choices": ("choices",), "areas": ("area_coords", "area_shape"), "points": ("point_text", "point_marks"),
    "rubric": ("criterion", "criterion_marks", "descriptors"), "units": ("unit_name", "unit_factor"),
}  # fmt: skip
#: Fields that have a value before anybody chose one; they fill no row.
_CHOSEN = {"area_shape"}
#: Rows that an empty form offers.
BEGIN = {"options": 4, "left": 3, "right": 4, "entries": 4, "choices": 4, "areas": 3, "points": 2, "rubric": 2}
_PART = re.compile(r"^part-(\d{1,3})-(.+)$")
_WHOLE = re.compile(r"\d{1,9}")
_BETWEEN = re.compile(r"\s*[;；]\s*")
_WORDS = ("width", "case", "spaces", "script", "punctuation", "numbers")
MOST_PARTS = 12


class Typed:
    """Fields of a form, or of one sub-question of it by its prefix."""

    def __init__(self, fields: Fields, prefix: str = "") -> None:
        self.fields, self.prefix = fields, prefix

    def all(self, name: str) -> list[str]:
        """Give all texts of a field."""
        return list(self.fields.get(self.prefix + name, ()))

    def first(self, name: str, default: str = "") -> str:
        """Give the text of a field that has one."""
        return next(iter(self.all(name)), default)

    def rows(self, group: str) -> list[dict[str, str]]:
        """Give the rows of a group as a form shows them: those typed, as many as it begins with if there are none."""
        names = ROWS[group]
        columns = [self.all(name) for name in names]
        count = max(map(len, columns)) or BEGIN.get(group, 0)
        padded = [[*column, *[""] * (count - len(column))] for column in columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*padded, strict=True)]

    def filled(self, group: str) -> list[dict[str, str]]:
        """Give the rows up to the last one in which something was typed."""
        rows = self.rows(group)
        while rows and not any(text.strip() for name, text in rows[-1].items() if name not in _CHOSEN):
            rows.pop()
        return rows

    @property
    def blanks(self) -> int:
        """Blanks of the stem."""
        return len(BLANK.findall(self.first("stem")))

    @property
    def parts(self) -> list["Typed"]:
        """Give the sub-questions; a new case begins with one."""
        numbers = {int(found[1]) for name in self.fields if (found := _PART.match(name))}
        return [
            Typed(self.fields, f"part-{number}-") for number in range(1, min(max(numbers, default=1), MOST_PARTS) + 1)
        ]

    @property
    def kind(self) -> str:
        """Type of a sub-question; what no sub-question can be is single choice."""
        typed = self.first("type")
        known = typed in _BODIES and typed != ItemType.CASE
        return typed if known else ItemType.SINGLE_CHOICE.value


def changed(fields: Fields, act: str) -> Lists:
    """Take a row in or out: ``add left``, ``drop left 2``, ``add part-1-options``, ``add part``, ``drop part 2``."""
    verb, _, rest = act.partition(" ")
    group, _, place = rest.partition(" ")
    found = {name: list(values) for name, values in fields.items()}
    if group == "part":
        return _add_part(found) if verb == "add" else _without_part(found, place)
    known = _PART.match(group)
    prefix, group = (f"part-{known[1]}-", known[2]) if known else ("", group)
    rows = Typed(found, prefix).rows(group) if group in ROWS else []
    if verb == "add":
        rows.append(dict.fromkeys(ROWS.get(group, ()), ""))
    elif place in map(str, range(len(rows))):
        del rows[int(place)]
    return found | {prefix + name: [row[name] for row in rows] for name in ROWS.get(group, ())}


def _add_part(fields: Lists) -> Lists:
    return fields | {f"part-{len(Typed(fields).parts) + 1}-type": [ItemType.SINGLE_CHOICE.value]}


def _without_part(fields: Lists, place: str) -> Lists:
    if place not in map(str, range(1, MOST_PARTS + 1)):
        return fields
    kept, number = Lists(), int(place)
    for name, values in fields.items():
        found = _PART.match(name)
        if found is None or int(found[1]) < number:
            kept[name] = values
        elif int(found[1]) > number:
            kept[f"part-{int(found[1]) - 1}-{found[2]}"] = values
    return kept


def body_of(kind: str, typed: Typed) -> dict[str, Any]:
    """Write what belongs to the type as a part of a body, sound or not."""
    made = _BODIES.get(ItemType(kind))
    return made(typed) if made else {}


def whole(typed: Typed) -> dict[str, Any]:
    """Write a sub-question as a body."""
    return {"type": typed.kind, "stem": typed.first("stem"), "rationale": typed.first("rationale")} | body_of(
        typed.kind, typed
    )


def _texts(typed: Typed, group: str) -> list[str]:
    return [row[ROWS[group][0]] for row in typed.filled(group)]


def _true_false(typed: Typed) -> dict[str, Any]:
    return {"key": {"true": True, "false": False}.get(typed.first("key"))}


def _single(typed: Typed) -> dict[str, Any]:
    return {"options": _texts(typed, "options"), "key": typed.first("key") or None}


def _multiple(typed: Typed) -> dict[str, Any]:
    return {"options": _texts(typed, "options"), "key": typed.all("key")}


def _fill_in(typed: Typed) -> dict[str, Any]:
    lines = typed.first("key").splitlines()
    key = [[answer for answer in _BETWEEN.split(line.strip()) if answer] for line in lines if line.strip()]
    return {"key": key} | normalising(typed)


def normalising(typed: Typed) -> dict[str, Any]:
    """Write how the answers of blanks are compared; without any field of it, as usual."""
    if not typed.first("normalise_shown"):
        return {}
    chosen = typed.all("normalise")
    units = [one for one in _BETWEEN.split(typed.first("normalise_units").strip()) if one]
    return {"normalise": {name: name in chosen for name in _WORDS} | {"units": units}}


def _numeric(typed: Typed) -> dict[str, Any]:
    plainly = {name: typed.first(name).strip() for name in ("key", "unit")}
    return plainly | {"tolerance": typed.first("tolerance").strip() or "0"} | converting(typed)


def converting(typed: Typed) -> dict[str, Any]:
    """Write the relative tolerance and the other units of a number."""
    units = [{"unit": row["unit_name"], "factor": row["unit_factor"]} for row in typed.filled("units")]
    return {"relative": typed.first("relative").strip() or "0", "units": units}


def _matching(typed: Typed) -> dict[str, Any]:
    left = typed.filled("left")
    key = {str(number): row["left_key"] for number, row in enumerate(left, start=1) if row["left_key"]}
    return {
        "left": [row["left"] for row in left], "right": _texts(typed, "right"), "key": key,
        "reuse": bool(typed.first("reuse")),
    }  # fmt: skip


def _ordering(typed: Typed) -> dict[str, Any]:
    entries = typed.filled("entries")
    places = {str(number) for number in range(1, len(ALPHABET) + 1)}
    placed = {row["place"]: letter for letter, row in zip(ALPHABET, entries, strict=False) if row["place"] in places}
    return {"entries": [row["entries"] for row in entries], "key": [placed[place] for place in sorted(placed, key=int)]}


def _cloze(typed: Typed) -> dict[str, Any]:
    return {
        "choices": _texts(typed, "choices"), "key": typed.all("blank_key")[: typed.blanks],
        "reuse": bool(typed.first("reuse")),
    }  # fmt: skip


def _hotspot(typed: Typed) -> dict[str, Any]:
    areas = [
        {
            "shape": row["area_shape"] or "rect",
            "coords": [int(one) for one in re.findall(r"\d{1,6}", row["area_coords"])],
        }
        for row in typed.filled("areas")
    ]
    key = [int(place) for place in typed.all("area_key") if place in map(str, range(len(ALPHABET)))]
    most = _number(typed.first("most_choices", "1"))
    return {"picture": typed.first("answer_picture") or None, "areas": areas, "key": key, "most_choices": most}


def _short_answer(typed: Typed) -> dict[str, Any]:
    points = [{"text": row["point_text"], "marks": row["point_marks"]} for row in typed.filled("points")]
    return {"key": {"model": typed.first("model"), "points": points}}


def _rubric(typed: Typed) -> list[dict[str, Any]]:
    return [
        {
            "criterion": row["criterion"], "marks": row["criterion_marks"],
            "descriptors": [line for line in row["descriptors"].splitlines() if line.strip()],
        }
        for row in typed.filled("rubric")
    ]  # fmt: skip


def _essay(typed: Typed) -> dict[str, Any]:
    words = {"least": _number(typed.first("words_least") or "0"), "most": _number(typed.first("words_most") or "2000")}
    return {"rubric": _rubric(typed), "words": words}


def _file_upload(typed: Typed) -> dict[str, Any]:
    most = _number(typed.first("most_megabytes", "10"))
    return {"rubric": _rubric(typed), "accept": typed.all("accept"), "most_megabytes": most}


def _case(typed: Typed) -> dict[str, Any]:
    parts = [{"marks": part.first("marks"), "body": whole(part)} for part in typed.parts]
    return {"stimulus": typed.first("stimulus"), "parts": parts}


_BODIES: dict[ItemType, Callable[[Typed], dict[str, Any]]] = {
    ItemType.TRUE_FALSE: _true_false, ItemType.SINGLE_CHOICE: _single, ItemType.MULTIPLE_CHOICE: _multiple,
    ItemType.FILL_IN: _fill_in, ItemType.NUMERIC: _numeric, ItemType.MATCHING: _matching,
    ItemType.ORDERING: _ordering, ItemType.CLOZE: _cloze, ItemType.HOTSPOT: _hotspot,
    ItemType.SHORT_ANSWER: _short_answer, ItemType.ESSAY: _essay, ItemType.FILE_UPLOAD: _file_upload,
    ItemType.CASE: _case,
}  # fmt: skip


def _number(text: str) -> int | str:
    """Give a whole number, or the text as it is, which the body refuses at its field."""
    return int(text) if _WHOLE.fullmatch(text.strip()) else text


def fields_of(body: dict[str, Any], prefix: str = "") -> Lists:
    """Give the fields of a body's type as a form would send them."""
    return {prefix + name: values for name, values in _fields(body)} | {
        f"part-{number}-{name}": values
        for number, part in enumerate(body.get("parts", ()), start=1)
        for name, values in (fields_of(part["body"]) | _heads(part)).items()
    }


def _heads(part: dict[str, Any]) -> Lists:
    body = part["body"]
    return {
        "type": [body["type"]],
        "stem": [body["stem"]],
        "rationale": [body["rationale"]],
        "marks": [str(part["marks"])],
    }


def _fields(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name in ("options", "right", "choices", "accept"):
        yield name, list(body.get(name, ()))
    for name in ("tolerance", "relative", "unit", "stimulus", "most_choices", "most_megabytes"):
        yield name, [str(body[name])] if name in body else []
    yield "reuse", ["y"] if body.get("reuse") else []
    yield "unit_name", [one["unit"] for one in body.get("units", ())]
    yield "unit_factor", [one["factor"] for one in body.get("units", ())]
    yield from _of_areas(body)
    yield from _of_rubric(body)
    yield from _of_key(body)
    if normalise := body.get("normalise"):
        yield "normalise_shown", ["y"]
        yield "normalise", [name for name in _WORDS if normalise.get(name)]
        yield "normalise_units", ["；".join(normalise["units"])]


def _of_areas(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield "answer_picture", [body["picture"]] if body.get("picture") else []
    yield "area_shape", [area["shape"] for area in body.get("areas", ())]
    yield "area_coords", [", ".join(map(str, area["coords"])) for area in body.get("areas", ())]


def _of_rubric(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    rubric = body.get("rubric", ())
    yield "criterion", [one["criterion"] for one in rubric]
    yield "criterion_marks", [str(one["marks"]) for one in rubric]
    yield "descriptors", ["\n".join(one["descriptors"]) for one in rubric]
    if words := body.get("words"):
        yield "words_least", [str(words["least"])]
        yield "words_most", [str(words["most"])]


def _of_key(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    key = body.get("key")
    match body["type"]:
        case ItemType.TRUE_FALSE:
            yield "key", ["true" if key else "false"]
        case ItemType.FILL_IN:
            yield "key", ["\n".join("；".join(accepted) for accepted in key or ())]
        case ItemType.MATCHING:
            yield "left", list(body["left"])
            yield "left_key", [(key or {}).get(str(number), "") for number in range(1, len(body["left"]) + 1)]
        case ItemType.ORDERING:
            letters = list(key or ())
            yield "entries", list(body["entries"])
            shown = zip(ALPHABET, body["entries"], strict=False)
            yield "place", [str(letters.index(one) + 1) if one in letters else "" for one, _ in shown]
        case ItemType.CLOZE:
            yield "blank_key", list(key or ())
        case ItemType.HOTSPOT:
            yield "area_key", [str(place) for place in key or ()]
        case ItemType.SHORT_ANSWER if key:
            yield "model", [key["model"]]
            yield "point_text", [one["text"] for one in key["points"]]
            yield "point_marks", [str(one["marks"]) for one in key["points"]]
        case _ if key is not None:
            yield "key", key if isinstance(key, list) else [str(key)]


def drawn(body: dict[str, Any], pictures: Sequence[Picture], address: Callable[[Any], str]) -> dict[str, Any] | None:
    """Give a hotspot's picture with the areas that are drawn well enough to be shown; None without the picture."""
    picture = next((one for one in pictures if str(one.id) == str(body.get("picture"))), None)
    if picture is None or problems_in(body | {"stem": "?", "rationale": "!"}):
        return None
    areas = [
        {"letter": letter, "shape": area["shape"], "coords": list(area["coords"])}
        for letter, area in zip(ALPHABET, presentation(body | {"stem": "?", "rationale": "!"})["areas"], strict=False)
    ]
    return {
        "address": address(picture.id), "alternative": picture.alternative, "width": picture.width,
        "height": picture.height, "areas": areas,
    }  # fmt: skip


def letters(key: Sequence[int]) -> list[str]:
    """Name areas by their letters."""
    return [ALPHABET[place] for place in key if 0 <= place < len(ALPHABET)]


__all__ = ["ALPHABET", "MEDIA_TYPES", "Typed", "body_of", "changed", "drawn", "fields_of", "letters", "whole"]
