"""The QR code that a certificate is printed with: signed content that is read offline, or a short address."""

from kaoping.certificates import offline_code, register
from kaoping.certificates.credential_errors import CodeTooLong
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate
from kaoping.exam.people.models import Organisation
from kaoping.exam.people.organisations import PrintedCode, printed_code


def text(certificate: Certificate, organisation: Organisation, *, origin: str, key: SigningKey | None) -> str:
    """Give the words of the code: the organisation chooses, and names that are too long get the short address."""
    short = f"{origin}/v/{certificate.query_key}"
    if key is None or printed_code(organisation) is PrintedCode.SHORT:
        return short
    award = register.award_of(certificate)
    try:
        return offline_code.write(award, certificate.number, origin=origin, query_key=certificate.query_key, key=key)
    except CodeTooLong:
        return short
