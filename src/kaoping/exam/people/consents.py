"""Notice and separate consents 单独同意: the texts in two languages by version, and what a person answered.

The texts are content, not messages: somebody agreed to exactly these words, so a changed text is a new file with the
next version, and the file of an old version stays as it is.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from kaoping.exam.people.errors import IdentityConsentMissing, NoticeMissing, PhotoConsentMissing
from kaoping.exam.people.models import Consent, ConsentKind, Person
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time

VERSION = "1"
_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a candidate was told and agreed to; None where the question was not put."""

    notice: bool | None = None
    identity_number: bool | None = None
    photo: bool | None = None


#: A candidate who was asked nothing yet.
NOT_ASKED = Answers()
#: What a signed paper form holds that a group registration is based on; it does not ask for the photo.
ON_PAPER = Answers(notice=True, identity_number=True)


@cache
def texts(version: str = VERSION) -> dict[ConsentKind, dict[str, list[str]]]:
    """Give the paragraphs of a version by kind and language (``zh``, ``en``)."""
    stored = json.loads((_TEXTS / f"{version}.json").read_text(encoding="utf-8"))
    return {ConsentKind(kind): words for kind, words in stored.items()}


def require(answers: Answers, *, photo: bool) -> None:
    """Refuse an enrolment that lacks what the law asks for.

    Raises
    ------
    NoticeMissing, IdentityConsentMissing, PhotoConsentMissing : each says why, and what goes without it.
    """
    if not answers.notice:
        raise NoticeMissing
    if not answers.identity_number:
        raise IdentityConsentMissing
    if photo and not answers.photo:
        raise PhotoConsentMissing


def standing(person: Person) -> dict[ConsentKind, Consent]:
    """Give the last answer of a person to each question that was put."""
    return {consent.kind: consent for consent in sorted(person.consents, key=lambda consent: consent.at)}


def record(
    session: Session, person: Person, answers: Answers, *, by: Actor, at: datetime | None = None
) -> list[Consent]:
    """Append the answers that say something new; without a standing consent no photo stays stored."""
    before = {kind: (last.given, last.text_version) for kind, last in standing(person).items()}
    moment = at or database_time(session)
    added = [
        Consent(
            organisation_id=person.organisation_id, kind=kind, given=given, text_version=VERSION, by=by.id, at=moment,
        )
        for kind, given in _put(answers)
        if before.get(kind) != (given, VERSION)
    ]  # fmt: skip
    person.consents.extend(added)
    if answers.photo is False:
        person.photo = None
    return added


def _put(answers: Answers) -> list[tuple[ConsentKind, bool]]:
    return [(kind, given) for kind in ConsentKind if (given := getattr(answers, kind.value)) is not None]
