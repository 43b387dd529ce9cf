"""Errors of the house: each keeps its facts and writes its own sentence.

KaopingError
├── Missing     what was asked for does not exist (for this person)
├── Forbidden   the person may not do this
├── Conflict    the thing is in a state that does not allow it
└── Invalid     what was sent cannot be taken

A leaf combines one kind with a ``sentence``: an English message id with ``%(fact)s`` places, marked by `N_` so that
pages can show it in the reader's language.
"""

from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary name of a marker for late translation
    """Mark a message for the catalogues and return it unchanged."""
    return message


class KaopingError(Exception):
    """Base of every error that a person is told about."""

    sentence: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence % facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error come back from another process as it was, whatever its class is made from."""
        return _revived, (type(self), self.args, self.facts)

    def __getattr__(self, name: str) -> Any:
        """Give a fact as an attribute."""
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None


def _revived(kind: type[KaopingError], args: tuple[Any, ...], facts: dict[str, Any]) -> KaopingError:
    error = kind.__new__(kind)
    error.args, error.facts = args, facts
    return error


class Missing(KaopingError):
    """What was asked for does not exist, or not for this person."""

    sentence = N_("There is no such %(what)s, or it belongs to another organisation.")


class Forbidden(KaopingError):
    """The person may not do this."""

    sentence = N_("Your roles do not allow this step.")


class Conflict(KaopingError):
    """The thing is in a state that does not allow the step."""

    sentence = N_("The step does not fit the present state.")


class Invalid(KaopingError):
    """What was sent cannot be taken as it is."""

    sentence = N_("What was sent cannot be taken as it is.")


class ItemBankError(KaopingError):
    """Base of the errors of the item bank."""
