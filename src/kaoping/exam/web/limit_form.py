"""The further rules in the form of a specification: rows of limits and fields of codes, as typed and as rules."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import gettext as _

from kaoping.exam.web.limit_words import core_rule
from kaoping.itembank.conditions import Attribute, Condition, Counted, Limit, Mode
from kaoping.itembank.rules import Rules, plain
from kaoping.itembank.vocabulary import choices

#: How many conditions a limit has room for.
CONDITIONS = 2
#: A group is a line; codes stand apart by white space or a comma, values that may have spaces by a comma or semicolon.
BETWEEN_CODES, BETWEEN_VALUES = re.compile(r"[\s,，、;；]+"), re.compile(r"\s*[,，、;；\n]\s*")
LISTS, GROUPS = ("include", "exclude", "anchors"), ("enemies", "together")
_ROW = re.compile(r"limit-(\d+)-(.+)")


class Typed(Protocol):
    """The form that these fields belong to."""

    values: dict[str, str]

    @property
    def authors(self) -> tuple[str, ...]:
        """Authors of items of the level."""

    def whole(self, name: str, least: int, most: int) -> int:
        """Read a whole number."""

    def optional(self, name: str, least: Decimal, most: Decimal) -> Decimal | None:
        """Read a number that may be left out."""

    def fault(self, name: str, sentence: str) -> None:
        """Note a fault."""


def filled(rules: Rules) -> dict[str, str]:
    """Fill the fields from stored rules."""
    values = {"mode": rules.mode.value, "overlap": str(rules.overlap), "rest_days": str(rules.rest_days)}
    values |= {"row_within": "" if rules.row_within is None else plain(rules.row_within)}
    values |= {name: " ".join(getattr(rules, name)) for name in LISTS}
    values |= {name: "\n".join(" ".join(group) for group in getattr(rules, name)) for name in GROUPS}
    for number, limit in enumerate(rules.limits):
        values |= _filled(number, limit)
    return values


def _filled(number: int, limit: Limit) -> dict[str, str]:
    numbers = {"least": limit.least, "most": limit.most, "price": limit.price}
    values = {name: "" if given is None else plain(given) for name, given in numbers.items()}
    values |= {"name": limit.name, "counted": limit.counted.value}
    for place in range(CONDITIONS):
        condition = limit.where[place] if place < len(limit.where) else None
        values |= {f"{place}-attribute": condition.attribute.value if condition else ""}
        if condition:
            values |= {f"{place}-values": ", ".join(condition.values)}
            values |= {f"{place}-is-{value}": "y" for value in condition.values}
    return {f"limit-{number}-{name}": value for name, value in values.items()}


def edited(values: Mapping[str, str]) -> dict[str, str]:
    """Take out the row that is to be removed, add the one that is asked for, and number rows from 0 without a gap."""
    kept = [number for number in _numbers(values) if str(number) != values.get("remove")]
    rest = {name: value for name, value in values.items() if not _ROW.fullmatch(name)}
    for place, number in enumerate(kept):
        before = f"limit-{number}-"
        rest |= {
            f"limit-{place}-{name.removeprefix(before)}": value
            for name, value in values.items() if name.startswith(before)
        }  # fmt: skip
        _tidy(rest, f"limit-{place}-")
    match values.get("add"):
        case "core":
            rest |= _filled(len(kept), core_rule())
        case str():
            rest |= {f"limit-{len(kept)}-name": "", f"limit-{len(kept)}-counted": Counted.ITEMS.value}
    return rest


def _tidy(values: dict[str, str], row: str) -> None:
    """Leave out attributes that there are not, and put the second condition first where the first was left empty."""
    for place in range(CONDITIONS):
        attribute = _one(values.get(f"{row}{place}-attribute"), Attribute, "")
        values[f"{row}{place}-attribute"] = str(attribute)
    if not values[f"{row}0-attribute"]:
        for name in [name for name in values if name.startswith(f"{row}1-")]:
            values[f"{row}0-{name.removeprefix(f'{row}1-')}"] = values.pop(name)


def count(values: Mapping[str, str]) -> int:
    """Count the rows of limits."""
    return len(_numbers(values))


def _numbers(values: Mapping[str, str]) -> list[int]:
    found = (_ROW.fullmatch(name) for name in values)
    return sorted({int(row[1]) for row in found if row})


def read(form: Typed) -> dict[str, Any]:
    """Read all fields as parts of rules; what cannot be read is noted and left out."""
    groups = {name: tuple(_codes(line) for line in form.values.get(name, "").splitlines()) for name in GROUPS}
    return {
        "mode": _one(form.values.get("mode"), Mode, Mode.BY_POINT),
        "row_within": form.optional("row_within", Decimal(0), Decimal(100)),
        "overlap": form.whole("overlap", 0, 400),
        "rest_days": form.whole("rest_days", 0, 3650),
        **{name: _codes(form.values.get(name, "")) for name in LISTS},
        **{name: tuple(group for group in found if group) for name, found in groups.items()},
    }


def limits(form: Typed, rules: Rules) -> tuple[Limit, ...]:
    """Read the rows of limits."""
    return tuple(_limit(form, rules, number) for number in range(count(form.values)))


def _limit(form: Typed, rules: Rules, number: int) -> Limit:
    place = f"limit-{number}"
    name = " ".join(form.values.get(f"{place}-name", "").split())[:100]
    if not name:
        form.fault(f"{place}-name", _("Name the rule: messages cite it by its name."))
    least, most = (form.optional(f"{place}-{end}", Decimal(0), Decimal(100_000)) for end in ("least", "most"))
    return Limit(
        name=name or "–",
        counted=_one(form.values.get(f"{place}-counted"), Counted, Counted.ITEMS),
        where=tuple(_conditions(form, rules, place)),
        least=least,
        most=most,
        price=form.optional(f"{place}-price", Decimal("0.01"), Decimal(1000)),
    )


def _conditions(form: Typed, rules: Rules, place: str) -> Iterator[Condition]:
    for number in range(CONDITIONS):
        attribute = _one(form.values.get(f"{place}-{number}-attribute"), Attribute, None)
        if attribute is None:
            continue
        if values := tuple(_values(form, rules, attribute, f"{place}-{number}")):
            yield Condition(attribute=attribute, values=values)
        else:
            form.fault(f"{place}-{number}-values", _("Give at least one value, or choose all items."))


def _values(form: Typed, rules: Rules, attribute: Attribute, place: str) -> Iterable[str]:
    if offered := offers(form, rules, attribute):
        return (value for value in offered if f"{place}-is-{value}" in form.values)
    return (value for value in BETWEEN_VALUES.split(form.values.get(f"{place}-values", "")) if value)


def offers(form: Typed, rules: Rules, attribute: Attribute) -> tuple[str, ...]:
    """Give the values that one ticks; none where one types."""
    return form.authors if attribute == Attribute.AUTHOR else choices(attribute, rules)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(BETWEEN_CODES.split(text)) if code)


def _one(text: str | None, kind: Any, otherwise: Any) -> Any:
    return kind(text) if text in {member.value for member in kind} else otherwise
