"""Status lists, the issuer's document, and what they weigh."""

import random

from hypothesis import given
from hypothesis import strategies as st

from kaoping.certificates.credential import written
from kaoping.certificates.did import PublishedKey, did_web, document
from kaoping.certificates.multibase import base58, from_base58, multikey
from kaoping.certificates.proofs import signed_by, with_proof
from kaoping.certificates.status_list import LENGTH, Purpose, encoded, is_set, status_list
from tests.certificates.credential_builders import HOME, KEY, KEYS, SINCE, an_rsa_key

MOST_BYTES = 2_048


def test_a_list_of_131072_places_with_a_hundred_bits_set_has_at_most_two_kilobytes_signed() -> None:
    places = random.Random(7).sample(range(LENGTH), 100)
    url = HOME.status_url(Purpose.REVOCATION, 1)

    signed = with_proof(
        status_list(url, Purpose.REVOCATION, places, did=HOME.did, since=SINCE), KEY, did=HOME.did, at=SINCE
    )

    assert LENGTH == 131_072
    assert len(written(signed)) <= MOST_BYTES
    assert signed_by(signed, KEYS, did=HOME.did) == KEY.key_id


def test_each_place_is_its_own_bit() -> None:
    text = encoded([0, 7, 8, LENGTH - 1])

    assert [place for place in (0, 1, 6, 7, 8, 9, LENGTH - 2, LENGTH - 1) if is_set(text, place)] == [
        0,
        7,
        8,
        LENGTH - 1,
    ]
    assert encoded([7, 0, LENGTH - 1, 8]) == text


def test_the_document_of_the_issuer_keeps_a_key_of_others_but_lets_it_assert_nothing() -> None:
    old = an_rsa_key()

    made = document(
        HOME.origin,
        [
            PublishedKey(KEY.key_id, KEY.public_key),
            PublishedKey("old", old.public_key, revoked=SINCE, compromised=True),
        ],
    )

    assert made["id"] == "did:web:cert.example.cn"
    assert made["assertionMethod"] == [f"did:web:cert.example.cn#{KEY.key_id}"]
    first, second = made["verificationMethod"]
    assert first["publicKeyMultibase"] == "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
    assert second["revoked"] == "2026-11-23T08:00:00Z"
    assert set(second["publicKeyJwk"]) == {"e", "kty", "n"}


def test_a_port_is_escaped_in_the_identifier() -> None:
    assert did_web("http://127.0.0.1:8000") == "did:web:127.0.0.1%3A8000"


@given(raw=st.binary(max_size=70))
def test_base_58_comes_back_as_it_was(raw: bytes) -> None:
    assert from_base58(base58(raw)) == raw


def test_a_multikey_of_ed25519_is_recognised_by_its_first_letters() -> None:
    assert multikey(KEY.public_key).startswith("z6Mk")
