"""Any two revisions of an item set against each other: in one text, or side by side."""

from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.web import review_words
from kaoping.exam.web.guard import requires
from kaoping.exam.web.watermark import seen
from kaoping.itembank import authoring, difference, remarks
from kaoping.itembank.items import Item, Revision

blueprint = Blueprint("differences", __name__, url_prefix="/items/<uuid:item_id>/difference")


@blueprint.get("")
@requires("item.read")
def show(item_id: UUID) -> ResponseReturnValue:
    """Show what changed between two revisions; without a choice between the last two."""
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        seen(session, [item.id])
        numbers = [revision.number for revision in item.revisions]
        new = _revision(item, request.args.get("new", numbers[-1], int))
        old = _revision(item, request.args.get("old", numbers[max(0, numbers.index(new.number) - 1)], int))
        people = {revision.author_id for revision in item.revisions}
        return render_template(
            "pages/reviews/difference.html", item=item, old=old, new=new, changes=difference.between(old, new),
            side=request.args.get("view") == "side", threads=remarks.of_item(session, item),
            names=review_words.known_names(session, item, people, viewer=g.actor.id),
        )  # fmt: skip


def _revision(item: Item, number: int) -> Revision:
    return next((each for each in item.revisions if each.number == number), item.latest)
