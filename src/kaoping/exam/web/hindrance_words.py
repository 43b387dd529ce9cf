"""Why there are no papers, in the reader's language: which rule stands in the way, by how much, and the way out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kaoping.exam.web.languages import ENGLISH, language
from kaoping.exam.web.paper_words import cell, row_name, section_name
from kaoping.itembank import hindrances
from kaoping.itembank.errors import N_
from kaoping.itembank.papers import AssemblyRun
from kaoping.itembank.rules import RowRule, Rules, Section, read

_NAMES = {
    "marks": N_("Marks of a paper"),
    "mean": N_("Mean expected marks"),
    "point": N_("Assessment point %(name)s"),
    "enemies": N_("Enemies, group %(name)s"),
    "enemy-set": N_("Set of enemies %(name)s of the item bank"),
    "include": N_("Item %(name)s, which must stand in a paper"),
}
_WAYS = {
    hindrances.TOO_HARD: N_("Lower the difficulty band, or add easier items."),
    hindrances.TOO_EASY: N_("Raise the difficulty band, or add harder items."),
    hindrances.MEANS: N_("Allow the papers a greater distance, or add items of like difficulty."),
    hindrances.CURVES: N_("Allow the curves a greater distance, or add items of like difficulty."),
}


@dataclass(frozen=True, slots=True)
class Shortage:
    """A rule that cannot be met, why, and the way out; ``cell`` is what the bank has there, where it is about items."""

    rule: str
    sentence: str
    way: str
    cell: Mapping[str, Any] | None


def shortages(run: AssemblyRun) -> Iterator[Shortage]:
    """Say what could not be met."""
    rules = read(run.report["rules"])
    for line in run.report.get("shortfalls", ()):
        facts: dict[str, Any] = line["facts"]
        named = str(facts.get("rules", facts.get("rule", "")))
        held = cell(run, facts.get("row", ""), Section(facts["type"])) if "type" in facts else None
        heading = _names(named, rules) if named else ""
        yield Shortage(heading, _said(line, rules), _way(line["sentence"], facts), held)


def repairs(run: AssemblyRun) -> list[str]:
    """Say which changes, all together, would allow papers."""
    rules = read(run.report["rules"])
    return [_said(line, rules) for line in run.report.get("repairs", ())]


def _said(line: Mapping[str, Any], rules: Rules) -> str:
    facts = dict(line["facts"])
    for key in facts.keys() & {"rule", "rules"}:
        facts[key] = _names(facts[key], rules)
    if "row" in facts:
        facts |= {"row": row_name(_row(facts["row"], rules)), "type": section_name(facts["type"])}
    elif "type" in facts:
        facts |= {"type": section_name(facts["type"])}
    sentence: str = line["sentence"]
    return str(_(sentence, **facts))


def _names(named: str, rules: Rules) -> str:
    return str(_(", ")).join(rule_name(rule, rules) for rule in named.split(", "))


def rule_name(rule: str, rules: Rules) -> str:
    """Name a rule by its id (see `kaoping.itembank.request`); one that is not known keeps its id."""
    kind, _colon, rest = rule.partition(":")
    if kind == "cell":
        code, section = rest.rsplit(":", 1)
        return f"{row_name(_row(code, rules))} \u00b7 {section_name(section)}"
    if kind == "limit":
        return rules.limits[int(rest)].name
    if kind == "type":
        return section_name(rest)
    if kind == "row":
        return row_name(_row(rest, rules))
    return str(_(_NAMES[kind], name=rest)) if kind in _NAMES else rule


def _row(code: str, rules: Rules) -> RowRule:
    return next(row for row in rules.rows if row.code == code)


def _way(sentence: str, facts: Mapping[str, Any]) -> str:
    if "points" in facts:
        return (" " if language() is ENGLISH else "").join(_writing(facts))
    return str(_(_WAYS[sentence])) if sentence in _WAYS else ""


def _writing(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["points"]:
        yield _("Write more items (%(short)d), first on the points that have fewest: %(points)s.", **facts)
    else:
        yield _("Write more items (%(short)d).", **facts)
    if facts.get("suffice"):
        yield _("Or make fewer papers: the items here suffice for %(suffice)d.", **facts)
    else:
        yield _("Or take fewer items here.")
