"""The one answer to a question about a certificate or a file: each case has its own; a file is never half genuine."""

from collections.abc import Sequence
from enum import StrEnum

from kaoping.certificates.face_fields import Compared
from kaoping.certificates.file_report import FileReport
from kaoping.certificates.trust import Trust
from kaoping.certificates.verification import Face


class Verdict(StrEnum):
    """What whoever asks is told first.

    The states of a certificate, as `kaoping.certificates.states.State` names them, and:

    UNTRUSTED : the signature matches, but its key was in other hands before the register took it in.
    BROKEN : the signature does not match what the register holds.
    SPECIMEN : the certificate was made for demonstration.
    CHANGED : the file was changed after it was signed.
    FOREIGN : somebody else signed the file.
    UNSIGNED : nobody signed the file, but it shows a certificate of the register.
    NOT_OURS : it is no certificate of ours.
    UNREGISTERED : the issuer signed it, but it is not in this register.
    DIFFERENT : the signature holds, but a field on the face is not the register's.
    """

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNTRUSTED = "untrusted"
    BROKEN = "broken"
    SPECIMEN = "specimen"
    CHANGED = "changed"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    NOT_OURS = "not_ours"
    UNREGISTERED = "unregistered"
    DIFFERENT = "different"


def of_face(face: Face) -> Verdict:
    """Give the answer about a certificate of the register: the signature counts before the state.

    A specimen in force is called a specimen, never valid.
    """
    if face.trust is not Trust.SOUND:
        return Verdict.BROKEN if face.trust is Trust.BROKEN else Verdict.UNTRUSTED
    state = Verdict(face.state)
    return Verdict.SPECIMEN if state is Verdict.VALID and face.demonstration else state


def of_file(report: FileReport, face: Face | None, compared: Sequence[Compared]) -> Verdict:
    """Give the answer about a file: first what its signature proves, then what the register says."""
    if report.foreign:
        return Verdict.FOREIGN
    if report.changed:
        return Verdict.CHANGED
    if face is None:
        return Verdict.UNREGISTERED if report.signed else Verdict.NOT_OURS
    if report.signed is None:
        return Verdict.UNSIGNED
    return Verdict.DIFFERENT if any(one.same is False for one in compared) else of_face(face)
