"""Why an item cannot stand in a paper, in the reader's language: each broken rule by its name."""

import re
from typing import Any

from flask_babel import gettext as _

from kaoping.exam.web.hindrance_words import rule_name
from kaoping.exam.web.paper_words import row_name, section_name
from kaoping.itembank import exchange
from kaoping.itembank.exchange import Breach
from kaoping.itembank.rules import Rules, plain
from kaoping.itembank.swapping import Desk

_CELL = re.compile(r"constraint cell:(.+):([a-z_]+)")


def breach(one: Breach, desk: Desk) -> str:
    """Say which rule an exchange would break."""
    return str(_breach(one, desk))


def _breach(one: Breach, desk: Desk) -> Any:
    if one.rule in {exchange.USE, exchange.OVERLAP}:
        labels = ", ".join(desk.papers[number].label for number in one.papers)
        return _("It stands in another paper of this run: %(papers)s.", papers=labels)
    if one.rule in {exchange.MEANS, exchange.CURVES}:
        return _apart(one, desk.rules)
    if one.items:
        return _("It may not stand beside %(items)s: same point, or enemies.", items=", ".join(one.items))
    return _rule(one.rule, desk.rules)


def _rule(name: str, given: Rules) -> Any:
    if found := _CELL.fullmatch(name):
        row = next((row_name(row) for row in given.rows if row.code == found[1]), found[1])
        return _("%(row)s, %(type)s: the number of items would change.", row=row, type=section_name(found[2]))
    return {
        "constraint marks": _("The marks of the paper would not be %(marks)s.", marks=plain(given.marks)),
        "constraint mean": _(
            "The mean expected share of marks would leave %(low)s to %(high)s.",
            low=plain(given.ratio_low), high=plain(given.ratio_high),
        ),
        "exclude": _("It stands in as many sealed papers as allowed, or the rules leave it out."),
        "include": _("The rules want the present item to stand in the papers."),
    }.get(
        name, _("Rule of the specification: %(name)s", name=rule_name(name.removeprefix("constraint "), given))
    )  # fmt: skip


def _apart(one: Breach, given: Rules) -> Any:
    found = f"{one.amount:.2f}"
    if one.rule == exchange.MEANS:
        limit = plain(given.mean_within)
        return _("The mean expected marks would lie %(found)s apart; at most %(limit)s.", found=found, limit=limit)
    limit = plain(given.curve_within)
    return _("The curves would lie %(found)s marks apart; at most %(limit)s.", found=found, limit=limit)
