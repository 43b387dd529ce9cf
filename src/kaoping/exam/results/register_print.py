"""The printed register of a batch 证书发放名册: one line for each certificate of an exam, signed for on receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kaoping.certificates.layout_sheets import REGISTER, Block, SheetLayout, usual
from kaoping.certificates.sheet_pictures import sheet_resources
from kaoping.itembank.printing import fill, render

STYLESHEETS = ("print.css", "register.css", "sheet.css")
#: Heads of the columns.
TITLES = {
    Block.PERSON: "姓名",
    Block.IDENTITY: "证件号码",
    Block.OCCUPATION: "职业名称",
    Block.LEVEL: "等级",
    Block.NUMBER: "证书编号",
    Block.ISSUED_ON: "发证日期",
    Block.SIGNATURE: "签收",
}


@dataclass(frozen=True)
class RegisterLine:
    """One certificate; ``state`` is printed beneath the number when it is not in force, ``signature`` stays empty."""

    person: str
    identity: str
    occupation: str
    level: str
    number: str
    issued_on: str
    state: str = ""
    signature: str = ""


@dataclass(frozen=True)
class PrintableRegister:
    """What the register of an exam shows."""

    name: str
    issuer: str
    made_on: date
    demonstration: bool
    lines: tuple[RegisterLine, ...]


def register_pdf(
    register: PrintableRegister, sheet: SheetLayout | None = None, *, uploaded: Mapping[str, bytes] | None = None
) -> bytes:
    """Print the register by a layout of its organisation, or as the package does; the columns are the layout's blocks.

    Raises `MissingGlyph` and `LayoutPictureMissing`.
    """
    chosen = sheet or usual(REGISTER)
    columns = [{"name": block.value, "title": TITLES[block]} for block in chosen.blocks]
    html = fill("register.html", register=register, sheet=chosen, columns=columns)
    return render(html, stylesheets=STYLESHEETS, resources=sheet_resources(chosen, uploaded or {}))
