"""Drafts of the item editor: kept while a person types, and let go when the person does not want them."""

from uuid import UUID

from flask import Blueprint, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.web.context import moment
from kaoping.exam.web.guard import requires
from kaoping.exam.web.item_entry import ItemEntry
from kaoping.itembank import drafts
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item

blueprint = Blueprint("item_drafts", __name__, url_prefix="/items")


@blueprint.post("/keep")
@requires("item.write")
def keep() -> ResponseReturnValue:
    """Keep what is typed in the editor; the page says when, and the mark goes with the next keeping."""
    entry, seen = ItemEntry.from_form(request.form), request.form.get("kept") or None
    if entry.item_id is None:
        raise Missing(what=N_("item"))
    with transaction(g.actor.organisation) as session:
        draft = drafts.keep(session, entry.item_id, _typed(), seen=seen, stamp=entry.stamp, by=g.actor)
        said = _("Kept at %(time)s, not saved yet", time=moment(draft.kept_at, "clock"))
        return jsonify(kept=draft.mark, said=said)


@blueprint.post("/<uuid:item_id>/discard")
@requires("item.write")
def discard(item_id: UUID) -> ResponseReturnValue:
    """Let what was typed and not saved go, and show the item as it is saved."""
    with transaction(g.actor.organisation) as session:
        known = session.get(Item, item_id) is not None
        if not known and drafts.of(session, item_id, by=g.actor) is None:
            raise Missing(what=N_("item"))
        drafts.discard(session, item_id, by=g.actor)
    flash(_("What was kept and not saved is discarded."), "good")
    return redirect(url_for("items.edit", item_id=item_id) if known else url_for("items.new"))


def _typed() -> drafts.Fields:
    """Give the fields of the editor without those that belong to the sending."""
    return {name: values for name, values in request.form.lists() if name not in {"csrf_token", "act", "kept"}}
