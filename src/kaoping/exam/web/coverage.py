"""Coverage of a specification by the bank as a map of tables, and what is missing as a file."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam import spreadsheets
from kaoping.exam.db import transaction
from kaoping.exam.web import paper_words, plan_words
from kaoping.exam.web.guard import requires
from kaoping.itembank import coverage
from kaoping.itembank.coverage import Coverage, Strip

blueprint = Blueprint("coverage", __name__, url_prefix="/items/coverage")


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Show the map of the specification asked for, or of the newest in force."""
    with transaction(g.actor.organisation) as session:
        inforce, asked = coverage.offered(session), request.args.get("specification", type=UUID)
        if asked is None and not inforce:
            return render_template("pages/items/no_coverage.html")
        seen = coverage.coverage(
            session, asked or inforce[0].id, papers=_papers(), range_id=request.args.get("range", type=UUID)
        )  # fmt: skip
        return render_template(
            "pages/items/coverage.html", seen=seen, specifications=inforce, papers=paper_words, heat=_heat,
            difficulties=[_(name) for name in plan_words.DIFFICULTIES.values()], most_papers=coverage.MOST_PAPERS,
        )  # fmt: skip


@blueprint.get("/<uuid:specification_id>/shortages.csv")
@requires("item.read")
def export(specification_id: UUID) -> ResponseReturnValue:
    """Give what is missing as a file."""
    with transaction(g.actor.organisation) as session:
        text = spreadsheets.written(_lines(coverage.coverage(session, specification_id, papers=_papers())))
    headers = {"Content-Disposition": 'attachment; filename="shortages.csv"', "Cache-Control": "no-store"}
    return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _papers() -> int:
    return request.args.get("papers", 2, type=int)


def _heat(strip: Strip) -> str:
    """Give the class of a cell: most is missing, some, or nothing."""
    if strip.needed is None:
        return ""
    if strip.missing:
        return "k-short-2" if 2 * strip.missing > strip.needed else "k-short-1"
    return "k-enough" if strip.needed else ""


def _lines(seen: Coverage) -> Iterator[list[str | int]]:
    yield [
        _("Range"), _("Range name"), _("Type"), _("Needed"), _("Usable"), _("Missing"), _("In review"),
        _("Waiting for statistics"), _("Exposed"),
    ]  # fmt: skip
    for cell in seen.short:
        code, name = (cell.row.code, paper_words.row_name(cell.row)) if cell.row else ("", str(_("All ranges")))
        yield [
            code, name, paper_words.section_name(cell.section), cell.needed, cell.available, cell.missing,
            cell.in_review, cell.uncalibrated, cell.exposed,
        ]  # fmt: skip
