"""Samples that show how a layout behaves: usual, long and rare names, no photo, every level; all of them specimens."""

import io
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from kaoping.certificates import layout_print
from kaoping.certificates.layout_print import Said, Sheet
from kaoping.certificates.layouts import FieldName, Layout
from kaoping.certificates.render import Imprint
from kaoping.certificates.statement import Award
from kaoping.itembank.errors import N_

#: Reserved number parts: no organisation has them.
NUMBER_HEAD, NUMBER_TAIL = "S00000000000026", "000017"
HOME = "http://127.0.0.1:8000/verify"
QUERY = "http://127.0.0.1:8000/v/sample"
_DPI_OF_A_POINT = 72
_COLOURS = 128
_ADDRESSES = {
    FieldName.CERTIFICATE_QUERY: Said("（按机构设置印制）"),
    FieldName.INSTITUTION_QUERY: Said("（按机构设置印制）"),
}


class Sample(StrEnum):
    """Whose certificate is shown."""

    USUAL = "usual"
    LONG = "long"
    RARE = "rare"
    BARE = "bare"


#: What each sample shows, as the page offers it.
WORDS = {
    Sample.USUAL: N_("Usual names, with a photo"),
    Sample.LONG: N_("The longest names and occupation"),
    Sample.RARE: N_("Rare characters and a name with a dot"),
    Sample.BARE: N_("No photo, no specialty"),
}
_USUAL: dict[str, Any] = {
    "name": "林知远",
    "name_en": "LIN Zhiyuan",
    "id_type": "居民身份证",
    "id_number": "110101199003070011",
    "occupation": "标准化从业人员（示范）",
    "occupation_en": "Standardization Practitioner (Demonstration)",
    "specialty": "标准编制",
    "specialty_en": "Standards Drafting",
    "issuer": "考评示范职业技能评价中心",
    "issuer_en": "Kaoping Demonstration Centre for Occupational Skill Assessment",
    "issued_on": date(2026, 11, 23),
    "demonstration": True,
}
_CHANGES: dict[Sample, dict[str, Any]] = {
    Sample.USUAL: {},
    Sample.LONG: {
        "name": "阿卜杜勒·买买提·吐尔逊江·艾合买提江库",
        "name_en": "ABDULLE Maimaiti Tuerxunjiang Aihemaitijiangku",
        "id_type": "港澳居民来往内地通行证",
        "occupation": "标准化从业人员国际标准化与技术性贸易措施方向示范岗",
        "specialty": "标准信息与标准体系建设和标准实施监督评价改进方向人员",
        "issuer": "中国标准化示范集团有限公司华东区域职业技能等级认定与人才评价服务中心第一分中心示",
    },
    Sample.RARE: {"name": "迪丽努尔·䶮堃喆", "name_en": "DILNUR Yankunzhe", "specialty": "犇镕昇示范方向"},
    Sample.BARE: {"specialty": "", "specialty_en": ""},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which sample at which level is drawn at how many dots an inch, with the pictures of the layout by digest."""

    sample: Sample = Sample.USUAL
    level: str = "3"
    dpi: int = 96
    pictures: dict[str, bytes] = field(default_factory=dict)


def sheet(wish: Wish) -> Sheet:
    """Give a sample certificate."""
    award = Award(**_USUAL | _CHANGES[wish.sample] | {"level": wish.level})
    imprint = Imprint(query_url=QUERY, verify_home=HOME, serial="KP 2026 0000 0417")
    photo = None if wish.sample is Sample.BARE else _photo()
    number = f"{NUMBER_HEAD}{wish.level}{NUMBER_TAIL}"
    return Sheet(award, number, imprint, photo=photo, pictures=wish.pictures, instead=_ADDRESSES)


def picture(layout: Layout, wish: Wish) -> bytes:
    """Draw a sample as it will be printed, as PNG."""
    return first_page(layout_print.pdf(layout, sheet(wish)), dpi=wish.dpi)


def first_page(pdf: bytes, *, dpi: int) -> bytes:
    """Show the first page of a file as PNG, in as many colours as the eye needs to judge a layout."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / _DPI_OF_A_POINT).to_pil()
    out = io.BytesIO()
    page.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


@cache
def _photo() -> bytes:
    """Draw the outline of nobody on white, in the proportions of a one-inch photograph."""
    drawn = Image.new("RGB", (295, 413), "white")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((30, 290, 265, 560), fill="#34495e")
    pen.ellipse((92, 85, 203, 245), fill="#e2c4a8")
    pen.pieslice((86, 70, 209, 230), 180, 360, fill="#2b2b2b")
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=88)
    return out.getvalue()
