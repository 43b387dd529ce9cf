"""The offline code: written, printed, read back with the public key alone."""

import base64
import random
from datetime import date
from typing import Any

import cbor2
import pytest
import segno
import zxingcpp
from PIL import Image

from kaoping.certificates.credential_errors import CodeTooLong, CodeUnreadable
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.offline_code import MOST_CHARACTERS, read, write
from tests.certificates.builders import LONGEST_ISSUER, NUMBER, an_award
from tests.certificates.credential_builders import KEY, KEYS

ORIGIN = "https://cert.example.cn"
QUERY_KEY = "QqN3u2k9YpYvWwC5rFh1Tg"


def a_code(**changes: object) -> str:
    return write(an_award(**changes), NUMBER, origin=ORIGIN, query_key=QUERY_KEY, key=KEY)


def test_a_code_says_what_the_face_says_and_only_the_tail_of_the_identity_number() -> None:
    said = read(a_code(), KEYS)

    assert (said.number, said.name, said.level) == (NUMBER, "林知远", "三级/高级工")
    assert (said.issuer, said.issued_on) == (an_award().issuer, an_award().issued_on)
    assert (said.identity_tail, said.query_key, said.key_id) == ("0011", QUERY_KEY, KEY.key_id)
    assert (said.kind, said.valid_until) == (CertificateKind.SKILL_LEVEL, None)
    assert said.demonstration
    assert not read(a_code(demonstration=False), KEYS).demonstration


def test_a_code_of_another_kind_says_which_and_until_when_it_holds() -> None:
    said = read(a_code(kind=CertificateKind.PERSON_CERTIFICATION, valid_until=date(2029, 11, 22)), KEYS)

    assert (said.kind, said.valid_until) == (CertificateKind.PERSON_CERTIFICATION, date(2029, 11, 22))


def test_a_code_is_an_address_in_the_letters_of_alphanumeric_mode_and_always_the_same() -> None:
    text = a_code()

    assert text.startswith("HTTPS://CERT.EXAMPLE.CN/V/")
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:/.")
    assert text == a_code()


def test_a_code_fits_30_millimetres_with_modules_of_at_least_0_4() -> None:
    text = a_code()
    longest, too_long = (
        segno.make("A" * length, error="m", boost_error=False).symbol_size(border=0)[0]
        for length in (MOST_CHARACTERS, MOST_CHARACTERS + 1)
    )

    assert segno.make(text, error="m", boost_error=False).symbol_size(border=0)[0] == 65
    assert (longest, too_long) == (65, 69)
    assert 30 / longest >= 0.4


@pytest.mark.parametrize("changes", [{"name": "买买提·吐尔逊·伊敏"}, {"occupation": "中" * 18}])
def test_a_name_of_10_or_an_occupation_of_18_characters_still_fits(changes: dict[str, str]) -> None:
    assert read(a_code(**changes), KEYS)


@pytest.mark.parametrize("changes", [{"issuer": LONGEST_ISSUER}, {"occupation": "中" * 25}, {"name": "中" * 20}])
def test_words_that_do_not_fit_are_refused_rather_than_printed_too_small(changes: dict[str, str]) -> None:
    with pytest.raises(CodeTooLong):
        a_code(**changes)


def test_what_is_no_code_is_unreadable_whatever_it_is_made_of() -> None:
    heads: tuple[Any, ...] = ([], {}, {4: 1}, None, "x", [[]] * 9)
    made = [cbor2.CBORTag(18, [cbor2.dumps(head), {}, b"", b""]) for head in heads]
    deep = base64.b32encode(b"\x81" * 600).decode().rstrip("=")

    for text in (*(base64.b32encode(cbor2.dumps(one)).decode().rstrip("=") for one in made), deep):
        with pytest.raises(CodeUnreadable):
            read(text, KEYS)


def test_one_changed_letter_is_noticed_wherever_it_stands() -> None:
    text = a_code()
    start = len("HTTPS://CERT.EXAMPLE.CN/V/")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

    for place in random.Random(3).sample(range(start, len(text) - 1), 120):
        other = letters[(letters.index(text[place]) + 1) % 32]
        with pytest.raises(CodeUnreadable):
            read(f"{text[:place]}{other}{text[place + 1 :]}", KEYS)


@pytest.mark.parametrize("text", ["", "HTTPS://CERT.EXAMPLE.CN/V/", "https://x.example/V/ABC", "1", "A" * 5_000, "号"])
def test_what_is_no_code_is_unreadable(text: str) -> None:
    with pytest.raises(CodeUnreadable):
        read(text, KEYS)


def test_a_code_of_another_key_is_unreadable() -> None:
    with pytest.raises(CodeUnreadable):
        read(a_code(), {})


def test_a_reader_reads_the_printed_square_back() -> None:
    text = a_code()
    matrix = [
        [255 * (not dark) for dark in row] for row in segno.make(text, error="m", boost_error=False).matrix_iter(4, 4)
    ]
    picture = Image.new("L", (len(matrix[0]), len(matrix)))
    picture.putdata([value for row in matrix for value in row])

    (seen,) = zxingcpp.read_barcodes(picture)

    assert seen.text == text
    assert read(seen.text, KEYS).number == NUMBER
