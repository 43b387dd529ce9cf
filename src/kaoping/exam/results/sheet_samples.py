"""Samples of flowing sheets for their design: a score report, an admission ticket, a batch register of nobody."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_samples import Wish, first_page, sheet
from kaoping.certificates.layout_sheets import SheetLayout
from kaoping.certificates.statement import Award, mask
from kaoping.exam.registration.ticket_print import PlannedComponent, PrintableTicket, ticket_pdf
from kaoping.exam.results.register_print import PrintableRegister, RegisterLine, register_pdf
from kaoping.exam.results.report_figures import Estimate
from kaoping.exam.results.report_print import ComponentScore, FunctionRate, PrintableReport, report_pdf, two_lines

_ZONE = ZoneInfo("Asia/Shanghai")
_DAY = date(2026, 11, 23)
_LINES = 12
_FUNCTIONS = (
    ("职业道德", 5, 3, 100, 88), ("基础知识", 20, 12, 83, 74), ("标准信息", 15, 9, 78, 70),
    ("研制编写", 25, 15, 80, 66), ("审查编审", 15, 9, 67, 61), ("标准实施监督与评价", 20, 12, 89, 72),
)  # fmt: skip


def _report(award: Award, chosen: SheetLayout, pictures: dict[str, bytes]) -> bytes:
    report = PrintableReport(
        number="202611000417-1", occupation=award.occupation, level_name=award.level_name,
        facts=(("姓名", award.name), ("准考证号", "202611000417"), ("证件号码", mask(award.id_number)),
               ("考核日期", "2026-11-08"), ("结果状态", "公示中")),
        components=(ComponentScore("理论知识考试", Decimal("82.50"), Decimal(60), "合格"),
                    ComponentScore("技能考核", Decimal("74.00"), Decimal(60), "合格")),
        verdict="合格", issuer=award.issuer, issued_on=_DAY, demonstration=True,
        objection_until=datetime(2026, 11, 28, 9, 30, tzinfo=_ZONE), estimate=Estimate(0.86, 0.31, -0.12),
        functions=tuple(FunctionRate(name, two_lines(name), *rest) for name, *rest in _FUNCTIONS),
    )  # fmt: skip
    return report_pdf(report, chosen, uploaded=pictures)


def _ticket(award: Award, chosen: SheetLayout, pictures: dict[str, bytes]) -> bytes:
    plan = PlannedComponent(
        "理论知识考试", "机考", "2026-11-08", "09:00—10:30", award.issuer, "示范市示范路1号", "第一考场", "07"
    )
    ticket = PrintableTicket(
        number="202611000417", batch="2026年第一批次认定",
        facts=(("姓名", award.name), ("证件号码", mask(award.id_number)), ("职业名称", award.occupation),
               ("技能等级", award.level_name)),
        plan=(plan,), issuer=award.issuer, phone="000-0000", check_in="202611000417", demonstration=True,
    )  # fmt: skip
    return ticket_pdf(ticket, chosen, printed_at=datetime(2026, 11, 1, 9, 0, tzinfo=_ZONE), uploaded=pictures)


def _register(award: Award, chosen: SheetLayout, pictures: dict[str, bytes]) -> bytes:
    lines = tuple(
        RegisterLine(
            award.name, mask(award.id_number), award.occupation, award.level_name,
            f"S00000000000026{award.level}{place:06}", _DAY.isoformat(),
        )
        for place in range(1, _LINES + 1)
    )  # fmt: skip
    register = PrintableRegister("2026年第一批次认定", award.issuer, _DAY, demonstration=True, lines=lines)
    return register_pdf(register, chosen, uploaded=pictures)


_DRAWN: dict[LayoutKind, Callable[[Award, SheetLayout, dict[str, bytes]], bytes]] = {
    LayoutKind.SCORE_REPORT: _report,
    LayoutKind.ADMISSION_TICKET: _ticket,
    LayoutKind.BATCH_REGISTER: _register,
}


def pdf(kind: LayoutKind, chosen: SheetLayout, wish: Wish) -> bytes:
    """Print a sample of a flowing sheet."""
    return _DRAWN[kind](sheet(wish).award, chosen, wish.pictures)


def picture(kind: LayoutKind, chosen: SheetLayout, wish: Wish) -> bytes:
    """Draw a sample of a flowing sheet as it will be printed, its first page as PNG."""
    return first_page(pdf(kind, chosen, wish), dpi=wish.dpi)
