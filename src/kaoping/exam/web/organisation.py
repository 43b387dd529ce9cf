"""The organisation: its codes, and the parameters of its exams; and the choice of one for who works for several."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from kaoping.exam.db import transaction
from kaoping.exam.people import organisations
from kaoping.exam.people.models import Organisation, PoolKind
from kaoping.exam.people.organisations import PARAMETERS, PrintedCode
from kaoping.exam.web.actor import choose_organisation, organisations_of
from kaoping.exam.web.addresses import own_address
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import public, requires
from kaoping.exam.web.navigation import Section
from kaoping.itembank.errors import N_

blueprint = Blueprint("organisation", __name__)

SECTIONS = (Section(N_("Organisation"), "organisation.show", "organisation.manage"),)


class ParametersForm(Form):
    """The parameters of an organisation."""


for _name, _parameter in PARAMETERS.items():
    _range = NumberRange(_parameter.least, _parameter.most)
    setattr(ParametersForm, _name, IntegerField(lazy_gettext(_parameter.label), validators=[InputRequired(), _range]))


class PoolForm(Form):
    """Whose items the organisation keeps."""

    pool = SelectField(
        lazy_gettext("Kind of the item pool"),
        description=lazy_gettext("Others see it beside the name when items are granted."),
        coerce=PoolKind,
        choices=choices(
            ("national", lazy_gettext("National pool")),
            ("provincial", lazy_gettext("Provincial pool")),
            ("sector", lazy_gettext("Sector pool")),
            ("organisation", lazy_gettext("Pool of the organisation")),
        ),
    )


class CodeForm(Form):
    """The QR code that is printed on certificates."""

    printed_code = SelectField(
        lazy_gettext("QR code on certificates"),
        description=lazy_gettext(
            "The signed one is checked without a network too. Choose the short one if your printer cannot print fine "
            "squares of 0.4 mm."
        ),
        coerce=PrintedCode,
        choices=choices(
            ("offline", lazy_gettext("Signed, checked offline too")),
            ("short", lazy_gettext("Short address")),
        ),
    )


@blueprint.get("/organisation")
@requires("organisation.manage")
def show() -> ResponseReturnValue:
    """Show the organisation."""
    with transaction(g.actor.organisation) as session:
        own = organisations.own(session, by=g.actor)
    return _page(own, ParametersForm(data={name: organisations.parameter(own, name) for name in PARAMETERS}))


@blueprint.post("/organisation/pool")
@requires("organisation.manage")
def set_pool() -> ResponseReturnValue:
    """Set whose items the organisation keeps."""
    form = PoolForm()
    with transaction(g.actor.organisation) as session:
        if form.validate():
            organisations.set_pool(session, form.pool.data, by=g.actor)
            flash(gettext("The kind of the item pool is saved."), "good")
    return redirect(url_for("organisation.show"))


@blueprint.post("/organisation/code")
@requires("organisation.manage")
def set_printed_code() -> ResponseReturnValue:
    """Choose the QR code on certificates."""
    form = CodeForm()
    with transaction(g.actor.organisation) as session:
        if form.validate():
            organisations.set_printed_code(session, form.printed_code.data, by=g.actor)
            flash(gettext("The code on certificates is saved; certificates printed from now on bear it."), "good")
    return redirect(url_for("organisation.show"))


def _page(own: Organisation, form: ParametersForm) -> str:
    pool = PoolForm(formdata=None, data={"pool": own.pool})
    code = CodeForm(formdata=None, data={"printed_code": organisations.printed_code(own)})
    return render_template("pages/organisation/show.html", own=own, form=form, pool=pool, code=code)


@blueprint.post("/organisation")
@requires("organisation.manage")
def set_parameters() -> ResponseReturnValue:
    """Set the organisation's parameters."""
    form = ParametersForm()
    if not form.validate():
        return _page(g.organisation, form), 422
    with transaction(g.actor.organisation) as session:
        organisations.set_parameters(session, {name: form[name].data for name in PARAMETERS}, by=g.actor)
    flash(gettext("The parameters are saved; they hold for batches and exports from now on."), "good")
    return redirect(url_for("organisation.show"))


@blueprint.get("/organisations")
@public
@login_required
def choose() -> ResponseReturnValue:
    """Ask which organisation somebody works for now."""
    with transaction() as session:
        possible = organisations.named(session, organisations_of(g.account))
    return render_template("pages/organisation/choose.html", possible=possible)


@blueprint.post("/organisations")
@public
@login_required
def chosen() -> ResponseReturnValue:
    """Work for an organisation from now on."""
    choose_organisation(request.form.get("organisation", type=UUID))
    return redirect(own_address(request.form.get("next")))
