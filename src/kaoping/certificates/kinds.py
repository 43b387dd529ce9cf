"""The kinds of certificates on one register, and the fixed words of each: title, sentence of award."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class CertificateKind(StrEnum):
    """What a certificate attests; the tracks are never mixed.

    SKILL_LEVEL : 职业技能等级证书.
    SCORE_REPORT : 成绩单.
    TRAINING_RECORD : 培训记录.
    COMPETITION_AWARD : 竞赛获奖证书.
    PROFESSIONAL_LEVEL : 专业技术等级证书.
    PERSON_CERTIFICATION : 人员认证证书, after ISO/IEC 17024, with a term and renewal.
    """

    SKILL_LEVEL = "skill_level"
    SCORE_REPORT = "score_report"
    TRAINING_RECORD = "training_record"
    COMPETITION_AWARD = "competition_award"
    PROFESSIONAL_LEVEL = "professional_level"
    PERSON_CERTIFICATION = "person_certification"


#: Kinds that follow from a decision; the others are proposed by one person and confirmed by another.
DECIDED: Final = frozenset({CertificateKind.SKILL_LEVEL, CertificateKind.SCORE_REPORT})
#: Kinds that always have a last day of validity.
TERMED: Final = frozenset({CertificateKind.PERSON_CERTIFICATION})

#: Kinds that say a level, or an award that was won.
LEVELLED: Final = frozenset(
    set(CertificateKind) - {CertificateKind.TRAINING_RECORD, CertificateKind.PERSON_CERTIFICATION}
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed on every certificate of a kind; ``{issuer}`` stands for the issuing body."""

    title: str
    title_en: str
    body: str
    body_en: str


WORDS: Final = MappingProxyType(
    {
        CertificateKind.SKILL_LEVEL: Words(
            "职业技能等级证书",
            "Certificate of Occupational Skill Level",
            "本证书由{issuer}颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应技能等级水平。",
            "This certificate is issued by {issuer}. It certifies that the holder has passed the skill level "
            "assessment organised by this body and has the skills of the stated level in the stated occupation "
            "(specialty).",
        ),
        CertificateKind.SCORE_REPORT: Words(
            "成绩单",
            "Score Report",
            "本成绩单由{issuer}出具，列明持单人在本机构组织的考核中各科的成绩。",
            "This report is issued by {issuer}. It states the scores that the holder reached in the components of the "
            "assessment organised by this body.",
        ),
        CertificateKind.TRAINING_RECORD: Words(
            "培训证明",
            "Record of Training",
            "本证明由{issuer}出具，表明持证人完成了本机构组织的所列培训。",
            "This record is issued by {issuer}. It states that the holder has completed the stated training organised "
            "by this body.",
        ),
        CertificateKind.COMPETITION_AWARD: Words(
            "竞赛获奖证书",
            "Competition Award",
            "本证书由{issuer}颁发，表明持证人在本机构组织的竞赛中获得所列奖项。",
            "This certificate is issued by {issuer}. It states that the holder has won the stated award in the "
            "competition organised by this body.",
        ),
        CertificateKind.PROFESSIONAL_LEVEL: Words(
            "专业技术等级证书",
            "Certificate of Professional Level",
            "本证书由{issuer}颁发，表明持证人通过本机构组织的专业技术等级评价，具备该职业相应专业技术等级水平。",
            "This certificate is issued by {issuer}. It certifies that the holder has passed the professional level "
            "evaluation organised by this body and has the competence of the stated level in the stated occupation.",
        ),
        CertificateKind.PERSON_CERTIFICATION: Words(
            "人员认证证书",
            "Certificate of Personal Certification",
            "本证书由{issuer}颁发，表明持证人经评价符合所列认证方案的要求；证书在有效期内有效，期满前可申请再认证。",
            "This certificate is issued by {issuer}. It certifies that the holder has been assessed and meets the "
            "requirements of the stated scheme. It is valid until the stated day and may be renewed before.",
        ),
    }
)
