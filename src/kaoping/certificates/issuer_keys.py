"""Rows of the issuer's keys 签发密钥: public halves alone, what each is for, how long it was used, and its revocation.

A row is one version of what is known about a key; the newest counts. Rows are appended by ``kaoping keys`` as the owner
of the tables: the program that serves pages reads them and cannot write them, and the database refuses whatever is not
a public key or a certificate.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base
from kaoping.itembank.refusing import before, refusing


class Purpose(StrEnum):
    """What the issuer signs with a key."""

    STATEMENT = "statement"
    DOCUMENT = "document"
    TOKEN = "token"  # noqa: S105 - the kind of a key, not a secret
    NATIONAL = "national"


class IssuerKey(Base):
    """What is known about a key from a moment on. Appended, never edited; global, because keys are the installation's.

    ``public_der`` is a SubjectPublicKeyInfo or an X.509 certificate of the key.
    """

    __tablename__ = "issuer_key"
    __table_args__ = (
        UniqueConstraint("key_id", "version"),
        CheckConstraint("used_until >= used_from", name="used_forwards"),
        CheckConstraint("(revoked_at IS NULL) = (reason IS NULL)", name="revoked_for_a_reason"),
        CheckConstraint("revoked_at IS NULL OR used_until <= revoked_at", name="not_used_once_revoked"),
        CheckConstraint("compromised_since IS NULL OR compromised_since <= revoked_at", name="compromised_is_revoked"),
    )

    key_id: Mapped[str]
    version: Mapped[int]
    purpose: Mapped[Purpose]
    algorithm: Mapped[str]
    public_der: Mapped[bytes]
    used_from: Mapped[datetime]
    used_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    #: From when on somebody else may have signed with it; null: lost or replaced, but never in other hands.
    compromised_since: Mapped[datetime | None]
    reason: Mapped[str | None]
    #: Names of who saw the key made.
    witnesses: Mapped[list[Any]] = mapped_column(default=list)
    recorded_at: Mapped[datetime]


#: Reads tags of DER: a public key is SEQUENCE {SEQUENCE, BIT STRING}, a certificate SEQUENCE {SEQUENCE, SEQUENCE, …}.
#: Private keys begin with a version, encrypted ones go on with an OCTET STRING. Nothing may follow.
_DER_IS_PUBLIC = """\
CREATE OR REPLACE FUNCTION der_is_public(p_der bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
  at integer := 0;
  size integer;
  wide integer;
BEGIN
  FOR element IN 1..2 LOOP
    IF get_byte(p_der, at) <> 48 THEN RETURN false; END IF;
    size := get_byte(p_der, at + 1);
    wide := greatest(size - 128, 0);
    IF wide > 3 THEN RETURN false; END IF;
    IF wide > 0 THEN
      size := 0;
      FOR place IN 1..wide LOOP size := size * 256 + get_byte(p_der, at + 1 + place); END LOOP;
    END IF;
    at := at + 2 + wide;
    IF element = 1 AND at + size <> length(p_der) THEN RETURN false; END IF;
  END LOOP;
  RETURN get_byte(p_der, at + size) IN (3, 48);
EXCEPTION WHEN array_subscript_error THEN
  RETURN false;
END $$"""

_NO_LONGER_SAME = """\
NEW.version <> 1 + (SELECT count(*) FROM public.issuer_key WHERE key_id = NEW.key_id) OR EXISTS (
    SELECT FROM public.issuer_key known WHERE known.key_id = NEW.key_id AND known.version = NEW.version - 1 AND NOT (
      (known.purpose, known.algorithm, known.used_from) = (NEW.purpose, NEW.algorithm, NEW.used_from)
      AND position(known.public_der IN NEW.public_der) > 0
      AND (known.used_until IS NULL OR known.used_until IS NOT DISTINCT FROM NEW.used_until)
      AND (known.revoked_at IS NULL OR known.revoked_at IS NOT DISTINCT FROM NEW.revoked_at)
      AND (known.compromised_since IS NULL OR coalesce(NEW.compromised_since <= known.compromised_since, false))
    )
  )"""

#: What the database refuses about keys.
STATEMENTS: Final = (
    _DER_IS_PUBLIC,
    refusing(
        "issuer_key_is_public",
        "NOT public.der_is_public(NEW.public_der) OR to_jsonb(NEW)::text ~ 'PRIVATE KEY'",
        "'only public keys and certificates are kept here'",
    ),
    before("INSERT", "issuer_key", "issuer_key_is_public"),
    refusing(
        "issuer_key_goes_on",
        _NO_LONGER_SAME,
        "format('key %s stays what it is: it is used, put aside and revoked once', NEW.key_id)",
    ),
    before("INSERT", "issuer_key", "issuer_key_goes_on"),
)
