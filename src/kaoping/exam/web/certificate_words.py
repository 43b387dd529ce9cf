"""Words for states, kinds, lines and proposals of certificates, as pages show them."""

from typing import Final

from kaoping.certificates.models import CertificateKind, ProposalVerb
from kaoping.certificates.statement import mask
from kaoping.certificates.states import EntryVerb, State
from kaoping.exam.results.models import GroundKind
from kaoping.itembank.errors import N_

__all__ = ["ACTS", "ASKED", "FIELDS", "GROUNDS", "KINDS", "LINES", "PROPOSALS", "STATES", "fields", "mask"]

STATES: Final = {
    State.VALID: N_("valid"),
    State.SUSPENDED: N_("suspended"),
    State.EXPIRED: N_("past its last day"),
    State.REVOKED: N_("revoked"),
    State.SUPERSEDED: N_("replaced"),
}
KINDS: Final = {
    CertificateKind.SKILL_LEVEL: N_("Skill level"),
    CertificateKind.SCORE_REPORT: N_("Score report"),
    CertificateKind.TRAINING_RECORD: N_("Training record"),
    CertificateKind.COMPETITION_AWARD: N_("Competition award"),
    CertificateKind.PROFESSIONAL_LEVEL: N_("Professional level"),
    CertificateKind.PERSON_CERTIFICATION: N_("Personal certification"),
}
LINES: Final = {
    EntryVerb.ISSUED: N_("issued"),
    EntryVerb.SUSPENDED: N_("suspended"),
    EntryVerb.LIFTED: N_("suspension lifted"),
    EntryVerb.REVOKED: N_("revoked"),
    EntryVerb.SUPERSEDED: N_("replaced"),
    EntryVerb.RE_SIGNED: N_("signed anew by another key"),
}
#: What the public is told of a replacement.
ACTS: Final = {
    ProposalVerb.CORRECT: N_("replaced by a corrected certificate"),
    ProposalVerb.RENEW: N_("replaced by a renewed certificate"),
}
PROPOSALS: Final = {
    ProposalVerb.SUSPEND: N_("Suspend it until something is cleared"),
    ProposalVerb.LIFT: N_("Lift the suspension"),
    ProposalVerb.REVOKE: N_("Revoke it for good"),
    ProposalVerb.CORRECT: N_("Correct it under a new number"),
    ProposalVerb.RENEW: N_("Renew it for a further term"),
    ProposalVerb.ISSUE: N_("Issue a certificate"),
}
GROUNDS: Final = {
    GroundKind.FINAL_DECISION: N_("final pass decision"),
    GroundKind.COMPONENTS: N_("every component at the pass mark"),
    GroundKind.FILING: N_("filing in force on the exam day"),
    GroundKind.OBJECTION_OVER: N_("objection period over"),
    GroundKind.DECIDER_NO_EXAMINER: N_("decided by somebody who marked nothing of it"),
    GroundKind.ELIGIBILITY: N_("condition of application met"),
    GroundKind.NO_TRAINER: N_("judged by nobody who trained the candidate"),
}
#: The fields that a correction may change.
FIELDS: Final = {
    "name": N_("Name"),
    "name_en": N_("Name in Latin letters"),
    "id_number": N_("Identity number"),
    "occupation_en": N_("Occupation in English"),
    "specialty": N_("Specialty"),
    "specialty_en": N_("Specialty in English"),
    "valid_until": N_("Valid until"),
}
#: What forms call the rows that differ from kind to kind.
ASKED: Final = {
    CertificateKind.TRAINING_RECORD: {
        "occupation": N_("Training"), "occupation_en": N_("Training in English"),
        "specialty": N_("Content of the training (if wanted)"), "specialty_en": N_("Content in English"),
    },
    CertificateKind.COMPETITION_AWARD: {
        "occupation": N_("Competition"), "occupation_en": N_("Competition in English"),
        "specialty": N_("Event (if wanted)"), "specialty_en": N_("Event in English"),
    },
    CertificateKind.PROFESSIONAL_LEVEL: {
        "occupation": N_("Occupation"), "occupation_en": N_("Occupation in English"),
        "specialty": N_("Specialty (if wanted)"), "specialty_en": N_("Specialty in English"),
    },
    CertificateKind.PERSON_CERTIFICATION: {
        "occupation": N_("Certification scheme"), "occupation_en": N_("Scheme in English"),
        "specialty": N_("Scope of the certification (if wanted)"), "specialty_en": N_("Scope in English"),
    },
}  # fmt: skip


def fields(kind: CertificateKind) -> dict[str, str]:
    """Name the fields that a correction of a kind may change."""
    return FIELDS | {name: word for name, word in ASKED.get(kind, {}).items() if name in FIELDS}
