"""Errors of certificates: numbers, keys and what cannot be issued."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, Missing


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


class KeyIsPrivate(Invalid):
    """A private key was handed in where public ones are published."""

    sentence: ClassVar[str] = N_("This file holds a private key, which is never published: give its public half.")


class KeyNotPublic(Invalid):
    """A file holds no public key that certificates use."""

    sentence: ClassVar[str] = N_("This file holds no public key or certificate (Ed25519, RSA, P-256, SM2; PEM or DER).")


class KeyUnknown(Missing):
    """No key of this name is in the list of the issuer's keys."""

    sentence: ClassVar[str] = N_("No issuer key is named %(key)s; “kaoping keys issued” lists them.")


class KeyRevokedAlready(Conflict):
    """A revocation stands; only its beginning may move back."""

    sentence: ClassVar[str] = N_(
        "Key %(key)s is revoked already; give an earlier moment if it was in other hands before %(since)s."
    )


class KeyStillSigns(Conflict):
    """The key that signs now cannot be revoked under the program's feet."""

    sentence: ClassVar[str] = N_("Key %(key)s signs now: run “kaoping keys rotate-signing” first, then revoke it.")


class KeyUnderSuspicion(Conflict):
    """A revoked key signs nothing more."""

    sentence: ClassVar[str] = N_("Key %(key)s is revoked and signs nothing more: run “kaoping keys rotate-signing”.")


class MomentUnlikely(Invalid):
    """A key was in other hands at a time at which it could not be."""

    sentence: ClassVar[str] = N_("Key %(key)s was made at %(made)s; give a moment between then and now.")


class ReasonOfKeyMissing(Invalid):
    """A revocation needs a reason, because it is published."""

    sentence: ClassVar[str] = N_("Say why key %(key)s is revoked: the reason is published with it.")


class WitnessesMissing(Invalid):
    """A key is made before two people."""

    sentence: ClassVar[str] = N_(
        "Two witnesses who are different people are named in the minutes: --witness NAME, twice."
    )


class Sm2Unavailable(Conflict):
    """The command ``openssl`` of this machine makes or checks no SM2 signatures."""

    sentence: ClassVar[str] = N_(
        "SM2 needs the command openssl, version 3 or newer with SM2 (apt-get install openssl); here: %(reason)s."
    )


class Sm2NotConfigured(Conflict):
    """No file is named for the SM2 key."""

    sentence: ClassVar[str] = N_("Set KAOPING_SM2_KEY to the file of the SM2 key, such as /var/lib/kaoping/sm2.pem.")


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


class NotNow(Conflict):
    """The state of the certificate does not allow what was proposed."""

    sentence: ClassVar[str] = N_(
        "The state of certificate %(number)s does not allow this: revoked and replaced are final, and only a "
        "suspension can be lifted."
    )


class ProposalOpen(Conflict):
    """Something is proposed about the certificate and waits."""

    sentence: ClassVar[str] = N_(
        "Another proposal about certificate %(number)s waits for a second person: have it confirmed or withdrawn first."
    )


class OwnProposal(Forbidden):
    """Who proposed a change confirms it."""

    sentence: ClassVar[str] = N_("You proposed this; another person checks and confirms it.")


class ProposalDecided(Conflict):
    """The proposal was confirmed or withdrawn before."""

    sentence: ClassVar[str] = N_("This proposal is confirmed or withdrawn already; propose anew what is still needed.")


class ReasonMissing(Invalid):
    """A change needs a reason, because another person confirms it by that."""

    sentence: ClassVar[str] = N_(
        "Say why, for certificate %(number)s: another person confirms the change by its reason."
    )


class ReasonTooLong(Invalid):
    """The reason is longer than the register keeps."""

    sentence: ClassVar[str] = N_("Say the reason in at most %(longest)d characters.")


class TermMissing(Invalid):
    """A kind that always has a term was to be issued without one."""

    sentence: ClassVar[str] = N_("Certificates of persons after ISO/IEC 17024 have a last day of validity: enter it.")


class RegisterBroken(Conflict):
    """The register is not what it was: a line was changed, put in, moved or taken out."""

    sentence: ClassVar[str] = N_(
        "The register of organisation %(organisation)s fails at line %(sequence)d: %(reason)s."
    )


class HeadUnusable(Invalid):
    """A head of the register that was kept cannot be used."""

    sentence: ClassVar[str] = N_("A head of the register cannot be used: %(reason)s.")


class NumberRuleUnusable(Invalid):
    """A number rule is not a document that numbers can be written by."""

    sentence: ClassVar[str] = N_("The rule cannot be used, at %(place)s: %(reason)s.")


class NumberRuleKnown(Conflict):
    """A rule of this version exists."""

    sentence: ClassVar[str] = N_("There is a number rule “%(version)s” already; give the new one a name of its own.")


class LayoutUnreadable(Invalid):
    """A layout has something that layouts do not have, or a number outside its range."""

    sentence: ClassVar[str] = N_("The layout cannot be read at “%(place)s”: %(reason)s.")


class LayoutFaulty(Invalid):
    """A layout lacks what the rules require, or its elements stand where they may not."""

    sentence: ClassVar[str] = N_("The layout has %(count)s faults, so it cannot be submitted; mend them first.")


class LayoutTooCostly(Invalid):
    """Drawing a layout under design took more memory or time than a preview may take."""

    sentence: ClassVar[str] = N_(
        "Drawing this page took more than %(seconds)s seconds or %(megabytes)s MB, so it was stopped: use fewer "
        "elements and smaller pictures."
    )


class LayoutPictureUnusable(Invalid):
    """An uploaded ground or logo is not a picture that can be printed."""

    sentence: ClassVar[str] = N_(
        "The picture cannot be used: upload a PNG, JPEG or WebP of at most %(megabytes)s MB and %(side)s pixels a side."
    )


class LayoutPictureMissing(Invalid):
    """A layout names a picture that was not uploaded here."""

    sentence: ClassVar[str] = N_("The layout names a picture that this organisation has not uploaded: choose another.")
