"""Practice sets: published with a link for anybody, and closed."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.practice import errors, sets
from kaoping.exam.practice.models import PracticeSet
from kaoping.exam.practice.sets import LONGEST
from kaoping.exam.web.context import level_name
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.models import Level, Standard

blueprint = Blueprint("practice_sets", __name__, url_prefix="/items/practice/sets")

_BETWEEN = re.compile(r"[\s,;，；、]+")
_PLACES: Places = {
    errors.SetUntitled: "title",
    errors.SetEmpty: "codes",
    errors.NotForPractice: "codes",
}


class SetForm(Form):
    """What is published: a title, a level, and its items."""

    title = StringField(
        lazy_gettext("Title of the practice set"),
        validators=[
            InputRequired(lazy_gettext("Give the practice set a title.")),
            Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )
    level = SelectField(lazy_gettext("Standard and level"), coerce=UUID)
    codes = TextAreaField(
        lazy_gettext("Codes of the items"),
        description=lazy_gettext(
            "In the order in which they are asked, with spaces or commas between. Leave it empty to take all that the "
            "level has for practice."
        ),
    )

    @property
    def named(self) -> list[str]:
        """The codes that were typed."""
        return [code for code in _BETWEEN.split(self.codes.data or "") if code]


@blueprint.get("/")
@requires("practice.read")
def index() -> ResponseReturnValue:
    """List the sets with their links, and offer a new one."""
    return _page(SetForm(formdata=None))


@blueprint.post("/")
@requires("practice.publish")
def publish() -> ResponseReturnValue:
    """Publish a set; what is refused is told at its place, with all that was typed."""
    form = SetForm()
    with transaction(g.actor.organisation) as session:
        form.level.choices = _levels(sets.levels(session))
    row = attempt(form, lambda: _published(form), places=_PLACES) if form.validate() else None
    if row is None:
        return _page(form), 422
    flash(_("The practice set “%(title)s” is published. Anybody with its link can practise.", title=row.title), "good")
    return redirect(url_for("practice_sets.index"))


@blueprint.post("/<uuid:set_id>/close")
@requires("practice.publish")
def close(set_id: UUID) -> ResponseReturnValue:
    """Close a set for good."""
    with transaction(g.actor.organisation) as session:
        row = sets.close(session, set_id, by=g.actor)
        flash(_("The practice set “%(title)s” is closed; its link leads nowhere any more.", title=row.title), "good")
    return redirect(url_for("practice_sets.index"))


def _published(form: SetForm) -> PracticeSet:
    with transaction(g.actor.organisation) as session:
        return sets.publish(
            session, form.level.data, title=form.title.data or "", codes=form.named, by=g.actor
        )  # fmt: skip


def _levels(found: Sequence[Level]) -> Any:
    """Give levels to choose from, by standard and level in the reader's language."""
    content = {"data-content": ""}
    return choices(*((str(level.id), f"{_title(level.standard)} · {level_name(level)}", content) for level in found))


def _title(standard: Standard) -> str:
    return f"{standard.name if language() is CHINESE else standard.name_en} {standard.edition}"


def _page(form: SetForm) -> str:
    with transaction(g.actor.organisation) as session:
        rows = sets.listed(session)
        form.level.choices = _levels(sets.levels(session))
        return render_template(
            "pages/practice_pool/sets.html", form=form, rows=rows,
            names=names(session, {row.published_by for row in rows}),
        )  # fmt: skip
