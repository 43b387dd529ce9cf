"""Assignments: a writer's own with what is still to write, and all of them for whoever keeps the bank."""

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import DateField, StringField
from wtforms.validators import InputRequired

from kaoping.exam.db import transaction
from kaoping.exam.people.access import may
from kaoping.exam.people.names import in_role, names
from kaoping.exam.web import assignment_form, item_words, plan_words
from kaoping.exam.web.assignment_form import EMPTY_LINES, AssignmentForm, Row
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank import assigning, assignment_progress, specification, standards, writing_plan
from kaoping.itembank.assignment_progress import Followed
from kaoping.itembank.assignments import MOST_ITEMS
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level, Point, StandardState

blueprint = Blueprint("assignments", __name__, url_prefix="/assignments")

DUTIES = (
    Duty(
        N_("%(num)d assignment waits for your items"),
        N_("%(num)d assignments wait for your items"),
        N_("Write for it"),
        "assignments.index",
        "item.write",
        assignment_progress.count_waiting,
    ),
    Duty(
        N_("%(num)d assignment of a writer is overdue"),
        N_("%(num)d assignments of writers are overdue"),
        N_("See who is late"),
        "assignments.index",
        "assignment.give",
        assignment_progress.count_overdue,
    ),
)

SHOWN: Final = 25
_PLACES: Places = {assigning.DeadlinePassed: "due_on", assigning.NoteTooLong: "note"}
_CHANGES: Places = {assigning.DeadlinePassed: "due_on", assigning.ChangeUnexplained: "reason"}


class ReasonForm(Form):
    """Why an assignment is withdrawn."""

    reason = StringField(
        lazy_gettext("Reason for the writer"), validators=[InputRequired(lazy_gettext("Say why; the writer reads it."))]
    )


class PutOffForm(ReasonForm):
    """The new deadline, and why."""

    due_on = DateField(
        lazy_gettext("New deadline"), validators=[InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))]
    )


