"""A member's own account: language, display, password, second factor."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from kaoping.exam.db import transaction
from kaoping.exam.people import staff
from kaoping.exam.web import display, languages
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires

blueprint = Blueprint("account", __name__, url_prefix="/account")


class Preferences(Form):
    """How a member wants the pages."""

    language = SelectField(
        lazy_gettext("Language"),
        choices=choices(
            ("", lazy_gettext("As the browser says")),
            *((code, each.name, {"lang": each.tag}) for code, each in languages.LANGUAGES.items()),
        ),
    )
    text = SelectField(
        lazy_gettext("Text size"),
        choices=choices(
            ("normal", lazy_gettext("Standard")), ("large", lazy_gettext("Large")), ("larger", lazy_gettext("Larger"))
        ),
    )
    contrast = SelectField(
        lazy_gettext("Contrast"),
        choices=choices(("normal", lazy_gettext("Standard")), ("more", lazy_gettext("High"))),
    )
    theme = SelectField(
        lazy_gettext("Background"), choices=choices(("light", lazy_gettext("Light")), ("dark", lazy_gettext("Dark")))
    )


@blueprint.get("/")
@requires("work.see")
def show() -> ResponseReturnValue:
    """Show the reader's own account."""
    look = display.look()
    form = Preferences(language=g.account.language or "", text=look.text, contrast=look.contrast, theme=look.theme)
    return render_template("pages/account/show.html", form=form)


@blueprint.post("/")
@requires("work.see")
def prefer() -> ResponseReturnValue:
    """Keep the reader's language and display, with the account and in this browser."""
    form = Preferences()
    if not form.validate():
        return render_template("pages/account/show.html", form=form), 422
    chosen = display.Look().changed(form.data)
    with transaction() as session:
        staff.prefer(session, g.actor.id, language=form.language.data or None, appearance=chosen.stored())
    flash(gettext("Your preferences are saved."), "good")
    return languages.keep(display.keep(make_response(redirect(url_for("account.show"))), chosen), form.language.data)
