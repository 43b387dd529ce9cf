"""The skill component: project tables, drawn skill papers, their approval and prints."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.web import skill_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.item_words import said
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.purpose_form import PurposeForm
from kaoping.exam.web.refusals import outcome
from kaoping.exam.web.skill_form import LETTERS, METHODS, SkillForm
from kaoping.exam.web.watermark import seen
from kaoping.itembank.errors import N_, Invalid, Missing
from kaoping.itembank.models import Level
from kaoping.itembank.rules import plain
from kaoping.itembank.skill import papers, printing, tables
from kaoping.itembank.skill.drawing import LABELS
from kaoping.itembank.skill.models import ProjectTable, ProjectTableVersion, SkillPaper
from kaoping.itembank.skill.table import read as table_of
from kaoping.itembank.skill.table import shortages

blueprint = Blueprint("skill", __name__, url_prefix="/skill")

DUTIES = (
    Duty(
        N_("%(num)d version of a project table waits for approval"),
        N_("%(num)d versions of project tables wait for approval"),
        N_("Look at it"),
        "skill.index",
        "specification.approve",
        tables.awaiting,
    ),
    Duty(
        N_("%(num)d skill paper waits for approval"),
        N_("%(num)d skill papers wait for approval"),
        N_("Look at it"),
        "skill.index",
        "paper.approve",
        papers.awaiting,
    ),
)


@blueprint.get("/")
@requires("paper.read")
def index() -> ResponseReturnValue:
    """List the levels with their project tables, and the skill papers."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/skill/index.html", levels=tables.levels(session), papers=papers.listed(session), table_of=table_of
        )


@blueprint.get("/levels/<uuid:level_id>")
@requires("paper.read")
def show(level_id: UUID) -> ResponseReturnValue:
    """Show the project table of a level, the newest version unless another is asked for, with its papers."""
    with transaction(g.actor.organisation) as session:
        return _page(session, tables.level(session, level_id))


def _page(session: Session, level: Level, *, told: str | None = None) -> str:
    table = tables.of_level(session, level.id)
    if table is None:
        return render_template("pages/skill/none.html", level=level)
    version = _asked(table, request.args.get("version", table.latest.number, type=int))
    content, stock = table_of(version.content), tables.stock(session, level.id)
    people = {each.author_id for each in table.versions}
    approvers = {each.approval.approver_id for each in table.versions if each.approval}
    return render_template(
        "pages/skill/show.html", level=level, table=table, version=version, content=content, stock=stock, told=told,
        short=[said(problem) for problem in shortages(content, stock)], words=skill_words, plain=plain,
        history=skill_words.history(table), functions=tables.functions(session, level.id),
        papers=papers.listed(session, table.id), names=names(session, people | approvers), limits=papers,
    )  # fmt: skip


def _asked(table: ProjectTable, number: int) -> ProjectTableVersion:
    version = next((each for each in table.versions if each.number == number), None)
    if version is None:
        raise Missing(what=N_("version of a project table"))
    return version


@blueprint.route("/levels/<uuid:level_id>/change", methods=["GET", "POST"])
@requires("paper.assemble")
def change(level_id: UUID) -> ResponseReturnValue:
    """Write a project table as a new version; what does not fit is told at its place.

    With "check" the numbers are only looked at, and rows are offered for more units.
    """
    with transaction(g.actor.organisation) as session:
        level = tables.level(session, level_id)
        table, weights = tables.of_level(session, level.id), tables.weights(session, level.id)
        newest = table.latest.number if table else 0
        if request.method == "GET":
            content = table_of(table.latest.content) if table else tables.propose(session, level.id)
            return _editor(session, level, table, SkillForm.of(content, version=newest))
        form = SkillForm.sent(request.form, newest=newest, weights=weights)
        if "check" in request.form or form.faults or form.overtaken:
            status = 200 if "check" in request.form else 422 if form.faults else 409
            return _editor(session, level, table, form), status
        written = tables.write(session, level.id, form.table, after=form.version, by=g.actor)
        if written.latest.number == newest:
            flash(_("Saved. The table is as it was, so there is no new version."), "info")
        else:
            number = written.latest.number
            flash(_("Saved as version %(number)d: it waits for another person's approval.", number=number), "good")
    return redirect(url_for("skill.show", level_id=level_id))


def _editor(session: Session, level: Level, table: ProjectTable | None, form: SkillForm) -> str:
    stock = tables.stock(session, level.id)
    return render_template(
        "pages/skill/change.html", level=level, table=table, form=form, stock=stock, words=skill_words,
        methods=METHODS, letters=LETTERS, functions=tables.functions(session, level.id), plain=plain,
        short=[said(problem) for problem in shortages(form.table, stock)],
    )  # fmt: skip


@blueprint.post("/versions/<uuid:version_id>/approve")
@requires("specification.approve")
def approve_table(version_id: UUID) -> ResponseReturnValue:
    """Bring a version into force that somebody else wrote."""
    with transaction(g.actor.organisation) as session:
        version = tables.approve(session, version_id, by=g.actor)
        flash(_("Approved: skill papers are drawn by version %(number)d from now on.", number=version.number), "good")
        return redirect(url_for("skill.show", level_id=version.table.level_id))


