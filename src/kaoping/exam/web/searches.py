"""Saved searches: listed as links with what they find on demand, saved from the list of items, deleted."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web import search_form
from kaoping.exam.web.guard import requires
from kaoping.itembank import listing, saved_searches

blueprint = Blueprint("searches", __name__, url_prefix="/items/searches")


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """List the reader's own searches and the shared ones; count what one of them finds if asked."""
    counted = request.args.get("count", type=UUID)
    with transaction(g.actor.organisation) as session:
        rows = saved_searches.listed(session, by=g.actor)
        asked = next((search_form.of(row.asked, viewer=g.actor.id) for row in rows if row.id == counted), None)
        found = None if asked is None else listing.count(session, asked, g.actor.organisation)
        return render_template(
            "pages/items/searches.html", searches=rows, counted=counted, found=found,
            names=names(session, {row.account_id for row in rows}),
        )  # fmt: skip


@blueprint.post("/")
@requires("item.read")
def save() -> ResponseReturnValue:
    """Save the search that a list of items shows."""
    asked = search_form.parts(search_form.of(request.form, viewer=g.actor.id))
    name, shared = request.form.get("name", ""), "shared" in request.form
    with transaction(g.actor.organisation) as session:
        row = saved_searches.save(session, name=name, asked=asked, shared=shared, by=g.actor)
        flash(_("The search %(name)s is saved.", name=row.name), "good")
    return redirect(f"{url_for('items.index')}?{urlencode(asked)}")


@blueprint.post("/<uuid:search_id>/delete")
@requires("item.read")
def delete(search_id: UUID) -> ResponseReturnValue:
    """Delete one of the reader's own searches."""
    with transaction(g.actor.organisation) as session:
        row = saved_searches.delete(session, search_id, by=g.actor)
        flash(_("The search %(name)s is deleted.", name=row.name), "good")
    return redirect(url_for("searches.index"))
