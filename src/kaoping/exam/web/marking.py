"""Marking of answers: a marker marks one answer at a time, not knowing whose it is; the officer sees how far it is."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.delivery import files, pictures
from kaoping.exam.marking import giving, panel, progress
from kaoping.exam.marking.answers import Answer
from kaoping.exam.people.names import names
from kaoping.exam.registration.models import Exam
from kaoping.exam.web import watermark
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import outcome
from kaoping.itembank import markdown, open_answers
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, Missing

blueprint = Blueprint("marking", __name__, url_prefix="/marking")


def _waiting(session: Session, actor: Actor) -> int:
    return sum(waiting for _exam, waiting, _done in giving.exams(session, by=actor))


SECTIONS = (Section(N_("Marking"), "marking.index", "mark.enter"),)
DUTIES = (
    Duty(
        N_("%(num)d answer waits for your marks"),
        N_("%(num)d answers wait for your marks"),
        N_("Mark"),
        "marking.index",
        "mark.enter",
        _waiting,
    ),
)


@blueprint.get("/")
@requires("mark.enter")
def index() -> ResponseReturnValue:
    """List the closed exams that the reader marks."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/marking/index.html", entries=giving.exams(session, by=g.actor))


@blueprint.get("/<uuid:exam_id>")
@requires("mark.enter")
def exam(exam_id: UUID) -> ResponseReturnValue:
    """Show the next answer; before the first one, ask whom the marker is bound to."""
    with transaction(g.actor.organisation) as session:
        return _next(session, _exam(session, exam_id))


@blueprint.post("/<uuid:exam_id>/ties")
@requires("mark.enter")
def state_ties(exam_id: UUID) -> ResponseReturnValue:
    """Keep the statement of whom the marker is bound to."""
    named = request.form.get("named", "")
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        made = outcome(session, lambda: panel.state_ties(session, exam_id, named.splitlines(), by=g.actor))
        if isinstance(made, Invalid):
            return _statement(found, named=named, refused=made), 422
        flash(_("Your statement is kept."), "good")
    return redirect(url_for("marking.exam", exam_id=exam_id))


@blueprint.get("/<uuid:exam_id>/ties")
@requires("mark.enter")
def ties(exam_id: UUID) -> ResponseReturnValue:
    """Ask for the statement again, because somebody was forgotten."""
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        panel.require_assigned(session, found, by=g.actor)
        return _statement(found)


@blueprint.get("/<uuid:exam_id>/given")
@requires("mark.enter")
def given(exam_id: UUID) -> ResponseReturnValue:
    """List what the reader marked, to look at again or correct."""
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        panel.require_assigned(session, found, by=g.actor)
        marked = giving.marked(session, found, by=g.actor)
        return render_template("pages/marking/given.html", exam=found, marked=marked)


@blueprint.get("/<uuid:exam_id>/<uuid:sitting_id>/<int:slot>/<int:part>")
@requires("mark.enter")
def show(exam_id: UUID, sitting_id: UUID, slot: int, part: int) -> ResponseReturnValue:
    """Show one answer with the reader's own marks, if there are any."""
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        return _page(session, found, giving.find(session, found, sitting_id, slot, part, by=g.actor))


@blueprint.post("/<uuid:exam_id>/<uuid:sitting_id>/<int:slot>/<int:part>")
@requires("mark.enter")
def give(exam_id: UUID, sitting_id: UUID, slot: int, part: int) -> ResponseReturnValue:
    """Give marks and go on to the next answer; what is refused is told beside what was typed."""
    typed = request.form.getlist("mark")
    marks = [_mark(one) for one in typed]
    comment = request.form.get("comment", "")
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        made = outcome(
            session,
            lambda: giving.give(session, exam_id, sitting_id, slot, part, marks, comment=comment, by=g.actor),
        )
        if isinstance(made, Invalid):
            answer = giving.find(session, found, sitting_id, slot, part, by=g.actor)
            return _page(session, found, answer, typed=typed, comment=comment, refused=made), 422
        flash(_("Marked: %(total)s of %(most)s.", total=made.total.normalize(), most=made.most.normalize()), "good")
    return redirect(url_for("marking.exam", exam_id=exam_id))


@blueprint.get("/<uuid:exam_id>/<uuid:sitting_id>/<int:slot>/<int:part>/pictures/<uuid:picture_id>")
@requires("mark.enter")
def picture(exam_id: UUID, sitting_id: UUID, slot: int, part: int, picture_id: UUID) -> ResponseReturnValue:
    """Show a picture of an item whose answer the reader marks."""
    with transaction(g.actor.organisation) as session:
        answer = giving.find(session, _exam(session, exam_id), sitting_id, slot, part, by=g.actor)
        content, media_type = pictures.of_paper(session, answer.slot.paper_id, picture_id)
    return Response(content, mimetype=media_type, headers={"Cache-Control": "private, max-age=3600"})


