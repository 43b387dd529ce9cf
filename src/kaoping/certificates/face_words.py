"""What the rows of a certificate's face are called, kind by kind: a training has no level, a scheme has a term."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.statement import Award


@dataclass(frozen=True, slots=True)
class Label:
    """The words before a value."""

    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands behind it; what has no English words is shown as it is."""

    label: Label
    value: str
    value_en: str = ""


@dataclass(frozen=True, slots=True)
class FaceLabels:
    """The words of the rows that differ from kind to kind; ``sixth`` is the row of the level or what stands there."""

    occupation: Label
    specialty: Label
    sixth: Label
    issuer: Label


@dataclass(frozen=True, slots=True)
class Face:
    """The labels of a face, and the value of its sixth row."""

    labels: FaceLabels
    value: str
    value_en: str


#: The words before what every kind says.
NAME: Final = Label("姓名", "Name")
ID_TYPE: Final = Label("证件类型", "Type of ID")
ID_NUMBER: Final = Label("证件号码", "ID number")
NUMBER: Final = Label("证书编号", "Certificate No.")
ISSUED_ON: Final = Label("发证日期", "Date of issue")
VALID_UNTIL: Final = Label("有效期至", "Valid until")
_SPECIALTY: Final = Label("工种/职业方向", "Specialty")
_ISSUED_BY: Final = Label("颁发机构", "Issued by")
#: The label under which hours of training stand among the details of an award.
HOURS: Final = "学时"
_EMPTY: Final = "--"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

LABELS: Final = MappingProxyType(
    {
        CertificateKind.SKILL_LEVEL: FaceLabels(
            Label("职业名称", "Occupation"), _SPECIALTY, Label("职业技能等级", "Skill level"),
            Label("评价机构", "Assessment body"),
        ),
        CertificateKind.SCORE_REPORT: FaceLabels(
            Label("职业名称", "Occupation"), _SPECIALTY, Label("等级", "Level"), _ISSUED_BY
        ),
        CertificateKind.TRAINING_RECORD: FaceLabels(
            Label("培训项目", "Training"), Label("培训内容", "Content"), Label(HOURS, "Hours"), _ISSUED_BY
        ),
        CertificateKind.COMPETITION_AWARD: FaceLabels(
            Label("竞赛名称", "Competition"), Label("赛项", "Event"), Label("奖项", "Award"), _ISSUED_BY
        ),
        CertificateKind.PROFESSIONAL_LEVEL: FaceLabels(
            Label("职业名称", "Occupation"), Label("职业方向", "Specialty"),
            Label("专业技术等级", "Professional level"), Label("评价机构", "Assessment body"),
        ),
        CertificateKind.PERSON_CERTIFICATION: FaceLabels(
            Label("认证方案", "Scheme"), Label("认证范围", "Scope"), VALID_UNTIL,
            Label("认证机构", "Certification body"),
        ),
    }
)  # fmt: skip


def face_of(award: Award) -> Face:
    """Give the rows of an award; a term or hours stand where other kinds have their level."""
    labels = LABELS[award.kind]
    if award.kind is CertificateKind.PERSON_CERTIFICATION and award.valid_until:
        return Face(labels, _chinese(award.valid_until), english_date(award.valid_until))
    if award.kind is CertificateKind.TRAINING_RECORD:
        return Face(labels, dict(award.details).get(HOURS, _EMPTY), "")
    return Face(labels, award.level_name or _EMPTY, award.level_name_en)


def rows(award: Award) -> tuple[Row, ...]:
    """Give the rows that differ from kind to kind as a screen lists them: a term stands with the other days.

    A score report has no specialty, and what it states has a table of its own.
    """
    labels = LABELS[award.kind]
    known = {HOURS: labels.sixth}
    report = award.kind is CertificateKind.SCORE_REPORT
    specialty = Row(labels.specialty, award.specialty or _EMPTY, award.specialty_en)
    details = () if report else award.details
    return (
        Row(labels.occupation, award.occupation, award.occupation_en),
        *(() if report else (specialty,)),
        *level_row(award),
        *(Row(known.get(label, Label(label, label)), words) for label, words in details),
    )


def level_row(award: Award) -> tuple[Row, ...]:
    """Give the row of the level, or of the award that was won; none for kinds that have neither."""
    return (Row(LABELS[award.kind].sixth, award.level_name, award.level_name_en),) if award.level else ()


def english_date(day: date) -> str:
    """Write a date as English certificates do, whatever the locale.

    >>> english_date(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
