"""Further rules of a specification in the reader's language: modes, attributes, limits and groups of items."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from kaoping.exam.web.item_words import IMPORTANCE
from kaoping.exam.web.paper_words import row_name, section_name
from kaoping.itembank import enemy_sets, limits
from kaoping.itembank.conditions import Attribute, Condition, Counted, Limit, Mode
from kaoping.itembank.errors import N_
from kaoping.itembank.limits import Holding
from kaoping.itembank.models import Importance
from kaoping.itembank.rules import FULL_MARKS, Rules, plain

MODES = {
    Mode.BY_POINT: N_("By assessment point"),
    Mode.BY_TYPE: N_("By type"),
    Mode.FIXED_SET: N_("Fixed set"),
}
MODES_TOLD = {
    Mode.BY_POINT: N_("Every range gives its weight in marks, by so many items of each type."),
    Mode.BY_TYPE: N_("So many items of each type; ranges keep their weights within some marks, or are not looked at."),
    Mode.FIXED_SET: N_("A whole paper is given as a list of items, and held against the table and the rules."),
}
COUNTED = {
    Counted.ITEMS: N_("number of items"),
    Counted.MARKS: N_("sum of marks"),
    Counted.WORDS: N_("reading length"),
    Counted.EXPECTED: N_("expected marks"),
}
ATTRIBUTES = {
    Attribute.POINT: N_("assessment point or range of any tier"),
    Attribute.ROW: N_("row of the weight table"),
    Attribute.SECTION: N_("type"),
    Attribute.IMPORTANCE: N_("importance"),
    Attribute.DIFFICULTY: N_("author's rating of difficulty"),
    Attribute.FACILITY: N_("facility"),
    Attribute.SOURCE: N_("source standard"),
    Attribute.AUTHOR: N_("author of the item"),
    Attribute.AI: N_("written with AI"),
    Attribute.CALIBRATED: N_("with statistics"),
    Attribute.KEY: N_("key of a true/false item"),
}
_DIFFICULTY = {
    "1": N_("1 easy"),
    "2": N_("2 rather easy"),
    "3": N_("3 medium"),
    "4": N_("4 rather hard"),
    "5": N_("5 hard"),
}
_VALUES = {"yes": N_("yes"), "no": N_("no"), "true": N_("true"), "false": N_("false")}
#: What open values look like.
EXAMPLES = {
    Attribute.POINT: N_("beginning of the code or of the path, such as 0-1-2; several with a comma between"),
    Attribute.SOURCE: N_("such as GB/T 1.1; several with a comma between"),
    Attribute.FACILITY: N_("a band such as 0.40-0.60; several with a comma between"),
}
GROUPS = {
    "enemies": N_("May not meet in a paper"),
    "together": N_("All or none"),
    "include": N_("In one of the papers"),
    "exclude": N_("In no paper"),
    "anchors": N_("In every paper (anchors for equating)"),
}

_RULES = {
    "marks": N_("Marks of the paper"),
    "mean": N_("Mean expected marks"),
    "elsewhere": N_("Items of a range and type that takes none"),
    "uncalibrated": N_("Items without statistics"),
    "exposure": N_("Items in too many sealed papers"),
    "rest": N_("Items that rest"),
    "exclude": N_("Items left out by the rules"),
    "include": N_("Items that must stand in the paper"),
}

#: X points give at least this share of the marks: the rule that one click offers.
CORE_SHARE = Decimal("0.8")


def core_rule() -> Limit:
    """Give the ready-made rule on core points."""
    return Limit(
        name=str(_("Core points (X) at least 80 of 100 marks")),
        counted=Counted.MARKS,
        where=(Condition(attribute=Attribute.IMPORTANCE, values=(Importance.CORE.value,)),),
        least=CORE_SHARE * FULL_MARKS,
    )


def value(attribute: Attribute, stored: str, rules: Rules, authors: Mapping[str, str]) -> str:
    """Write a value of an attribute."""
    match attribute:
        case Attribute.IMPORTANCE:
            return f"{stored} {_(IMPORTANCE[Importance(stored)])}"
        case Attribute.DIFFICULTY:
            return str(_(_DIFFICULTY[stored]))
        case Attribute.SECTION:
            return section_name(stored)
        case Attribute.ROW:
            return next((f"{row.code} {row_name(row)}" for row in rules.rows if row.code == stored), stored)
        case Attribute.AUTHOR:
            return authors.get(stored, "–")
    return str(_(_VALUES[stored])) if stored in _VALUES else stored


def told(limit: Limit, rules: Rules, authors: Mapping[str, str]) -> str:
    """Say a limit in one line: what is counted, of which items, and its bounds."""
    facts = {"counted": _(COUNTED[limit.counted]), "where": where(limit, rules, authors), "bounds": bounds(limit)}
    line = _("%(counted)s (%(where)s): %(bounds)s", **facts)
    if limit.price is None:
        return str(line)
    return str(_("%(line)s; soft, price %(price)s per unit", line=line, price=plain(limit.price)))


def where(limit: Limit, rules: Rules, authors: Mapping[str, str]) -> str:
    """Say of which items a limit is."""
    parts = []
    for condition in limit.where:
        values = _(", ").join(value(condition.attribute, one, rules, authors) for one in condition.values)
        parts.append(_("%(attribute)s: %(values)s", attribute=_(ATTRIBUTES[condition.attribute]), values=values))
    return _("; ").join(parts) or str(_("all items"))


def bounds(limit: Limit) -> str:
    """Say what a limit asks for."""
    return between(*(None if one is None else plain(one) for one in (limit.least, limit.most)))


def between(low: str | None, high: str | None) -> str:
    """Say the bounds of a number, one or both."""
    if low is None:
        return str(_("at most %(most)s", most=high))
    if high is None:
        return str(_("at least %(least)s", least=low))
    return low if low == high else str(_("%(low)s to %(high)s", low=low, high=high))


def needed(limit: Limit, rules: Rules, papers: int) -> Decimal:
    """Give how much all papers need at least: of items that papers may share, as much as one."""
    return (limit.least or Decimal(0)) * limits.times(rules, papers=papers)


def short(limit: Limit, held: Holding, rules: Rules, papers: int) -> bool:
    """Whether the bank has less than the papers need."""
    return held.amount < needed(limit, rules, papers)


def in_bank(limit: Limit, held: Holding, papers: int) -> str:
    """Say what the bank has for a limit, and what papers need."""
    facts = {"num": held.items, "marks": plain(held.marks)}
    has = ngettext("%(num)d item, %(marks)s marks in the bank", "%(num)d items, %(marks)s marks in the bank", **facts)
    parts = [has]
    if limit.counted in {Counted.WORDS, Counted.EXPECTED}:
        parts.append(_("%(counted)s %(amount)s", counted=_(COUNTED[limit.counted]), amount=plain(held.amount)))
    if limit.least:
        parts.append(
            _("each of %(papers)d papers needs %(least)s", papers=papers, least=plain(limit.least))
            if papers > 1 else _("a paper needs %(least)s", least=plain(limit.least))
        )  # fmt: skip
    return str(_("; ").join(parts))


def further(rules: Rules) -> bool:
    """Whether there is a rule beyond the table and what every specification has."""
    return bool(rules.limits or any(rules.named) or rules.overlap or rules.rest_days)


def groups(rules: Rules) -> Iterator[tuple[str, str]]:
    """Name the groups of items that rules have, with their codes."""
    for field, label in GROUPS.items():
        if held := getattr(rules, field):
            yield str(_(label)), codes(held)


def codes(held: tuple[str, ...] | tuple[tuple[str, ...], ...]) -> str:
    """Write codes of items, groups with a stroke between."""
    groups = (one if isinstance(one, tuple) else (one,) for one in held)
    return (" | " if held and isinstance(held[0], tuple) else " ").join(map(" ".join, groups))


def rule(name: str, label: str, rules: Rules) -> str:
    """Name a rule of a request by its id; a label that its author gave it stands for itself."""
    kind, _colon, rest = name.partition(":")
    rows = {row.code: row for row in rules.rows}
    match kind:
        case "cell":
            row, _colon, section = rest.rpartition(":")
            return f"{row} {row_name(rows[row])} · {section_name(section)}"
        case "type":
            return section_name(rest)
        case "row":
            return str(_("Marks of %(row)s", row=f"{rest} {row_name(rows[rest])}"))
        case "limit":
            return label
        case "enemies" | "together" | enemy_sets.RULE:
            return _group(kind, rest, label)
    return str(_(_RULES[kind]))


def _group(kind: str, name: str, items: str) -> str:
    if kind == enemy_sets.RULE:
        return str(_("Set of enemies %(name)s of the item bank", name=name))
    return str(_("%(rule)s: %(items)s", rule=_(GROUPS[kind]), items=items))
