"""Errors of certificate batches and of sheets."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Invalid, Missing


class NothingChosen(Invalid):
    """A batch needs at least one final pass that has no certificate."""

    sentence: ClassVar[str] = N_("No final pass is chosen that still waits for its certificate: choose at least one.")


class IssuedElsewhere(Conflict):
    """The pass got its certificate outside this batch, so it is not issued and not printed here."""

    sentence: ClassVar[str] = N_("Certificate %(number)s was issued for this pass meanwhile, outside this batch.")


class BatchGoesOn(Conflict):
    """What is asked for fits a batch that has ended, and this one has not."""

    sentence: ClassVar[str] = N_("Batch %(number)d is not over yet: wait for its end, or stop it first.")


class BatchIsOver(Conflict):
    """A batch that is done cannot be stopped."""

    sentence: ClassVar[str] = N_("Batch %(number)d is over; there is nothing left to stop.")


class NothingRefused(Conflict):
    """There is nothing to try again."""

    sentence: ClassVar[str] = N_("Batch %(number)d has no refused record that could be tried again.")


class SheetSpoiledAlready(Conflict):
    """A spoiled sheet has been replaced."""

    sentence: ClassVar[str] = N_("Sheet %(serial)s was recorded as spoiled already; it has a replacement.")


class SheetNotDrawn(Conflict):
    """A sheet that was not drawn yet cannot be spoiled or given out."""

    sentence: ClassVar[str] = N_("Sheet %(serial)s has its serial but is not drawn yet; its batch is not over.")


class SheetReasonMissing(Invalid):
    """Who spoils or reprints a sheet says why, for the printing log."""

    sentence: ClassVar[str] = N_("Say in 2 to %(most)d characters why: the printing log keeps it.")


class NotInForce(Conflict):
    """A sheet is printed only of a certificate that is in force."""

    sentence: ClassVar[str] = N_("Certificate %(number)s is not in force, so no sheet is printed of it.")


class NoPaperSheet(Conflict):
    """A score report is a signed file alone; the printing log is for certificates."""

    sentence: ClassVar[str] = N_(
        "Score report %(number)s has no sheet with a print serial. Download the signed file from its page."
    )


class SheetDiffers(Conflict):
    """A sheet drawn again is not, byte for byte, the one that was logged."""

    sentence: ClassVar[str] = N_(
        "Sheet %(serial)s, drawn again, is not the sheet that was logged: the program or its typeface has changed "
        "since. Print the certificate again, under a new serial."
    )


class FileGone(Missing):
    """The file of a batch was deleted after its time, or its disk lost it."""

    sentence: ClassVar[str] = N_(
        "This file was deleted after its time, or is not on this machine. Pack the batch again; the sheets keep their "
        "serials."
    )


class CertificateUnknown(Missing):
    """No certificate has this number."""

    sentence: ClassVar[str] = N_("There is no certificate %(number)s in your register.")
