"""Score sheets as lists."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.marking import sheets, sheets_csv
from kaoping.exam.marking.errors import LineWrong, ListWithoutColumn, MarkInvalid, TicketTwice, TicketUnknown
from kaoping.exam.marking.models import ScoreSheet, SheetOrigin
from kaoping.exam.registration.errors import ListIsWorkbook, ListNotText
from kaoping.exam.registration.models import Application
from tests.builders import an_actor
from tests.builders_results import AFTER, PASSING, a_sat_application, an_open_exam, closed, enrolled, sat


def two_candidates(session: Session) -> list[Application]:
    exam = an_open_exam(session)
    seated = [
        sat(session, enrolled(session, exam, number=number, name=name), right=PASSING)
        for number, name in ((1, "方一鸣"), (2, "欧阳以宁"))
    ]
    closed(session, exam)
    return seated


def a_list(*rows: str, header: str = "准考证号,T1,T2") -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def sheets_in(session: Session) -> int:
    return session.scalars(select(func.count(ScoreSheet.id))).one()


def test_a_filled_list_is_entered_line_by_line(session: Session) -> None:
    first, second = two_candidates(session)
    assessor = an_actor(session, "assessor")

    entered = sheets_csv.enter(
        session, first.exam_id, a_list(f"{first.ticket},50,30.5", f"{second.ticket},20,10"), by=assessor, at=AFTER
    )

    assert [(sheet.total, sheet.origin) for sheet in entered] == [
        (Decimal("80.5"), SheetOrigin.CSV), (Decimal(30), SheetOrigin.CSV)
    ]  # fmt: skip


def test_the_list_to_fill_in_comes_back_as_it_was_given_out(session: Session) -> None:
    application = a_sat_application(session)
    assessor = an_actor(session, "assessor")
    sheet = sheets.enter(session, application.id, {"T1": Decimal(50), "T2": Decimal("30.5")}, by=assessor, at=AFTER)

    given = sheets_csv.template(session, application.exam, by=assessor)

    assert given.splitlines() == ["准考证号,T1,T2", f"{application.ticket},50.0,30.5"]
    assert sheets_csv.enter(session, application.exam_id, given.encode("utf-8-sig"), by=assessor, at=AFTER) == [sheet]


def test_one_wrong_line_refuses_the_whole_list_and_says_which(session: Session) -> None:
    first, second = two_candidates(session)
    rows = a_list(f"{first.ticket},50,30", f"{second.ticket},61,10")

    with pytest.raises(LineWrong) as refused, session.begin_nested():
        sheets_csv.enter(session, first.exam_id, rows, by=an_actor(session), at=AFTER)

    assert refused.value.line == 3
    assert isinstance(refused.value.reason, MarkInvalid)
    assert sheets_in(session) == 0


@pytest.mark.parametrize("cell", ["", "A", "合格"])
def test_a_cell_that_is_no_number_is_a_missing_mark_and_never_a_zero(session: Session, cell: str) -> None:
    application = a_sat_application(session)

    with pytest.raises(LineWrong) as refused:
        sheets_csv.enter(
            session, application.exam_id, a_list(f"{application.ticket},50,{cell}"), by=an_actor(session), at=AFTER
        )

    assert refused.value.reason.task == "T2"


def test_a_list_in_gb_18030_with_known_titles_is_read(session: Session) -> None:
    application = a_sat_application(session)
    rows = f"准考证号,T1,T2\r\n{application.ticket},50,30\r\n".encode("gb18030")

    (sheet,) = sheets_csv.enter(session, application.exam_id, rows, by=an_actor(session), at=AFTER)

    assert sheet.total == 80


def test_a_list_without_a_task_is_refused_naming_the_column_and_what_it_has() -> None:
    with pytest.raises(ListWithoutColumn) as refused:
        sheets_csv.read(a_list("1,2", header="准考证号,T1"), codes=["T1", "T2"])

    assert (refused.value.column, refused.value.found) == ("T2", "准考证号, T1")


def test_an_empty_file_is_refused_as_a_list_without_columns() -> None:
    with pytest.raises(ListWithoutColumn):
        sheets_csv.read(b"", codes=["T1"])


def test_a_ticket_that_stands_twice_is_refused_naming_both_lines() -> None:
    with pytest.raises(TicketTwice) as refused:
        sheets_csv.read(a_list("1,2,3", "", "1,2,3"), codes=["T1", "T2"])

    assert (refused.value.first, refused.value.line) == (2, 4)


def test_a_ticket_of_another_exam_is_refused_naming_the_line(session: Session) -> None:
    application = a_sat_application(session)

    with pytest.raises(TicketUnknown) as refused:
        sheets_csv.enter(session, application.exam_id, a_list("999999999999,50,30"), by=an_actor(session), at=AFTER)

    assert refused.value.line == 2


@pytest.mark.parametrize(("data", "error"), [(b"PK\x03\x04rest", ListIsWorkbook), (b"\xff\xff\x80", ListNotText)])
def test_a_workbook_or_a_picture_is_refused_saying_how_to_save_it(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        sheets_csv.read(data, codes=["T1"])
