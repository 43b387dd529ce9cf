"""Editions of a standard: beginning the next one, what changed, and carrying items over."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kaoping.exam import ordering
from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.refusals import attempt
from kaoping.itembank import carrying, editions, standards
from kaoping.itembank.carrying import PointUnknown
from kaoping.itembank.drafting import StandardExists
from kaoping.itembank.models import Standard

blueprint = Blueprint("editions", __name__, url_prefix="/standards/<uuid:standard_id>")


class EditionForm(Form):
    """The name of a new edition."""

    edition = StringField(
        lazy_gettext("Edition"),
        validators=[InputRequired(lazy_gettext("Name the edition, such as 2027.")), Length(max=40)],
        description=lazy_gettext("It begins as a draft that says all that the earlier one says; both stay in use."),
    )


@blueprint.get("/next")
@requires("standard.manage")
def ask(standard_id: UUID) -> ResponseReturnValue:
    """Ask for the name of the next edition."""
    return _asked(standard_id, EditionForm()), 200


@blueprint.post("/next")
@requires("standard.manage")
def follow(standard_id: UUID) -> ResponseReturnValue:
    """Begin the next edition."""
    form = EditionForm()
    made = form.validate() and attempt(form, lambda: _followed(standard_id, form), places={StandardExists: "edition"})
    if not made:
        return _asked(standard_id, form), 422
    flash(_("Edition %(edition)s is begun as a draft.", edition=made.edition), "good")
    return redirect(url_for("standards.show", standard_id=made.id))


def _asked(standard_id: UUID, form: EditionForm) -> str:
    with transaction(g.actor.organisation) as session:
        return render_template("pages/editions/next.html", standard=standards.get(session, standard_id), form=form)


def _followed(standard_id: UUID, form: EditionForm) -> Standard:
    with transaction(g.actor.organisation) as session:
        return editions.follow(session, standard_id, edition=form.data["edition"].strip(), by=g.actor)


@blueprint.get("/changes")
@requires("standard.read")
def changes(standard_id: UUID) -> ResponseReturnValue:
    """Show what tells an edition from the one that it was begun from."""
    with transaction(g.actor.organisation) as session:
        earlier, later = carrying.earlier_of(session, standard_id)
        found = editions.difference(session, earlier, later)
        return render_template(
            "pages/editions/changes.html", earlier=earlier, standard=later, found=found, parts=editions.POINT_PARTS
        )


@blueprint.get("/carry")
@requires("standard.read")
def show(standard_id: UUID) -> ResponseReturnValue:
    """Show what each point of the earlier edition becomes, and how many items were carried over."""
    return _mapping(standard_id), 200


@blueprint.post("/carry")
@requires("standard.manage")
def write(standard_id: UUID) -> ResponseReturnValue:
    """Write what each point becomes; nothing typed is lost when a code is unknown."""
    typed: dict[UUID, str] = {}
    try:
        with transaction(g.actor.organisation) as session:
            points = standards.points(session, carrying.earlier_of(session, standard_id)[0].id)
            typed = {point.id: request.form.get(str(point.id), "") for point in points}
            carrying.write(session, standard_id, typed, by=g.actor)
    except PointUnknown as refusal:
        return _mapping(standard_id, typed=typed, refusal=refusal), 422
    flash(_("The mapping is written. Another person confirms it."), "good")
    return redirect(url_for("editions.show", standard_id=standard_id))


@blueprint.post("/carry/confirm")
@requires("standard.publish")
def confirm(standard_id: UUID) -> ResponseReturnValue:
    """Confirm the mapping; a worker carries the items over."""
    with transaction(g.actor.organisation) as session:
        ordering.carry_over(session, standard_id, by=g.actor)
    flash(_("The mapping is confirmed; the items are being carried over."), "good")
    return redirect(url_for("editions.show", standard_id=standard_id))


def _mapping(standard_id: UUID, *, typed: dict[UUID, str] | None = None, refusal: PointUnknown | None = None) -> str:
    with transaction(g.actor.organisation) as session:
        earlier, later = carrying.earlier_of(session, standard_id)
        carried = carrying.find(session, standard_id)
        people = filter(None, [carried.author_id, carried.approver_id]) if carried else ()
        return render_template(
            "pages/editions/carry.html", earlier=earlier, standard=later, carried=carried, typed=typed,
            pairs=carrying.pairs(session, standard_id), points=standards.points(session, standard_id),
            names=names(session, people), unknown=refusal.code if refusal else None,
            refusal=sentence_of(refusal) if refusal else None,
            progress=carrying.progress(session, carried) if carried and carried.approver_id else None,
        )  # fmt: skip
