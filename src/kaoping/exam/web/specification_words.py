"""What a specification's versions say about each other, and the bank about its cells, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from kaoping.exam.web import limit_words
from kaoping.exam.web.paper_words import row_name, section_name
from kaoping.itembank import versions
from kaoping.itembank.conditions import Limit, Mode
from kaoping.itembank.errors import N_
from kaoping.itembank.holdings import Cell
from kaoping.itembank.papers import Specification, SpecificationVersion
from kaoping.itembank.rules import Rules, plain
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.versions import Difference, Value

_NAMES = {
    "count": N_("number of items"),
    "marks": N_("marks of an item"),
    "scoring": N_("scoring rule"),
    "apart": N_("marks by which two markers may differ"),
    "weight": N_("weight"),
    "minutes": N_("Minutes"),
    "ratio_low": N_("Least mean expected share"),
    "ratio_high": N_("Greatest mean expected share"),
    "mean_within": N_("Means apart, marks"),
    "curve_within": N_("Curves apart, marks"),
    "exposure_most": N_("Sealed papers an item may stand in"),
    "uncalibrated": N_("Items without statistics"),
    "mode": N_("Mode"),
    "row_within": N_("Marks by which a range may miss its weight"),
    "overlap": N_("Items that two papers may share"),
    "rest_days": N_("Days that an item rests after a sealed paper"),
    **limit_words.GROUPS,
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One value of a version that differs from the version before."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A version with what it changed; the first has no changes."""

    version: SpecificationVersion
    changes: tuple[Changed, ...]


def history(specification: Specification, authors: Mapping[str, str]) -> list[Entry]:
    """Give the versions with their changes, the newest first."""
    return list(_entries(specification, authors))[::-1]


def _entries(specification: Specification, authors: Mapping[str, str]) -> Iterator[Entry]:
    before: SpecificationVersion | None = None
    for version in specification.versions:
        yield Entry(version, _changes(before, version, authors) if before else ())
        before = version


def _changes(
    before: SpecificationVersion, after: SpecificationVersion, authors: Mapping[str, str]
) -> tuple[Changed, ...]:
    """Tell every difference; limits are told by the rules of the version that they stand in."""
    old, new = versions.rules_of(before), versions.rules_of(after)
    return tuple(
        Changed(_what(found), _value(found.before, old, authors), _value(found.after, new, authors))
        for found in versions.differences(before, after)
    )


def _what(found: Difference) -> str:
    for limit in (found.after, found.before):
        if isinstance(limit, Limit):
            return limit.name
    parts = [found.row, section_name(found.section) if found.section else None, str(_(_NAMES[found.name]))]
    return " · ".join(filter(None, parts))


def _value(value: Value, rules: Rules, authors: Mapping[str, str]) -> str:  # noqa: PLR0911 - one line for each kind
    match value:
        case bool():
            return str(_("used") if value else _("not used"))
        case ScoringRule():
            return str(_(value.label))
        case Mode():
            return str(_(limit_words.MODES[value]))
        case Limit():
            return limit_words.told(value, rules, authors)
        case tuple():
            return limit_words.codes(value) or "–"
        case Decimal():
            return plain(value)
    return "–" if value is None else str(value)


def place(cell: Cell) -> str:
    """Name a cell: its row, if it is one of a row, and its type."""
    return " · ".join([*([row_name(cell.row)] if cell.row else []), section_name(cell.section)])


def shortage(cell: Cell, papers: int) -> str:
    """Say what papers need of a cell, what the bank has, and what else is there that could serve."""
    facts = {"num": papers, "needed": cell.needed, "available": cell.available, "missing": cell.missing}
    needs = ngettext(
        "%(num)d paper needs %(needed)d items, the bank has %(available)d: %(missing)d missing",
        "%(num)d papers need %(needed)d items, the bank has %(available)d: %(missing)d missing",
        **facts,
    )
    return str(_("%(facts)s.", facts=_("; ").join([needs, *_beside(cell)])))


def _beside(cell: Cell) -> Iterator[str]:
    if count := cell.in_review:
        yield str(ngettext("%(num)d waits in review", "%(num)d wait in review", count))
    if count := cell.uncalibrated:
        yield str(ngettext("%(num)d waits for statistics", "%(num)d wait for statistics", count))
    if count := cell.exposed:
        yield str(ngettext("%(num)d stands in too many papers", "%(num)d stand in too many papers", count))
    if count := cell.crowded:
        yield str(ngettext("%(num)d shares its point with others", "%(num)d share their points with others", count))
