"""What a certificate says to an authority's platform, column by column, and what must be mended before it may go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kaoping.certificates import number as numbers
from kaoping.certificates.models import Certificate
from kaoping.certificates.number import NumberRule
from kaoping.certificates.statement import Award
from kaoping.certificates.states import State
from kaoping.exam.people import identity
from kaoping.exam.people.models import IdentityType
from kaoping.exam.results.awarding import PRINTED_TYPES
from kaoping.exam.results.upload_errors import (
    AcceptedBefore,
    CharacterUnwritable,
    CodeMissing,
    FieldEmpty,
    FieldTooLong,
    HeldTwice,
    LooksLikeFormula,
    NoSpecimen,
    NotInForce,
    SpecimenUploaded,
    WaitsElsewhere,
)
from kaoping.exam.results.upload_layout import DATES, FORMULA, Column, Fact, UploadLayout
from kaoping.itembank.errors import KaopingError

_KINDS = {printed: kind for kind, printed in PRINTED_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate with what a file may say of it: the signed award, and the scores that it was decided from."""

    certificate: Certificate
    award: Award
    scores: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside a certificate: uploads that accepted it or that wait, and the same award of its person."""

    accepted: Mapping[UUID, int] = field(default_factory=dict)
    waiting: Mapping[UUID, int] = field(default_factory=dict)
    twin: Mapping[UUID, str] = field(default_factory=dict)
    #: The organisation's own number rules.
    number_rules: Sequence[NumberRule] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate with all that stands in its way."""

    entry: Entry
    problems: Sequence[KaopingError]

    @property
    def good(self) -> bool:
        """Whether it may go."""
        return not self.problems


def check(entry: Entry, layout: UploadLayout, known: Known) -> Checked:
    """Look at a certificate from all sides; every problem says how it is mended."""
    return Checked(
        entry, [*_standing(entry, layout), *_duplicates(entry, known), *_rules(entry, known), *_columns(entry, layout)]
    )


def _standing(entry: Entry, layout: UploadLayout) -> Iterator[KaopingError]:
    if entry.certificate.standing is not State.VALID:
        yield NotInForce()
    if entry.award.demonstration and not layout.demonstration:
        yield SpecimenUploaded()
    if layout.demonstration and not entry.award.demonstration:
        yield NoSpecimen()


def _duplicates(entry: Entry, known: Known) -> Iterator[KaopingError]:
    name = entry.certificate.id
    if name in known.accepted:
        yield AcceptedBefore(number=known.accepted[name])
    elif name in known.waiting:
        yield WaitsElsewhere(number=known.waiting[name])
    if name in known.twin:
        yield HeldTwice(number=known.twin[name])


def _rules(entry: Entry, known: Known) -> Iterator[KaopingError]:
    award = entry.award
    try:
        numbers.rule_on(award.issued_on, award.kind, rules=known.number_rules).parse(entry.certificate.number)
    except KaopingError as refused:
        yield refused
    kind = _KINDS.get(award.id_type)
    if kind is None:
        return
    try:
        identity.check(kind, award.id_number, on=award.issued_on)
    except KaopingError as refused:
        yield refused


def _columns(entry: Entry, layout: UploadLayout) -> Iterator[KaopingError]:
    for column in layout.columns:
        try:
            _check_value(written(entry, column, place=1), column, layout)
        except KaopingError as refused:
            yield refused


def _check_value(value: str, column: Column, layout: UploadLayout) -> None:
    if not value and column.required:
        raise FieldEmpty(heading=column.heading)
    if column.longest is not None and len(value) > column.longest:
        raise FieldTooLong(heading=column.heading, most=column.longest, length=len(value))
    if value.startswith(FORMULA):
        raise LooksLikeFormula(heading=column.heading)
    if layout.form == "csv" and (lost := _unwritable(value, layout.encoding)):
        raise CharacterUnwritable(heading=column.heading, characters=lost, encoding=layout.encoding.upper())


def _unwritable(value: str, encoding: str) -> str:
    return "".join(c for c in value if not c.encode(encoding, errors="ignore"))


def written(entry: Entry, column: Column, *, place: int) -> str:
    """Write what a column says of a certificate; raises `CodeMissing` where the layout has codes and none for it."""
    plain = _plain(entry, column, place)
    if column.codes is None or not plain:
        return plain
    if plain not in column.codes:
        raise CodeMissing(heading=column.heading, value=plain)
    return column.codes[plain]


def _plain(entry: Entry, column: Column, place: int) -> str:
    award, resident = entry.award, _resident(entry.award)
    if column.fact in DATES:
        day = award.issued_on if column.fact is Fact.ISSUED_ON else _birth(resident)
        return column.day(day) if day else ""
    values = {
        Fact.PLACE: str(place),
        Fact.NUMBER: entry.certificate.number,
        Fact.NAME: award.name,
        Fact.ID_TYPE: award.id_type,
        Fact.ID_NUMBER: award.id_number,
        Fact.SEX: _sex(resident),
        Fact.OCCUPATION: award.occupation,
        Fact.SPECIALTY: award.specialty,
        Fact.LEVEL: award.level,
        Fact.ISSUER: award.issuer,
        Fact.INSTITUTION: entry.certificate.number[:5],
        Fact.THEORY: entry.scores.get("theory", ""),
        Fact.SKILL: entry.scores.get("skill", ""),
        Fact.CONSTANT: column.value,
    }
    return values[column.fact]


def _resident(award: Award) -> str:
    """Give a resident identity number that holds sex and birth; nothing for other documents or a broken number."""
    card = _KINDS.get(award.id_type) is IdentityType.RESIDENT_IDENTITY_CARD
    return award.id_number if card and len(award.id_number) == 18 and award.id_number[:17].isdecimal() else ""  # noqa: PLR2004 - GB 11643


def _sex(resident: str) -> str:
    if not resident:
        return ""
    return "男" if int(resident[16]) % 2 else "女"


def _birth(resident: str) -> date | None:
    try:
        return date(int(resident[6:10]), int(resident[10:12]), int(resident[12:14]))
    except ValueError:
        return None
