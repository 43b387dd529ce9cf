"""The log of who saw which item: for auditors, by item, by person, and by the code of a watermark."""

from uuid import UUID

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam import clock, spreadsheets
from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Section
from kaoping.itembank import view_log
from kaoping.itembank.errors import N_
from kaoping.itembank.view_log import Wanted
from kaoping.itembank.viewing import Access

blueprint = Blueprint("view_log", __name__, url_prefix="/access-log")

SECTIONS = (Section(N_("Access log"), "view_log.index", "access.read"),)

ACCESSES = {
    Access.SCREEN: N_("At the screen"), Access.KEY: N_("Marking key taken"), Access.PROOF: N_("Proof printed"),
    Access.EXPORT: N_("Exported as a file"), Access.PAPER: N_("Paper printed"),
}  # fmt: skip
COLUMNS = (N_("Seen at"), N_("Viewer"), N_("Access"), N_("Item"), N_("Paper"), N_("Purpose"), N_("Code"))


@blueprint.get("/")
@requires("access.read")
def index() -> ResponseReturnValue:
    """List who saw what, the newest first."""
    wanted = _wanted()
    with transaction(g.actor.organisation) as session:
        page = view_log.find(session, wanted, page=request.args.get("page", 1, int))
        return render_template(
            "pages/view_log/index.html", page=page, wanted=wanted, accesses=ACCESSES,
            names=names(session, view_log.viewers(session)),
        )  # fmt: skip


@blueprint.get("/<uuid:trace_id>")
@requires("access.read")
def show(trace_id: UUID) -> ResponseReturnValue:
    """Show what a watermark leads to: who, when, what for, and which items."""
    with transaction(g.actor.organisation) as session:
        trace = view_log.get(session, trace_id)
        return render_template(
            "pages/view_log/show.html", trace=trace, items=view_log.items_of(session, trace_id), accesses=ACCESSES,
            names=names(session, [trace.viewer_id]),
        )  # fmt: skip


@blueprint.get("/log.csv")
@requires("access.read")
def table() -> ResponseReturnValue:
    """Give what was found as a file for a spreadsheet: a line for each item that a person saw."""
    rows: list[list[str]] = [[_(column) for column in COLUMNS]]
    with transaction(g.actor.organisation) as session:
        people = names(session, view_log.viewers(session))
        for at, viewer, access, *told in view_log.lines(session, _wanted()):
            person = people.get(viewer, str(viewer))
            rows.append([f"{clock.local(at):%Y-%m-%d %H:%M:%S}", person, _(ACCESSES[access]), *told])
    headers = {"Content-Disposition": 'attachment; filename="access-log.csv"', "Cache-Control": "no-store"}
    return Response(spreadsheets.written(rows).encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(code=asked.get("code", ""), item=asked.get("item", ""), viewer_id=asked.get("person", type=UUID))
