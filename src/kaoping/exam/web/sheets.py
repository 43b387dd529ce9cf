"""Score sheets of the skill component: an assessor enters marks, alone, by form or by CSV."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.marking import listing, sheets, sheets_csv
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import outcome
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid

blueprint = Blueprint("sheets", __name__, url_prefix="/sheets")


def _waiting(session: Session, actor: Actor) -> int:
    return sum(entry.waiting for entry in listing.exams(session, by=actor))


SECTIONS = (Section(N_("Score sheets"), "sheets.index", "sheet.enter"),)
DUTIES = (
    Duty(
        N_("%(num)d candidate waits for your score sheet"),
        N_("%(num)d candidates wait for your score sheet"),
        N_("Enter marks"),
        "sheets.index",
        "sheet.enter",
        _waiting,
    ),
)


@blueprint.get("/")
@requires("sheet.enter")
def index() -> ResponseReturnValue:
    """List the closed exams with a skill component."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/sheets/index.html", entries=listing.exams(session, by=g.actor))


@blueprint.get("/<uuid:exam_id>")
@requires("sheet.enter")
def exam(exam_id: UUID) -> ResponseReturnValue:
    """List the candidates of an exam with the state of the reader's own sheets."""
    with transaction(g.actor.organisation) as session:
        return _list(session, exam_id)


@blueprint.get("/<uuid:exam_id>/<uuid:application_id>")
@requires("sheet.enter")
def edit(exam_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Show the reader's own sheet for a candidate."""
    with transaction(g.actor.organisation) as session:
        application = _application(session, exam_id, application_id)
        return _form(session, application, listing.own_marks(session, application, by=g.actor))


@blueprint.post("/<uuid:exam_id>/<uuid:application_id>")
@requires("sheet.enter")
def enter(exam_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Enter the reader's own sheet, or show it again with what is to be mended."""
    typed = {code: text for code, text in request.form.items() if code != "csrf_token"}
    marks = {code: sheets.parse_mark(text) for code, text in typed.items()}
    with transaction(g.actor.organisation) as session:
        application = _application(session, exam_id, application_id)
        sheet = outcome(session, lambda: sheets.enter(session, application.id, marks, by=g.actor))
        if isinstance(sheet, Invalid):
            return _form(session, application, typed, refused=sheet), 422
        facts = {"total": sheet.total, "version": sheet.version}
        flash(_("Saved: %(total)s of 100 marks, version %(version)d.", **facts), "good")
    return redirect(url_for("sheets.exam", exam_id=exam_id))


@blueprint.get("/<uuid:exam_id>/sheets.csv")
@requires("sheet.enter")
def template(exam_id: UUID) -> ResponseReturnValue:
    """Give the list to fill in: one line a candidate, one column a task."""
    with transaction(g.actor.organisation) as session:
        text = sheets_csv.template(session, session.get_one(Exam, exam_id), by=g.actor)
    disposition = {"Content-Disposition": 'attachment; filename="score-sheets.csv"'}
    return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers=disposition)


@blueprint.post("/<uuid:exam_id>/csv")
@requires("sheet.enter")
def upload(exam_id: UUID) -> ResponseReturnValue:
    """Enter the sheets of a list, all or none; what is to be mended is told at the list."""
    file = request.files.get("file")
    data = file.read() if file else b""
    with transaction(g.actor.organisation) as session:
        entered = outcome(session, lambda: sheets_csv.enter(session, exam_id, data, by=g.actor))
        if isinstance(entered, Invalid):
            return _list(session, exam_id, refused=entered), 422
        flash(_("Saved the sheets of %(count)d candidates.", count=len(entered)), "good")
    return redirect(url_for("sheets.exam", exam_id=exam_id))


def _application(session: Session, exam_id: UUID, application_id: UUID) -> Application:
    query = select(Application).where(Application.id == application_id, Application.exam_id == exam_id)
    return session.scalars(query).one()


def _list(session: Session, exam_id: UUID, *, refused: Invalid | None = None) -> str:
    found = session.get_one(Exam, exam_id)
    facts = {"lines": listing.lines(session, found, by=g.actor), "tasks": sheets.tasks_of(session, found)}
    return render_template("pages/sheets/exam.html", exam=found, told=refused and sentence_of(refused), **facts)


def _form(session: Session, application: Application, marks: dict[str, str], *, refused: Invalid | None = None) -> str:
    tasks = sheets.tasks_of(session, application.exam)
    facts = {"application": application, "exam": application.exam, "tasks": tasks, "marks": marks}
    wrong = refused.facts.get("task") if refused else None
    return render_template("pages/sheets/edit.html", told=refused and sentence_of(refused), wrong=wrong, **facts)
