"""Swapping one item of a paper by hand: what may stand in its place and what would change, and the deed."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.web import paper_words, swap_words, watermark
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank import pictures, swapping
from kaoping.itembank.swapping import LONGEST, NotOffered, Offers, ReasonMissing, SwapBreaksRules

blueprint = Blueprint("swaps", __name__, url_prefix="/papers/<uuid:paper_id>/items/<code>")

#: Most items that a page lists.
SHOWN = 60
_PLACES: Places = {ReasonMissing: "reason", NotOffered: "into", SwapBreaksRules: "into"}


class SwapForm(Form):
    """Which item comes in, and why."""

    into = StringField(
        lazy_gettext("Item to put in"), validators=[InputRequired(lazy_gettext("Choose the item that is put in."))]
    )
    reason = TextAreaField(
        lazy_gettext("Reason"),
        validators=[
            InputRequired(lazy_gettext("Say why the item is swapped.")),
            Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
        description=lazy_gettext("The approver reads it; it stays in the trail."),
    )
    seen = IntegerField()


@blueprint.get("/swap")
@requires("paper.assemble")
def show(paper_id: UUID, code: str) -> ResponseReturnValue:
    """List what may stand in the place of an item, without content."""
    with transaction(g.actor.organisation) as session:
        return _page(swapping.offers(session, paper_id, code), SwapForm())


@blueprint.get("/swap/items")
@requires("item.read")
def read(paper_id: UUID, code: str) -> ResponseReturnValue:
    """List it with the content of the items, which is written into the trail."""
    allow(g.actor, "paper.assemble")
    with transaction(g.actor.organisation) as session:
        found, bodies = swapping.read_items(session, paper_id, code, most=SHOWN, by=g.actor)
        watermark.seen(session, [found.slot.item_id, *(one.entry.item_id for one in found.kept[:SHOWN])])
        return _page(found, SwapForm(), bodies=bodies, pictures=pictures.answered_on(session, bodies.values()))


@blueprint.post("/swap")
@requires("paper.assemble")
def swap(paper_id: UUID, code: str) -> ResponseReturnValue:
    """Swap; what is refused is told at its place, beside what can be chosen now."""
    form = SwapForm()
    with transaction(g.actor.organisation) as session:
        if not form.validate_on_submit():
            return _page(swapping.offers(session, paper_id, code), form), 422
        into, reason, seen = form.into.data or "", form.reason.data or "", form.seen.data or 0
        done = attempt(
            form,
            lambda: swapping.swap(session, paper_id, out=code, into=into, reason=reason, seen=seen, by=g.actor),
            places=_PLACES,
        )
        if done is None:
            return _page(swapping.offers(session, paper_id, code), form), 409
        flash(_("Swapped: %(into)s stands in the place of %(out)s.", into=into, out=code), "good")
    return redirect(url_for("papers.show", paper_id=paper_id))


def _page(found: Offers, form: SwapForm, **more: object) -> str:
    kept, papers = found.kept, found.desk.paper.run.report["papers"]
    entry = next(one for one in papers if one["label"] == found.desk.paper.label)
    chosen = form.into.data
    shown = [one for n, one in enumerate(kept) if n < SHOWN or one.entry.code == chosen]
    return render_template(
        "pages/papers/swap.html", found=found, form=form, shown=shown, entry=entry, words=paper_words,
        told=swap_words, alike=swapping.alike, **more,
    )  # fmt: skip
