"""The first pages: the front page for visitors, the dashboard for staff, display, notices, choice of organisation."""

from datetime import UTC, datetime

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.web import display
from kaoping.exam.web.addresses import own_address
from kaoping.exam.web.guard import public, requires
from kaoping.exam.web.navigation import Section, calls
from kaoping.exam.web.problems import wants_problem
from kaoping.itembank.errors import N_

blueprint = Blueprint("shell", __name__)

SECTIONS = (Section(N_("Today"), "shell.dashboard", "work.see"),)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show visitors the doors; send staff to their work and candidates to their exams."""
    if g.actor:
        return redirect(url_for("shell.dashboard"))
    return redirect(url_for("my.index")) if g.get("account") else render_template("pages/front.html")


@blueprint.get("/today")
@requires("work.see")
def dashboard() -> ResponseReturnValue:
    """Show what needs the reader today."""
    with transaction(g.actor.organisation) as session:
        waiting = list(calls(session, g.actor))
    return render_template("pages/dashboard.html", calls=waiting, today=datetime.now(UTC))


@blueprint.post("/display")
@public
def choose_display() -> ResponseReturnValue:
    """Keep how the reader wants pages to look."""
    chosen = display.look().changed(request.form)
    answer = ("", 204) if wants_problem() else redirect(own_address(request.referrer))
    return display.keep(make_response(answer), chosen)


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """State how the pages can be used by everybody."""
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """State what is kept about people and why."""
    return render_template("pages/privacy.html")
