"""What the papers of a run are like, in the reader's language: pictures, classes of difficulty, a list to keep."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam import spreadsheets
from kaoping.exam.figures import runs
from kaoping.exam.figures.drawing import Words
from kaoping.exam.figures.papers import Mark
from kaoping.exam.web.item_words import IMPORTANCE
from kaoping.exam.web.paper_words import row_name, section_name
from kaoping.itembank import comparison, rules
from kaoping.itembank.comparison import Exposure, Hardness, Score, Shared
from kaoping.itembank.errors import N_
from kaoping.itembank.models import Importance
from kaoping.itembank.papers import AssemblyRun
from kaoping.itembank.rules import Rules, Section, plain

#: Classes of difficulty, the easiest first.
CLASSES = (N_("easy"), N_("fairly easy"), N_("of medium difficulty"), N_("fairly hard"), N_("hard"))


@dataclass(frozen=True, slots=True)
class Compared:
    """What a page shows of the papers of a run beside their rules."""

    scores: list[Score]
    hardness: list[Hardness]
    overlap: list[Shared]
    exposure: Exposure

    @property
    def own(self) -> set[str]:
        """Labels of the papers of the run that were not discarded."""
        return {shared.label for shared in self.overlap if shared.label}


def compared(session: Session, run: AssemblyRun, given: Rules) -> Compared:
    """Compare the papers of a run."""
    return Compared(
        scores=comparison.scores(run.report, given),
        hardness=comparison.hardness(run.report, given, comparison.importances(session, run)),
        overlap=comparison.overlap(session, run),
        exposure=comparison.exposure(session, run, given),
    )


def kind_name(kind: Importance | Section | None) -> str:
    """Name the items that a line of the table of difficulty counts."""
    if kind is None:
        return str(_("All items"))
    if isinstance(kind, Importance):
        return str(_("Importance %(letter)s, %(name)s", letter=kind.value, name=_(IMPORTANCE[kind])))
    return section_name(kind)


def picture(run: AssemblyRun, kind: str, cut: str) -> bytes:
    """Draw a picture of a run's papers, in the wide or the narrow cut."""
    report, narrow = run.report, cut == "narrow"
    names = {paper["label"]: _("Paper %(label)s", label=paper["label"]) for paper in report["papers"]}
    return {"curves": _curves, "distance": _distance, "information": _information, "difficulty": _difficulty}[kind](
        report, names, narrow
    )


def _axis() -> str:
    return str(_("Ability \u03b8 (logits)"))


def _curves(report: dict[str, Any], names: dict[str, str], narrow: bool) -> bytes:  # noqa: FBT001 - one of four alike
    pass_mark = Mark(float(report["pass_mark"]), _("Pass mark %(mark)s", mark=report["pass_mark"]))
    words = Words(_("Expected marks"), _axis(), _("Expected marks of each paper by ability."))
    return runs.curves(report, names, words, pass_mark, target=_("Target"), narrow=narrow)


def _distance(report: dict[str, Any], names: dict[str, str], narrow: bool) -> bytes:  # noqa: FBT001 - as above
    half = rules.read(report["rules"]).curve_within / 2
    words = Words(_("Distance from the target"), _axis(), _("Expected marks of each paper less those of the target."))
    within = Mark(float(half), _("half of what is allowed: %(half)s", half=plain(half)))
    return runs.distance(report, names, words, within, vertical=_("Marks"), narrow=narrow)


def _information(report: dict[str, Any], names: dict[str, str], narrow: bool) -> bytes:  # noqa: FBT001 - as above
    at_cut = Mark(report["cut"], _("\u03b8 at the pass mark = %(cut)s", cut=f"{report['cut']:.2f}"))
    words = Words(_("Test information"), _axis(), _("Information of each paper about ability."))
    return runs.information(report, names, words, at_cut, target=_("Target"), narrow=narrow)


def _difficulty(report: dict[str, Any], names: dict[str, str], narrow: bool) -> bytes:  # noqa: FBT001 - as above
    shares = {paper["label"]: comparison.facilities(paper) for paper in report["papers"]}
    described = _("Every item of each paper as a dot over its expected share of right answers.")
    words = Words(_("Difficulty of the items"), _("Expected share of right answers"), described)
    return runs.difficulty(shares, names, words, edges=comparison.EDGES, narrow=narrow)


def table(run: AssemblyRun) -> str:
    """Write the slots of a run's papers as CSV: what each item is to the paper, without its content."""
    return spreadsheets.written(_lines(run))


def _lines(run: AssemblyRun) -> Iterator[list[Any]]:
    yield [
        _("Paper"), _("No."), _("Item"), _("Point"), _("Range"), _("Name"), _("Type"), _("Marks"), "a", "b",
        _("Information at the pass mark"), _("Exposure"),
    ]  # fmt: skip
    given = rules.read(run.report["rules"])
    rows = {row.code: row for row in given.rows}
    codes = {paper.label: paper.code for paper in run.papers}
    for paper in run.report["papers"]:
        for number, one in enumerate(paper["chosen"], 1):
            section = Section(one["section"])
            yield [
                codes[paper["label"]], number, one["item"], one["point"], one["row"], row_name(rows[one["row"]]),
                section_name(section), plain(given.marks_of(section)), one["a"], one["b"], one["information"],
                one["uses"],
            ]  # fmt: skip
