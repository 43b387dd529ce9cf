"""Practical tasks: finding, writing, handing in, deciding, and how they will be printed."""

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web import task_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.item_words import said
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import outcome
from kaoping.exam.web.task_form import TaskForm
from kaoping.exam.web.watermark import seen
from kaoping.itembank import printing
from kaoping.itembank.errors import N_, Invalid
from kaoping.itembank.items import Verdict
from kaoping.itembank.models import Level, Task, TaskState
from kaoping.itembank.rules import plain
from kaoping.itembank.skill import prints, tables
from kaoping.itembank.tasks import listing, previewing, reviewing, writing
from kaoping.itembank.tasks.document import TaskDocument
from kaoping.itembank.tasks.listing import Search

blueprint = Blueprint("tasks", __name__, url_prefix="/items/tasks")

PER_PAGE = 50
DUTIES = (
    Duty(
        N_("%(num)d of your tasks was returned with a comment"),
        N_("%(num)d of your tasks were returned with comments"),
        N_("Mend"),
        "tasks.index",
        "item.write",
        writing.count_returned,
    ),
    Duty(
        N_("%(num)d practical task waits for a verdict"),
        N_("%(num)d practical tasks wait for a verdict"),
        N_("Review"),
        "tasks.index",
        "item.review",
        reviewing.count_waiting,
    ),
)

