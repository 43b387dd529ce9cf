"""The signed statement."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kaoping.certificates.keys import SigningKey
from kaoping.certificates.statement import Award, award_of, canonical, mask, public_view, sign, statement, verify
from tests.certificates.builders import NUMBER, an_award

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STATEMENT = statement(an_award(), NUMBER, key_id=KEY.key_id)
SIGNATURE = sign(STATEMENT, KEY)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_fixed_award_gives_fixed_bytes_and_a_fixed_signature() -> None:
    assert KEY.key_id == "56475aa75463474c"
    assert hashlib.sha256(STATEMENT).hexdigest() == "4e08add2e38d40f9feb118c069dbfa75aaed907bd4e66bf34a86ef9e8de18b73"
    assert SIGNATURE.value.hex() == (
        "0c73319c96d381b22f0103e2d53f189a214c4882507b22d144793b05b506e66f"
        "ca5ca260217ef7269fa8dc3556c5ee516b56e66bd4d50c2c8b73d2ace7ff700c"
    )


def test_a_demonstration_says_so_twice() -> None:
    said = json.loads(STATEMENT)

    assert said["demonstration"] is True
    assert said["watermark"] == "示范样张 无效"
    assert json.loads(statement(an_award(demonstration=False), NUMBER, key_id="k"))["watermark"] is None


@given(place=st.integers(0, len(STATEMENT) - 1), flip=st.integers(1, 255))
def test_one_changed_byte_of_the_statement_breaks_the_signature(place: int, flip: int) -> None:
    tampered = bytearray(STATEMENT)
    tampered[place] ^= flip

    assert verify(STATEMENT, SIGNATURE.value, KEY.public_key)
    assert not verify(bytes(tampered), SIGNATURE.value, KEY.public_key)


@given(place=st.integers(0, 63), flip=st.integers(1, 255))
def test_one_changed_byte_of_the_signature_breaks_it(place: int, flip: int) -> None:
    tampered = bytearray(SIGNATURE.value)
    tampered[place] ^= flip

    assert not verify(STATEMENT, bytes(tampered), KEY.public_key)


def test_another_key_does_not_verify() -> None:
    other = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))

    assert not verify(STATEMENT, SIGNATURE.value, other.public_key)


@given(name=TEXT, specialty=TEXT)
def test_a_statement_gives_its_award_back(name: str, specialty: str) -> None:
    award = an_award(name=name, specialty=specialty)

    again = award_of(statement(award, NUMBER, key_id="k"))

    assert statement(again, NUMBER, key_id="k") == statement(award, NUMBER, key_id="k")


def test_the_level_is_called_as_its_standard_calls_it_and_an_older_statement_stays_readable() -> None:
    older = json.loads(STATEMENT)
    del older["award"]["level_title_en"]

    assert an_award(level_title_en="Expert").level_name_en == "Level 3 / Expert"
    assert award_of(canonical(older)).level_name_en == "Level 3 / Senior Skilled Worker"


def test_composed_and_decomposed_names_give_the_same_statement() -> None:
    composed, decomposed = an_award(name_en="J\u00fcrgen"), an_award(name_en="Ju\u0308rgen")

    assert statement(composed, NUMBER, key_id="k") == statement(decomposed, NUMBER, key_id="k")


def test_keys_are_sorted_and_nothing_is_escaped() -> None:
    assert canonical({"b": [1, None, True], "a": "考评"}) == '{"a":"考评","b":[1,null,true]}'.encode()


def test_a_float_has_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="float"):
        canonical({"score": 82.5})


def test_what_verifiers_see_holds_no_identity_number() -> None:
    view = public_view(STATEMENT)

    assert an_award().id_number not in json.dumps(view)
    assert view["award"]["id_number"] == "110***********0011"
    assert view["number"] == NUMBER


@given(st.text("0123456789X", max_size=20))
def test_a_masked_number_keeps_its_length_and_hides_at_least_four(id_number: str) -> None:
    masked = mask(id_number)

    assert len(masked) == len(id_number)
    assert masked.count("*") >= min(4, len(id_number))


def test_an_award_says_nothing_of_exams() -> None:
    assert not {"sitting", "score", "paper", "ticket"} & set(Award.__dataclass_fields__)
