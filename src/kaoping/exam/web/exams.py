"""Exams: list, preparing, the page of one exam, opening and closing."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateTimeLocalField, FieldList, FormField, IntegerField, SelectField, StringField
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length, Optional

from kaoping.exam.db import transaction
from kaoping.exam.people import persons
from kaoping.exam.people.access import may
from kaoping.exam.registration import enrolment, errors, exams, finding, rooms
from kaoping.exam.registration.models import Batch, Exam, ExamState
from kaoping.exam.registration.rooms import NewRoom
from kaoping.exam.web.forms import CheckBoxes, Form, choices, uuid_or_none
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.local_times import aware, zone_name
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.actor import Actor
from kaoping.itembank.english_papers import NotTranslated
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level
from kaoping.itembank.papers import Paper
from kaoping.itembank.skill import papers as skill_papers
from kaoping.itembank.trail import database_time

blueprint = Blueprint("exams", __name__)

SECTIONS = (Section(N_("Exams"), "exams.index", "exam.read", ("batches", "enrolment", "persons")),)

#: Rows for rooms that a new form offers, and that “More rooms” adds.
_ROOMS = 4
_FORMAT = "%Y-%m-%dT%H:%M"
_PLACES: Places = {
    errors.FieldEmpty: "name",
    errors.WindowReversed: "closes_at",
    errors.WindowPast: "closes_at",
    errors.WindowShort: "minutes",
    errors.MinutesOutside: "minutes",
    errors.NoPaper: "papers",
    errors.PaperNotSealed: "papers",
    errors.PaperOfOtherLevel: "papers",
    NotTranslated: "english",
    errors.SkillPaperNotSealed: "skill_paper",
    errors.SkillPaperOfOtherLevel: "skill_paper",
}


def _unopened(session: Session, _actor: Actor) -> int:
    return len(exams.upcoming(session, ExamState.PREPARED))


def _running(session: Session, _actor: Actor) -> int:
    return len(exams.upcoming(session, ExamState.OPEN)) - _over(session, _actor)


def _over(session: Session, _actor: Actor) -> int:
    now = database_time(session)
    return sum(listed.exam.waits_for_closing(now) for listed in exams.upcoming(session, ExamState.OPEN))


DUTIES = (
    Duty(
        N_("%(num)d exam is over and waits for its closing"),
        N_("%(num)d exams are over and wait for their closing"),
        N_("Close and score"),
        "exams.index",
        "exam.manage",
        _over,
    ),
    Duty(
        N_("%(num)d exam is open"),
        N_("%(num)d exams are open"),
        N_("See the exams"),
        "exams.index",
        "room.act",
        _running,
    ),
    Duty(
        N_("%(num)d exam is prepared and not open yet"),
        N_("%(num)d exams are prepared and not open yet"),
        N_("Enrol and open"),
        "exams.index",
        "exam.manage",
        _unopened,
    ),
)


class RoomPart(Part):
    """One row for a room; an empty row is left out."""

    name = StringField(lazy_gettext("Room"), validators=[Optional(), Length(max=40)])
    seats = IntegerField(lazy_gettext("Seats"), validators=[Optional()])


class ExamForm(Form):
    """A new exam."""

    name = StringField(
        lazy_gettext("Name of the exam"),
        validators=[InputRequired(lazy_gettext("Enter the name of the exam.")), Length(max=80)],
    )
    opens_at = DateTimeLocalField(
        lazy_gettext("Opens"), format=_FORMAT, validators=[InputRequired(lazy_gettext("Enter when the exam opens."))]
    )
    closes_at = DateTimeLocalField(
        lazy_gettext("Closes"), format=_FORMAT, validators=[InputRequired(lazy_gettext("Enter when the exam closes."))]
    )
    minutes = IntegerField(
        lazy_gettext("Time for each candidate, minutes"),
        default=90,
        validators=[InputRequired(lazy_gettext("Enter how many minutes a candidate has."))],
    )
    papers = CheckBoxes(
        lazy_gettext("Sealed papers"),
        coerce=UUID,
        validate_choice=False,
        description=lazy_gettext("Two parallel papers are dealt in turn, so that neighbours hold different ones."),
    )
    english = BooleanField(
        lazy_gettext("Candidates may choose English"),
        description=lazy_gettext(
            "Every item of the papers needs an approved English twin; it is frozen for this exam."
        ),
    )
    skill_paper = SelectField(
        lazy_gettext("Skill paper"),
        coerce=uuid_or_none,
        validate_choice=False,
        description=lazy_gettext("The sealed skill paper whose tasks the assessors mark."),
    )
    rooms = FieldList(FormField(RoomPart), min_entries=_ROOMS, max_entries=100)

    def wanted_rooms(self) -> list[NewRoom]:
        """Give the rows that hold something."""
        rows = ((row.form.name.data or "", row.form.seats.data) for row in self.rooms)
        return [NewRoom(name, seats or 0) for name, seats in rows if name.strip() or seats]


@blueprint.get("/exams/")
@requires("exam.read")
def index() -> ResponseReturnValue:
    """List the exams, those to come first."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/exams/index.html", exams=exams.upcoming(session))


