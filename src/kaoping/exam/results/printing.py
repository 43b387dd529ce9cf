"""The printed certificate of a register row, with what this installation prints beside it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, layout_print, register
from kaoping.certificates.layout_choice import Design, Occasion
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.layouts import Language
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.exam import document_signing
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


def design_to_be(
    session: Session, occasion: Occasion, *, english: bool, known: dict[UUID, Design]
) -> Design | None:  # fmt: skip
    """Give the layout that a certificate would be issued under; ``known`` are those read before, by their id."""
    return layout_choice.design_in_force(session, _language(english=english), occasion, known=known)


def _language(*, english: bool) -> Language:
    return Language.BILINGUAL if english else Language.CHINESE


def pdf(
    certificate: Certificate,
    organisation: Organisation,
    *,
    origin: str,
    english: bool = False,
    credential: bytes | None = None,
    design: Design | None = None,
) -> bytes:
    """Print a certificate as a file for the screen, signed, with its credential; sheets for paper are drawn elsewhere.

    It is signed as of its issue, or as of the first moment of the key's certificate if that came later. At level B-B
    the same row, settings and keys give the same bytes.

    ``design`` is the layout that the certificate was issued under (`designs`); none prints the official form.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration,
    and what `kaoping.exam.document_signing.signer_for` and `kaoping.certificates.pades.DocumentSigner.sign` raise.
    """
    beside = imprint(
        organisation, demonstration=certificate.demonstration, query_key=certificate.query_key, origin=origin
    )  # fmt: skip
    code = printed_code.text(certificate, organisation, origin=origin)
    award, photo = register.award_of(certificate), register.photo_of(certificate)
    beside = replace(beside, query_url=code)
    signer = document_signing.signer_for(demonstration=certificate.demonstration)
    at = max(certificate.issued_at, signer.key.first_moment)
    if design is not None:
        sheet = Sheet(award, certificate.number, beside, photo=photo, pictures=design.pictures)
        return layout_print.pdf(design.layout, sheet, credential=credential, signer=signer, at=at)
    return certificate_pdf(
        award, certificate.number, imprint=beside, photo=photo, english=english, credential=credential, signer=signer,
        at=at,
    )  # fmt: skip
