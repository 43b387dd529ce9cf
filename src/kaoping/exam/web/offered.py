"""Values that a form offers: one that the page never offered is refused, and no other takes its place unseen."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Invalid

Offered = TypeVar("Offered", bound=StrEnum)


class NotOffered(ExamError, Invalid):
    """A form brings a value that its page does not offer, or none at all."""

    sentence = N_(
        "“%(value)s” is none of the choices of this page. Load the page again and choose; nothing was changed."
    )


def one_of(form: MultiDict[str, str], name: str, kind: type[Offered]) -> Offered:
    """Give the choice of a form, or raise `NotOffered`."""
    try:
        return kind(form.get(name, ""))
    except ValueError:
        raise NotOffered(value=form.get(name, "")[:40]) from None


def one_number_of(form: MultiDict[str, str], name: str, numbers: range) -> int:
    """Give the number of a form that lies among those that it offers, or raise `NotOffered`."""
    written = form.get(name, "")
    found = {str(number): number for number in numbers}.get(written)
    if found is None:
        raise NotOffered(value=written[:40])
    return found


def one_id_or_all(form: MultiDict[str, str], name: str) -> UUID | None:
    """Give the id of a form; none if it says, by an empty field, that everything is meant."""
    written = form.get(name)
    if written == "":
        return None
    try:
        return UUID(written or "")
    except ValueError:
        raise NotOffered(value=(written or "")[:40]) from None
