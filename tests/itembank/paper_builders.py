"""Builders of printable papers."""

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from kaoping.itembank.booklet import PrintableItem, PrintablePaper, PrintableSection

OPTIONS = (Markup("<p>GB</p>"), Markup("GB/T"), Markup("GB/Z"), Markup("DB"))
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def a_section(kind: str, count: int, *, mark: str = "2", **item: Any) -> PrintableSection:
    said: dict[str, Any] = {"stem": Markup("<p>推荐性国家标准的代号是（　　）。</p>")} | item
    return PrintableSection(kind, Decimal(mark), tuple(PrintableItem(**said) for _ in range(count)))


def sections(
    true_false: int = 20, single: int = 28, multiple: int = 8, written: int = 4
) -> tuple[PrintableSection, ...]:
    return (
        a_section("true_false", true_false, mark="1.00", stem=Markup("<p>标准化的目的是获得最佳秩序。</p>")),
        a_section("single_choice", single, options=OPTIONS),
        a_section("multiple_choice", multiple, options=(*OPTIONS, Markup("JB"))),
        a_section("written", written, stem=Markup("<p>赞成率为____。</p>"), blanks=1, unit="%"),
    )


def a_paper(**changes: Any) -> PrintablePaper:
    said: dict[str, Any] = {
        "component": "理论知识",
        "occupation": "标准化从业人员（示范）",
        "level_name": "三级/高级工",
        "form": "SF-2026-04-A",
        "issuer": "考评示范职业技能评价中心",
        "minutes": 90,
        "pass_mark": Decimal("60.00"),
        "sections": sections(),
        "digest": DIGEST,
        "demonstration": True,
        "provenance": "AI 辅助命制，未经专家审定",
    }
    return PrintablePaper(**said | changes)
