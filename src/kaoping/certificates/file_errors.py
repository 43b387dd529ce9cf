"""Why a file that somebody asks about is not read."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Invalid


class FileTooLarge(Invalid):
    """A file to be checked is larger than any certificate."""

    sentence: ClassVar[str] = N_("The file is larger than %(most)d MB: choose the certificate as it was issued.")


class FileTooHard(Invalid):
    """A file to be checked needs more time or memory than any certificate."""

    sentence: ClassVar[str] = N_(
        "The file takes more time or memory than any certificate does, so it was not read: "
        "choose the certificate as it was issued."
    )


class TooManyFiles(Conflict):
    """Too many files are being read at this moment."""

    sentence: ClassVar[str] = N_("Many files are being checked at this moment: send yours again in a minute.")