# The sheets are shown by the macros that print them.
blueprint.add_app_template_filter(printing.plain, "plain")


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"task_words": task_words}


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Find tasks."""
    asked = request.args
    search = Search(asked.get("q", ""), asked.get("level", type=UUID), asked.get("state", type=TaskState))
    with transaction(g.actor.organisation) as session:
        total = listing.count(session, search)
        page = page_of(total, PER_PAGE)
        found = listing.find(session, search, skip=(page.number - 1) * PER_PAGE, most=PER_PAGE)
        return render_template(
            "pages/tasks/index.html", tasks=found, page=page, total=total, search=search, plain=plain,
            levels=tables.levels(session), in_force=listing.in_force(session, found),
        )  # fmt: skip


@blueprint.get("/<uuid:task_id>")
@requires("item.read")
def show(task_id: UUID) -> ResponseReturnValue:
    """Show a version of a task as it will be printed, with its versions and verdicts."""
    with transaction(g.actor.organisation) as session:
        return _page(session, writing.find(session, task_id))


def _page(session: Session, task: Task, *, wanting: bool = False, refused: str = "") -> str:
    versions, units = writing.versions(session, task), writing.units(session, task.level_id)
    reviews = {each.id: reviewing.of(session, each) for each in versions}
    history = listing.history(session, versions)
    people = {each.author_id for each in versions} | {entry.by for entry in history}
    document = TaskDocument.of(task)
    misfit = document.misfit(units)
    seen(session)
    return render_template(
        "pages/tasks/show.html", task=task, versions=versions, reviews=reviews, history=history, wanting=wanting,
        own=g.actor.id in {each.author_id for each in versions}, names=names(session, people), plain=plain,
        printed=previewing.shown(task, units), judges=range(1, prints.JUDGES + 1), key=document.answer_key,
        missing=document.problems(units) if task.state is TaskState.DRAFT else (), misfit=misfit and said(misfit),
        said=said, refused=refused,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@requires("item.write")
def new() -> ResponseReturnValue:
    """Write a new task at a level; without one, the level is chosen first."""
    level_id = request.values.get("level", type=UUID)
    with transaction(g.actor.organisation) as session:
        if level_id is None:
            return render_template("pages/tasks/level.html", levels=tables.levels(session))
        level = tables.level(session, level_id)
        if request.method == "GET":
            return _editor(session, level, TaskForm.new(), task_id=uuid4())
        task_id = request.form.get("task_id", type=UUID) or uuid4()
        form = TaskForm.sent(request.form)
        document = _typed(form, writing.units(session, level.id))
        if document is None or form.faults:
            return _editor(session, level, form, task_id=task_id), 422 if form.faults else 200
        saved = session.get(Task, task_id)
        if saved is not None and not writing.says(saved, document):
            newest = writing.versions(session, saved)[-1]
            return _editor(session, level, form, task=newest, overtaken=True), 409
        task = writing.write(session, level.id, document, by=g.actor, task_id=task_id)
        return _onwards(session, task)


@blueprint.route("/<uuid:task_id>/edit", methods=["GET", "POST"])
@requires("item.write")
def edit(task_id: UUID) -> ResponseReturnValue:
    """Reword a task; a wording that somebody else overtook is shown again with theirs a link away."""
    with transaction(g.actor.organisation) as session:
        task = writing.find(session, task_id)
        if request.method == "GET":
            writing.require_open(task, by=g.actor)
            return _editor(session, task.level, TaskForm.of(TaskDocument.of(task)), task=task)
        form, newest = TaskForm.sent(request.form), writing.versions(session, task)[-1]
        document = _typed(form, writing.units(session, task.level_id))
        if document is None or form.faults:
            return _editor(session, task.level, form, task=task), 422 if form.faults else 200
        if request.form.get("stamp") != writing.stamp_of(newest):
            return _editor(session, task.level, form, task=newest, overtaken=True), 409
        task = writing.revise(session, newest.id, document, by=g.actor, stamp=writing.stamp_of(newest))
        return _onwards(session, task)


def _typed(form: TaskForm, units: Any) -> TaskDocument | None:
    """Give what was typed if it is to be saved; a row that is added or taken out, or a preview, saves nothing."""
    if (wanted := request.form.get("add")) is not None:
        form.add(wanted)
        return None
    if (row := request.form.get("drop")) is not None:
        form.drop(row)
        return None
    document = form.document()
    if document is None or request.form.get("act") == "show":
        return None
    if request.form.get("act") == "submit":
        form.tell(document.problems(units))
    return document


def _onwards(session: Session, task: Task) -> ResponseReturnValue:
    if request.form.get("act") == "submit":
        writing.submit(session, task.id, by=g.actor)
        flash(_("Task %(code)s waits for another person's verdict.", code=task.code), "good")
        return redirect(url_for("tasks.show", task_id=task.id))
    flash(_("Task %(code)s is saved as a draft.", code=task.code), "good")
    return redirect(url_for("tasks.edit", task_id=task.id))


def _editor(
    session: Session, level: Level, form: TaskForm, *, task: Task | None = None, task_id: UUID | None = None,
    overtaken: bool = False,
) -> str:  # fmt: skip
    units = writing.units(session, level.id)
    stamp = request.form.get("stamp", "") if request.method == "POST" and not overtaken else None
    document = form.document() if request.form.get("act") == "show" and not form.faults else None
    misfit = document and document.misfit(units)
    seen(session)
    return render_template(
        "pages/tasks/edit.html", level=level, form=form, task=task, task_id=task_id, units=units, plain=plain,
        overtaken=overtaken, stamp=stamp or (writing.stamp_of(task) if task else ""),
        printed=document and previewing.shown_unsaved(document, task.code if task else "—", units),
        judges=range(1, prints.JUDGES + 1), misfit=misfit and said(misfit),
    )  # fmt: skip


@blueprint.post("/<uuid:task_id>/submit")
@requires("item.write")
def submit(task_id: UUID) -> ResponseReturnValue:
    """Hand a draft to another person."""
    with transaction(g.actor.organisation) as session:
        task = writing.submit(session, task_id, by=g.actor)
        flash(_("Task %(code)s waits for another person's verdict.", code=task.code), "good")
    return redirect(url_for("tasks.show", task_id=task_id))


@blueprint.post("/<uuid:task_id>/decide")
@requires("item.review")
def decide(task_id: UUID) -> ResponseReturnValue:
    """Store a verdict; a return without a comment comes back to the form."""
    verdict = Verdict.APPROVE if request.form.get("verdict") == Verdict.APPROVE else Verdict.RETURN
    comment = request.form.get("comment", "")
    with transaction(g.actor.organisation) as session:
        task = writing.find(session, task_id)
        if verdict is Verdict.RETURN and not comment.strip():
            return _page(session, task, wanting=True), 422
        reviewing.decide(session, task_id, verdict, comment=comment, by=g.actor)
        if verdict is Verdict.APPROVE:
            flash(_("Task %(code)s is approved: skill papers may draw it from now on.", code=task.code), "good")
        else:
            flash(_("Task %(code)s goes back to its author with your comment.", code=task.code), "good")
    return redirect(url_for("tasks.index"))


@blueprint.post("/<uuid:task_id>/retire")
@requires("item.retire")
def retire(task_id: UUID) -> ResponseReturnValue:
    """Take a task out of use."""
    with transaction(g.actor.organisation) as session:
        task = writing.retire(session, task_id, by=g.actor)
        flash(_("Task %(code)s is retired; no skill paper draws it any more.", code=task.code), "good")
    return redirect(url_for("tasks.show", task_id=task_id))


@blueprint.post("/<uuid:task_id>/<any(preparation,tasks,sheets):kind>.pdf")
@requires("item.read")
def download(task_id: UUID, kind: str) -> ResponseReturnValue:
    """Print a version as a preview, which is written into the trail."""
    with transaction(g.actor.organisation) as session:
        task, purpose = writing.find(session, task_id), request.form.get("purpose", "")
        pdf = outcome(
            session,
            lambda: previewing.print_preview(
                session, task_id, kind, viewer=g.account.name, purpose=purpose, by=g.actor
            ),
        )  # fmt: skip
        if isinstance(pdf, Invalid):
            return _page(session, task, refused=sentence_of(pdf)), 422
    name = quote(f"{task.code}-{kind}.pdf")  # a unit without a project table may be named in Chinese
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
