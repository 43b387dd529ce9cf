"""Simulated candidates: invented names, identity numbers of a region that does not exist, drawn portraits."""

from datetime import date, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from kaoping.exam.people.consents import Answers
from kaoping.exam.people.identity import check_character
from kaoping.exam.people.models import IdentityType
from kaoping.exam.registration.enrolment import NewCandidate

COUNT = 30
#: Region 99 00 00 stands in no table of GB/T 2260, so no living person has such a number.
REGION = "990000"
FAMILY = "林周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢"
GIVEN = (
    "知远", "若溪", "明哲", "思齐", "雨桐", "景行", "书瑶", "怀瑾", "清和", "子衿",
    "奕辰", "望舒", "静姝", "云舟", "以宁", "嘉树", "砚秋", "安然", "修竹", "言蹊",
    "慕白", "晚晴", "致远", "采薇", "泊宁", "昭阳", "映雪", "承宇", "念初", "允执",
)  # fmt: skip
_TINTS = ((96, 112, 124), (110, 100, 118), (98, 118, 108), (122, 108, 98))
_CONSENTS = Answers(notice=True, identity_number=True, photo=True)


def candidate(number: int) -> NewCandidate:
    """Make the candidate of a number; the same number gives the same person."""
    born = date(1985, 1, 1) + timedelta(days=number * 131)
    first = f"{REGION}{born:%Y%m%d}{number % 1000:03d}"
    return NewCandidate(
        name=FAMILY[number % len(FAMILY)] + GIVEN[(number * 7) % len(GIVEN)],
        identity_type=IdentityType.RESIDENT_IDENTITY_CARD,
        identity=first + check_character(first),
        photo=portrait(number),
        consents=_CONSENTS,
    )


def portrait(number: int) -> bytes:
    """Draw a faceless portrait on white, one inch at 300 dots per inch."""
    picture = Image.new("RGB", (295, 413), "white")
    draw = ImageDraw.Draw(picture)
    tint = _TINTS[number % len(_TINTS)]
    draw.ellipse((92, 80, 203, 214), fill=tint)
    draw.ellipse((18, 250, 277, 560), fill=tint)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
