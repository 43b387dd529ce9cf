"""Which version of a layout prints what: the one that counted at a moment, and what a certificate was issued under.

The form of the package prints where no approved layout is for a level and an occupation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kaoping.certificates import layout_pictures, layout_sheets, layouts
from kaoping.certificates.layout_models import CertificateLayout, LayoutKind, LayoutUse
from kaoping.certificates.layout_sheets import SheetLayout
from kaoping.certificates.layouts import Language, Layout
from kaoping.itembank.actor import Actor


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is printed and when: the moment that decides which version counts, and its day where the organisation is."""

    at: datetime
    on: date
    level: str = ""
    standard_code: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """A layout with the pictures it needs: all that a print takes from the database."""

    layout_id: UUID
    layout: Layout
    #: By digest.
    pictures: dict[str, bytes]


def in_force(
    session: Session, kind: LayoutKind, language: Language, occasion: Occasion
) -> CertificateLayout | None:  # fmt: skip
    """Give the layout that counted at a moment: the most particular one, then the newest.

    It was approved by then, its day had come, and it was not withdrawn yet; so the same moment always gives the same
    version. None means the form of the package.
    """
    row, at = CertificateLayout, occasion.at
    query = (
        select(row)
        .where(
            row.kind == kind, row.language == language, row.approved_at <= at, row.valid_from <= occasion.on,
            or_(row.withdrawn_at.is_(None), row.withdrawn_at > at),
            or_(row.standard_code.is_(None), row.standard_code == occasion.standard_code),
            or_(_every_level(), row.levels.contains([occasion.level])),
        )
        .order_by(row.standard_code.is_(None), _every_level(), row.valid_from.desc(), row.number.desc())
        .limit(1)
    )  # fmt: skip
    return session.scalars(query).first()


def settle(session: Session, certificate_id: UUID, occasion: Occasion, *, by: Actor) -> list[LayoutUse]:
    """Note by which layouts a certificate is printed from its issue on. Settling again is harmless."""
    known = session.scalars(select(LayoutUse).where(LayoutUse.certificate_id == certificate_id)).all()
    if known:
        return list(known)
    found = [in_force(session, LayoutKind.SKILL_LEVEL, language, occasion) for language in Language]
    uses = [
        LayoutUse(
            organisation_id=by.organisation, certificate_id=certificate_id, layout_id=row.id, language=row.language
        )
        for row in found
        if row is not None
    ]
    session.add_all(uses)
    return uses


def inherit(session: Session, certificate_id: UUID, *, of: UUID, by: Actor) -> None:
    """Let a certificate be printed by the layouts of the one that it replaces. Inheriting again is harmless."""
    uses = select(LayoutUse).where(LayoutUse.certificate_id.in_([certificate_id, of]))
    known = {(use.certificate_id, use.language): use.layout_id for use in session.scalars(uses)}
    session.add_all(
        LayoutUse(
            organisation_id=by.organisation, certificate_id=certificate_id, layout_id=layout_id, language=language
        )
        for (held_by, language), layout_id in known.items()
        if held_by == of and (certificate_id, language) not in known
    )


def design_in_force(
    session: Session, language: Language, occasion: Occasion, *, known: dict[UUID, Design]
) -> Design | None:  # fmt: skip
    """Give the layout that a certificate would be issued under; none means the official form.

    A layout that was approved never changes: ``known`` are those read before, and one that is read now is added.
    """
    row = in_force(session, LayoutKind.SKILL_LEVEL, language, occasion)
    if row is None:
        return None
    if row.id not in known:
        known[row.id] = _design(session, row)
    return known[row.id]


def sheet_in_force(
    session: Session, kind: LayoutKind, occasion: Occasion
) -> tuple[SheetLayout | None, dict[str, bytes]]:  # fmt: skip
    """Give the layout of a flowing sheet that counted at a moment, with its pictures by digest."""
    row = in_force(session, kind, Language.CHINESE, occasion)
    if row is None:
        return None, {}
    sheet = layout_sheets.read(row.document)
    return sheet, layout_pictures.contents(session, sheet.digests)


def designs(session: Session, certificates: Iterable[UUID], language: Language) -> dict[UUID, Design]:
    """Give the layouts that certificates are printed by; one that is left out is printed by the official form."""
    query = (
        select(LayoutUse.certificate_id, CertificateLayout)
        .join(CertificateLayout, LayoutUse.layout_id == CertificateLayout.id)
        .where(LayoutUse.certificate_id.in_(list(certificates)), LayoutUse.language == language)
    )
    used = session.execute(query).all()
    made = {row.id: _design(session, row) for _, row in used}
    return {certificate_id: made[row.id] for certificate_id, row in used}


def _design(session: Session, row: CertificateLayout) -> Design:
    layout = layouts.read(row.document)
    return Design(row.id, layout, layout_pictures.contents(session, layout.digests))


def _every_level() -> ColumnElement[bool]:
    return func.jsonb_array_length(CertificateLayout.levels) == 0
