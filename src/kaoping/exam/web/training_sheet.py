"""The training sheet for item writers: choosing what it is for, and the PDF."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kaoping.exam.db import transaction
from kaoping.exam.people.access import may
from kaoping.exam.web import item_words
from kaoping.exam.web.context import level_name
from kaoping.exam.web.guard import requires
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.paper_files import as_file
from kaoping.itembank import standards, training_sheet
from kaoping.itembank.craft_examples import lessons
from kaoping.itembank.models import StandardState

blueprint = Blueprint("training_sheet", __name__, url_prefix="/training-sheet")


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Show the rules, and offer a sheet of every level and range."""
    with transaction(g.actor.organisation) as session:
        published = [one for one in standards.listing(session) if one.state is StandardState.PUBLISHED]
        levels = [level for standard in published for level in standard.levels]
        return render_template("pages/training_sheet/index.html", levels=levels, lessons=lessons())


@blueprint.get("/sheet.pdf")
@requires("item.read")
def download() -> ResponseReturnValue:
    """Print the sheet of a level, a range or an assignment; without any, ask which."""
    level = request.args.get("level", type=UUID)
    assignment = request.args.get("assignment", type=UUID)
    if level is None and assignment is None:
        return redirect(url_for("training_sheet.index"))
    with transaction(g.actor.organisation) as session:
        if assignment is not None:
            whose = None if may(g.actor, "assignment.give") else g.actor.id
            sheet = training_sheet.of_assignment(session, assignment, writer_id=whose)
        elif level is not None:
            sheet = training_sheet.of_level(session, level, request.args.get("range", type=UUID))
        pdf = training_sheet.pdf(
            sheet, tell=gettext, chinese=language() is CHINESE, level_name=level_name, stages=item_words.STAGES,
            types=item_words.TYPES, importance=item_words.IMPORTANCE,
        )  # fmt: skip
        return as_file(pdf, f"training-sheet-{sheet.level.digit}", "", language().code)
