"""A candidate's own pages: the account, the results of every exam, the certificate."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people.accounts import SHORTEST_PASSWORD
from kaoping.exam.results import activating, own
from kaoping.exam.results.errors import ActivationRefused, TooManyActivations
from kaoping.exam.web.certificate_sheets import printed, report_sheet
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import own_account, public

blueprint = Blueprint("my", __name__, url_prefix="/my")

DOORS = {"result": "my.index"}


class Ticket(Form):
    """What shows that somebody is the holder of a ticket."""

    ticket = StringField(
        lazy_gettext("Ticket number"),
        description=lazy_gettext("12 digits, the first line of the admission ticket"),
        validators=[InputRequired(lazy_gettext("Enter the ticket number."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "k-num"},
    )
    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("As on your identity document; a dot within the name may be left out"),
        validators=[InputRequired(lazy_gettext("Enter your name."))],
        render_kw={"autocomplete": "name"},
    )
    tail = StringField(
        lazy_gettext("Last six of the identity document"),
        validators=[InputRequired(lazy_gettext("Enter the last six characters of your identity document."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    @property
    def words(self) -> dict[str, Any]:
        """What the use cases take."""
        given = {name: self[name].data or "" for name in ("ticket", "name", "tail")}
        return given | {"address": request.remote_addr or ""}


class Activation(Ticket):
    """A ticket, and what to log in with from now on."""

    email = StringField(
        lazy_gettext("E-mail or log-in name"),
        description=lazy_gettext("You log in with it later; a log-in name has small letters and digits"),
        validators=[InputRequired(lazy_gettext("Enter your e-mail address or log-in name."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        description=lazy_gettext("10 characters or more"),
        validators=[Length(min=SHORTEST_PASSWORD, message=lazy_gettext("Use 10 characters or more."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("Password once more"),
        validators=[EqualTo("password", lazy_gettext("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.get("/")
@own_account
def index() -> ResponseReturnValue:
    """Show the own exams with what was announced."""
    with transaction() as session:
        exams = own.exams(session, g.account.id)
    return render_template("pages/my/index.html", exams=exams, form=Ticket())


@blueprint.post("/")
@own_account
def add() -> ResponseReturnValue:
    """Link a further ticket to the own account."""
    form = Ticket()
    refusal = None
    with transaction() as session:
        if form.validate():
            outcome = activating.add_ticket(session, g.account.id, **form.words)
            refusal = outcome if isinstance(outcome, ActivationRefused) else None
        if form.errors or refusal:
            exams = own.exams(session, g.account.id)
            told = refusal and sentence_of(refusal)
            return render_template("pages/my/index.html", exams=exams, form=form, refusal=told), _status(refusal)
    flash(_("The ticket is added."), "good")
    return redirect(url_for("my.index"))


@blueprint.get("/exams/<uuid:application_id>")
@own_account
def exam(application_id: UUID) -> ResponseReturnValue:
    """Show an own result."""
    with transaction() as session:
        return render_template("pages/my/exam.html", exam=own.exam(session, g.account.id, application_id))


@blueprint.get("/exams/<uuid:application_id>/report.pdf")
@own_account
def report(application_id: UUID) -> ResponseReturnValue:
    """Give the score report of an own announced result."""
    with transaction() as session:
        return report_sheet(session, own.application(session, g.account.id, application_id))


@blueprint.get("/certificates/<uuid:certificate_id>.pdf")
@own_account
def certificate(certificate_id: UUID) -> ResponseReturnValue:
    """Give an own certificate as it is printed."""
    with transaction() as session:
        return printed(session, own.certificate(session, g.account.id, certificate_id))


@blueprint.get("/activate")
@public
def activation() -> ResponseReturnValue:
    """Ask for what opens an account."""
    return render_template("pages/my/activate.html", form=Activation(), refusal=None)


@blueprint.post("/activate")
@public
def activate() -> ResponseReturnValue:
    """Open an account and go on to log in."""
    form = Activation()
    if not form.validate():
        return render_template("pages/my/activate.html", form=form, refusal=None), 422
    with transaction() as session:
        login: dict[str, Any] = {"email": form.email.data or "", "password": form.password.data or ""}
        outcome = activating.open_account(session, **form.words, **login)
    if isinstance(outcome, ActivationRefused):
        return render_template("pages/my/activate.html", form=form, refusal=sentence_of(outcome)), _status(outcome)
    flash(_("Your account is open. Log in with it."), "good")
    return redirect(url_for("security.login", next=url_for("my.index")))


def _status(refusal: ActivationRefused | None) -> int:
    if refusal is None:
        return 422
    return 429 if isinstance(refusal, TooManyActivations) else 403
