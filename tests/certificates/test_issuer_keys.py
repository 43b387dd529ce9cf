"""The list of the issuer's keys: public halves alone, appended, revoked once; and which signatures still count."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import key_document, key_list, keys, public_keys
from kaoping.certificates.errors import (
    KeyIsPrivate,
    KeyNotPublic,
    KeyRevokedAlready,
    MomentUnlikely,
    WitnessesMissing,
)
from kaoping.certificates.issuer_keys import IssuerKey, Purpose
from kaoping.certificates.key_document import RevocationReason
from kaoping.exam import db, published
from kaoping.exam.settings import Settings
from kaoping.itembank import base64url
from tests.builders import NOON
from tests.builders_results import KEY
from tests.conftest import Database

SEEN = ("何清", "陆远")
LATER = NOON + timedelta(days=9)
HALF = public_keys.read(KEY.public_pem)


@pytest.fixture
def owner(database: Database) -> Iterator[Session]:
    """A session of the owner of the tables, who alone writes keys; everything is rolled back."""
    with db.as_role(database.addresses.as_owner()) as engine, Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


def entered(session: Session) -> IssuerKey:
    return key_list.enter(session, HALF, Purpose.STATEMENT, witnesses=SEEN, at=NOON)


def revoked(session: Session, since: datetime | None) -> IssuerKey:
    return key_list.revoke(session, HALF.key_id, compromised_since=since, reason="遗失", at=LATER)


def test_a_key_is_entered_once_and_published_under_its_name(owner: Session) -> None:
    entered(owner)
    entered(owner)

    listed = [(key.key_id, key.algorithm, key.version) for key in key_list.listed(owner)]
    assert listed.count((KEY.key_id, "Ed25519", 1)) == 1
    assert key_list.published(owner)[KEY.key_id] == KEY.public_key


@pytest.mark.parametrize(
    ("since", "reason"),
    [(NOON + timedelta(days=3), RevocationReason.KEY_COMPROMISE), (None, RevocationReason.SUPERSEDED)],
)
def test_a_revocation_is_published_by_its_kind_without_what_people_wrote(
    owner: Session, tmp_path: Path, since: datetime | None, reason: RevocationReason
) -> None:
    entered(owner)
    revoked(owner, since)

    document = published.keys(owner, Settings(data=tmp_path))

    [key] = [key for key in document.keys if key.kid == KEY.key_id]
    assert (key.valid_from, key.valid_until, key.revoked_at, key.compromised_since) == (NOON, LATER, LATER, since)
    assert (key.reason, key.kty, key.crv) == (reason, "OKP", "Ed25519")
    written = document.model_dump_json(exclude_none=True)
    assert not [word for word in ("遗失", *SEEN, "PRIVATE") if word in written]
    trusted = key_document.trusted_pem(written.encode())
    assert (key.pem.encode() in trusted) == (since is None)


def test_a_key_in_use_is_published_before_it_is_entered(owner: Session, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    own = keys.generate(settings.signing_key)

    [key] = [key for key in published.keys(owner, settings).keys if key.kid == own.key_id]

    assert (key.purpose, key.valid_from, key.revoked_at) == (Purpose.STATEMENT, None, None)
    assert base64url.decode(key.x or "") == own.public_key.public_bytes_raw()


@pytest.mark.parametrize("witnesses", [(), ("何清",), ("何清", " 何清 "), ("何清", "")])
def test_two_different_people_see_a_key_made(owner: Session, witnesses: tuple[str, ...]) -> None:
    with pytest.raises(WitnessesMissing):
        key_list.enter(owner, HALF, Purpose.STATEMENT, witnesses=witnesses, at=NOON)


def test_what_was_registered_before_a_key_was_in_other_hands_stays_trusted(owner: Session) -> None:
    entered(owner)
    since = NOON + timedelta(days=3)

    revoked(owner, since)

    keys = key_list.published(owner)
    assert keys.trusts(KEY.key_id, since - timedelta(seconds=1))
    assert not keys.trusts(KEY.key_id, since)
    assert not keys.trusts("unknown", NOON)


@pytest.mark.parametrize(("since", "given"), [(None, True), (NOON + timedelta(days=3), False)])
def test_a_key_in_other_hands_is_not_given_to_those_who_check_without_the_register(
    owner: Session, tmp_path: Path, *, since: datetime | None, given: bool
) -> None:
    entered(owner)
    revoked(owner, since)

    pem = published.trust_pem(owner, Settings(data=tmp_path))

    assert (KEY.public_pem.strip() in pem) is given
    assert KEY.key_id in key_list.published(owner), "the register still judges what was entered before"


def test_a_key_that_was_only_lost_is_trusted_until_it_was_revoked(owner: Session) -> None:
    entered(owner)

    revoked(owner, None)

    assert key_list.published(owner).trusts(KEY.key_id, LATER - timedelta(seconds=1))
    assert not key_list.published(owner).trusts(KEY.key_id, LATER)


def test_a_compromise_may_be_found_to_begin_earlier_and_never_later(owner: Session) -> None:
    entered(owner)
    revoked(owner, NOON + timedelta(days=3))

    earlier = revoked(owner, NOON + timedelta(days=1))

    assert (earlier.version, earlier.revoked_at) == (3, LATER)
    with pytest.raises(KeyRevokedAlready):
        revoked(owner, NOON + timedelta(days=2))
    with pytest.raises(MomentUnlikely):
        revoked(owner, NOON - timedelta(days=1))


def test_a_public_key_of_each_kind_is_read_and_a_private_one_is_turned_away() -> None:
    spki = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    curve = ec.generate_private_key(ec.SECP256R1())

    assert (
        public_keys.read(rsa.generate_private_key(65537, 2048).public_key().public_bytes(*spki)).algorithm == "RSA-2048"
    )
    assert public_keys.read(curve.public_key().public_bytes(*spki)).algorithm == "secp256r1"
    assert HALF.pem.encode() == KEY.public_pem
    with pytest.raises(KeyIsPrivate):
        public_keys.read(KEY.private_pem)
    with pytest.raises(KeyNotPublic):
        public_keys.read(curve.private_bytes(*private))


def _row(der: bytes, **changes: object) -> IssuerKey:
    facts = {
        "key_id": "k", "version": 1, "purpose": Purpose.STATEMENT, "algorithm": "Ed25519", "public_der": der,
        "used_from": NOON, "witnesses": [], "recorded_at": NOON, "used_until": None, "revoked_at": None,
        "compromised_since": None, "reason": None,
    }  # fmt: skip
    return IssuerKey(**{**facts, **changes})


def _private(passphrase: bytes = b"") -> bytes:
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, how
    )


@pytest.mark.parametrize(
    "row",
    [
        _row(_private()),
        _row(_private(b"secret")),
        _row(HALF.der + _private()),
        _row(b"\x30"),
        _row(HALF.der, reason="-----BEGIN PRIVATE KEY-----", revoked_at=NOON),
        _row(HALF.der, version=2),
    ],
    ids=["private", "encrypted", "appended", "cut off", "in words", "out of turn"],
)
def test_the_database_refuses_private_keys_and_gaps(owner: Session, row: IssuerKey) -> None:
    owner.add(row)

    with pytest.raises(DBAPIError, match=r"public keys|stays what it is"):
        owner.flush()


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": None, "reason": None, "compromised_since": None},
        {"used_until": None},
        {"public_der": HALF.der[:-1] + b"x"},
    ],
)
def test_the_database_refuses_to_take_a_revocation_back(owner: Session, change: dict[str, object]) -> None:
    entered(owner)
    key = revoked(owner, NOON + timedelta(days=1))

    with pytest.raises(DBAPIError, match="stays what it is"):
        key_list._next(owner, key, at=LATER, **change)


def test_a_row_is_never_edited(owner: Session) -> None:
    entered(owner)

    with pytest.raises(DBAPIError, match="appended, never changed"):
        owner.execute(update(IssuerKey).values(reason="x"))


def test_the_program_that_serves_pages_cannot_write_a_key(session: Session) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        entered(session)
