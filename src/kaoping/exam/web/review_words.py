"""The words of reviews: places of an item, reasons of a return, and names where they may be known."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from kaoping.exam.people.names import names
from kaoping.itembank import review_rules
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Item
from kaoping.itembank.reviews import ReturnReason

REASONS = {
    ReturnReason.KEY: N_("The key is wrong or not the only one"),
    ReturnReason.SOURCE: N_("The source does not bear the key out"),
    ReturnReason.DISTRACTORS: N_("A distractor is implausible or right"),
    ReturnReason.WORDING: N_("The wording is unclear"),
    ReturnReason.POINT: N_("It examines something else than its point"),
    ReturnReason.DIFFICULTY: N_("The difficulty does not fit the level"),
    ReturnReason.DUPLICATE: N_("The bank has such an item"),
    ReturnReason.BIAS: N_("It favours or offends somebody"),
    ReturnReason.FORMAT: N_("Layout, signs or figures are faulty"),
    ReturnReason.OTHER: N_("Something else"),
}
_PLACES = {
    "item": N_("The whole item"),
    "stem": N_("Stem"),
    "key": N_("Answer key"),
    "rationale": N_("Rationale"),
    "source": N_("Source"),
    "difficulty": N_("Difficulty"),
    "tolerance": N_("Tolerance"),
    "unit": N_("Unit"),
    "units": N_("Unit"),
    "relative": N_("Relative tolerance"),
    "normalise": N_("How answers are compared"),
    "left": N_("Left side"),
    "right": N_("Right side"),
    "entries": N_("Entry"),
    "choices": N_("Choice to offer"),
    "reuse": N_("A letter may be used more than once"),
    "picture": N_("Picture that is answered on"),
    "areas": N_("Area"),
    "most_choices": N_("Areas that may be chosen"),
    "rubric": N_("Criterion"),
    "words": N_("Length in characters and words"),
    "accept": N_("Kinds of files that are taken"),
    "most_megabytes": N_("Largest file in megabytes"),
    "stimulus": N_("Material that the questions are about"),
    "parts": N_("Sub-question"),
}


def place(name: str) -> str:
    """Name a part of a wording; parts of further types are named as their documents name them."""
    kind, _, member = name.partition(":")
    if kind == "option":
        return str(gettext("Option %(letter)s", letter=member))
    known = _PLACES.get(kind)
    said = str(gettext(known)) if known else kind
    return f"{said} {member}" if member else said


def known_names(session: Session, item: Item, people: Iterable[UUID], *, viewer: UUID) -> dict[UUID, str]:
    """Give the names of people at work on an item; under a blind review others are called by what they do.

    The program has no name. An item that is approved shows every name.
    """
    found = names(session, people)
    if not review_rules.veiled(item):
        return found
    author, reviewer = str(gettext("Author (name withheld)")), str(gettext("Reviewer (name withheld)"))
    hands = item.hands
    return {one: name if one == viewer else author if one in hands else reviewer for one, name in found.items()}
