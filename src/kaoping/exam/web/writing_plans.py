"""What to write next: the item-writing plan of a specification as a page and as a file."""

from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kaoping.exam import spreadsheets
from kaoping.exam.db import transaction
from kaoping.exam.web import item_words, paper_words, plan_words
from kaoping.exam.web.guard import requires
from kaoping.itembank import writing_plan
from kaoping.itembank.writing_plan import MOST_PAPERS, MOST_RUNS

blueprint = Blueprint("writing_plans", __name__)

SHOWN = 20
"""How many lines of a plan a page shows; the file has all of them."""


@blueprint.get("/items/writing-plan")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Lead to the plan of the specification asked for, or of the newest in force; say so if there is none."""
    with transaction(g.actor.organisation) as session:
        asked = request.args.get("specification", type=UUID)
        inforce = writing_plan.offered(session)
        if asked is None and not inforce:
            return render_template("pages/items/no_writing_plan.html")
        chosen = asked or inforce[0].id
    size = _size()
    return redirect(url_for("writing_plans.show", specification_id=chosen, papers=size["papers"], runs=size["runs"]))


@blueprint.get("/specifications/<uuid:specification_id>/writing-plan")
@requires("item.read")
def show(specification_id: UUID) -> ResponseReturnValue:
    """Show which items to write next, in the order of what they are worth, and what every point has."""
    with transaction(g.actor.organisation) as session:
        made = writing_plan.plan(session, specification_id, **_size())
        inforce = writing_plan.offered(session)
        return render_template(
            "pages/items/writing_plan.html", plan=made, told=plan_words, papers=paper_words, names=item_words,
            specifications=inforce, shown=SHOWN, most_papers=MOST_PAPERS, most_runs=MOST_RUNS,
        )  # fmt: skip


@blueprint.get("/specifications/<uuid:specification_id>/writing-plan.csv")
@requires("item.read")
def export(specification_id: UUID) -> ResponseReturnValue:
    """Give the whole plan as a file, one row for each point, type and difficulty."""
    with transaction(g.actor.organisation) as session:
        text = spreadsheets.written(plan_words.table(writing_plan.plan(session, specification_id, **_size())))
    headers = {"Content-Disposition": 'attachment; filename="writing-plan.csv"', "Cache-Control": "no-store"}
    return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _size() -> dict[str, int]:
    return {"papers": request.args.get("papers", 2, type=int), "runs": request.args.get("runs", 1, type=int)}
