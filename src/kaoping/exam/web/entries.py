"""Forms of many like rows: values as typed, and faults by the name of the control."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.web.errors import sentence_of
from kaoping.itembank.errors import Conflict, Invalid
from kaoping.itembank.figures import whole
from kaoping.itembank.rules import plain

Value = TypeVar("Value")


class Entries:
    """What a form of rows holds; reading a value notes what is wrong with it at its control."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = {name: _typed(value) for name, value in values.items() if name != "csrf_token"}
        self.faults: dict[str, list[str]] = {}
        #: What the rules refuse of the form as a whole.
        self.refusal: str | None = None

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def sound(self) -> bool:
        """Whether everything that was read could be read."""
        return not self.faults and self.refusal is None

    def fault(self, name: str, sentence: str) -> None:
        """Note a fault once."""
        noted = self.faults.setdefault(name, [])
        if sentence not in noted:
            noted.append(sentence)

    def text(self, name: str, *, most: int = 300, needed: bool = True) -> str:
        """Read a line or paragraph."""
        value = self[name]
        if needed and not value:
            self.fault(name, _("Fill this in."))
        if len(value) > most:
            self.fault(name, _("Give at most %(most)d characters.", most=most))
        return value

    def lines(self, name: str, *, most: int = 500) -> list[str]:
        """Read one entry a line."""
        found = [line.strip() for line in self[name].splitlines() if line.strip()]
        if any(len(line) > most for line in found):
            self.fault(name, _("Give at most %(most)d characters a line.", most=most))
        return found

    def whole(self, name: str, least: int, most: int) -> int | None:
        """Read a whole number; nothing typed is none."""
        if not self[name]:
            return None
        number = whole(self[name])
        if number is not None and least <= number <= most:
            return number
        self.fault(name, _("Give a whole number from %(least)s to %(most)s.", least=least, most=most))
        return None

    def decimal(self, name: str, least: int, most: int, *, places: int = 2) -> Decimal | None:
        """Read a number with some decimals; nothing typed is none."""
        if not self[name]:
            return None
        try:
            number = Decimal(self[name])
            if number.is_finite() and least <= number <= most and number == round(number, places):
                return number
        except InvalidOperation:
            pass
        told = _("Give a number from %(least)s to %(most)s with at most %(places)d decimals.",
                 least=least, most=most, places=places)  # fmt: skip
        self.fault(name, told)
        return None

    def choice(self, name: str, offered: Mapping[str, Value]) -> Value | None:
        """Read one of a list; nothing chosen is none."""
        if not self[name]:
            return None
        if self[name] not in offered:
            self.fault(name, _("Choose one of the list."))
        return offered.get(self[name])

    def done(self, session: Session, deed: Callable[[], object]) -> bool:
        """Do a deed within the caller's transaction; what the rules refuse is told above the form."""
        try:
            with session.begin_nested():
                deed()
        except (Invalid, Conflict) as refused:
            self.refusal = sentence_of(refused)
        return self.refusal is None


def _typed(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "y"
        case Decimal():
            return plain(value)
        case list() | tuple():
            return "\n".join(str(one) for one in value)
    return str(value).strip()
