"""Simulated candidates: nobody alive, everybody different, all acceptable at enrolment."""

from datetime import date
from decimal import Decimal

from kaoping.exam.demonstration import candidates, stages
from kaoping.exam.people import identity, photos
from kaoping.exam.people.models import IdentityType
from kaoping.itembank.typefaces import missing_glyphs

EVERYBODY = [candidates.candidate(number) for number in range(candidates.COUNT)]


def test_their_identity_numbers_are_well_formed_and_of_a_region_that_does_not_exist() -> None:
    for one in EVERYBODY:
        number = identity.check(IdentityType.RESIDENT_IDENTITY_CARD, one.identity, on=date(2026, 11, 20))
        assert number.startswith("99")


def test_no_two_share_a_name_or_a_number() -> None:
    assert len({one.name for one in EVERYBODY}) == candidates.COUNT
    assert len({one.identity for one in EVERYBODY}) == candidates.COUNT


def test_their_names_can_be_printed() -> None:
    assert missing_glyphs("".join(one.name for one in EVERYBODY)) == []


def test_their_portraits_are_taken_as_photos() -> None:
    assert photos.normalised(candidates.portrait(1)).startswith(b"\xff\xd8")


def test_simulated_sheets_go_in_half_marks_and_stay_close() -> None:
    tasks = {
        "S3-1-01": Decimal(20),
        "S3-2-01": Decimal(35),
        "S3-3-01": Decimal(20),
        "S3-4-01": Decimal(20),
        "S3-5-01": Decimal(5),
    }

    for number in range(candidates.COUNT):
        first, second = stages.simulated_marks(tasks, number)
        for sheet in (first, second):
            assert all(mark % Decimal("0.5") == 0 and 0 <= mark <= tasks[code] for code, mark in sheet.items())
        assert abs(sum(first.values(), Decimal(0)) - sum(second.values(), Decimal(0))) <= 5
