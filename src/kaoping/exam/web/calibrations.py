"""Calibration runs and item statistics, with their pictures."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.exam.results import attention as judging
from kaoping.exam.results import calibrating, drifting, functioning, statistics
from kaoping.exam.results.models import CalibrationRun
from kaoping.exam.web import attention, group_words, pictures
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.itembank import continuity
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Item
from kaoping.itembank.models import Level

blueprint = Blueprint("calibrations", __name__)

SECTIONS = (Section(N_("Statistics"), "calibrations.index", "statistics.read", ("attention",)),)
DUTIES = (
    Duty(
        N_("%(num)d calibration waits for a decision"),
        N_("%(num)d calibrations wait for a decision"),
        N_("Look at it"),
        "calibrations.index",
        "calibration.adopt",
        lambda session, _actor: statistics.proposed(session),
    ),
)


@blueprint.get("/calibrations/")
@requires("statistics.read")
def index() -> ResponseReturnValue:
    """List the calibration runs."""
    with transaction(g.actor.organisation) as session:
        runs = session.scalars(select(CalibrationRun).order_by(CalibrationRun.at.desc())).all()
        levels = session.scalars(select(Level).order_by(Level.digit.desc())).all()
        names = statistics.level_names(session)
        return render_template("pages/calibrations/index.html", runs=runs, levels=levels, names=names)


@blueprint.post("/calibrations/")
@requires("calibration.run")
def run() -> ResponseReturnValue:
    """Calibrate a level from its closed sittings."""
    with transaction(g.actor.organisation) as session:
        level = session.get_one(Level, request.form.get("level", type=UUID) or UUID(int=0))
        made = calibrating.run(session, level.id, name=request.form["name"].strip(), by=g.actor)
        return redirect(url_for("calibrations.show", run_id=made.id))


@blueprint.get("/calibrations/<uuid:run_id>")
@requires("statistics.read")
def show(run_id: UUID) -> ResponseReturnValue:
    """Show a run with its items."""
    with transaction(g.actor.organisation) as session:
        made = session.get_one(CalibrationRun, run_id)
        rows = statistics.of_run(session, made)
        names = statistics.level_names(session)
        return render_template("pages/calibrations/show.html", run=made, rows=rows, names=names)


@blueprint.post("/calibrations/<uuid:run_id>/adopt")
@requires("calibration.adopt")
def adopt(run_id: UUID) -> ResponseReturnValue:
    """Put the statistics of a run into use."""
    with transaction(g.actor.organisation) as session:
        made = calibrating.adopt(session, run_id, by=g.actor)
        flash(_("Adopted: papers are now assembled from these %(count)d items' parameters.", count=made.items), "good")
    return redirect(url_for("calibrations.show", run_id=run_id))


@blueprint.post("/calibrations/<uuid:run_id>/reject")
@requires("calibration.adopt")
def reject(run_id: UUID) -> ResponseReturnValue:
    """Set a run aside."""
    with transaction(g.actor.organisation) as session:
        calibrating.reject(session, run_id, by=g.actor)
        flash(_("Set aside: these statistics will not be used."), "info")
    return redirect(url_for("calibrations.show", run_id=run_id))


@blueprint.get("/items/<uuid:item_id>/statistics")
@requires("statistics.read")
def item(item_id: UUID) -> ResponseReturnValue:
    """Show what is known about an item."""
    with transaction(g.actor.organisation) as session:
        found = session.get_one(Item, item_id)
        row, history = statistics.newest(session, found), statistics.history(session, found)
        bound = judging.limits(session).drift
        return render_template(
            "pages/calibrations/item.html", item=found, row=row, body=statistics.labelled(found),
            history=history, bound=bound, drifts=drifting.of_history(session, history, bound),
            exposed=statistics.exposed(session, found),
            findings=judging.of_item(session, found), told=attention,
            compared=functioning.of_item(session, found), decision=continuity.decided(session, found.latest),
            groups=group_words,
        )  # fmt: skip


@blueprint.get("/items/<uuid:item_id>/statistics/<any(curve,options):picture>-<any(wide,narrow):cut>.svg")
@requires("statistics.read")
def picture(item_id: UUID, picture: str, cut: str) -> ResponseReturnValue:
    """Draw a picture of an item's statistics."""
    with transaction(g.actor.organisation) as session:
        row = statistics.newest(session, session.get_one(Item, item_id))
    drawn = pictures.item(row, picture, cut)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})
