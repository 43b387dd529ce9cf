"""Errors of certificates: numbers, keys and what cannot be issued."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Invalid


class NumberInvalid(Invalid):
    """A certificate number, or one of its parts, breaks the number rule."""

    sentence: ClassVar[str] = N_(
        "“%(value)s” is not a certificate number under rule %(version)s: the part “%(part)s” is wrong."
    )


class LevelBlocked(Conflict):
    """The rule has no code for a level yet, so nothing can be issued at it."""

    sentence: ClassVar[str] = N_(
        "Number rule %(version)s has no code for level “%(level)s”: set it once the authority has published it."
    )


class SerialExhausted(Conflict):
    """A counter has given out its last serial number."""

    sentence: ClassVar[str] = N_(
        "The counter %(counter)s has reached %(last)d and gives no further numbers: "
        "file a further site or issue next year."
    )


class NoNumberRule(Conflict):
    """No rule is in force on the day of issue."""

    sentence: ClassVar[str] = N_("No certificate number rule is in force on %(on)s: add the rule that is.")


class KeyUnusable(Conflict):
    """The signing key file cannot be used."""

    sentence: ClassVar[str] = N_("The signing key %(path)s cannot be used: %(reason)s.")


class PhotoUnusable(Invalid):
    """The photograph is not a picture that can be printed."""

    sentence: ClassVar[str] = N_(
        "The photograph cannot be printed: upload it again as JPEG or PNG, at least 295 × 413 pixels."
    )


class NotForDemonstration(Invalid):
    """A demonstration certificate would point at an address that is not this installation's."""

    sentence: ClassVar[str] = N_(
        "A demonstration certificate may only point at %(home)s, not at %(url)s: "
        "mend the query address in the settings."
    )


class NameNotPrintable(Invalid):
    """A field has characters that the certificate's face cannot draw; it is refused rather than printed with gaps."""

    sentence: ClassVar[str] = N_(
        "The field %(field)s holds %(characters)s, which the typeface cannot print: "
        "check the writing, or supply a face."
    )


class AlreadyRevoked(Conflict):
    """The certificate was revoked before."""

    sentence: ClassVar[str] = N_("Certificate %(number)s is revoked already; the register keeps the first reason.")


class ReasonMissing(Invalid):
    """A revocation needs a reason, because the public reads it."""

    sentence: ClassVar[str] = N_("Say why certificate %(number)s is revoked: the reason is shown to whoever checks it.")
