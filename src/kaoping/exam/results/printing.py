"""The printed certificate of a register row, with what this installation prints beside it."""

from kaoping.certificates import register
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.exam.people.models import Organisation


def imprint(certificate: Certificate, organisation: Organisation, *, origin: str) -> Imprint:
    """Give query addresses and marks; the official addresses are configuration and never on a demonstration."""
    official = {} if certificate.demonstration else organisation.settings
    return Imprint(
        query_url=f"{origin}/v/{certificate.query_key}",
        verify_home=f"{origin}/verify",
        serial=f"{certificate.number[-6:]}",
        certificate_query_url=official.get("certificate_query_url", ""),
        institution_query_url=official.get("institution_query_url", ""),
        seal_mark="示范" if certificate.demonstration else organisation.settings.get("seal_mark", ""),
    )


def pdf(certificate: Certificate, organisation: Organisation, *, origin: str, english: bool = False) -> bytes:
    """Print a certificate; the same row gives the same bytes.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    return certificate_pdf(
        register.award_of(certificate),
        certificate.number,
        imprint=imprint(certificate, organisation, origin=origin),
        photo=register.photo_of(certificate),
        english=english,
    )
