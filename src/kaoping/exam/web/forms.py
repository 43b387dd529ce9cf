"""The base of every form: CSRF, and messages in the reader's language."""

from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.widgets import CheckboxInput, ListWidget


class _Messages:
    """WTForms' own messages, looked up in our catalogue."""

    @staticmethod
    def gettext(message: str) -> str:
        return str(gettext(message)) if message else message

    @staticmethod
    def ngettext(singular: str, plural: str, number: int) -> str:
        return str(ngettext(singular, plural, number))


class Form(FlaskForm):
    """A form of a page; fields and labels are declared with ``lazy_gettext``."""

    class Meta(FlaskForm.Meta):
        """What WTForms asks of a form."""

        locales: ClassVar[Any] = None

        def get_translations(self, form: Any) -> _Messages:
            """Give the catalogue for messages of fields."""
            return _Messages()


class CheckBoxes(SelectMultipleField):
    """Several of a few: a check box for each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def uuid_or_none(value: object) -> UUID | None:
    """Read the value of a choice that may be none; a value that is no id is an error of its field."""
    return None if value in {None, "", "None"} else UUID(str(value))


def choices(*options: tuple[Any, ...]) -> Any:
    """Give the choices of a field: value, label (``lazy_gettext``), and attributes of the option if it has some."""
    return [SelectChoice(*option) for option in options]
