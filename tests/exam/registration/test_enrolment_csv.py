"""Lists of candidates: encodings, columns, rows, and enrolling them all or none."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.people import errors as people
from kaoping.exam.people.consents import NOT_ASKED, ON_PAPER
from kaoping.exam.people.models import IdentityType, Person
from kaoping.exam.registration import enrolment, enrolment_csv, errors, importing
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.registration.rooms import NewRoom
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.vault import Vault
from tests.builders import NOON, an_actor, an_organisation
from tests.builders_registration import a_candidate, a_list, a_row, an_exam, an_identity

WRONG = an_identity(9)[:-1] + ("0" if an_identity(9)[-1] != "0" else "1")


def a_prepared_exam(session: Session, *rooms: NewRoom) -> Exam:
    an_organisation(session)
    return an_exam(session, by=an_actor(session), rooms=rooms or (NewRoom("1", 60),))


def store(session: Session, exam: Exam, data: bytes, confirmed: int | None = None) -> int:
    return importing.enrol_list(
        session, exam.id, data, answers=ON_PAPER, confirmed=confirmed, by=an_actor(session), at=NOON
    )


def candidates_of(session: Session, exam: Exam) -> int:
    return session.scalars(select(func.count()).where(Application.exam_id == exam.id)).one()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_utf_8_and_in_gb_18030_by_its_chinese_columns(encoding: str) -> None:
    table = enrolment_csv.parse(a_list(a_row(1, "欧阳以宁"), encoding=encoding))

    assert table.rows[0].candidate is not None
    assert table.rows[0].candidate.name == "欧阳以宁"
    assert table.encoding == ("GB 18030" if encoding == "gb18030" else "UTF-8")


def test_english_columns_and_words_are_read() -> None:
    data = a_list("John Smith,Passport,e12345678,1,2", header="Name,Identity_Type,Identity number,Room,Seat")

    (new,) = enrolment_csv.read(data)

    assert (new.name, new.identity_type, new.identity, new.room, new.seat) == (
        "John Smith", IdentityType.PASSPORT, "E12345678", "1", "2",
    )  # fmt: skip
    assert new.consents == NOT_ASKED


def test_gb_18030_is_refused_when_only_guessing_could_tell_it() -> None:
    data = a_list(a_row(), header="name,identity type,identity", encoding="gb18030")

    with pytest.raises(errors.ListEncodingUnknown, match="CSV UTF-8") as caught:
        enrolment_csv.parse(data)

    assert caught.value.encoding == "GB 18030"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"PK\x03\x04rest", errors.ListIsWorkbook),
        (a_list(a_row(), encoding="utf-16"), errors.ListEncodingUnknown),
        (b"\xff\xff\x80\x80", errors.ListNotText),
        (b"name\0", errors.ListNotText),
        (b"", errors.ColumnMissing),
        (a_list(), errors.ListEmpty),
        (a_list(a_row() + ',"open'), errors.ListUnreadable),
        (a_list(a_row(), header="姓名,证件类型,证件号码,身份证号"), errors.ColumnTwice),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_mend(data: bytes, error: type[KaopingError]) -> None:
    with pytest.raises(error):
        enrolment_csv.parse(data)


def test_a_missing_column_is_named_beside_those_that_are_there() -> None:
    with pytest.raises(errors.ColumnMissing) as caught:
        enrolment_csv.parse(a_list(a_row(), header="姓名,证件类型,证件编码"))

    assert caught.value.column == "证件号码"
    assert "证件编码" in caught.value.found


def test_a_column_that_is_not_needed_is_left_out_and_said() -> None:
    table = enrolment_csv.parse(a_list(a_row(1, "方一鸣", "13800000000"), header="姓名,证件类型,证件号码,手机"))

    assert table.ignored == ["手机"]
    assert not table.rows[0].faults


def test_a_list_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment_csv, "LIMIT", 2)

    with pytest.raises(errors.ListTooLong) as caught:
        enrolment_csv.parse(a_list(*(a_row(number) for number in range(3))))

    assert (caught.value.rows, caught.value.limit) == (3, 2)


def test_every_wrong_row_is_named_by_line_field_and_mend() -> None:
    data = a_list(
        a_row(1), "", f",居民身份证,{an_identity(2)}", f"方二,学生证,{an_identity(3)}", f"方三,居民身份证,{WRONG}",
        f"方四,居民身份证,{an_identity(4)},a,b,c", "方五,居民身份证,3.40102E+17", a_row(1, "方六"),
    )  # fmt: skip

    table = enrolment_csv.parse(data)

    assert [(row.line, fault.field, type(fault.error)) for row in table.rows for fault in row.faults] == [
        (4, "name", people.NameEmpty),
        (5, "identity_type", errors.IdentityTypeUnknown),
        (6, "identity", people.IdentityCheckCharacter),
        (7, "line", errors.CellCount),
        (8, "identity", people.IdentityRounded),
        (9, "identity", errors.TwiceInList),
    ]


def test_one_seat_for_two_is_named() -> None:
    header = "姓名,证件类型,证件号码,考场,座位"

    table = enrolment_csv.parse(a_list(a_row(1, "方一", "1", "5"), a_row(2, "方二", "1", "5"), header=header))

    faults = [(row.line, type(fault.error)) for row in table.rows for fault in row.faults]
    assert faults == [(3, errors.SeatTwiceInList)]


def test_reading_a_list_with_a_wrong_row_gives_nothing() -> None:
    with pytest.raises(errors.ListRefused) as caught:
        enrolment_csv.read(a_list(a_row(1), f"方三,居民身份证,{WRONG}"))

    assert (caught.value.count, caught.value.line) == (1, 3)


def test_a_preview_compares_with_what_is_stored_and_stores_nothing(session: Session) -> None:
    exam = a_prepared_exam(session)
    enrolment.enrol(session, exam.id, a_candidate(1, "方一"), by=an_actor(session), at=NOON)

    seen = importing.preview(
        session, exam.id, a_list(a_row(1, "方一"), a_row(2, "方二"), a_row(3, ""), a_row(1, "他人")), at=NOON
    )

    assert [row.row.line for row in seen.good] == [3]
    assert [row.row.line for row in seen.enrolled] == [2]
    assert [(row.row.line, type(row.row.faults[0].error)) for row in seen.faulty] == [
        (4, people.NameEmpty), (5, errors.TwiceInList),
    ]  # fmt: skip
    assert candidates_of(session, exam) == 1
    assert session.scalars(select(func.count()).select_from(Person)).one() == 1


def test_somebody_known_by_another_name_is_a_wrong_row(session: Session) -> None:
    exam = a_prepared_exam(session)
    enrolment.enrol(session, exam.id, a_candidate(1, "方一"), by=an_actor(session), at=NOON)

    seen = importing.preview(session, exam.id, a_list(a_row(1, "他人")), at=NOON)

    assert [type(fault.error) for fault in seen.faulty[0].row.faults] == [people.NameDiffers]


def test_wished_seats_are_given_first(session: Session) -> None:
    exam = a_prepared_exam(session, NewRoom("1", 2), NewRoom("2", 2))
    header = "姓名,证件类型,证件号码,考场,座位"
    data = a_list(
        a_row(1, "方一", "", ""), a_row(2, "方二", "1", "1"), a_row(3, "方三", "1", ""), a_row(4, "方四", "3", ""),
        a_row(5, "方五", "2", "7"), header=header,
    )  # fmt: skip

    seen = importing.preview(session, exam.id, data, at=NOON)

    assert [(row.row.line, row.place.room.name, row.place.seat) for row in seen.good if row.place] == [
        (2, "2", 1), (3, "1", 1), (4, "1", 2),
    ]  # fmt: skip
    assert [type(row.row.faults[0].error) for row in seen.faulty] == [errors.RoomUnknown, errors.SeatUnknown]


def test_more_candidates_than_seats_store_nobody(session: Session) -> None:
    exam = a_prepared_exam(session, NewRoom("1", 2))
    data = a_list(*(a_row(number) for number in range(1, 5)))

    with pytest.raises(errors.RoomsFull) as caught:
        store(session, exam, data)

    assert (caught.value.wanted, caught.value.free, caught.value.over) == (4, 2, 2)
    assert candidates_of(session, exam) == 0


def test_a_right_list_is_stored_with_consents_and_a_second_time_passed_over(session: Session) -> None:
    exam = a_prepared_exam(session)
    data = a_list(*(a_row(number) for number in range(1, 45)))

    assert store(session, exam, data) == 44
    assert store(session, exam, data) == 0

    assert candidates_of(session, exam) == 44
    person = session.scalars(select(Person).limit(1)).one()
    assert {(consent.kind.value, consent.given) for consent in person.consents} == {
        ("notice", True), ("identity_number", True),
    }  # fmt: skip


def test_without_confirmation_one_wrong_row_stores_nobody(session: Session) -> None:
    exam = a_prepared_exam(session)

    with pytest.raises(errors.ListRefused):
        store(session, exam, a_list(a_row(1), f"方三,居民身份证,{WRONG}"))

    assert candidates_of(session, exam) == 0


def test_confirmed_right_rows_are_stored_while_they_are_those_that_were_shown(session: Session) -> None:
    exam = a_prepared_exam(session)
    data = a_list(a_row(1), a_row(2), f"方三,居民身份证,{WRONG}")
    with pytest.raises(errors.ListChanged):
        store(session, exam, data, confirmed=3)

    assert store(session, exam, data, confirmed=2) == 2


def test_a_list_is_sealed_for_one_person_and_exam(session: Session, vault: Vault) -> None:
    exam = a_prepared_exam(session)
    officer, data = an_actor(session), a_list(a_row())

    text = importing.sealed(data, exam.id, by=officer)

    assert importing.unsealed(text, exam.id, by=officer) == data
    with pytest.raises(errors.ListNotYours):
        importing.unsealed(text, exam.id, by=an_actor(session))
    with pytest.raises(errors.ListNotYours):
        importing.unsealed("no base64", exam.id, by=officer)
