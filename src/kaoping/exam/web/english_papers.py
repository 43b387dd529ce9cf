"""A paper in English: which of its items have an approved twin, booklet and answer sheet."""

from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.figures import formulas
from kaoping.exam.web.guard import requires
from kaoping.exam.web.paper_files import as_file
from kaoping.itembank import english_papers
from kaoping.itembank.papers import PaperState

blueprint = Blueprint("english_papers", __name__, url_prefix="/papers/<uuid:paper_id>/english")


@blueprint.get("")
@requires("paper.read")
def show(paper_id: UUID) -> ResponseReturnValue:
    """List the items of a paper that lack English, without content, and print it once none does."""
    with transaction(g.actor.organisation) as session:
        found = english_papers.translation(session, paper_id)
        return render_template(
            "pages/papers/english.html", found=found, paper=found.paper, lacking=found.lacking,
            sealed=found.paper.state is PaperState.SEALED,
        )  # fmt: skip


@blueprint.post("/<any(booklet,answers):kind>.pdf")
@requires("paper.print")
def download(paper_id: UUID, kind: str) -> ResponseReturnValue:
    """Print the English booklet or answer sheet of a sealed paper, or of the variant asked for; the trail has it."""
    variant = request.form.get("variant", "")
    press = english_papers.booklet if kind == "booklet" else english_papers.answer_sheet
    with transaction(g.actor.organisation) as session:
        code = english_papers.translation(session, paper_id).paper.code
        pdf = press(session, paper_id, by=g.actor, viewer=g.account.name, draw=formulas.svg, variant=variant)
    return as_file(pdf, code, variant, f"{kind}-en")
