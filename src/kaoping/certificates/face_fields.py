"""A certificate's fields as its face shows them, and each compared with the register.

A value stands right of its label on the same line, or below it; a second line of the same size goes on. What a layout
puts elsewhere is looked for on the whole face.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile

from kaoping.certificates import face_words, score_words
from kaoping.certificates.face_text import Run
from kaoping.certificates.face_words import Label
from kaoping.certificates.kinds import LEVELLED, CertificateKind
from kaoping.certificates.statement import Award, mask


class Field(StrEnum):
    """Fields of a certificate that are compared, in the order of the face."""

    NAME = "name"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    OCCUPATION = "occupation"
    SPECIALTY = "specialty"
    LEVEL = "level"
    NUMBER = "number"
    ISSUER = "issuer"
    ISSUED_ON = "issued_on"
    VALID_UNTIL = "valid_until"
    TICKET = "ticket"
    EXAM_DAY = "exam_day"
    THEORY = "theory"
    SKILL = "skill"
    REVIEW = "review"
    RESULT = "result"
    KIND = "kind"


#: Where every kind has the same words.
_SAME: Mapping[Field, Label] = {
    Field.NAME: face_words.NAME,
    Field.ID_TYPE: face_words.ID_TYPE,
    Field.ID_NUMBER: face_words.ID_NUMBER,
    Field.NUMBER: face_words.NUMBER,
    Field.ISSUED_ON: face_words.ISSUED_ON,
    Field.VALID_UNTIL: face_words.VALID_UNTIL,
}
#: What a score report states.
_OF_REPORT: Mapping[Field, Label] = {
    Field.TICKET: Label(score_words.TICKET, "Ticket"),
    Field.EXAM_DAY: Label(score_words.EXAM_DAY, "Day of the exam"),
    Field.THEORY: Label(score_words.THEORY, "Theory"),
    Field.SKILL: Label(score_words.SKILL, "Skill"),
    Field.REVIEW: Label(score_words.REVIEW, "Review"),
    Field.RESULT: Label(score_words.RESULT, "Result"),
}
#: Fields whose value is a row of a table: score, pass mark and verdict.
_ROWS = frozenset({Field.THEORY, Field.SKILL, Field.REVIEW})
_CELLS = 3
_STATED = {label.label: field for field, label in _OF_REPORT.items()}
_EMPTY = "--"
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SAME_LINE, _SAME_COLUMN, _LEADING = 5.0, 2.0, 2.2


@dataclass(frozen=True, slots=True)
class Compared:
    """A field in the file and in the register; ``same`` is None where the face does not show it."""

    field: Field
    on_face: str | None
    in_register: str
    same: bool | None


def folded(text: str) -> str:
    """Bring a text to what can be compared: compatible forms joined, no spaces.

    >>> folded("标准化　从业人员 （示范）")
    '标准化从业人员(示范)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def labels(kind: CertificateKind) -> Mapping[Field, Label]:
    """Give the words before each value on the face of a kind; what it has no row for is left out."""
    face = face_words.LABELS[kind]
    own = {Field.OCCUPATION: face.occupation, Field.SPECIALTY: face.specialty, Field.ISSUER: face.issuer}
    level = {Field.LEVEL: face.sixth} if kind in LEVELLED else {}
    return {**_SAME, **own, **level, **(_OF_REPORT if kind is CertificateKind.SCORE_REPORT else {})}


_FACES = [labels(kind) for kind in CertificateKind]
_CHINESE = {field: frozenset(folded(face[field].label) for face in _FACES if field in face) for field in Field}
_NUMBER_OF_REPORT = frozenset({folded(score_words.NUMBER)})
_NAMED = frozenset[str]().union(*_CHINESE.values())
_ENGLISH = frozenset(folded(label.label_en) for face in _FACES for label in face.values())
_WORDS = _NAMED | _ENGLISH | _NUMBER_OF_REPORT


def read(runs: Sequence[Run]) -> dict[Field, str]:
    """Read the fields of a face; a field whose label is not found is left out."""
    found = {field: (_row if field in _ROWS else _beside)(runs, words) for field, words in _CHINESE.items()}
    found[Field.NUMBER] = found[Field.NUMBER] or _beside(runs, _NUMBER_OF_REPORT)
    return {field: value for field, value in found.items() if value}


