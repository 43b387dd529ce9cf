"""What somebody is told who sends a certificate as a file: the file is read first, then the register, then compared.

The register is asked by what the file proves: the issuer's signature, the secret of its QR code, or number, name and
identity tail as they stand on its face. What proves nothing finds nothing and counts as a query without result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kaoping.certificates import face_fields, register, verdicts, verification
from kaoping.certificates.face_fields import Compared, Field
from kaoping.certificates.file_report import FileKind, FileReport
from kaoping.certificates.models import Certificate
from kaoping.certificates.verdicts import Verdict
from kaoping.certificates.verification import Extent, Face, Located
from kaoping.exam.delivery import limits, tokens
from kaoping.exam.delivery.entering import network
from kaoping.exam.delivery.limits import Limit
from kaoping.exam.people import identity
from kaoping.exam.results import verifying
from kaoping.exam.results.verifying import Filed, Keys
from kaoping.itembank import trail

#: Files from one address: each costs the machine about a second.
FILES = Limit("verify-file", 60, timedelta(minutes=10))
#: What the issuer's signature alone entitles to: a file with the whole face shows it; a badge says nothing about its
#: holder, so it shows as little. A code has a secret of its own, by which it is found.
_EXTENTS = {FileKind.PDF: Extent.PHOTO, FileKind.BADGE: Extent.LEAST}


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The answer about a file at a moment: verdict, what was read, what the register shows, and each field compared."""

    at: datetime
    verdict: Verdict
    report: FileReport
    face: Face | None = None
    compared: Sequence[Compared] = ()
    filed: Filed | None = None


def admit(session: Session, *, address: str, at: datetime | None = None) -> datetime | None:
    """Count a file before it is read; give when to come back if its address has sent too many or guessed too often."""
    moment = at or trail.database_time(session)
    whom = limits.subject(FILES, network(address))
    limits.queue(session, whom)
    if until := limits.blocked_until(session, FILES, whom, at=moment):
        return until
    limits.count_failure(session, FILES, whom, at=moment)
    return verifying.blocked(session, address, moment)


def answer(session: Session, report: FileReport, *, keys: Keys, address: str, at: datetime | None = None) -> FileAnswer:
    """Answer about a file that was read."""
    moment = at or trail.database_time(session)
    found = next(_found(session, report), None)
    if found is None:
        if report.number:
            verifying.count_fruitless(session, address, moment)
        return FileAnswer(moment, verdicts.of_file(report, None, ()), report)
    tokens.bind(session, found.organisation)
    face = verification.face(session, found, keys=keys, at=moment)
    award = register.award_of(session.get_one(Certificate, found.certificate))
    compared = face_fields.compare(report.fields, report.words, award=award, number=face.number)
    if report.kind is not FileKind.PDF:
        compared = [one for one in compared if one.field in report.fields]
    issuer = verifying.filed(session, found) if face.award else None
    return FileAnswer(moment, verdicts.of_file(report, face, compared), report, face, compared, issuer)


def _found(session: Session, report: FileReport) -> Iterator[Located]:
    if report.genuine and report.number and report.kind in _EXTENTS:
        number, extent = verifying.clean_number(report.number), _EXTENTS[report.kind]
        by_signature = verification.by_signed_number(session, number, extent)
        yield from [by_signature] if by_signature else []
    for query_key in report.query_keys[:1]:
        by_code = verification.by_query_key(session, query_key)
        yield from [by_code] if by_code else []
    shown = report.fields
    if report.number and Field.NAME in shown and Field.ID_NUMBER in shown:
        folded, tail = identity.folded_name(shown[Field.NAME]), identity.tail(shown[Field.ID_NUMBER])
        number = verifying.clean_number(report.number)
        by_face = verification.by_number(session, number, name_folded=folded, tail=tail)
        yield from [by_face] if by_face and tail else []
