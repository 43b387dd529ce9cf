"""Grants of items: what is lent and borrowed; proposing, approving, answering and ending; who read what."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam import lending
from kaoping.exam.db import transaction
from kaoping.exam.people import organisations
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.people.staff_errors import OrganisationUnknown
from kaoping.exam.web import search_form
from kaoping.exam.web.context import level_name
from kaoping.exam.web.forms import Form, choices, uuid_or_none
from kaoping.exam.web.guard import requires
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank import saved_searches, standards
from kaoping.itembank.errors import N_
from kaoping.itembank.models import Range, Standard, StandardState
from kaoping.itembank.sharing import errors, granting
from kaoping.itembank.sharing.granting import LONGEST, Terms
from kaoping.itembank.sharing.models import ItemGrant

blueprint = Blueprint("sharing", __name__, url_prefix="/sharing")

SECTIONS = (Section(N_("Sharing"), "sharing.index", "share.read", ("shared_items",)),)
DUTIES = (
    Duty(
        N_("%(num)d grant of our items waits for approval"),
        N_("%(num)d grants of our items wait for approval"),
        N_("Look at the grant"),
        "sharing.index",
        "share.offer",
        granting.count_to_approve,
    ),
    Duty(
        N_("%(num)d grant of items is offered to us"),
        N_("%(num)d grants of items are offered to us"),
        N_("Look at the grant"),
        "sharing.index",
        "share.answer",
        granting.count_to_answer,
    ),
)

_BETWEEN = re.compile(r"[\s,;，；、]+")
_DAY = InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))
_PLACES: Places = {
    OrganisationUnknown: "grantee",
    errors.GrantToOneself: "grantee",
    errors.GrantUnclear: "until",
    errors.GrantedItemsUnfit: "codes",
}


class GrantForm(Form):
    """What is granted to whom, for what and how long."""

    grantee = StringField(
        lazy_gettext("Code of the organisation"),
        description=lazy_gettext("It stands on the organisation's own page; ask for it."),
        validators=[InputRequired(lazy_gettext("Enter the code of the other organisation."))],
    )
    level = SelectField(lazy_gettext("Standard and level"), coerce=UUID)
    range = SelectField(lazy_gettext("Range"), coerce=uuid_or_none)
    codes = TextAreaField(
        lazy_gettext("Codes of single items"),
        description=lazy_gettext("Only these, with spaces or commas between. Leave it empty to grant all of them."),
    )
    purpose = StringField(
        lazy_gettext("What the grant is for"),
        validators=[
            InputRequired(lazy_gettext("Say what the grant is for.")),
            Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )
    takes = BooleanField(lazy_gettext("Copies may be taken over for papers"))
    keeps = BooleanField(lazy_gettext("Copies may stay in assembly after the grant has ended"))
    since = DateField(lazy_gettext("First day"), validators=[_DAY])
    until = DateField(lazy_gettext("Last day"), validators=[_DAY])

    def terms(self, grantee: UUID) -> Terms:
        """Give what was typed."""
        said = self.data
        codes = [code for code in _BETWEEN.split(said["codes"] or "") if code]
        return Terms(
            grantee, said["level"], said["range"], codes, said["purpose"], said["takes"], said["keeps"], said["since"],
            said["until"],
        )  # fmt: skip


@blueprint.get("/")
@requires("share.read")
def index() -> ResponseReturnValue:
    """List the grants of both directions."""
    with transaction(g.actor.organisation) as session:
        rows = granting.listed(session)
        return render_template(
            "pages/sharing/index.html", lent=[row for row in rows if row.organisation_id == g.actor.organisation],
            borrowed=[row for row in rows if row.organisation_id != g.actor.organisation],
            **_named(session, rows),
        )  # fmt: skip


@blueprint.get("/new")
@requires("share.propose")
def new() -> ResponseReturnValue:
    """Ask what is granted to whom; a saved search fills in the codes of what it finds."""
    search_id = request.args.get("search", type=UUID)
    found: Sequence[str] = ()
    if search_id is not None:
        with transaction(g.actor.organisation) as session:
            asked = saved_searches.find(session, search_id, by=g.actor).asked
            found = granting.selection(session, search_form.of(asked, viewer=g.actor.id), by=g.actor)
    return _new(GrantForm(formdata=None, data={"codes": " ".join(found)}))


@blueprint.post("/new")
@requires("share.propose")
def propose() -> ResponseReturnValue:
    """Propose a grant; what is refused is told at its place, with all that was typed."""
    form = _filled(GrantForm())
    row = attempt(form, lambda: _proposed(form), places=_PLACES) if form.validate() else None
    if row is None:
        return _new(form), 422
    flash(_("Grant %(number)d is proposed. Another person approves it.", number=row.number), "good")
    return redirect(url_for("sharing.show", grant_id=row.id))


@blueprint.get("/<uuid:grant_id>")
@requires("share.read")
def show(grant_id: UUID) -> ResponseReturnValue:
    """Show a grant with what may be done now; its owner also sees who read what."""
    with transaction(g.actor.organisation) as session:
        row = granting.find(session, grant_id)
        own = row.organisation_id == g.actor.organisation
        readings = granting.readings(session, row.id) if own else ()
        people = {view.viewer_id for view, _code in readings} | {
            one for one in (row.proposed_by, row.offered_by, row.answered_by, row.ended_by) if one
        }
        return render_template(
            "pages/sharing/show.html", row=row, own=own, readings=readings, people=names(session, people),
            **_named(session, [row]),
        )  # fmt: skip


@blueprint.post("/<uuid:grant_id>/offer")
@requires("share.offer")
def offer(grant_id: UUID) -> ResponseReturnValue:
    """Approve a grant that another person proposed."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "share.offer", granting.find(session, grant_id))
        row = lending.offer(session, grant_id, by=g.actor)
        said = _("Grant %(number)d is offered. It begins once the other organisation accepts.", number=row.number)
        flash(said, "good")
    return redirect(url_for("sharing.show", grant_id=grant_id))


