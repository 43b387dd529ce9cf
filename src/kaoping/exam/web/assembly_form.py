"""The form by which papers are ordered: how many, how long to search, and what to leave out."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import Field, FloatField, IntegerField, SelectField
from wtforms.validators import StopValidation

from kaoping.exam import ordering
from kaoping.exam.registration import exams
from kaoping.exam.web.forms import CheckBoxes, Form, choices, uuid_or_none
from kaoping.itembank.orders import LABELS, LONGEST, USUAL, WIDEST, Effort
from kaoping.itembank.papers import Specification


class Between:
    """Refuses a number that is missing, unreadable or outside of a range, in one sentence."""

    def __init__(self, least: float, most: float, sentence: Any) -> None:
        self.least, self.most, self.sentence = least, most, sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Look at the number of a field."""
        if field.data is None or not self.least <= field.data <= self.most:
            field.errors = []
            raise StopValidation(self.sentence)


class AssemblyForm(Form):
    """Papers to be assembled by one specification."""

    forms = IntegerField(
        lazy_gettext("Number of papers"),
        default=2,
        validators=[Between(1, len(LABELS), lazy_gettext("Give 1 to 8 papers."))],
    )
    seconds = FloatField(
        lazy_gettext("Longest search in seconds"), default=round(USUAL.seconds),
        validators=[Between(1, LONGEST, lazy_gettext("Give 1 to 600 seconds."))],
    )  # fmt: skip
    gap = FloatField(
        lazy_gettext("Wanted gap to the bound in percent"), default=round(USUAL.gap * 100),
        validators=[Between(0, WIDEST * 100, lazy_gettext("Give 0 to 20 percent."))],
    )  # fmt: skip
    exam = SelectField(lazy_gettext("For the candidates of"), coerce=uuid_or_none)
    unlike = CheckBoxes(lazy_gettext("Papers used before"), coerce=UUID)

    def wishes(self) -> dict[str, Any]:
        """Give what was filled in, as `kaoping.exam.ordering.order` takes it."""
        return {
            "forms": self.forms.data,
            "effort": Effort(self.seconds.data or 0.0, (self.gap.data or 0.0) / 100),
            "exam_id": self.exam.data,
            "unlike": self.unlike.data or (),
        }


def form_for(session: Session, specification: Specification) -> AssemblyForm:
    """Make the form with the exams and the sealed papers of a specification's level."""
    form = AssemblyForm()
    known = ((str(exam.id), exam.name) for exam in ordering.exams_of(session, specification.level_id))
    form.exam.choices = choices(("", lazy_gettext("Anybody: nothing is left out")), *known)
    sealed = exams.sealed_papers(session, specification.level_id)
    form.unlike.choices = choices(*((str(paper.id), paper.code) for paper in sealed))
    return form
