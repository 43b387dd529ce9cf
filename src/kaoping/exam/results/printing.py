"""The printed certificate of a register row, with what this installation prints beside it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, layout_print, register
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.layout_choice import Design, Occasion
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.layouts import Language
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printed_code

#: What stands in place of the print serial 印制流水码 on a file that is read on a screen.
ELECTRONIC = "电子证书"


def imprint(
    organisation: Organisation, *, demonstration: bool, query_key: str, origin: str, serial: str = ""
) -> Imprint:
    """Give query addresses and marks; the official addresses are configuration and never on a demonstration.

    A sheet of paper has a ``serial`` from the printing log; a file that is read on a screen has none and says so.
    """
    official = {} if demonstration else organisation.settings
    return Imprint(
        query_url=f"{origin}/v/{query_key}",
        verify_home=f"{origin}/verify",
        serial=serial or ELECTRONIC,
        certificate_query_url=official.get("certificate_query_url", ""),
        institution_query_url=official.get("institution_query_url", ""),
        seal_mark="示范" if demonstration else organisation.settings.get("seal_mark", ""),
    )


def designs(session: Session, certificates: Iterable[UUID], *, english: bool) -> dict[UUID, Design]:
    """Give the layouts that certificates are printed by; one that is left out is printed by the official form."""
    return layout_choice.designs(session, certificates, _language(english=english))


def design_to_be(session: Session, occasion: Occasion, *, english: bool) -> Design | None:
    """Give the layout that a certificate would be issued under."""
    return layout_choice.design_in_force(session, _language(english=english), occasion)


def _language(*, english: bool) -> Language:
    return Language.BILINGUAL if english else Language.CHINESE


def pdf(
    certificate: Certificate,
    organisation: Organisation,
    *,
    origin: str,
    english: bool = False,
    serial: str = "",
    key: SigningKey | None = None,
    design: Design | None = None,
) -> bytes:
    """Print a certificate; the same row and key give the same bytes. The key signs the QR code, which is short without.

    ``design`` is the layout that the certificate was issued under (`designs`); none
    prints the official form.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    beside = imprint(
        organisation, demonstration=certificate.demonstration, query_key=certificate.query_key, origin=origin,
        serial=serial,
    )  # fmt: skip
    code = printed_code.text(certificate, organisation, origin=origin, key=key)
    award, photo = register.award_of(certificate), register.photo_of(certificate)
    beside = replace(beside, query_url=code)
    if design is not None:
        sheet = Sheet(award, certificate.number, beside, photo=photo, pictures=design.pictures)
        return layout_print.pdf(design.layout, sheet)
    return certificate_pdf(award, certificate.number, imprint=beside, photo=photo, english=english)