@blueprint.post("/levels/<uuid:level_id>/draw")
@requires("paper.assemble")
def draw(level_id: UUID) -> ResponseReturnValue:
    """Draw skill papers by the approved version; without a seed, one is drawn too."""
    number, avoid = (request.form.get(name, -1, type=int) for name in ("papers", "avoid"))
    seed = request.form.get("seed", -1, type=int) if request.form.get("seed", "").strip() else None
    with transaction(g.actor.organisation) as session:
        level = tables.level(session, level_id)
        if (table := tables.of_level(session, level.id)) is None:
            raise Missing(what=N_("project table"))
        made = outcome(
            session, lambda: papers.draw_papers(session, table.id, papers=number, avoid=avoid, seed=seed, by=g.actor)
        )
        if isinstance(made, Invalid):
            return _page(session, level, told=sentence_of(made)), 422
        codes = ", ".join(paper.code for paper in made.papers)
        flash(ngettext("Drawn: paper %(codes)s.", "Drawn: papers %(codes)s.", len(made.papers), codes=codes), "good")
        return redirect(url_for("skill.paper", paper_id=made.papers[0].id))


@blueprint.get("/papers/<uuid:paper_id>")
@requires("paper.read")
def paper(paper_id: UUID) -> ResponseReturnValue:
    """Show a skill paper with its draw, without the content of its tasks."""
    with transaction(g.actor.organisation) as session:
        return _paper(session, papers.find(session, paper_id))


@blueprint.get("/papers/<uuid:paper_id>/tasks")
@requires("item.read")
def read(paper_id: UUID) -> ResponseReturnValue:
    """Show a skill paper with the content of its tasks, which is written into the trail."""
    allow(g.actor, "paper.approve")
    with transaction(g.actor.organisation) as session:
        found = papers.read_content(session, paper_id, by=g.actor)
        seen(session)
        return _paper(session, found, reading=True)


def _paper(session: Session, found: SkillPaper, *, reading: bool = False) -> str:
    content = table_of(found.draw.version.content)
    chosen = found.draw.report["chosen"][LABELS.index(found.label)]
    return render_template(
        "pages/skill/paper.html", paper=found, content=content, units={unit.code: unit for unit in content.units},
        repeated={task for _unit, task, again in chosen if again}, report=found.draw.report, reading=reading,
        names=names(session, filter(None, [found.draw.by, found.approved_by])), words=skill_words, plain=plain,
        prints=printing.prints_of(session, found.id), again=papers.drawn_again(session, found.draw),
    )  # fmt: skip


@blueprint.post("/papers/<uuid:paper_id>/approve")
@requires("paper.approve")
def approve(paper_id: UUID) -> ResponseReturnValue:
    """Approve and seal a skill paper that somebody else drew."""
    with transaction(g.actor.organisation) as session:
        sealed = papers.approve(session, paper_id, by=g.actor)
        flash(_("Sealed: paper %(code)s can be printed and used, and never changes again.", code=sealed.code), "good")
    return redirect(url_for("skill.paper", paper_id=paper_id))


@blueprint.post("/papers/<uuid:paper_id>/discard")
@requires("paper.assemble")
def discard(paper_id: UUID) -> ResponseReturnValue:
    """Put a skill paper aside that is not sealed."""
    with transaction(g.actor.organisation) as session:
        found = papers.discard(session, paper_id, by=g.actor)
        flash(_("Discarded: paper %(code)s will not be used.", code=found.code), "info")
        return redirect(url_for("skill.show", level_id=found.table.level_id))


@blueprint.post("/papers/<uuid:paper_id>/<any(notice,preparation,tasks,sheets):kind>.pdf")
@requires("paper.print")
def download(paper_id: UUID, kind: str) -> ResponseReturnValue:
    """Print a sealed skill paper, which is written into the trail."""
    with transaction(g.actor.organisation) as session:
        pdf = printing.print_paper(session, paper_id, kind, by=g.actor, viewer=g.account.name)
        return _download(pdf, f"{papers.find(session, paper_id).code}-{kind}")


@blueprint.get("/papers/<uuid:paper_id>/key")
@requires("paper.key")
def ask_key(paper_id: UUID) -> ResponseReturnValue:
    """Ask what the assessors' score sheets with nominal values are taken for."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/skill/key.html", paper=papers.find(session, paper_id), form=PurposeForm())


@blueprint.post("/papers/<uuid:paper_id>/key")
@requires("paper.key")
def take_key(paper_id: UUID) -> ResponseReturnValue:
    """Print them with the reader's name behind the text, which is an entry of its own in the trail."""
    form = PurposeForm()
    with transaction(g.actor.organisation) as session:
        found = papers.find(session, paper_id)
        if not form.validate():
            return render_template("pages/skill/key.html", paper=found, form=form), 422
        purpose = form.purpose.data or ""
        pdf = printing.print_key(session, paper_id, purpose=purpose, viewer=g.account.name, by=g.actor)
        return _download(pdf, f"{found.code}-key")


def _download(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