@blueprint.post("/<uuid:grant_id>/accept")
@requires("share.answer")
def accept(grant_id: UUID) -> ResponseReturnValue:
    """Accept a grant."""
    return _answered(grant_id, accepted=True)


@blueprint.post("/<uuid:grant_id>/decline")
@requires("share.answer")
def decline(grant_id: UUID) -> ResponseReturnValue:
    """Decline a grant."""
    return _answered(grant_id, accepted=False)


@blueprint.post("/<uuid:grant_id>/end")
@requires("share.end")
def end(grant_id: UUID) -> ResponseReturnValue:
    """End a grant at once."""
    with transaction(g.actor.organisation) as session:
        row = lending.end(session, grant_id, by=g.actor)
        flash(_("Grant %(number)d has ended; nothing more is read under it.", number=row.number), "good")
    return redirect(url_for("sharing.show", grant_id=grant_id))


def _answered(grant_id: UUID, *, accepted: bool) -> ResponseReturnValue:
    with transaction(g.actor.organisation) as session:
        row = lending.answer(session, grant_id, accept=accepted, by=g.actor)
        said = _("Grant %(number)d is accepted.") if accepted else _("Grant %(number)d is declined.")
        flash(said % {"number": row.number}, "good")
    return redirect(url_for("sharing.show", grant_id=grant_id))


def _proposed(form: GrantForm) -> ItemGrant:
    with transaction(g.actor.organisation) as session:
        other = organisations.called(session, form.grantee.data or "")
        return granting.propose(session, form.terms(other.id), by=g.actor)


def _new(form: GrantForm) -> str:
    with transaction(g.actor.organisation) as session:
        saved = saved_searches.listed(session, by=g.actor)
    return render_template("pages/sharing/new.html", form=_filled(form), saved=saved)


def _filled(form: GrantForm) -> GrantForm:
    """Offer the levels and ranges of the published standards."""
    content = {"data-content": ""}
    with transaction(g.actor.organisation) as session:
        found = [one for one in standards.listing(session) if one.state is StandardState.PUBLISHED]
        levels = [(str(level.id), f"{_title(one)} · {level_name(level)}") for one in found for level in one.levels]
        ranges = [(str(row.id), f"{_title(one)} · {row.code} {_called(row)}") for one in found for row in one.ranges]
    form.level.choices = choices(*((*one, content) for one in levels))
    form.range.choices = choices(("", lazy_gettext("All ranges")), *((*one, content) for one in ranges))
    return form


def _title(standard: Standard) -> str:
    return f"{_called(standard)} {standard.edition}"


def _called(thing: Standard | Range) -> str:
    return thing.name if language() is CHINESE else thing.name_en


def _named(session: Session, rows: Any) -> dict[str, Any]:
    """Give the names of the organisations of grants, and the day on which their states are told."""
    ids = {one for row in rows for one in (row.organisation_id, row.grantee_id)}
    today: date = granting.today(session)
    return {"organisations": {one.id: one for one in organisations.named(session, list(ids))}, "today": today}
