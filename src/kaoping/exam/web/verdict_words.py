"""Every answer of verification in large plain words: colour, mark, heading and one sentence on what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kaoping.certificates.face_fields import Field
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.verdicts import Verdict
from kaoping.itembank.errors import N_


@dataclass(frozen=True, slots=True)
class Words:
    """How a verdict is told; ``state`` is the short form for tables."""

    kind: str
    icon: str
    heading: str
    sentence: str
    state: str


WORDS: Final = {
    Verdict.VALID: Words(
        "good", "shield", N_("The certificate is valid"), N_("It is genuine and in force."), N_("valid")
    ),
    Verdict.SUSPENDED: Words(
        "bad", "warn", N_("The certificate is suspended"),
        N_("It is genuine, but not in force until the awarding body lifts the suspension."), N_("suspended"),
    ),
    Verdict.EXPIRED: Words(
        "bad", "clock", N_("The certificate has expired"),
        N_("It is genuine, but its last day of validity is over."), N_("expired"),
    ),
    Verdict.REVOKED: Words(
        "bad", "cross", N_("The certificate was revoked"),
        N_("The awarding body issued it and has taken it back."), N_("revoked"),
    ),
    Verdict.SUPERSEDED: Words(
        "bad", "warn", N_("The certificate was replaced by another"),
        N_("It was genuine; a corrected or renewed certificate stands in its place."), N_("replaced"),
    ),
    Verdict.UNTRUSTED: Words(
        "bad", "warn", N_("The signature cannot be trusted for now"),
        N_("Its key was in other hands when it was registered. Ask the awarding body to look at it and sign it anew."),
        N_("signature cannot be trusted for now"),
    ),
    Verdict.BROKEN: Words(
        "bad", "warn", N_("The signature does not match"),
        N_("The entry in the register is not what was signed. Tell the awarding body."), N_("signature does not match"),
    ),
    Verdict.SPECIMEN: Words(
        "none", "warn", N_("Specimen, not valid"), N_("It proves nothing about anybody."), N_("specimen, not valid")
    ),
    Verdict.CHANGED: Words(
        "bad", "cross", N_("The file was changed after signing"),
        N_("Do not rely on it. Ask the holder for the file as it was issued."), N_("changed after signing"),
    ),
    Verdict.FOREIGN: Words(
        "bad", "cross", N_("Somebody else signed this file"),
        N_("The signature is not by an issuer that this installation knows."), N_("signed by somebody else"),
    ),
    Verdict.UNSIGNED: Words(
        "none", "warn", N_("The file carries no signature"),
        N_("The file itself proves nothing. Below stands what the register holds: compare it."), N_("not signed"),
    ),
    Verdict.NOT_OURS: Words(
        "none", "search", N_("Not one of our certificates"),
        N_("The file is no certificate that this installation can recognise."), N_("not one of ours"),
    ),
    Verdict.UNREGISTERED: Words(
        "bad", "search", N_("Signed, but not in this register"),
        N_("The signature is right, yet no certificate of this register has the number on it."),
        N_("not in this register"),
    ),
    Verdict.DIFFERENT: Words(
        "bad", "warn", N_("File and register differ"),
        N_("The signature is right, but not every field is what the register holds today. The register counts."),
        N_("file and register differ"),
    ),
}  # fmt: skip

#: What differs for a score report, which somebody may hold who did not pass.
_OF_REPORT: Final = {
    Verdict.VALID: Words(
        "good", "shield", N_("The score report is genuine"),
        N_("It is in force. It states scores, and is no certificate of the level."), N_("genuine"),
    ),
    Verdict.SUSPENDED: replace(WORDS[Verdict.SUSPENDED], heading=N_("The score report is suspended")),
    Verdict.REVOKED: replace(WORDS[Verdict.REVOKED], heading=N_("The score report was revoked")),
    Verdict.SUPERSEDED: replace(
        WORDS[Verdict.SUPERSEDED], heading=N_("The score report was replaced by another"),
        sentence=N_("It was genuine; a corrected report stands in its place."),
    ),
}  # fmt: skip


def words_of(kind: CertificateKind | None) -> Mapping[Verdict, Words]:
    """Give the words for a kind of certificate, or for a file that is none of ours."""
    return {**WORDS, **_OF_REPORT} if kind is CertificateKind.SCORE_REPORT else WORDS


#: Fields that all kinds have; what they call the others stands in `kaoping.certificates.face_words`.
FIELDS: Final = {
    Field.NAME: N_("Name"),
    Field.ID_TYPE: N_("Type of document"),
    Field.ID_NUMBER: N_("Identity number"),
    Field.NUMBER: N_("Certificate number"),
    Field.ISSUER: N_("Awarding body"),
    Field.ISSUED_ON: N_("Issued on"),
    Field.VALID_UNTIL: N_("Valid until"),
    Field.TICKET: N_("Ticket"),
    Field.EXAM_DAY: N_("Day of the exam"),
    Field.THEORY: N_("Theory"),
    Field.SKILL: N_("Skill"),
    Field.REVIEW: N_("Comprehensive review"),
    Field.RESULT: N_("Result"),
    Field.KIND: N_("Kind of certificate"),
}
