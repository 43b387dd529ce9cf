"""A deed that a form asks for and the rules refuse: the reason goes to the form's field, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form
from kaoping.itembank.errors import Conflict, Invalid, KaopingError

Value = TypeVar("Value")
#: Which field of a form an error is about, by its class or a class above it.
Places = Mapping[type[KaopingError], str]


def outcome(session: Session, deed: Callable[[], Value]) -> Value | Invalid:
    """Do a deed within the caller's transaction; give what it gives, or what the rules refuse, with nothing written."""
    try:
        with session.begin_nested():
            return deed()
    except Invalid as refused:
        return refused


def attempt(form: Form, deed: Callable[[], Value], *, places: Places) -> Value | None:
    """Do a deed in its own transaction; what it refuses is written at its field, or above the form."""
    try:
        return deed()
    except (Invalid, Conflict) as refusal:
        name = next((places[kind] for kind in type(refusal).__mro__ if kind in places), None)
        if name is None:
            form.form_errors.append(sentence_of(refusal))
        else:
            form[name].errors = [*form[name].errors, sentence_of(refusal)]
        return None
