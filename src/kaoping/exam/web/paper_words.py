"""What an assembly run says, in the reader's language: the rules that its papers met, and their curves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kaoping.exam.web.languages import ENGLISH, language
from kaoping.itembank.papers import AssemblyRun
from kaoping.itembank.rules import RowRule, Rules, Section, plain, read


@dataclass(frozen=True, slots=True)
class Met:
    """A rule, what it asks for, and what each paper (or all together) has."""

    rule: str
    asked: str
    values: tuple[str, ...]


def row_name(row: RowRule) -> str:
    """Name a row in the reader's language."""
    return row.name_en if language() is ENGLISH else row.name


def section_name(section: str | Section) -> str:
    """Name a type of item in the reader's language."""
    return str(_(Section(section).label))


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
    if len(papers) > 1:
        yield from _likeness(rules, papers, report["spread"])


def _likeness(rules: Rules, papers: list[dict[str, Any]], spread: float) -> Iterator[Met]:
    means = [paper["mean"] for paper in papers]
    yield Met(_("Items in more than one paper"), "0", ("0",))
    apart = f"{max(means) - min(means):.2f}"
    yield Met(_("Distance of the mean expected marks"), _("at most %(most)s", most=plain(rules.mean_within)), (apart,))
    asked = _("at most %(most)s between ability -2 and 2", most=plain(rules.curve_within))
    yield Met(_("Greatest distance of the curves in marks"), asked, (f"{spread:.2f}",))
