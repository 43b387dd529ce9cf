"""A sheet of paper: the certificate with its print serial, stamped onto a page that is set once for all of its kind.

A sheet is for paper: it carries no signature of the file, no tags and no credential. The same entry of the printing log
gives the same bytes, because the texts beside the award are kept with it.
"""

from dataclasses import asdict, dataclass, field, replace

from kaoping.certificates import layout_print, register
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.layout_choice import Design
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import Imprint
from kaoping.certificates.stamping import PrintRun
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printed_code, printing


@dataclass(frozen=True, slots=True)
class Press:
    """Draws sheets: the address on them, the key that signs, and the pages that are set already."""

    origin: str
    key: SigningKey
    run: PrintRun = field(default_factory=PrintRun)

    def imprint(self, certificate: Certificate, organisation: Organisation) -> dict[str, str]:
        """Give the texts beside the award as they are now, by field, without the serial, which the log knows.

        They are kept with the entry of the log, so that what the organisation changes later leaves its sheets alone.
        """
        beside = printing.imprint(
            organisation, demonstration=certificate.demonstration, query_key=certificate.query_key, origin=self.origin
        )  # fmt: skip
        code = printed_code.text(certificate, organisation, origin=self.origin)
        texts = asdict(replace(beside, query_url=code))
        return {name: text for name, text in texts.items() if name != "serial"}

    def sheet(
        self,
        certificate: Certificate,
        imprint: Imprint,
        *,
        english: bool,
        design: Design | None = None,
    ) -> bytes:
        """Draw the sheet of a certificate: stamped on the official form, or set by its own layout.

        Raises
        ------
        DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
        """
        award, photo = register.award_of(certificate), register.photo_of(certificate)
        if design is not None:
            set_out = Sheet(award, certificate.number, imprint, photo=photo, pictures=design.pictures)
            return layout_print.pdf(design.layout, set_out)
        return self.run.certificate(
            award, certificate.number, imprint=imprint, at=certificate.issued_at, photo=photo, english=english
        )