@blueprint.get("/")
@requires("assignment.read")
def index() -> ResponseReturnValue:
    """List the assignments that the reader follows."""
    with transaction(g.actor.organisation) as session:
        whose = None if may(g.actor, "assignment.give") and not request.args.get("mine") else g.actor.id
        total = assignment_progress.count(session, writer_id=whose)
        page = page_of(total, SHOWN)
        rows = assignment_progress.listed(session, writer_id=whose, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        people = names(session, {one.row.writer_id for one in rows})
        return render_template("pages/assignments/index.html", rows=rows, total=total, page=page, names=people)


@blueprint.get("/new")
@requires("assignment.give")
def new() -> ResponseReturnValue:
    """Ask for the level, then for writers, deadline and lines; a plan fills in what is still to be ordered."""
    with transaction(g.actor.organisation) as session:
        if asked := request.args.get("specification", type=UUID):
            level = specification.find(session, asked).level
            made = writing_plan.plan(session, asked, papers=_asked("papers", 2), runs=_asked("runs", 1))
            rows = assignment_form.planned(made, assignment_progress.ordered(session, level.id))
            return _form(session, level, AssignmentForm(formdata=None), rows)
        level_id = request.args.get("level", type=UUID)
        if level_id is None:
            published = [one for one in standards.listing(session) if one.state is StandardState.PUBLISHED]
            return render_template("pages/assignments/level.html", standards=published)
        return _form(session, _level(session, level_id), AssignmentForm(formdata=None), [])


@blueprint.post("/levels/<uuid:level_id>")
@requires("assignment.give")
def give(level_id: UUID) -> ResponseReturnValue:
    """Give the assignments, or show the form again with what is to be mended."""
    form, rows = AssignmentForm(), assignment_form.typed(request.form)
    with transaction(g.actor.organisation) as session:
        _level(session, level_id)
        _offer_writers(session, form)
    given = attempt(form, lambda: _given(form, level_id, rows), places=_PLACES) if form.validate() else None
    if given is None:
        with transaction(g.actor.organisation) as session:
            return _form(session, _level(session, level_id), form, rows), 422
    flash(ngettext("%(num)d assignment is given.", "%(num)d assignments are given.", given), "good")
    return redirect(url_for("assignments.index"))


@blueprint.get("/<uuid:assignment_id>")
@requires("assignment.read")
def show(assignment_id: UUID) -> ResponseReturnValue:
    """Show an assignment: its lines, what was written for them, and how it was changed."""
    return _page(assignment_id, PutOffForm(formdata=None), ReasonForm(formdata=None, prefix="withdraw-"))


@blueprint.post("/<uuid:assignment_id>/put-off")
@requires("assignment.give")
def put_off(assignment_id: UUID) -> ResponseReturnValue:
    """Give the writer more time."""
    form = PutOffForm()
    done = attempt(form, lambda: _put_off(assignment_id, form), places=_CHANGES) if form.validate() else None
    if done is None:
        return _page(assignment_id, form, ReasonForm(formdata=None, prefix="withdraw-")), 422
    flash(_("The deadline is put off."), "good")
    return redirect(url_for("assignments.show", assignment_id=assignment_id))


@blueprint.post("/<uuid:assignment_id>/withdraw")
@requires("assignment.give")
def withdraw(assignment_id: UUID) -> ResponseReturnValue:
    """Take the assignment back."""
    form = ReasonForm(prefix="withdraw-")
    done = attempt(form, lambda: _withdrawn(assignment_id, form), places=_CHANGES) if form.validate() else None
    if done is None:
        return _page(assignment_id, PutOffForm(formdata=None), form), 422
    flash(_("The assignment is withdrawn; the items written for it stay."), "good")
    return redirect(url_for("assignments.show", assignment_id=assignment_id))


def _given(form: AssignmentForm, level_id: UUID, rows: list[Row]) -> int:
    with transaction(g.actor.organisation) as session:
        lines = assignment_form.wanted(rows, _points(session, _level(session, level_id)))
        shares = assigning.dealt(lines, form.chosen) or {form.chosen[0]: []}
        return len([assigning.give(session, order, by=g.actor) for order in form.orders(level_id, shares)])


def _put_off(assignment_id: UUID, form: PutOffForm) -> bool:
    with transaction(g.actor.organisation) as session:
        assigning.put_off(session, assignment_id, form.data["due_on"], form.data["reason"], by=g.actor)
        return True


def _withdrawn(assignment_id: UUID, form: ReasonForm) -> bool:
    with transaction(g.actor.organisation) as session:
        assigning.withdraw(session, assignment_id, form.data["reason"], by=g.actor)
        return True


def _form(session: Session, level: Level, form: AssignmentForm, rows: list[Row]) -> str:
    _offer_writers(session, form)
    points = _points(session, level)
    return render_template(
        "pages/assignments/new.html", form=form, level=level, points=points, told=plan_words, most=MOST_ITEMS,
        by_code={point.code: point for point in points},
        rows=[*rows, *[Row()] * (EMPTY_LINES if not rows or rows[-1].filled else 0)], words=item_words,
    )  # fmt: skip


def _page(assignment_id: UUID, putting_off: PutOffForm, withdrawing: ReasonForm) -> str:
    with transaction(g.actor.organisation) as session:
        found = _readable(session, assignment_id)
        changes = assignment_progress.changes(session, found.row)
        people = {found.row.writer_id, found.row.given_by, *(entry.by for entry in changes)}
        return render_template(
            "pages/assignments/show.html", found=found, names=names(session, people), changes=changes, told=plan_words,
            counted=assignment_progress.items_of(session, assignment_id), words=item_words, putting_off=putting_off,
            withdrawing=withdrawing, mine=found.row.writer_id == g.actor.id,
        )  # fmt: skip


def _readable(session: Session, assignment_id: UUID) -> Followed:
    """Give an assignment to whoever keeps the bank, and to its writer."""
    whose = None if may(g.actor, "assignment.give") else g.actor.id
    return assignment_progress.find(session, assignment_id, writer_id=whose)


def _offer_writers(session: Session, form: AssignmentForm) -> None:
    offered = in_role(session, "item_writer", g.actor.organisation)
    form.writers.choices = choices(*((str(id_), name) for id_, name in offered.items()))


def _level(session: Session, level_id: UUID) -> Level:
    level = session.get(Level, level_id)
    if level is None:
        raise Missing(what=N_("level"))
    return level


def _points(session: Session, level: Level) -> list[Point]:
    return [one for one in standards.points(session, level.standard_id) if one.lowest_level >= level.digit]


def _asked(name: str, default: int) -> int:
    return request.args.get(name, default, type=int)
