"""Errors of credentials: linked data that cannot be signed or read, and offline codes."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Invalid


class CredentialError(Invalid):
    """Base of what is wrong with a credential or an offline code."""

    sentence: ClassVar[str] = N_("This credential cannot be read.")


class ContextUnknown(CredentialError):
    """A credential refers to a context that is not part of the package; nothing is fetched for it."""

    sentence: ClassVar[str] = N_("The credential refers to “%(url)s”, which is not a context that Kaoping knows.")


class TermUndefined(CredentialError):
    """A credential holds a term without a meaning, which a signature would not cover."""

    sentence: ClassVar[str] = N_("The credential uses %(terms)s, which its contexts do not define.")


class LinkedDataTooKnotted(CredentialError):
    """A credential has more unnamed nodes than any of ours; naming them could take for ever."""

    sentence: ClassVar[str] = N_("The credential has more than %(most)d unnamed parts, so it was not issued here.")


class CodeUnreadable(CredentialError):
    """A text is not an offline code of this program, or was changed."""

    sentence: ClassVar[str] = N_(
        "This is not a code of a certificate, or it was misread: scan it again, or verify by number and name."
    )


class CodeTooLong(CredentialError):
    """What a certificate says does not fit the printed square."""

    sentence: ClassVar[str] = N_(
        "What the certificate says takes %(characters)d characters, more than the %(most)d that 30 mm hold."
    )
