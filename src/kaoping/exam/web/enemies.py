"""Sets of enemies: listed, declared by codes or with one click from a pair that says nearly the same, dissolved."""

import re
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web.addresses import came_from
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.refusals import outcome
from kaoping.itembank import enemy_sets
from kaoping.itembank.errors import Invalid

blueprint = Blueprint("enemies", __name__, url_prefix="/items/enemies")

SHOWN = 25
_BETWEEN = re.compile(r"[\s,;，；、]+")


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """List the sets that stand, with a form for a new one."""
    return _page(None)


@blueprint.post("/")
@requires("item.review")
def declare() -> ResponseReturnValue:
    """Make items enemies; what is refused is told above the form, with all that was typed."""
    codes = [code for code in _BETWEEN.split(request.form.get("codes", "")) if code]
    name, reason = request.form.get("name", ""), request.form.get("reason", "")
    with transaction(g.actor.organisation) as session:
        made = outcome(
            session, lambda: enemy_sets.declare(session, codes, name=name, reason=reason, by=g.actor)
        )  # fmt: skip
        if not isinstance(made, Invalid):
            named = ", ".join(codes)
            flash(_("No paper that is sealed from now on holds two of these items: %(codes)s.", codes=named), "good")
    if isinstance(made, Invalid):
        return _page(sentence_of(made)), 422
    return redirect(came_from() or url_for("enemies.index"))


@blueprint.post("/<uuid:set_id>/dissolve")
@requires("item.review")
def dissolve(set_id: UUID) -> ResponseReturnValue:
    """Let the items of a set meet again."""
    with transaction(g.actor.organisation) as session:
        row = enemy_sets.dissolve(session, set_id, by=g.actor)
        flash(_("Set %(number)d is dissolved; its items may stand in one paper.", number=row.number), "good")
    return redirect(url_for("enemies.index"))


def _page(refused: str | None) -> str:
    with transaction(g.actor.organisation) as session:
        total = enemy_sets.count(session)
        page = page_of(total, SHOWN)
        rows = enemy_sets.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/items/enemies.html", sets=rows, total=total, page=page, refused=refused, typed=request.form,
            names=names(session, {row.by for row in rows}),
        )  # fmt: skip