def _row(runs: Sequence[Run], words: frozenset[str]) -> str:
    """Give the cells right of a component's name as a statement has them."""
    at = next((run for run in runs if folded(run.text) in words), None)
    if at is None:
        return ""
    right = sorted((run for run in runs if run.x > at.x and abs(run.y - at.y) < _SAME_LINE), key=lambda run: run.x)
    cells = [run.text.strip() for run in right]
    return score_words.stated(*cells) if len(cells) == _CELLS else ""


def _beside(runs: Sequence[Run], words: frozenset[str]) -> str:
    at = next((run for run in runs if folded(run.text) in words), None)
    if at is None:
        return ""
    others = [run for run in runs if folded(run.text) not in _WORDS]
    right = [run for run in others if run.x > at.x + at.size and abs(run.y - at.y) < _SAME_LINE]
    below = [run for run in others if abs(run.x - at.x) < _SAME_COLUMN and 0 < at.y - run.y < _LEADING * at.size]
    first = min(right, key=lambda run: run.x, default=None) or min(below, key=lambda run: at.y - run.y, default=None)
    return "".join(run.text for run in _lines(others, first, runs)).strip() if first else ""


def _labelled(run: Run, runs: Iterable[Run]) -> bool:
    """Whether a run is the value of a row of its own: the nearest words on its left are a label."""
    left = [other for other in runs if other.x < run.x and abs(other.y - run.y) < _SAME_LINE]
    nearest = max(left, key=lambda other: other.x, default=None)
    return nearest is not None and folded(nearest.text) in _NAMED


def _lines(runs: Iterable[Run], first: Run, page: Sequence[Run]) -> list[Run]:
    """Give a value's first line and those that go on below it in the same size, up to the next row."""
    column = [run for run in runs if abs(run.x - first.x) < _SAME_COLUMN and run.y < first.y]
    column.sort(key=lambda run: -run.y)
    lines = [first]
    for run in takewhile(lambda run: abs(run.size - first.size) < 0.1, column):  # noqa: PLR2004 - points
        if lines[-1].y - run.y > _LEADING * run.size or _labelled(run, page):
            break
        lines.append(run)
    return lines


def printed(award: Award, number: str) -> dict[Field, str]:
    """Give what the register has printed in each field.

    A training has no level, a score report no specialty, most certificates no last day.
    """
    until = {Field.VALID_UNTIL: written(award.valid_until)} if award.valid_until else {}
    specialty = {Field.SPECIALTY: award.specialty or _EMPTY} if award.kind is not CertificateKind.SCORE_REPORT else {}
    level = {Field.LEVEL: award.level_name} if award.level else {}
    return {
        Field.NAME: award.name,
        Field.ID_TYPE: award.id_type,
        Field.ID_NUMBER: award.id_number,
        Field.OCCUPATION: award.occupation,
        **specialty,
        **level,
        Field.NUMBER: number,
        Field.ISSUER: award.issuer,
        Field.ISSUED_ON: written(award.issued_on),
        **until,
        **_stated(award),
        **_kind(award),
    }


def _stated(award: Award) -> dict[Field, str]:
    """Give what a score report states; details of other kinds have rows of their own on the face."""
    if award.kind is not CertificateKind.SCORE_REPORT:
        return {}
    return {_STATED[label]: words for label, words in award.details if label in _STATED}


def _kind(award: Award) -> dict[Field, str]:
    """Give the title of what is no certificate of level, so that nothing is taken for one."""
    return {} if award.kind is CertificateKind.SKILL_LEVEL else {Field.KIND: award.title}


def written(on: date) -> str:
    """Write a day as the face has it."""
    return f"{on.year}年{on.month}月{on.day}日"


def day(text: str) -> date | None:
    """Read a day as the face has it.

    >>> day("2026年11月3日")
    datetime.date(2026, 11, 3)
    """
    found = _DAY.fullmatch(folded(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def compare(face: Mapping[Field, str], words: str, *, award: Award, number: str) -> list[Compared]:
    """Compare the fields of a face, and where a label is missing all its words, with the register.

    Identity numbers are masked after they have been compared.
    """
    return [_compared(field, face.get(field), held, words) for field, held in printed(award, number).items()]


def _compared(field: Field, on_face: str | None, held: str, words: str) -> Compared:
    wanted = folded(held)
    if on_face is None and wanted in words and held != _EMPTY:
        on_face = held
    same = None if on_face is None else folded(on_face) == wanted
    if field is Field.ID_NUMBER:
        held, on_face = mask(held), mask(on_face) if on_face else None
    return Compared(field, on_face, held, same)