@blueprint.get("/batches/<uuid:batch_id>/exams/new")
@requires("exam.manage")
def new(batch_id: UUID) -> ResponseReturnValue:
    """Ask for a new exam of a level."""
    with transaction(g.actor.organisation) as session:
        batch = finding.batch(session, batch_id)
        return _asked(session, batch, _level(session, batch), ExamForm())


@blueprint.post("/batches/<uuid:batch_id>/exams")
@requires("exam.manage")
def add(batch_id: UUID) -> ResponseReturnValue:
    """Prepare an exam, or offer more rows for rooms."""
    form = ExamForm()
    if "more" in request.form:
        for _row in range(_ROOMS):
            form.rooms.append_entry()
    elif form.validate() and (exam := attempt(form, lambda: _prepared(batch_id, form), places=_PLACES)):
        flash(_("The exam is prepared. Enrol its candidates next."), "good")
        return redirect(url_for("exams.show", exam_id=exam.id))
    with transaction(g.actor.organisation) as session:
        batch = finding.batch(session, batch_id)
        return _asked(session, batch, _level(session, batch), form), 200 if "more" in request.form else 422


def _level(session: Session, batch: Batch) -> Level:
    """Give the level that the address asks for, or the first that has sealed papers."""
    levels: Sequence[Level] = batch.standard.levels
    asked = [level for level in levels if str(level.id) == request.args.get("level")]
    ready = (level for level in levels if exams.sealed_papers(session, level.id))
    return asked[0] if asked else next(ready, levels[0])


def _asked(session: Session, batch: Batch, level: Level, form: ExamForm) -> str:
    papers: Sequence[Paper] = exams.sealed_papers(session, level.id)
    form.papers.choices = choices(*((str(paper.id), paper.code) for paper in papers))
    skill = skill_papers.sealed(session, level.id)
    everything = ("", lazy_gettext("none: all tasks of the level"))
    if skill and not form.is_submitted():
        form.skill_paper.data = skill[0].id
    form.skill_paper.choices = choices(*((str(paper.id), paper.code) for paper in skill), everything)
    return render_template("pages/exams/new.html", batch=batch, level=level, form=form, papers=papers, zone=zone_name())


def _prepared(batch_id: UUID, form: ExamForm) -> Exam:
    values = form.data
    level = request.args.get("level", type=UUID)
    if level is None:
        raise Missing(what=N_("level"))
    with transaction(g.actor.organisation) as session:
        return exams.prepare(
            session, batch_id, level, name=values["name"], opens_at=aware(values["opens_at"]),
            closes_at=aware(values["closes_at"]), minutes=values["minutes"], paper_ids=values["papers"] or (),
            rooms=form.wanted_rooms(), skill_paper_id=values["skill_paper"],
            english=values["english"],
            by=g.actor,
        )  # fmt: skip


@blueprint.get("/exams/<uuid:exam_id>")
@requires("exam.read")
def show(exam_id: UUID) -> ResponseReturnValue:
    """Show an exam with its rooms and candidates."""
    with transaction(g.actor.organisation) as session:
        shown = exams.shown(session, exam_id)
        page = page_of(shown.candidates, enrolment.PAGE)
        listed = enrolment.candidates(session, exam_id, page=page.number)
        return render_template(
            "pages/exams/show.html", shown=shown, exam=shown.exam, candidates=listed, page=page, board=_board(exam_id),
            masked=persons.masked_identity,
        )  # fmt: skip


def _board(exam_id: UUID) -> str | None:
    """Give the address of the room board for those who may watch it."""
    return url_for("room.watch", exam_id=exam_id) if may(g.actor, "room.watch") else None


@blueprint.get("/exams/<uuid:exam_id>/codes")
@requires("room.act")
def codes(exam_id: UUID) -> ResponseReturnValue:
    """Show the room codes to those who run the exam."""
    with transaction(g.actor.organisation) as session:
        shown = exams.shown(session, exam_id)
        return render_template("pages/exams/codes.html", shown=shown, codes=rooms.codes(session, exam_id))


@blueprint.get("/exams/<uuid:exam_id>/open")
@requires("exam.manage")
def confirm_open(exam_id: UUID) -> ResponseReturnValue:
    """Ask before an exam is opened."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/exams/open.html", shown=exams.shown(session, exam_id))


@blueprint.post("/exams/<uuid:exam_id>/open")
@requires("exam.manage")
def open_exam(exam_id: UUID) -> ResponseReturnValue:
    """Open an exam."""
    with transaction(g.actor.organisation) as session:
        exams.open_exam(session, exam_id, by=g.actor)
    flash(_("The exam is open. Candidates may enter while its window lasts."), "good")
    return redirect(url_for("exams.show", exam_id=exam_id))


@blueprint.get("/exams/<uuid:exam_id>/close")
@requires("exam.manage")
def confirm_close(exam_id: UUID) -> ResponseReturnValue:
    """Ask before an exam is closed."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/exams/close.html", shown=exams.shown(session, exam_id))


@blueprint.post("/exams/<uuid:exam_id>/close")
@requires("exam.manage")
def close_exam(exam_id: UUID) -> ResponseReturnValue:
    """Close an exam."""
    with transaction(g.actor.organisation) as session:
        exams.close_exam(session, exam_id, by=g.actor)
    flash(_("The exam is closed. What candidates had saved counts."), "good")
    return redirect(url_for("exams.show", exam_id=exam_id))
