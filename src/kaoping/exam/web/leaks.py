"""Reports of leaks: list, reporting, what is held meanwhile, and the decision of another person."""

import re
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.delivery import exposure
from kaoping.exam.people.access import allow, may
from kaoping.exam.people.names import names
from kaoping.exam.web import item_words
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.exam.web.watermark import seen
from kaoping.itembank import leak_reports, turns
from kaoping.itembank.errors import N_
from kaoping.itembank.items import ItemState
from kaoping.itembank.leak_reports import LONGEST, Sighting
from kaoping.itembank.leaks import LeakReport, LeakState

blueprint = Blueprint("leaks", __name__, url_prefix="/leaks")

SECTIONS = (Section(N_("Leak reports"), "leaks.index", "leak.read"),)
DUTIES = (
    Duty(
        N_("%(num)d leak report waits for a decision"),
        N_("%(num)d leak reports wait for a decision"),
        N_("Decide on the leak"),
        "leaks.index",
        "leak.decide",
        leak_reports.count_waiting,
    ),
)

SHOWN = 25
_BETWEEN = re.compile(r"[\s,;，；、]+")
_AT_MOST = Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters."))
_PLACES: Places = {
    leak_reports.LeakNamesNothing: "codes",
    leak_reports.LeakedItemsUnknown: "codes",
    leak_reports.LeakedPaperUnknown: "paper",
    leak_reports.LeakInTheFuture: "seen_on",
}


class LeakForm(Form):
    """What has become known, where, and what shows it."""

    codes = TextAreaField(
        lazy_gettext("Codes of the items that are known"),
        description=lazy_gettext("Codes with spaces or commas between; none if a whole paper is known."),
    )
    paper = StringField(
        lazy_gettext("Code of the sealed paper that is known"),
        description=lazy_gettext("All its items are held. Leave it empty if only single items are known."),
    )
    seen_on = DateField(
        lazy_gettext("Day on which it was seen"),
        validators=[InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))],
    )
    place = StringField(
        lazy_gettext("Where it was seen, and at what time"),
        validators=[InputRequired(lazy_gettext("Say where it was seen.")), _AT_MOST],
    )
    evidence = TextAreaField(
        lazy_gettext("What shows it"),
        validators=[InputRequired(lazy_gettext("Describe what shows that the items are known.")), _AT_MOST],
        description=lazy_gettext("An address, who told it, which words were seen. It is kept encrypted."),
    )

    def sighting(self) -> Sighting:
        """Give what was typed."""
        said = self.data
        codes = [code for code in _BETWEEN.split(said["codes"] or "") if code]
        return Sighting(codes, said["paper"] or "", said["seen_on"], said["place"], said["evidence"])


class DismissForm(Form):
    """Why nothing has become known."""

    reason = TextAreaField(
        lazy_gettext("Why the report is dismissed"),
        validators=[InputRequired(lazy_gettext("Say why the report is dismissed.")), _AT_MOST],
    )


@blueprint.get("/")
@requires("leak.read")
def index() -> ResponseReturnValue:
    """List the reports, the newest first."""
    with transaction(g.actor.organisation) as session:
        total = leak_reports.count(session)
        page = page_of(total, SHOWN)
        rows = leak_reports.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        people = names(session, {row.reported_by for row in rows})
        return render_template("pages/leaks/index.html", rows=rows, total=total, page=page, names=people)


@blueprint.get("/new")
@requires("leak.report")
def new() -> ResponseReturnValue:
    """Ask what has become known; a link may name it already."""
    today = datetime.now(turns.ZONE).date()
    named = {name: request.args.get(name, "") for name in ("codes", "paper")}
    return render_template("pages/leaks/new.html", form=LeakForm(formdata=None, data=named | {"seen_on": today}))


@blueprint.post("/")
@requires("leak.report")
def add() -> ResponseReturnValue:
    """Enter a report; what is refused is told at its place, with all that was typed."""
    form = LeakForm()
    row = attempt(form, lambda: _reported(form), places=_PLACES) if form.validate() else None
    if row is None:
        return render_template("pages/leaks/new.html", form=form), 422
    flash(_("Leak report %(number)d is entered. What it names is out of assembly now.", number=row.number), "good")
    return redirect(url_for("leaks.show", report_id=row.id))


def _reported(form: LeakForm) -> LeakReport:
    with transaction(g.actor.organisation) as session:
        return leak_reports.report(session, form.sighting(), by=g.actor)


@blueprint.get("/<uuid:report_id>")
@requires("leak.read")
def show(report_id: UUID) -> ResponseReturnValue:
    """Show a report: what it names, which papers and exams hold that, and what was decided."""
    return _page(report_id, DismissForm())


@blueprint.post("/<uuid:report_id>/confirm")
@requires("leak.decide")
def confirm(report_id: UUID) -> ResponseReturnValue:
    """Confirm that the items are known."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "leak.decide", leak_reports.find(session, report_id))
        row = leak_reports.confirm(session, report_id, by=g.actor)
        retired = sum(one.item.state is ItemState.RETIRED for one in row.items)
        flash(
            ngettext("Confirmed: %(num)d item is retired.", "Confirmed: %(num)d items are retired.", retired), "good"
        )  # fmt: skip
    return redirect(url_for("leaks.show", report_id=report_id))


@blueprint.post("/<uuid:report_id>/dismiss")
@requires("leak.decide")
def dismiss(report_id: UUID) -> ResponseReturnValue:
    """Dismiss a report for a reason."""
    form = DismissForm()
    row = attempt(form, lambda: _dismissed(report_id, form), places={}) if form.validate() else None
    if row is None:
        return _page(report_id, form), 422
    flash(_("Leak report %(number)d is dismissed; below stands where each item is now.", number=row.number), "good")
    return redirect(url_for("leaks.show", report_id=report_id))


def _dismissed(report_id: UUID, form: DismissForm) -> LeakReport:
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "leak.decide", leak_reports.find(session, report_id))
        return leak_reports.dismiss(session, report_id, form.reason.data or "", by=g.actor)


def _page(report_id: UUID, form: DismissForm) -> str:
    with transaction(g.actor.organisation) as session:
        row = leak_reports.find(session, report_id)
        known = row.state is LeakState.CONFIRMED
        return render_template(
            "pages/leaks/show.html", row=row, form=form, words=item_words, evident=_sees_evidence(session, row),
            holders=exposure.holders(session, [one.item_id for one in row.items]),
            sisters=leak_reports.sisters(session, row) if known else [],
            names=names(session, filter(None, [row.reported_by, row.decided_by])),
        )  # fmt: skip


def _sees_evidence(session: Session, row: LeakReport) -> bool:
    """Whether the reader is shown what may hold words of items; that it was is entered as for items."""
    shown = row.reported_by == g.actor.id or may(g.actor, "item.read") or may(g.actor, "leak.decide")
    if shown:
        seen(session, [one.item_id for one in row.items])
    return shown
