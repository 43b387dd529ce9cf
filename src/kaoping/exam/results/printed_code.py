"""The QR code that a certificate is printed with: signed content that is read offline, or a short address."""

from kaoping.certificates import offline_code
from kaoping.certificates.credential_errors import CodeTooLong
from kaoping.certificates.models import Certificate
from kaoping.exam.people.models import Organisation
from kaoping.exam.people.organisations import PrintedCode, printed_code


def text(certificate: Certificate, organisation: Organisation, *, origin: str) -> str:
    """Give the words of the code: the organisation chooses, and names that are too long get the short address."""
    short = f"{origin}/v/{certificate.query_key}"
    if printed_code(organisation) is PrintedCode.SHORT:
        return short
    try:
        return offline_code.address(certificate.offline_code, origin=origin)
    except CodeTooLong:
        return short
