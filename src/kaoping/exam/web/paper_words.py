"""What an assembly run says, in the reader's language: the rules that its papers met, and their curves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from flask_babel import gettext as _

from kaoping.exam.web.languages import ENGLISH, language
from kaoping.itembank.conditions import Limit
from kaoping.itembank.fixed_options import Reason
from kaoping.itembank.papers import AssemblyRun
from kaoping.itembank.rules import RowRule, Rules, Section, plain, read


@dataclass(frozen=True, slots=True)
class Met:
    """A rule, what it asks for, and what each paper (or all together) has."""

    rule: str
    asked: str
    values: tuple[str, ...]
    #: How much papers miss of a soft rule, where they do.
    missed: str = ""
    #: Whether the rule bears the name that its author wrote.
    written: bool = False


def row_name(row: RowRule) -> str:
    """Name a row in the reader's language."""
    return row.name_en if language() is ENGLISH else row.name


def section_name(section: str | Section) -> str:
    """Name a type of item in the reader's language."""
    return str(_(Section(section).label))


def stays(reason: str) -> str:
    """Say why options of an item stay in their place."""
    return str(_(Reason(reason).label))


def cell(run: AssemblyRun, row: str, section: Section) -> Mapping[str, Any] | None:
    """Give what a run needed and had of a row and type; None where no item is taken."""
    return next((one for one in run.report["supply"] if (one["row"], one["section"]) == (row, section.value)), None)


def rules_met(run: AssemblyRun) -> Iterator[Met]:
    """Set what the rules ask for beside what the papers have."""
    report, rules = run.report, read(run.report["rules"])
    papers = report["papers"]
    for rule in rules.sections:
        found = tuple(str(paper["sections"][rule.section.value]) for paper in papers)
        asked = _("%(count)s items, marks each: %(marks)s", count=rule.count, marks=plain(rule.marks))
        yield Met(section_name(rule.section), asked, found)
    yield Met(_("Items on one point"), _("at most 1 in a paper"), ("1",) * len(papers))
    band = _("%(low)s to %(high)s", low=plain(rules.ratio_low), high=plain(rules.ratio_high))
    yield Met(_("Mean expected share of marks"), band, tuple(f"{paper['ratio']:.3f}" for paper in papers))
    yield from _limits(rules, papers)
    if len(papers) > 1:
        yield from _likeness(rules, papers, report["spread"])


def _limits(rules: Rules, papers: list[dict[str, Any]]) -> Iterator[Met]:
    """Set every limit beside what the papers have; of a soft one, say what each paper misses."""
    for number, limit in enumerate(rules.limits):
        values = tuple(str(paper["limits"][number]) for paper in papers)
        misses = [plain(limit.missed(Decimal(value))) for value in values]
        missed = " / ".join(misses) if limit.price is not None and any(miss != "0" for miss in misses) else ""
        yield Met(limit.name, _bounds(limit), values, missed, written=True)


def _bounds(limit: Limit) -> str:
    ends = [None if end is None else plain(end) for end in (limit.least, limit.most)]
    if ends[0] is None:
        return str(_("at most %(most)s", most=ends[1]))
    return str(
        _("%(low)s to %(high)s", low=ends[0], high=ends[1]) if ends[1] else _("at least %(least)s", least=ends[0])
    )


def _likeness(rules: Rules, papers: list[dict[str, Any]], spread: float) -> Iterator[Met]:
    means = [paper["mean"] for paper in papers]
    items = [{one["item"] for one in paper["chosen"]} for paper in papers]
    shared = max(len(one & other) for one, other in combinations(items, 2))
    most = len(rules.anchors) + rules.overlap
    asked = _("at most %(most)s", most=most) if most else "0"
    yield Met(_("Items that two papers share"), asked, (str(shared),))
    apart = f"{max(means) - min(means):.2f}"
    yield Met(_("Distance of the mean expected marks"), _("at most %(most)s", most=plain(rules.mean_within)), (apart,))
    asked = _("at most %(most)s between ability -2 and 2", most=plain(rules.curve_within))
    yield Met(_("Greatest distance of the curves in marks"), asked, (f"{spread:.2f}",))
