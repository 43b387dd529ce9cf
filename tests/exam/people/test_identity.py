"""Names and identity numbers."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.exam.people import errors, identity
from kaoping.exam.people.models import IdentityType
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.vault import Vault
from tests.builders_registration import an_identity

CARD = IdentityType.RESIDENT_IDENTITY_CARD
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("dot", "·•‧∙⋅･・．.")
def test_a_name_is_the_same_with_every_variant_of_the_dot(dot: str) -> None:
    assert identity.folded_name(f"买买提{dot}艾力") == "买买提艾力"


@pytest.mark.parametrize("written", ["欧阳 以宁", " 欧阳以宁\u3000", "欧\u200b阳以宁", "欧陽以宁".replace("陽", "阳")])
def test_a_name_is_the_same_with_white_space_anywhere(written: str) -> None:
    assert identity.same_name(written, "欧阳以宁")


def test_a_name_is_the_same_in_full_width_and_small_letters() -> None:
    assert identity.same_name("ＪＯＨＮ　Smith", "john smith")


def test_names_of_other_people_differ() -> None:
    assert not identity.same_name("方一鸣", "方一明")


@given(st.text(max_size=40))
def test_folding_a_folded_name_changes_nothing(name: str) -> None:
    folded = identity.folded_name(name)

    assert identity.folded_name(folded) == folded


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" 王　明 ", "王明"), ("买买提•艾力", "买买提·艾力"), ("John  Smith", "John Smith"), ("O'Neill", "O'Neill")],
)
def test_a_name_is_kept_as_documents_print_it(written: str, kept: str) -> None:
    assert identity.clean_name(written) == kept


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("", errors.NameEmpty),
        ("\u3000", errors.NameEmpty),
        ("王明1", errors.NameUnlikely),
        ("王" * 61, errors.NameTooLong),
        ("=cmd()", errors.NameUnlikely),
    ],
)
def test_what_is_no_name_is_refused(written: str, error: type[KaopingError]) -> None:
    with pytest.raises(error):
        identity.clean_name(written)


def test_the_check_character_is_that_of_the_example_in_gb_11643() -> None:
    assert identity.check_character("11010519491231002") == "X"
    assert identity.check_character("44052418800101001") == "4"


def test_a_number_is_kept_half_width_without_spaces_and_with_a_capital_x() -> None:
    assert identity.check(CARD, " 110105 19491231 002ｘ", on=TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("", errors.IdentityEmpty),
        ("3.40102E+17", errors.IdentityRounded),
        ("11010519491231002", errors.IdentityLength),
        ("1101051949123100AX", errors.IdentityCharacter),
        ("110105194912310X2X", errors.IdentityCharacter),
        ("11010519491331002X", errors.IdentityDate),
        ("110105194912310021", errors.IdentityCheckCharacter),
        ("11010519491231002٣", errors.IdentityCharacter),
    ],
)
def test_a_wrong_number_is_refused_by_what_is_wrong_and_never_repeated(number: str, error: type[KaopingError]) -> None:
    with pytest.raises(error) as caught:
        identity.check(CARD, number, on=TODAY)

    assert not number or number not in str(caught.value)


def test_the_right_check_character_is_named() -> None:
    with pytest.raises(errors.IdentityCheckCharacter) as caught:
        identity.check(CARD, "110105194912310021", on=TODAY)

    assert caught.value.expected == "X"


def test_nobody_is_born_after_the_day_of_enrolment() -> None:
    with pytest.raises(errors.IdentityDate):
        identity.check(CARD, an_identity(born="20270101"), on=TODAY)


@pytest.mark.parametrize(
    ("kind", "number"),
    [(IdentityType.PASSPORT, "e12345678"), (IdentityType.TAIWAN_PERMIT, "12345678"),
     (IdentityType.HONG_KONG_MACAO_PERMIT, "h12345678")],
)  # fmt: skip
def test_other_documents_have_their_own_shape(kind: IdentityType, number: str) -> None:
    assert identity.check(kind, number, on=TODAY) == number.upper()

    with pytest.raises(KaopingError, match="number"):
        identity.check(kind, "1234", on=TODAY)


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_check_character(first: str, place: int, off: int) -> None:
    wrong = first[:place] + str((int(first[place]) + off) % 10) + first[place + 1 :]

    assert identity.check_character(wrong) != identity.check_character(first)


def test_a_number_is_masked_but_for_its_ends() -> None:
    assert identity.masked("11010519491231002x") == "1101**********002X"
    assert identity.masked("E12345678") == "E1*****78"
    assert identity.masked("123") == "12*"[:2] + "3"


def test_the_tail_is_the_last_six_with_a_capital_x() -> None:
    assert identity.tail("11010519491231002x") == "31002X"


def test_a_fingerprint_depends_on_person_and_organisation(vault: Vault) -> None:
    one, other = uuid4(), uuid4()

    assert identity.tail_fingerprint(one, "31002x") == identity.tail_fingerprint(one, "31002X")
    assert identity.tail_fingerprint(one, "31002X") != identity.tail_fingerprint(other, "31002X")
    found = identity.identity_fingerprint(one, CARD, "E1")
    assert found != identity.identity_fingerprint(other, CARD, "E1")
    assert found != identity.identity_fingerprint(one, IdentityType.PASSPORT, "E1")
