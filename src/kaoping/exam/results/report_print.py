"""The printed score report 成绩单: marks per component, ability with its error, and the profile over functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pikepdf

from kaoping.certificates.layout_sheets import REPORT, Block, SheetLayout, usual
from kaoping.certificates.render import SealPlace, balance
from kaoping.certificates.seal import seal
from kaoping.certificates.sheet_pictures import sheet_resources, sheet_underlay
from kaoping.exam.results.report_figures import Axis, Estimate, ability, bar, radar, signed
from kaoping.itembank.printing import Limit, fill, render
from kaoping.itembank.qr import qr_svg

STYLESHEETS = ("print.css", "report.css", "sheet.css")
LEAST_AXES, MOST_AXES = 3, 8
# Letters of a function that stand in one line beside the radar.
_LETTERS = 5
# A joint so many letters from the middle is near it.
_NEAR = 2
# Flowing sections must end above the fixed closing block.
_CLOSING_TOP = 243.0
SEAL_FOOT = "成绩专用章"
#: Where the seal of the closing block stands, and with it the visible signature.
SEAL = SealPlace(150.0, 246.0, 36.0)


@dataclass(frozen=True)
class ComponentScore:
    """One component's score; ``None`` while it has none. ``result`` is as printed, 合格."""

    name: str
    score: Decimal | None
    cut: Decimal
    result: str


@dataclass(frozen=True)
class FunctionRate:
    """One function of the standard: weight in percent, items met, own rate and group mean in percent.

    ``short_name`` stands on the radar and may hold a line break. Of a small group no mean is told.
    """

    name: str
    short_name: str
    weight: int
    items: int
    rate: int
    mean: int | None


@dataclass(frozen=True)
class PrintableReport:
    """Everything a score report shows; ``facts`` are label and value, two to a row.

    ``query_url`` is what the code of a registered report opens; a report without one says that it is not registered.
    ``objection_until`` is the local end of the objection period.
    """

    number: str
    occupation: str
    level_name: str
    facts: tuple[tuple[str, str], ...]
    components: tuple[ComponentScore, ...]
    verdict: str
    issuer: str
    issued_on: date
    demonstration: bool
    objection_until: datetime
    verify_home: str = ""
    query_url: str = ""
    estimate: Estimate | None = None
    functions: tuple[FunctionRate, ...] = ()
    seal_mark: str = "示范"
    seal_foot: str = SEAL_FOOT

    @property
    def ability_text(self) -> str:
        """The estimate in words, beside and behind its picture."""
        if self.estimate is None:
            return ""
        one = self.estimate
        return f"能力估计值{signed(one.theta)}，标准误{one.se:.2f}，{one.cut_name}{signed(one.cut)}。"


def two_lines(name: str) -> str:
    r"""Break a long name for the radar in the middle, or before a joint near it.

    >>> two_lines("标准实施监督与评价")
    '标准实施监督\n与评价'
    """
    if len(name) <= _LETTERS:
        return name
    middle = len(name) // 2
    at = next((at for at, letter in enumerate(name) if letter in "与和及" and abs(at - middle) <= _NEAR), middle)
    return f"{name[:at]}\n{name[at:]}"


def _pictures(
    report: PrintableReport, sheet: SheetLayout, uploaded: Mapping[str, bytes], *, signed: bool
) -> dict[str, bytes]:
    pictures = sheet_resources(sheet, uploaded)
    if not signed:
        pictures["seal"] = seal(report.issuer, middle=report.seal_mark, foot=report.seal_foot)
    if report.query_url:
        pictures["qr"] = qr_svg(report.query_url)
    for place, one in enumerate(report.components, 1):
        if one.score is not None:
            pictures[f"bar-{place}"] = bar(one.score, cut=one.cut)
    if report.estimate is not None:
        pictures["ability"] = ability(report.estimate)
    if LEAST_AXES <= len(report.functions) <= MOST_AXES:
        pictures["radar"] = radar([Axis(one.short_name, one.rate, one.mean) for one in report.functions])
    return pictures


def _blocks(report: PrintableReport, sheet: SheetLayout) -> list[Block]:
    """Give the blocks that have something to say, in the order of the sheet."""
    said = {Block.ABILITY: report.estimate, Block.PROFILE: report.functions, Block.NOTES: sheet.notes}
    return [block for block in sheet.blocks if said.get(block, True)]


def report_pdf(
    report: PrintableReport,
    sheet: SheetLayout | None = None,
    *,
    uploaded: Mapping[str, bytes] | None = None,
    additions: Iterable[Callable[[pikepdf.Pdf], None]] = (),
    signed: bool = False,
) -> bytes:
    """Print a score report by a layout of its organisation, or as the package does; ``uploaded`` are its pictures.

    A signed one leaves the place of the seal to its signature. The same arguments give the same bytes.
    Raises ``DoesNotFit`` when the sections reach into the closing block, and ``MissingGlyph``.
    """
    facts = [*report.facts, ("", "")] if len(report.facts) % 2 else list(report.facts)
    chosen = sheet or usual(REPORT)
    pictures = _pictures(report, chosen, uploaded or {}, signed=signed)
    html = fill(
        "report.html",
        report=report,
        sheet=chosen,
        blocks=_blocks(report, chosen),
        facts=list(zip(facts[::2], facts[1::2], strict=True)),
        pictures=frozenset(pictures),
        issuer_lines=balance(report.issuer, limit=11),
    )
    return render(
        html,
        stylesheets=STYLESHEETS,
        resources=pictures,
        limits=[Limit("score report", bottom=_CLOSING_TOP)],
        underlay=sheet_underlay(chosen),
        additions=additions,
    )
