"""What can be said about a file without the register: who signed it, whether it was changed, but not the state now."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from kaoping.certificates import states
from kaoping.certificates.file_report import FileKind, FileReport


class OfflineVerdict(StrEnum):
    """The answer about a file without the register."""

    GENUINE = "genuine"
    SPECIMEN = "specimen"
    EXPIRED = "expired"
    CHANGED = "changed"
    FOREIGN = "foreign"
    #: Signed by a key that nobody named to whoever asks.
    UNJUDGED = "unjudged"
    UNSIGNED = "unsigned"
    NOT_OURS = "not_ours"


#: Exit status of ``kaoping verify``; 1 and 2 are those of a command that could not do its work.
EXITS: Final = {
    OfflineVerdict.GENUINE: 0,
    OfflineVerdict.SPECIMEN: 3,
    OfflineVerdict.EXPIRED: 4,
    OfflineVerdict.CHANGED: 5,
    OfflineVerdict.FOREIGN: 6,
    OfflineVerdict.UNSIGNED: 7,
    OfflineVerdict.NOT_OURS: 8,
    OfflineVerdict.UNJUDGED: 9,
}


def judge(report: FileReport, *, at: datetime, trusting: bool = True) -> OfflineVerdict:
    """Judge a file by itself and the issuer's published keys; without keys, who signed is not judged."""
    if report.kind is FileKind.OTHER:
        return OfflineVerdict.NOT_OURS
    if report.foreign and trusting:
        return OfflineVerdict.FOREIGN
    if report.changed or (report.foreign and not report.whole):
        return OfflineVerdict.CHANGED
    if report.foreign:
        return OfflineVerdict.UNJUDGED
    return _of_issuer(report, at=at)


def _of_issuer(report: FileReport, *, at: datetime) -> OfflineVerdict:
    """Judge what nobody else signed and nobody changed."""
    if report.signed is None:
        return OfflineVerdict.UNSIGNED
    if report.demonstration:
        return OfflineVerdict.SPECIMEN
    return OfflineVerdict.EXPIRED if states.expired(report.valid_until, at=at) else OfflineVerdict.GENUINE