@blueprint.get("/<uuid:exam_id>/<uuid:sitting_id>/<int:slot>/<int:part>/file")
@requires("mark.enter")
def file(exam_id: UUID, sitting_id: UUID, slot: int, part: int) -> ResponseReturnValue:
    """Give the file that answers a question, to be saved and never shown by the browser itself."""
    with transaction(g.actor.organisation) as session:
        answer = giving.find(session, _exam(session, exam_id), sitting_id, slot, part, by=g.actor)
        held = files.of_sitting(session, sitting_id).get(str(answer.response))
        if held is None:
            raise Missing(what=N_("file"))
        headers = {
            "Content-Disposition": f'attachment; filename="{files.saved_as(held, answer.name)}"',
            "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }  # fmt: skip
        return Response(held.content, mimetype="application/octet-stream", headers=headers)


@blueprint.get("/<uuid:exam_id>/progress")
@requires("result.read")
def watch(exam_id: UUID) -> ResponseReturnValue:
    """Show how far the marking of an exam is, and who marks it."""
    with transaction(g.actor.organisation) as session:
        return _progress(session, _exam(session, exam_id))


@blueprint.post("/<uuid:exam_id>/markers")
@requires("mark.assign")
def assign(exam_id: UUID) -> ResponseReturnValue:
    """Choose who marks an exam."""
    chosen = request.form.getlist("marker", type=UUID)
    with transaction(g.actor.organisation) as session:
        found = _exam(session, exam_id)
        made = outcome(session, lambda: panel.assign(session, exam_id, chosen, by=g.actor))
        if isinstance(made, Invalid):
            return _progress(session, found, refused=made), 422
        flash(_("Markers of this exam: %(count)d.", count=len(made)), "good")
    return redirect(url_for("marking.watch", exam_id=exam_id))


def _exam(session: Session, exam_id: UUID) -> Exam:
    found = session.get(Exam, exam_id)
    if found is None:
        raise Missing(what=N_("exam"))
    return found


def _mark(text: str) -> Decimal | None:
    """Read a mark as an exact decimal; nothing typed is none, what is no number one that no point allows."""
    try:
        return Decimal(text.strip()) if text.strip() else None
    except InvalidOperation:
        return Decimal("NaN")


def _next(session: Session, found: Exam) -> str:
    panel.require_assigned(session, found, by=g.actor)
    if not panel.stated(session, found, by=g.actor):
        return _statement(found)
    waiting = giving.waiting(session, found, by=g.actor)
    if not waiting:
        return render_template("pages/marking/none.html", exam=found)
    return _page(session, found, waiting[0], waiting=len(waiting))


def _statement(found: Exam, *, named: str = "", refused: Invalid | None = None) -> str:
    told = refused and sentence_of(refused)
    return render_template("pages/marking/ties.html", exam=found, named=named, told=told)


def _page(
    session: Session, found: Exam, answer: Answer, *, typed: list[str] | None = None, comment: str = "",
    waiting: int | None = None, refused: Invalid | None = None,
) -> str:  # fmt: skip
    own = answer.turn_of(g.actor.id)
    watermark.seen(session, [answer.slot.item_id])
    held = files.of_sitting(session, answer.sitting_id).get(str(answer.response))
    place: dict[str, Any] = {
        "exam_id": found.id, "sitting_id": answer.sitting_id, "slot": answer.slot.number, "part": answer.part,
    }  # fmt: skip

    def address(picture_id: UUID) -> str:
        return url_for("marking.picture", picture_id=picture_id, **place)

    return render_template(
        "pages/marking/answer.html", exam=found, answer=answer, own=own, place=place, waiting=waiting,
        worth=f"{round(float(answer.marks), 2):g}",
        points=list(open_answers.earning(answer.body)), told=refused and sentence_of(refused),
        wrong=refused.facts.get("point") if refused else None,
        marks=typed if typed is not None else (own.marks if own else []),
        file=held and files.saved_as(held, answer.name), size=held and round(held.size / 1024),
        comment=comment or (own.comment if own else ""),
        html=lambda text: markdown.html(text, pictures=address),
    )  # fmt: skip


def _progress(session: Session, found: Exam, *, refused: Invalid | None = None) -> str:
    view = progress.of_exam(session, found)
    people = panel.offered(session, found, by=g.actor)
    return render_template(
        "pages/marking/progress.html", exam=found, view=view, people=people, told=refused and sentence_of(refused),
        names=names(session, view.given),
    )  # fmt: skip
