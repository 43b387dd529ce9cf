"""Filings: what must be true of one, who confirms it, and what it lets be examined."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.filing import errors, filings
from kaoping.exam.filing.filings import Evidence, Notice
from kaoping.exam.filing.models import Filing, FilingState
from kaoping.exam.registration import exams
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import MORNING, a_filing, a_level, a_standard, an_exam

DAY = MORNING.date()


def a_scan() -> bytes:
    file = BytesIO()
    Image.new("L", (20, 30)).save(file, "PNG")
    return file.getvalue()


def a_notice(code: str, **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "number": "示范备〔2026〕1号", "authority": "示范机关", "digits": [3, 5], "regions": ["9901", "020000"],
        "starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31),
    }  # fmt: skip
    return Notice(standard_code=code, **values | changes)


def entered(session: Session, **changes: Any) -> Filing:
    code = a_standard(session).code
    return filings.enter(
        session, a_notice(code, **changes), Evidence("notice.png", a_scan()), by=an_actor(session), at=NOON
    )


def test_a_filing_keeps_what_its_notice_says_and_the_file_sealed(session: Session) -> None:
    an_organisation(session)

    filing = entered(session)
    session.flush()

    assert (filing.digits, filing.regions, filing.state) == ([5, 3], ["9901", "020000"], FilingState.ENTERED)
    assert filing.evidence == a_scan()
    assert a_scan() not in filing.evidence_sealed
    assert filing.evidence_type == "image/png"
    noted = session.scalars(select(TrailEntry).where(TrailEntry.verb == "filing.enter")).one()
    assert noted.facts["evidence"] == filing.evidence_sha256.hex()


@pytest.mark.parametrize(("changes", "error"), [
    ({"number": " "}, errors.FilingIncomplete), ({"authority": ""}, errors.FilingIncomplete),
    ({"digits": []}, errors.FilingIncomplete), ({"digits": [1]}, errors.LevelNotOfStandard),
    ({"regions": [" "]}, errors.FilingIncomplete), ({"regions": ["9"]}, errors.RegionUnknown),
    ({"regions": ["٣٣"]}, errors.RegionUnknown), ({"ends_on": date(2025, 12, 31)}, errors.FilingReversed),
])  # fmt: skip
def test_what_no_notice_can_say_is_refused(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    an_organisation(session)

    with pytest.raises(error):
        entered(session, **changes)


@pytest.mark.parametrize("data", [b"", b"<html>", a_scan()[:20], b"GIF89a"])
def test_a_notice_is_a_pdf_or_a_picture(session: Session, data: bytes) -> None:
    an_organisation(session)
    code = a_standard(session).code

    with pytest.raises(errors.EvidenceUnusable):
        filings.enter(session, a_notice(code), Evidence("notice.pdf", data), by=an_actor(session), at=NOON)


def test_another_person_confirms_a_filing(session: Session) -> None:
    an_organisation(session)
    writer = an_actor(session)
    code = a_standard(session).code
    filing = filings.enter(session, a_notice(code), Evidence("n.pdf", b"%PDF-1.7"), by=writer, at=NOON)
    session.flush()

    with pytest.raises(errors.OwnFiling):
        filings.confirm(session, filing.id, by=writer, at=NOON)
    colleague = an_actor(session)
    filings.confirm(session, filing.id, by=colleague, at=NOON)

    assert filings.confirm(session, filing.id, by=colleague, at=NOON).state is FilingState.CONFIRMED
    with pytest.raises(errors.FilingKnown):
        filings.enter(session, a_notice(code), Evidence("n.pdf", b"%PDF-1.7"), by=writer, at=NOON)


@pytest.mark.parametrize("change", [
    update(Filing).values(regions=["01"]), update(Filing).values(state=FilingState.ENTERED), delete(Filing),
    update(Filing).values(ends_on=date(2100, 1, 1)),
])  # fmt: skip
def test_the_database_keeps_confirmed_filings(session: Session, change: Any) -> None:
    an_organisation(session)
    a_filing(session, "S")

    with pytest.raises(IntegrityError, match="never changes"):
        session.execute(change)


def test_the_database_refuses_that_one_person_enters_and_confirms(session: Session) -> None:
    an_organisation(session)
    filing = entered(session)
    session.flush()

    with pytest.raises(IntegrityError, match="confirmer_is_not_enterer"):
        session.execute(update(Filing).values(state=FilingState.CONFIRMED, confirmed_by=filing.entered_by))


@pytest.mark.parametrize(("changes", "error"), [
    ({"state": FilingState.ENTERED, "confirmed_by": None}, errors.NotFiled),
    ({"digits": [5]}, errors.LevelNotFiled),
    ({"regions": ["01"]}, errors.RegionNotFiled),
    ({"regions": ["0001"]}, errors.RegionNotFiled),
    ({"ends_on": DAY - timedelta(days=1)}, errors.DayNotFiled),
    ({"starts_on": DAY + timedelta(days=1)}, errors.DayNotFiled),
    ({"state": FilingState.ENDED, "ended_on": DAY - timedelta(days=1), "reason": "撤销"}, errors.DayNotFiled),
])  # fmt: skip
def test_what_no_filing_covers_is_refused_with_what_is_missing(
    session: Session, changes: dict[str, Any], error: type[Exception]
) -> None:
    an_organisation(session)
    level = a_level(session)
    a_filing(session, level.standard.code, **changes)

    with pytest.raises(error):
        filings.require(session, level, region="00", days=[DAY])


@pytest.mark.parametrize(("filed", "region", "covered"), [
    (["99"], "990102", True), (["990100"], "990102", True), (["990000"], "99", True), (["9901"], "99", False),
    (["990102"], "9901", False), (["100000"], "10", True), (["100000"], "11", False),
])  # fmt: skip
def test_a_region_covers_its_parts(filed: list[str], region: str, *, covered: bool) -> None:
    assert filings.covers_region(Filing(regions=filed), region) is covered


def test_a_filing_that_ends_early_holds_until_its_last_day(session: Session) -> None:
    an_organisation(session)
    level = a_level(session)
    filing = a_filing(session, level.standard.code)

    with pytest.raises(errors.EndOutside):
        filings.end(session, filing.id, last_day=date(2019, 1, 1), reason="x", by=an_actor(session), at=NOON)
    with pytest.raises(errors.FilingIncomplete):
        filings.end(session, filing.id, last_day=DAY, reason=" ", by=an_actor(session), at=NOON)
    filings.end(session, filing.id, last_day=DAY, reason="备案机关通知", by=an_actor(session), at=NOON)

    filings.require(session, level, region="00", days=[DAY])
    with pytest.raises(errors.DayNotFiled):
        filings.require(session, level, region="00", days=[DAY, DAY + timedelta(days=1)])
    with pytest.raises(errors.FilingEnded):
        filings.confirm(session, filing.id, by=an_actor(session), at=NOON)


def test_every_day_of_an_exam_lies_within_a_filing(session: Session) -> None:
    an_organisation(session)
    officer = an_actor(session)
    exam = an_exam(session, by=officer)
    held = session.scalars(select(Filing)).one()
    exam.closes_at += timedelta(days=3)
    filings.end(session, held.id, last_day=DAY, reason="备案机关通知", by=officer, at=NOON)
    a_filing(session, exam.level.standard.code, starts_on=DAY + timedelta(days=2))

    with pytest.raises(errors.DayNotFiled, match=f"not on {DAY + timedelta(days=1)}"):
        exams.open_exam(session, exam.id, by=officer, at=NOON)


def test_an_exam_is_opened_only_within_a_filing(session: Session) -> None:
    an_organisation(session)
    officer = an_actor(session)
    exam = an_exam(session, by=officer)
    held = session.scalars(select(Filing)).one()
    filings.end(session, held.id, last_day=date(2020, 1, 2), reason="备案机关通知", by=officer, at=NOON)

    with pytest.raises(errors.DayNotFiled):
        exams.open_exam(session, exam.id, by=officer, at=NOON)
