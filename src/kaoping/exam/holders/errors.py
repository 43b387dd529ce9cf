"""Refusals of what holders ask for."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Invalid


class SharedTooLong(Invalid):
    """A link was to stay open for no days, or for more than a link may."""

    sentence: ClassVar[str] = N_("A link stays open for 1 to %(most)d days: choose a number between them.")


class TooManyLinks(Conflict):
    """A certificate has as many open links as it may have."""

    sentence: ClassVar[str] = N_("The certificate has %(most)d open links: end one of them first.")


class AlreadyAsked(Conflict):
    """The holder has asked for the same already, and nobody has answered yet."""

    sentence: ClassVar[str] = N_("You have asked for this already; the awarding body has not answered yet.")


class RequestReasonMissing(Invalid):
    """A request or the answer to it says nothing."""

    sentence: ClassVar[str] = N_("Say it in words, at most %(longest)d characters.")


class EvidenceUnusable(Invalid):
    """What was sent as evidence is neither a PDF nor a picture that can be read, or is too large."""

    sentence: ClassVar[str] = N_("The evidence cannot be read: send a PDF, JPEG or PNG of at most %(megabytes)d MB.")


class EvidenceMissing(Invalid):
    """A correction was asked for without anything that shows what is right."""

    sentence: ClassVar[str] = N_("Send what shows the right words, such as a copy of the identity document.")


class RequestAnswered(Conflict):
    """The request was answered before."""

    sentence: ClassVar[str] = N_("The request is answered already; the first answer stays.")
