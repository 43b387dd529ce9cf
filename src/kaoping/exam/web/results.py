"""Results: scores of an exam, their confirmation, decisions, and why a score is what it is."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates.states import state_of
from kaoping.exam.db import transaction
from kaoping.exam.marking import progress
from kaoping.exam.people.access import may
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.exam.results import deciding, history, overview, score_reports, scoring
from kaoping.exam.results.overview import Refusal
from kaoping.exam.web.certificate_sheets import report_sheet
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_
from kaoping.itembank.trail import database_time

blueprint = Blueprint("results", __name__, url_prefix="/results")

SECTIONS = (Section(N_("Results"), "results.index", "result.read"),)


def _undecided(session: Session, _actor: Actor) -> int:
    return history.undecided(session)


DUTIES = (
    Duty(
        N_("%(num)d candidate has final scores and no decision"),
        N_("%(num)d candidates have final scores and no decision"),
        N_("Decide"),
        "results.index",
        "result.decide",
        _undecided,
    ),
)


@blueprint.get("/")
@requires("result.read")
def index() -> ResponseReturnValue:
    """List the exams with what was decided."""
    with transaction(g.actor.organisation) as session:
        exams = session.scalars(select(Exam).where(Exam.state == ExamState.CLOSED).order_by(Exam.opens_at.desc()))
        overviews = [overview.of_exam(session, exam.id) for exam in exams]
        return render_template("pages/results/index.html", overviews=overviews)


@blueprint.get("/<uuid:exam_id>")
@requires("result.read")
def exam(exam_id: UUID) -> ResponseReturnValue:
    """Show every candidate of an exam."""
    with transaction(g.actor.organisation) as session:
        return exam_page(session, exam_id)


@blueprint.post("/<uuid:exam_id>/score")
@requires("result.score")
def score(exam_id: UUID) -> ResponseReturnValue:
    """Score everybody who can be scored."""
    return _for_all(exam_id, overview.score_all, _("Scored. Confirm the scores when you have checked them."))


@blueprint.post("/<uuid:exam_id>/confirm")
@requires("result.score")
def confirm(exam_id: UUID) -> ResponseReturnValue:
    """Confirm provisional scores."""
    return _for_all(exam_id, overview.confirm_all, _("Confirmed: the scores are final."))


@blueprint.post("/<uuid:exam_id>/announce")
@requires("result.decide")
def announce(exam_id: UUID) -> ResponseReturnValue:
    """Announce decisions."""
    return _for_all(exam_id, overview.announce_all, _("Announced. Objections are open for the period of the batch."))


@blueprint.post("/<uuid:exam_id>/finalise")
@requires("result.decide")
def finalise(exam_id: UUID) -> ResponseReturnValue:
    """Make decisions final whose objection period has ended."""
    return _for_all(exam_id, overview.finalise_all, _("Final. Certificates can be issued from these decisions."))


@blueprint.get("/candidates/<uuid:application_id>")
@requires("result.read")
def candidate(application_id: UUID) -> ResponseReturnValue:
    """Show how one candidate's result came about."""
    with transaction(g.actor.organisation) as session:
        application = session.get_one(Application, application_id)
        return render_template(
            "pages/results/candidate.html",
            application=application,
            exam=application.exam,
            scores=scoring.newest(session, application.id),
            slots=history.slots(session, application),
            decision=deciding.current(session, application.id),
            reports=[
                (row, state_of(row, at=database_time(session)))
                for row in score_reports.of_application(session, application.id)
            ],
            deeds=history.deeds(session, application),
        )


@blueprint.get("/candidates/<uuid:application_id>/report.pdf")
@requires("result.read")
def report(application_id: UUID) -> ResponseReturnValue:
    """Give the score report of an announced result."""
    with transaction(g.actor.organisation) as session:
        return report_sheet(session, session.get_one(Application, application_id))


def exam_page(
    session: Session, exam_id: UUID, refused: Sequence[str] = (), *, withheld: Sequence[str] = (), reported: int = 0
) -> str:
    """Show an exam: told for whom a step was refused, or for whom a score report was while others got theirs."""
    view = overview.of_exam(session, exam_id)
    return render_template(
        "pages/results/exam.html", view=view, refused=refused, by_people=progress.has_any(session, view.exam),
        withheld=withheld, reported=reported,
        unreported=score_reports.count_pending(session, exam_id) if may(g.actor, "certificate.issue") else 0,
    )  # fmt: skip


def _for_all(exam_id: UUID, step: Callable[..., list[Refusal]], done: str) -> ResponseReturnValue:
    with transaction(g.actor.organisation) as session:
        refused = step(session, exam_id, by=g.actor)
        if refused:
            return exam_page(session, exam_id, [sentence_of(refusal.error) for refusal in refused])
    flash(done, "good")
    return redirect(url_for("results.exam", exam_id=exam_id))
