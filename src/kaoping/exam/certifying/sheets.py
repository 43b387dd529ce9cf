"""A sheet of paper: the certificate with its print serial, stamped onto a page that is set once for all of its kind.

A sheet is for paper: it carries no signature of the file, no tags and no credential. The same entry of the printing log
gives the same bytes.
"""

from dataclasses import dataclass, field, replace

from kaoping.certificates import layout_print, register
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.layout_choice import Design
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.models import Certificate
from kaoping.certificates.stamping import PrintRun
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printed_code, printing


@dataclass(frozen=True, slots=True)
class Press:
    """Draws sheets: the address on them, the key that signs, and the pages that are set already."""

    origin: str
    key: SigningKey
    run: PrintRun = field(default_factory=PrintRun)

    def sheet(
        self,
        certificate: Certificate,
        organisation: Organisation,
        *,
        serial: str,
        english: bool,
        design: Design | None = None,
    ) -> bytes:
        """Draw the sheet of a certificate under a serial: stamped on the official form, or set by its own layout.

        Raises
        ------
        DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
        """
        beside = printing.imprint(
            organisation, demonstration=certificate.demonstration, query_key=certificate.query_key,
            origin=self.origin, serial=serial,
        )  # fmt: skip
        code = printed_code.text(certificate, organisation, origin=self.origin)
        award, photo, beside = (
            register.award_of(certificate), register.photo_of(certificate), replace(beside, query_url=code)
        )  # fmt: skip
        if design is not None:
            set_out = Sheet(award, certificate.number, beside, photo=photo, pictures=design.pictures)
            return layout_print.pdf(design.layout, set_out)
        return self.run.certificate(
            award, certificate.number, imprint=beside, at=certificate.issued_at, photo=photo, english=english
        )
