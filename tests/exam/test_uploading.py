"""Uploads of certificates: what is checked, who lets a file out, and what came back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates.models import Certificate
from kaoping.certificates.states import State
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import upload_checks, upload_layout, upload_receipts, uploading
from kaoping.exam.results.upload_checks import Entry, Known
from kaoping.exam.results.upload_errors import (
    AcceptedBefore,
    CharacterUnwritable,
    CodeMissing,
    FieldEmpty,
    FieldTooLong,
    HeldTwice,
    LayoutUnusable,
    NoSpecimen,
    NothingToUpload,
    NotInForce,
    NotYourUpload,
    OwnUpload,
    PeriodBackwards,
    ReceiptColumnsMissing,
    ReceiptNamesOthers,
    ReceiptResultUnknown,
    ReceiptTooEarly,
    RejectionUnexplained,
    SpecimenUploaded,
    UploadChanged,
    UploadLapsed,
    UploadNotOpen,
    WaitsElsewhere,
)
from kaoping.exam.results.upload_layout import DEMONSTRATION, Column, Fact, UploadLayout
from kaoping.exam.results.upload_receipts import Reply
from kaoping.exam.results.upload_rows import NationalUpload, UploadState
from kaoping.exam.results.uploading import Choice
from kaoping.itembank import workbook
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import KaopingError
from tests.builders import an_actor
from tests.builders_results import FINAL, a_certificate, revoked
from tests.certificates.builders import NUMBER, an_award

LATER = FINAL + timedelta(days=2)
DAY = date(2026, 11, 28)
PERIOD = Choice(since=DAY, until=DAY)


def an_entry(*, number: str = NUMBER, person_id: UUID | None = None, **award: Any) -> Entry:
    """Give a certificate that no database knows."""
    return Entry(Certificate(number=number, person_id=person_id, standing=State.VALID), an_award(**award))


def problems(entry: Entry, layout: UploadLayout = DEMONSTRATION) -> list[type[KaopingError]]:
    return [type(one) for one in upload_checks.check(entry, layout, Known()).problems]


def a_layout(*columns: Column, source: str = "", **facts: Any) -> UploadLayout:
    return UploadLayout(
        name="布局", source=source, columns=(Column(fact=Fact.NUMBER, heading="编号"), *columns), **facts
    )


def test_a_sound_certificate_passes() -> None:
    assert problems(an_entry()) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (an_entry(id_number="110101199003070012"), "IdentityCheckCharacter"),
        (an_entry(number=NUMBER.replace("S", "X")), "NumberInvalid"),
        (an_entry(name="=林知远"), "LooksLikeFormula"),
        (an_entry(occupation="标" * 61), "FieldTooLong"),
        (an_entry(demonstration=False), "NoSpecimen"),
    ],
)
def test_what_is_wrong_is_told_with_its_mend(entry: Entry, problem: str) -> None:
    assert [one.__name__ for one in problems(entry)] == [problem]


def test_a_layout_of_an_authority_takes_no_specimen_and_the_demonstration_nothing_else() -> None:
    real = a_layout(source="某省人社厅〔2026〕1号")

    assert problems(an_entry(), real) == [SpecimenUploaded]
    assert problems(an_entry(demonstration=False), real) == []
    assert problems(an_entry(demonstration=False)) == [NoSpecimen]


def test_columns_have_codes_lengths_dates_and_an_encoding() -> None:
    layout = a_layout(
        Column(fact=Fact.LEVEL, heading="等级", codes={"4": "40"}),
        Column(fact=Fact.THEORY, heading="理论"),
        Column(fact=Fact.NAME, heading="姓名", longest=2),
        Column(fact=Fact.OCCUPATION, heading="职业"),
        encoding="gbk",
    )

    found = problems(an_entry(occupation="𬭚工"), layout)

    assert found == [CodeMissing, FieldEmpty, FieldTooLong, CharacterUnwritable]
    facts = {column.fact: column for column in (
        Column(fact=Fact.SEX, heading="性别", codes={"男": "1", "女": "2"}),
        Column(fact=Fact.BIRTH, heading="出生", day_format="%Y%m%d"),
        Column(fact=Fact.CONSTANT, heading="批次", value="2026"),
    )}  # fmt: skip
    written = {fact: upload_checks.written(an_entry(), column, place=1) for fact, column in facts.items()}
    assert written == {Fact.SEX: "1", Fact.BIRTH: "19900307", Fact.CONSTANT: "2026"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"name": "x", "columns": []}, "columns"),
        ({"name": "x", "columns": [{"fact": "name", "heading": "姓名"}]}, "certificate number"),
        ({"name": "x", "columns": [{"fact": "height", "heading": "身高"}]}, "columns.0.fact"),
    ],
)
def test_a_document_that_is_no_layout_names_the_place(document: Any, reason: str) -> None:
    with pytest.raises(LayoutUnusable, match=reason):
        upload_layout.read(document)


@pytest.fixture
def asker(session: Session) -> Actor:
    return an_actor(session, "certificate_officer")


def specimen(session: Session, **changes: Any) -> Certificate:
    certificate = a_certificate(session, **changes)
    assert certificate.demonstration
    return certificate


def asked(session: Session, asker: Actor) -> NationalUpload:
    return uploading.request(session, PERIOD, "上报省平台", by=asker, at=LATER)


def fetched(session: Session, asker: Actor) -> NationalUpload:
    row = asked(session, asker)
    uploading.approve(session, row.id, by=an_actor(session, "supervisor"), at=LATER)
    uploading.fetch(session, row.id, by=asker, at=LATER)
    return row


def test_a_file_is_let_out_by_two_persons_and_fetched_once_in_time(session: Session, asker: Actor) -> None:
    certificate = specimen(session)
    row, other = asked(session, asker), an_actor(session, "supervisor")
    with pytest.raises(OwnUpload):
        uploading.approve(session, row.id, by=asker, at=LATER)
    with pytest.raises(UploadNotOpen):
        uploading.fetch(session, row.id, by=asker, at=LATER)
    uploading.approve(session, row.id, by=other, at=LATER)
    with pytest.raises(NotYourUpload):
        uploading.fetch(session, row.id, by=other, at=LATER)
    with pytest.raises(UploadLapsed):
        uploading.fetch(session, row.id, by=asker, at=LATER + timedelta(days=2))

    data = uploading.fetch(session, row.id, by=asker, at=LATER)

    head, line = data.decode("utf-8-sig").split()
    award = register.award_of(certificate)
    assert head.startswith("序号,姓名,证件类型,证件号码")
    assert line == (
        f"1,方一鸣,居民身份证,{award.id_number},{award.occupation},,3,{certificate.number},2026-11-28,80.00,81.00,示范评价机构"
    )
    with pytest.raises(UploadNotOpen):
        uploading.fetch(session, row.id, by=asker, at=LATER)


def test_a_workbook_holds_the_same_as_text(session: Session, asker: Actor) -> None:
    certificate = specimen(session)
    uploading.set_layout(
        session, a_layout(Column(fact=Fact.ID_NUMBER, heading="证件"), form="xlsx"), by=asker, at=LATER
    )
    row = asked(session, asker)
    uploading.approve(session, row.id, by=an_actor(session), at=LATER)

    (lines,) = workbook.read(uploading.fetch(session, row.id, by=asker, at=LATER)).values()

    assert lines[1].cells == (certificate.number, register.award_of(certificate).id_number)
    assert (row.layout_number, uploading.layout(session).number) == (1, 1)


def test_what_was_revoked_since_the_request_does_not_leave(session: Session, asker: Actor) -> None:
    certificate = specimen(session)
    row = asked(session, asker)
    uploading.approve(session, row.id, by=an_actor(session), at=LATER)
    revoked(session, certificate, at=LATER)

    with pytest.raises(UploadChanged, match="not in force"):
        uploading.fetch(session, row.id, by=asker, at=LATER)


def test_a_certificate_waits_for_its_answer_and_is_accepted_once(session: Session, asker: Actor) -> None:
    certificate = specimen(session)
    row = fetched(session, asker)

    def found() -> list[type[KaopingError]]:
        (checked,) = uploading.look(session, PERIOD, DEMONSTRATION, at=LATER)
        return [type(one) for one in checked.problems]

    assert found() == [WaitsElsewhere]
    replies = upload_receipts.read(f"证书编号,结果,原因\n{certificate.number},不通过,照片缺失\n".encode())
    upload_receipts.enter(session, row, replies, by=asker, at=LATER)
    assert found() == []
    assert upload_receipts.enter(session, row, replies, by=asker, at=LATER) == 0
    upload_receipts.enter(session, row, [Reply(certificate.number, accepted=True)], by=asker, at=LATER)
    assert found() == [AcceptedBefore]
    assert upload_receipts.tally(session, [row.id]) == {row.id: (1, 0)}
    ((upload, receipt),) = upload_receipts.of_certificate(session, certificate.id)
    assert receipt is not None
    assert (upload.id, receipt.version, receipt.accepted) == (row.id, 2, True)


def test_a_receipt_is_entered_whole_or_not_at_all(session: Session, asker: Actor) -> None:
    number = specimen(session).number
    row = asked(session, asker)
    with pytest.raises(ReceiptTooEarly):
        upload_receipts.enter(session, row, [Reply(number, accepted=True)], by=asker, at=LATER)
    uploading.approve(session, row.id, by=an_actor(session), at=LATER)
    uploading.fetch(session, row.id, by=asker, at=LATER)

    with pytest.raises(ReceiptNamesOthers):
        upload_receipts.enter(session, row, [Reply(number, accepted=True), Reply(NUMBER, accepted=True)], by=asker)
    with pytest.raises(RejectionUnexplained):
        upload_receipts.enter(session, row, [Reply(number, accepted=False)], by=asker)
    with pytest.raises(ReceiptColumnsMissing):
        upload_receipts.read("编号,结果\n".encode())
    with pytest.raises(ReceiptResultUnknown, match="Line 2"):
        upload_receipts.read("证书编号,结果\nX,也许\n".encode())
    assert upload_receipts.tally(session, [row.id]) == {}


def test_an_empty_choice_a_period_backwards_and_the_revoked_give_no_file(session: Session, asker: Actor) -> None:
    certificate = specimen(session)
    revoked(session, certificate, at=LATER)

    (checked,) = uploading.look(session, Choice(exam=uploading.exams(session)[0].id), DEMONSTRATION, at=LATER)
    assert [type(one) for one in checked.problems] == [NotInForce]
    with pytest.raises(NothingToUpload):
        asked(session, asker)
    with pytest.raises(PeriodBackwards):
        uploading.look(session, Choice(since=DAY, until=DAY - timedelta(days=1)), DEMONSTRATION, at=LATER)


def test_who_holds_one_award_twice_is_told_the_other_number() -> None:
    person, other = uuid4(), uuid4()
    people = enumerate((person, person, other))
    first, second, third = (an_entry(person_id=one, number=f"{NUMBER[:-1]}{n}") for n, one in people)
    known = Known(twin=uploading._twins([first, second, third, an_entry(person_id=person, level="4")]))

    (problem,) = upload_checks.check(first, DEMONSTRATION, known).problems

    assert (type(problem), problem.number) == (HeldTwice, second.certificate.number)
    assert known.twin.keys() == {first.certificate.id, second.certificate.id}


def test_two_specialties_of_one_occupation_are_two_awards() -> None:
    person = uuid4()
    both = [an_entry(person_id=person, number=f"{NUMBER[:-1]}{n}", specialty=name) for n, name in enumerate("甲乙")]

    assert uploading._twins(both) == {}


@pytest.mark.parametrize(("heading", "why"), [("𠮷号", "gbk has no"), ("=编号", "run as a formula")])
def test_a_heading_that_no_file_can_hold_is_refused_with_the_layout(heading: str, why: str) -> None:
    columns = [{"fact": "number", "heading": heading}]

    with pytest.raises(LayoutUnusable, match=why):
        upload_layout.read({"name": "布局", "encoding": "gbk", "columns": columns})


def test_the_database_refuses_shortcuts(session: Session, asker: Actor) -> None:
    specimen(session)
    row = asked(session, asker)

    with pytest.raises(DBAPIError, match="decided once"), session.begin_nested():
        session.execute(update(NationalUpload).values(purpose="其他"))
    with pytest.raises(DBAPIError, match="approver_is_not_requester"), session.begin_nested():
        session.execute(update(NationalUpload).values(
            state=UploadState.APPROVED, decided_by=row.requested_by, decided_at=LATER, until=LATER
        ))  # fmt: skip
    assert session.scalars(select(Organisation.id)).all()
