"""Rows of people: organisations 评价机构, staff accounts with memberships, candidates with their own data key."""

import base64
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.orm import Base, Owned, Sealed, vault
from kaoping.itembank.vault import Vault, new_ring


class OrganisationKind(StrEnum):
    """Kinds of evaluation organisation; the letter opens the certificate number."""

    EMPLOYER = "Y"
    TRAINING_AND_EVALUATION = "S"


class PoolKind(StrEnum):
    """Whose pool of items an organisation keeps: 国家级, 省级, 行业 or 机构."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    SECTOR = "sector"
    ORGANISATION = "organisation"


class IdentityType(StrEnum):
    """Identity document types 证件类型."""

    RESIDENT_IDENTITY_CARD = "resident_identity_card"
    HONG_KONG_MACAO_PERMIT = "hong_kong_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    PASSPORT = "passport"


class ConsentKind(StrEnum):
    """What a person was told of or agreed to, each on its own (个人信息保护法 articles 17 and 29)."""

    NOTICE = "notice"
    IDENTITY_NUMBER = "identity_number"
    PHOTO = "photo"


class Organisation(Base):
    """An evaluation organisation 评价机构: the tenant. Global, without secrets."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("institution_code ~ '^[0-9]{4}$'", name="institution_code_4_digits"),
        CheckConstraint("province_code ~ '^[0-9]{2}$'", name="province_code_2_digits"),
        CheckConstraint("site_code ~ '^[0-9]{6}$'", name="site_code_6_digits"),
        UniqueConstraint("code"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[OrganisationKind]
    institution_code: Mapped[str]
    province_code: Mapped[str]
    site_code: Mapped[str]
    #: Whose items it keeps and may grant to others.
    pool: Mapped[PoolKind] = mapped_column(default=PoolKind.ORGANISATION, server_default=PoolKind.ORGANISATION)
    demonstration: Mapped[bool] = mapped_column(default=False)
    #: Parameters that a province or an organisation sets: objection_days, assessor_tolerance, query addresses.
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Account(Base):
    """A log-in of a member of staff, or of a candidate who activated one. Global."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("email"), UniqueConstraint("fs_uniquifier"))

    email: Mapped[str]
    name: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(MutableList.as_mutable(JSONB()))
    language: Mapped[str | None]
    #: theme, contrast and text size as the person chose them.
    appearance: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="account")


class Membership(Base):
    """A role of an account in an organisation. Global, because log-in needs it before an organisation is chosen."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation", "role"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    #: Not called organisation_id: memberships are not rows of one organisation but lead to it.
    organisation: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="memberships")


class Person(Owned, Base):
    """A candidate as an organisation knows one. Identity number and photo are sealed with the person's own data key."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organisation_id", "identity_fingerprint"),
        Index(None, "organisation_id", "name_folded"),
    )

    name: Mapped[str]
    #: Name after NFKC without spaces and variants of “·”, for comparison at log-in; byte by byte, to find beginnings.
    name_folded: Mapped[str] = mapped_column(String(collation="C"))
    identity_type: Mapped[IdentityType]
    #: The person's data key, sealed under the vault; null once it was destroyed (deletion).
    data_key_sealed: Mapped[bytes | None]
    identity_sealed: Mapped[bytes]
    identity_fingerprint: Mapped[bytes]
    #: HMAC of the last six characters, bound to this person.
    tail_fingerprint: Mapped[bytes]
    photo_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    identity: Sealed[str] = Sealed()
    photo: Sealed[str | None] = Sealed()
    consents: Mapped[list["Consent"]] = relationship(back_populates="person", order_by="Consent.at")

    def __init__(self, **values: Any) -> None:
        values.setdefault("data_key_sealed", None)
        super().__init__(**{name: value for name, value in values.items() if name not in {"identity", "photo"}})
        if self.data_key_sealed is None:
            ((key_id, key),) = new_ring(vault().cipher_of(vault().current)).items()
            self.data_key_sealed = vault().seal(f"{key_id}{key.hex()}".encode(), f"person:{self.id}:data_key")
        for name in ("identity", "photo"):
            if name in values:
                setattr(self, name, values[name])

    def _vault(self) -> Vault:
        if self.data_key_sealed is None:
            raise LookupError(f"the data key of person {self.id} was destroyed")
        opened = vault().unseal(self.data_key_sealed, f"person:{self.id}:data_key").decode()
        return Vault({opened[:8]: bytes.fromhex(opened[8:])}, opened[:8])

    @property
    def photo_bytes(self) -> bytes | None:
        """The photo as a JPEG or PNG file."""
        return base64.b64decode(self.photo) if self.photo else None


class Consent(Owned, Base):
    """A notice given or a consent taken, with the version of the text. Appended, never edited."""

    __tablename__ = "consent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConsentKind]
    given: Mapped[bool]
    text_version: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="consents")


class AttemptCounter(Base):
    """Failed tries of a ticket, an account or an address within a window; the rate limits count here. Global."""

    __tablename__ = "attempt_counter"
    __table_args__ = (UniqueConstraint("kind", "subject", "window_start"),)

    kind: Mapped[str]
    #: HMAC of the ticket or address: the counter does not tell who tried.
    subject: Mapped[bytes]
    window_start: Mapped[datetime]
    count: Mapped[int]
