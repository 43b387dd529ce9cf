"""The demonstration's filing: a specimen that says so, entered by one person and confirmed by another."""

from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from kaoping.exam.demonstration.staff import Staff
from kaoping.exam.filing import filings
from kaoping.exam.filing.filings import Evidence, Notice
from kaoping.exam.people.models import Organisation
from kaoping.itembank import typefaces
from kaoping.itembank.models import Standard

_PAGE = (595, 842)


def require(session: Session, standard: Standard, staff: Staff, *, today: date) -> None:
    """File the standard for three years with an authority that does not exist, unless it is filed."""
    if any(one.standard_code == standard.code for one in filings.listed(session)):
        return
    officer = staff["exam-officer"]
    notice = Notice(
        "示范备案（无效）", "示范备案机关（虚构）", standard.code, [level.digit for level in standard.levels],
        [session.get_one(Organisation, officer.organisation).province_code], date(today.year, 1, 1),
        date(today.year + 2, 12, 31),
    )  # fmt: skip
    entered = filings.enter(session, notice, Evidence("notice.png", _specimen()), by=officer)
    session.flush()
    filings.confirm(session, entered.id, by=staff["supervisor"])


def _specimen() -> bytes:
    page = Image.new("L", _PAGE, "white")
    font = ImageFont.truetype(str(typefaces.file(typefaces.BOLD)), 48)
    ImageDraw.Draw(page).text((_PAGE[0] / 2, 240), "示范样张 无效", fill="black", font=font, anchor="mm")
    written = BytesIO()
    page.save(written, "PNG", optimize=True)
    return written.getvalue()
