"""What an item-writing plan says, in the reader's language: difficulties, reasons, and the plan as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from kaoping.exam.web.languages import ENGLISH, language
from kaoping.exam.web.paper_words import row_name, section_name
from kaoping.itembank.errors import N_
from kaoping.itembank.point_supply import Place
from kaoping.itembank.rules import RowRule, Section
from kaoping.itembank.writing_plan import Line, Plan, Why

DIFFICULTIES = {
    1: N_("easy"),
    2: N_("rather easy"),
    3: N_("of middle difficulty"),
    4: N_("rather hard"),
    5: N_("hard"),
}
#: Names of the types for narrow columns.
SHORT = {
    Section.TRUE_FALSE: N_("T/F"),
    Section.SINGLE_CHOICE: N_("Single"),
    Section.MULTIPLE_CHOICE: N_("Multiple"),
    Section.FILL_IN: N_("Fill in"),
    Section.MATCHING: N_("Matching"),
    Section.ORDERING: N_("Ordering"),
    Section.CLOZE: N_("Cloze"),
    Section.HOTSPOT: N_("Hotspot"),
}
COLUMNS = (
    N_("Order"), N_("Point"), N_("Name"), N_("Importance"), N_("Range"), N_("Type"), N_("Difficulty"), N_("To write"),
    N_("For paper number"), N_("Usable"), N_("In review"), N_("Drafts"), N_("Waiting for statistics"), N_("Exposed"),
    N_("Wanted"), N_("Papers more by one item"), N_("Information more by one item"), N_("Reason"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the weight table with its points, each with its places by type."""

    row: RowRule
    sections: tuple[Section, ...]
    points: tuple[dict[Section, Place], ...]
    missing: int


def point_name(place: Place) -> str:
    """Name a point in the reader's language."""
    return place.name_en if language() is ENGLISH else place.name


def difficulty(line: Line) -> str:
    """Say how difficult an item should be; nothing is known of that without statistics."""
    return "–" if line.difficulty is None else str(_(DIFFICULTIES[line.difficulty]))


def reason(line: Line, plan: Plan) -> str:
    """Say in one sentence why an item is wanted."""
    cell = {"row": row_name(line.place.row), "type": section_name(line.place.section)}
    if line.why is Why.PRECISION:
        told = _(
            "%(row)s · %(type)s: an item like this tells more at the pass mark than those that papers take.", **cell
        )
    elif line.why is Why.BALANCE:
        told = _(
            "%(row)s · %(type)s: there are enough items, but other rules such as the band of difficulty need this one.",
            **cell,
        )
    else:
        facts = cell | {"num": plan.all_papers, "needed": line.needed, "held": line.held}
        told = ngettext(
            "%(row)s · %(type)s: %(num)d paper takes %(needed)d items, the bank can give %(held)d.",
            "%(row)s · %(type)s: %(num)d papers take %(needed)d items, the bank can give %(held)d.",
            **facts,
        )
    return str(told)


def short(section: Section) -> str:
    """Name a type in a narrow column."""
    return str(_(SHORT[section]))


def first_short(plan: Plan) -> list[str]:
    """Name the rows and types that run out first."""
    cells = {(line.place.row.code, line.place.section): line.place for line in plan.first}
    return [f"{row_name(place.row)} · {section_name(place.section)}" for place in cells.values()]


def bands(plan: Plan) -> list[Band]:
    """Gather the places by row and point."""
    found = []
    for row in plan.version_rows:
        places = [place for place in plan.places if place.row.code == row.code]
        points: dict[str, dict[Section, Place]] = {}
        for place in places:
            points.setdefault(place.point, {})[place.section] = place
        sections = tuple(section for section in Section if row.count(section))
        found.append(Band(row, sections, tuple(points.values()), sum(map(plan.missing, places))))
    return found


def heat(plan: Plan, place: Place) -> str:
    """Give the class of a cell: what is missing, much or little, or what there is."""
    if missing := plan.missing(place):
        return "k-short-2" if 2 * missing > plan.wanted_at(place) else "k-short-1"
    return "k-enough" if place.usable and place.usable >= plan.wanted_at(place) else ""


def table(plan: Plan) -> Iterator[list[str | int]]:
    """Give the plan as rows of a file, the header first; numbers in full."""
    yield [str(_(name)) for name in COLUMNS]
    for number, line in enumerate(plan.lines, 1):
        place = line.place
        yield [
            number, place.point, point_name(place), place.importance.value, f"{place.row.code} {row_name(place.row)}",
            section_name(place.section), difficulty(line), line.count, line.paper or "", place.usable, place.in_review,
            place.draft, place.waiting, place.exposed, plan.wanted_at(place), _plain(line.papers),
            _plain(line.information), reason(line, plan),
        ]  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
