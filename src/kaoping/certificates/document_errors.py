"""Refusals of the signed document: its key, its certificate, its timestamp."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict


class WrongDocumentKey(Conflict):
    """A demonstration would be signed in earnest, or a certificate in earnest by the demonstration's key."""

    sentence: ClassVar[str] = N_(
        "The document key %(subject)s may not sign this certificate: the key of the demonstration signs "
        "demonstrations, and nothing else does."
    )


class DocumentKeyMissing(Conflict):
    """Nothing is configured that signs certificates in earnest."""

    sentence: ClassVar[str] = N_(
        "Certificates are given out signed, and no document key is configured: set KAOPING_DOCUMENT_KEY to the "
        "PKCS #12 file of the issuer, or KAOPING_TOKEN_MODULE to its token."
    )


class DocumentKeyOutOfDate(Conflict):
    """The certificate of a document key is not valid at the moment of signing."""

    sentence: ClassVar[str] = N_(
        "The certificate of the document key %(subject)s is valid from %(first)s to %(last)s, not on %(on)s: "
        "have it renewed."
    )


class TokenUnusable(Conflict):
    """The PKCS #11 token cannot sign."""

    sentence: ClassVar[str] = N_("The token %(label)s at %(module)s cannot be used: %(reason)s.")


class TokenSupportMissing(Conflict):
    """A token is configured, but the library that speaks with tokens is not installed."""

    sentence: ClassVar[str] = N_("Signing with a token needs a further library: pip install 'kaoping[token]'.")


class TimestampFailed(Conflict):
    """The timestamp service gave no timestamp, so the document was not given out."""

    sentence: ClassVar[str] = N_(
        "The timestamp service %(url)s gave no timestamp: %(reason)s. Try again, or set KAOPING_DOCUMENT_LEVEL to B-B."
    )


class RevocationUnknown(Conflict):
    """A document for the archive needs the revocation lists of every authority, and they do not prove enough."""

    sentence: ClassVar[str] = N_(
        "The document cannot be made for the archive (B-LTA): %(reason)s. Put the certificates and current revocation "
        "lists of the issuer's and the timestamp service's authorities into %(folder)s."
    )
