"""What each kind of certificate is in the vocabulary of Open Badges, and what it takes to get one."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kaoping.certificates.kinds import CertificateKind


@dataclass(frozen=True, slots=True)
class AchievementKind:
    """Achievement type of Open Badges 3.0, and the criteria; ``{issuer}`` stands for the issuing body."""

    type: str
    criteria: str


KINDS: Final = MappingProxyType(
    {
        CertificateKind.SKILL_LEVEL: AchievementKind(
            "Certification", "通过{issuer}按职业标准组织的职业技能等级认定，各项考核成绩均合格，评价结论为通过。"
        ),
        CertificateKind.SCORE_REPORT: AchievementKind("Assessment", "参加{issuer}组织的考核，成绩经确认。"),
        CertificateKind.TRAINING_RECORD: AchievementKind("CertificateOfCompletion", "完成{issuer}组织的所列培训。"),
        CertificateKind.COMPETITION_AWARD: AchievementKind("Award", "在{issuer}组织的竞赛中获得所列奖项。"),
        CertificateKind.PROFESSIONAL_LEVEL: AchievementKind("Certification", "通过{issuer}组织的专业技术等级评价。"),
        CertificateKind.PERSON_CERTIFICATION: AchievementKind(
            "Certification", "经{issuer}评价，符合所列认证方案的要求。"
        ),
    }
)
