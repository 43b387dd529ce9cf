"""Checking a list of certificates: an employer sends a CSV and gets it back with the state of each."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.certificates import verdicts
from kaoping.exam import signing, spreadsheets
from kaoping.exam.db import transaction
from kaoping.exam.results import inquiring, inquiry_lists
from kaoping.exam.results.inquiries import InquiryWay
from kaoping.exam.results.inquiring import LONGEST_ASKER, LONGEST_PURPOSE, Answers, Asked, Told
from kaoping.exam.web.certificate_words import KINDS
from kaoping.exam.web.context import moment
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import public
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.verdict_words import words_of
from kaoping.itembank.errors import Invalid

blueprint = Blueprint("bulk_checks", __name__, url_prefix="/verify/list")

_MOST_FAULTS = 50


class ListForm(Form):
    """Who asks, what for, and the list."""

    asker = StringField(
        lazy_gettext("Who asks"),
        description=lazy_gettext("Your organisation, as the awarding body will read it"),
        validators=[InputRequired(lazy_gettext("Enter who asks.")), Length(max=LONGEST_ASKER)],
        render_kw={"autocomplete": "organization"},
    )
    purpose = TextAreaField(
        lazy_gettext("What for"),
        description=lazy_gettext("Such as: checking before employment, with the consent of the holders"),
        validators=[InputRequired(lazy_gettext("Enter what the answer is needed for.")), Length(max=LONGEST_PURPOSE)],
        render_kw={"rows": 2},
    )
    file = FileField(
        lazy_gettext("The list (CSV)"),
        description=lazy_gettext(
            "The first line names the columns: certificate number, name, identity tail. At most 500 certificates."
        ),
        validators=[FileRequired(lazy_gettext("Choose a file."))],
        render_kw={"accept": ".csv,text/csv,text/plain"},
    )


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """Ask for a list."""
    return render_template("pages/verify/list.html", form=ListForm(), faults=())


@blueprint.get("/template.csv")
@public
def template() -> ResponseReturnValue:
    """Give an empty list with the titles of its columns."""
    chinese = language() is CHINESE
    titles = [next(name for name in names if name.isascii() != chinese) for names in inquiry_lists.COLUMNS.values()]
    return _csv("template.csv", [titles])


@blueprint.post("")
@public
def check() -> ResponseReturnValue:
    """Answer a list with a list, or say what is wrong in it."""
    form = ListForm()
    if not form.validate():
        return _again(form, ())
    try:
        questions, wrong = inquiry_lists.read(form.file.data.read())
    except Invalid as refused:
        form.file.errors = [sentence_of(refused)]
        return _again(form, ())
    if wrong:
        return _again(form, wrong)
    asked = Asked(form.asker.data or "", form.purpose.data or "", InquiryWay.LIST, request.remote_addr or "")
    with transaction() as session:
        keys = signing.published(current_app.extensions["kaoping.settings"], session)
        answers = inquiring.ask(session, questions, asked, keys=keys)
    if answers.come_back:
        return render_template("pages/verify/blocked.html", come_back=answers.come_back), 429
    return _csv("checked.csv", _rows(answers))


def _again(form: ListForm, wrong: Sequence[Invalid]) -> ResponseReturnValue:
    faults = [sentence_of(one) for one in wrong[:_MOST_FAULTS]]
    return render_template("pages/verify/list.html", form=form, faults=faults, more=len(wrong) - len(faults)), 422


def _rows(answers: Answers) -> Iterator[list[str]]:
    yield [
        _("Line"), _("Certificate number"), _("Name"), _("Answer"), _("Kind of certificate"), _("Level"),
        _("Occupation"), _("Specialty"), _("Awarding body"), _("Issued on"), _("Checked"),
    ]  # fmt: skip
    for told in answers.told:
        yield [str(told.question.line), told.question.number, told.question.name, *_said(told), moment(answers.at)]


def _said(told: Told) -> list[str]:
    if told.face is None:
        answer = _("no certificate matches") if told.looked_up else _("not checked: too many lines matched nothing")
        return [answer, *[""] * 6]
    award = told.face.award or {}
    facts = [str(award.get(name, "")) for name in ("occupation", "specialty", "issuer", "issued_on")]
    state = words_of(told.face.kind)[verdicts.of_face(told.face)].state
    return [str(_(state)), str(_(KINDS[told.face.kind])), told.face.level, *facts]


def _csv(name: str, rows: Iterator[list[str]] | Sequence[Sequence[str]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + spreadsheets.written(rows), mimetype="text/csv", headers=headers)
