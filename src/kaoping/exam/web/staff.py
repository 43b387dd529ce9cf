"""Members of staff of an organisation: list, add, roles, new password, closing."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people import staff
from kaoping.exam.people.access import ROLES
from kaoping.exam.web.forms import CheckBoxes, Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Section
from kaoping.itembank.errors import N_

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

SECTIONS = (Section(N_("Staff"), "staff.index", "person.manage"),)


class RolesForm(Form):
    """The roles of a member."""

    roles = CheckBoxes(
        lazy_gettext("Roles"), choices=choices(*((code, lazy_gettext(name)) for code, name in ROLES.items()))
    )


class MemberForm(RolesForm):
    """A new member."""

    name = StringField(
        lazy_gettext("Name"), validators=[InputRequired(lazy_gettext("Enter the name.")), Length(max=80)]
    )
    email = StringField(
        lazy_gettext("E-mail or log-in name"),
        validators=[InputRequired(lazy_gettext("Enter an e-mail address or log-in name.")), Length(max=200)],
    )


@blueprint.get("/")
@requires("person.manage")
def index() -> ResponseReturnValue:
    """List the members of staff with their roles."""
    with transaction(g.actor.organisation) as session:
        people = [
            (account, staff.roles_of(account, g.actor.organisation)) for account in staff.everybody(session, by=g.actor)
        ]
        return render_template("pages/staff/index.html", people=people)


@blueprint.get("/new")
@requires("person.manage")
def new() -> ResponseReturnValue:
    """Ask for a new member."""
    return render_template("pages/staff/new.html", form=MemberForm())


@blueprint.post("/")
@requires("person.manage")
def add() -> ResponseReturnValue:
    """Add a member."""
    form = MemberForm()
    if not form.validate():
        return render_template("pages/staff/new.html", form=form), 422
    with transaction(g.actor.organisation) as session:
        account = staff.add(
            session,
            form.email.data or "",
            name=form.name.data or "",
            roles=form.roles.data or (),
            by=g.actor,
        )
    if account.password:
        flash(gettext("%(name)s was added and logs in with the password of before.", name=account.name), "good")
    else:
        flash(gettext("%(name)s was added. Make a password next.", name=account.name), "good")
    return redirect(url_for("staff.show", account_id=account.id))


@blueprint.get("/<uuid:account_id>")
@requires("person.manage")
def show(account_id: UUID) -> ResponseReturnValue:
    """Show a member and the roles to change."""
    with transaction(g.actor.organisation) as session:
        account = staff.member(session, account_id, by=g.actor)
        form = RolesForm(roles=sorted(staff.roles_of(account, g.actor.organisation)))
    return render_template("pages/staff/show.html", member=account, form=form)


@blueprint.post("/<uuid:account_id>")
@requires("person.manage")
def set_roles(account_id: UUID) -> ResponseReturnValue:
    """Leave a member with the chosen roles."""
    with transaction(g.actor.organisation) as session:
        account = staff.set_roles(session, account_id, RolesForm().roles.data or (), by=g.actor)
    flash(gettext("The roles of %(name)s are saved.", name=account.name), "good")
    return redirect(url_for("staff.index"))


@blueprint.post("/<uuid:account_id>/password")
@requires("person.manage")
def reset_password(account_id: UUID) -> ResponseReturnValue:
    """Give a member a new password; it is shown once, on the answer itself, and kept nowhere."""
    with transaction(g.actor.organisation) as session:
        account = staff.member(session, account_id, by=g.actor)
        password = staff.reset_password(session, account_id, by=g.actor)
    return render_template("pages/staff/password.html", member=account, password=password)


@blueprint.post("/<uuid:account_id>/close")
@requires("person.manage")
def close(account_id: UUID) -> ResponseReturnValue:
    """Close a member's account."""
    return _set_active(account_id, active=False, said=gettext("The account is closed; its log-ins have ended."))


@blueprint.post("/<uuid:account_id>/open")
@requires("person.manage")
def reopen(account_id: UUID) -> ResponseReturnValue:
    """Open a member's account again."""
    return _set_active(account_id, active=True, said=gettext("The account is open again."))


def _set_active(account_id: UUID, *, active: bool, said: str) -> ResponseReturnValue:
    with transaction(g.actor.organisation) as session:
        staff.set_active(session, account_id, active, by=g.actor)
    flash(said, "good")
    return redirect(url_for("staff.show", account_id=account_id))
