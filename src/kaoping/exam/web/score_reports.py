"""Issuing score reports on the register: one from the page of a result, or all of an exam."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import deciding, score_reports
from kaoping.exam.results.errors import NotDecided
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.results import exam_page

blueprint = Blueprint("score_reports", __name__, url_prefix="/results")


@blueprint.post("/candidates/<uuid:application_id>/score-report")
@requires("certificate.issue")
def issue(application_id: UUID) -> ResponseReturnValue:
    """Issue the score report of one result."""
    settings = current_app.extensions["kaoping.settings"]
    key = signing.current(settings)
    with transaction(g.actor.organisation) as session:
        application = session.get_one(Application, application_id)
        decision = deciding.current(session, application.id)
        if decision is None:
            raise NotDecided(ticket=application.ticket)
        made = score_reports.issue(session, decision.id, key=key, origin=settings.origin, by=g.actor)
        flash(_("The score report is on the register under number %(number)s.", number=made.number), "good")
    return redirect(url_for("results.candidate", application_id=application_id))


@blueprint.post("/<uuid:exam_id>/score-reports")
@requires("certificate.issue")
def issue_all(exam_id: UUID) -> ResponseReturnValue:
    """Issue the score reports of final decisions of an exam that have none; of a large exam, some at a time."""
    settings = current_app.extensions["kaoping.settings"]
    key = signing.current(settings)
    with transaction(g.actor.organisation) as session:
        exam = session.get_one(Exam, exam_id)
        done = score_reports.issue_all(session, exam.id, key=key, origin=settings.origin, by=g.actor)
        if done.left:
            flash(ngettext("One more waits: issue again.", "%(num)d more wait: issue again.", done.left), "info")
        if refused := [sentence_of(each.error) for each in done.refused]:
            return exam_page(session, exam.id, withheld=refused, reported=done.count)
    flash(
        ngettext("%(num)d score report is on the register.", "%(num)d score reports are on the register.", done.count),
        "good",
    )
    return redirect(url_for("results.exam", exam_id=exam_id))
