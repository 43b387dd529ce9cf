"""What is printed of a skill paper, from frozen values that know no rows.

The notices for candidates 考核通知单 and for the venue 准备通知单, the task sheets 试题单, the score sheets 评分表.
"""

from dataclasses import dataclass
from decimal import Decimal

from kaoping.itembank.printing import fill, render
from kaoping.itembank.skill.table import Method

STYLESHEETS = ("print.css", "skill.css")
#: Judges who sign a score sheet, and for whom a judged row has a column.
JUDGES = 3

#: Fixed terms of print: they stand on Chinese papers whatever the reader's language is.
METHODS = {
    Method.PRACTICAL: "实际操作",
    Method.SIMULATION: "模拟操作",
    Method.COMPUTER: "上机操作",
    Method.WRITTEN: "笔试",
    Method.ORAL: "口试",
}


@dataclass(frozen=True)
class PrintableRow:
    """A row of a score sheet; ``nominal`` is what only an assessor's sheet may show."""

    code: str
    marks: Decimal
    text: str
    nominal: str = ""


@dataclass(frozen=True)
class PrintableEquipment:
    """A piece that a workplace has."""

    name: str
    specification: str = ""
    quantity: str = ""
    necessary: bool = False


@dataclass(frozen=True)
class PrintableDeduction:
    """What marks are taken off for."""

    text: str
    marks: Decimal
    most: Decimal | None = None


@dataclass(frozen=True)
class PrintableTask:
    """A task of the paper with its unit."""

    code: str
    title: str
    project: str
    unit: str
    method: Method
    minutes: int
    marks: Decimal
    site: str
    equipment: tuple[PrintableEquipment, ...]
    conditions: str
    materials: tuple[str, ...]
    task: str
    steps: tuple[str, ...]
    skills: tuple[str, ...]
    quality: tuple[str, ...]
    measured: tuple[PrintableRow, ...]
    judged: tuple[PrintableRow, ...]
    deductions: tuple[PrintableDeduction, ...]
    veto: tuple[str, ...]

    @property
    def method_name(self) -> str:
        """How the unit is examined, in print."""
        return METHODS[self.method]


@dataclass(frozen=True)
class PrintableSkillPaper:
    """Everything that the prints of a skill paper show."""

    occupation: str
    level_name: str
    code: str
    issuer: str
    pass_mark: Decimal
    tasks: tuple[PrintableTask, ...]
    digest: str
    demonstration: bool
    #: Whether it shows a task that may still change, and is no paper.
    draft: bool = False

    @property
    def minutes(self) -> int:
        """Minutes of all tasks."""
        return sum(task.minutes for task in self.tasks)

    @property
    def marks(self) -> Decimal:
        """Marks of all tasks."""
        return sum((task.marks for task in self.tasks), Decimal(0))


def notice_pdf(paper: PrintableSkillPaper) -> bytes:
    """Print the candidates' notice: units, times, marks and conditions, but no task."""
    return _pdf("skill-notice.html", paper, venue=False)


def preparation_pdf(paper: PrintableSkillPaper, *, behind: str = "") -> bytes:
    """Print the notice for the venue: what each workplace needs, with the materials to lay out."""
    return _pdf("skill-notice.html", paper, behind, venue=True)


def tasks_pdf(paper: PrintableSkillPaper, *, behind: str = "") -> bytes:
    """Print the task sheets, each from a new page."""
    return _pdf("skill-tasks.html", paper, behind)


def sheets_pdf(paper: PrintableSkillPaper) -> bytes:
    """Print the score sheets without nominal values."""
    return _pdf("skill-sheets.html", paper, key=False, judges=range(1, JUDGES + 1))


def key_pdf(paper: PrintableSkillPaper, *, behind: str = "") -> bytes:
    """Print the assessors' score sheets with nominal values."""
    return _pdf("skill-sheets.html", paper, behind, key=True, judges=range(1, JUDGES + 1))


def _pdf(template: str, paper: PrintableSkillPaper, behind: str = "", **more: object) -> bytes:
    """Print a template; ``behind`` the text of every page stands who took it, where a member of staff did."""
    filled = fill(template, paper=paper, **more)
    if not behind:
        return render(filled, stylesheets=STYLESHEETS, resources={})
    watermark = fill("key-watermark.svg", words=behind).encode()
    return render(filled, stylesheets=(*STYLESHEETS, "skill-behind.css"), resources={"watermark": watermark})
