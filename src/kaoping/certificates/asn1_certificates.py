"""Certificates of authorities as the library reads them that writes and verifies signed containers."""

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate


def as_asn1(certificate: Certificate) -> x509.Certificate:
    """Give the same certificate in the other library's class."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
