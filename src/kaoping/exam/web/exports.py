"""Exports of items: asking for one, the decision of another person, and fetching the file once."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextArea

from kaoping.exam.db import transaction
from kaoping.exam.people import organisations
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.web import search_form
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import attempt
from kaoping.itembank import export_file, exporting, listing, sealed_form
from kaoping.itembank.errors import N_
from kaoping.itembank.exporting import LONGEST_REASON, People, Wish
from kaoping.itembank.exports import ExportRequest, ExportState
from kaoping.itembank.trail import database_time
from kaoping.itembank.viewing import LONGEST_PURPOSE, SHORTEST_PURPOSE, Trace

blueprint = Blueprint("exports", __name__, url_prefix="/exports")

SECTIONS = (Section(N_("Exports of items"), "exports.index", "export.read"),)
DUTIES = (
    Duty(
        N_("%(num)d export of items waits for a decision"),
        N_("%(num)d exports of items wait for a decision"),
        N_("Decide on the export"),
        "exports.index",
        "export.approve",
        exporting.count_waiting,
    ),
    Duty(
        N_("%(num)d export of items can be fetched"),
        N_("%(num)d exports of items can be fetched"),
        N_("Fetch it"),
        "exports.index",
        "export.request",
        exporting.count_to_fetch,
    ),
)

SHOWN = 25


class RequestForm(Form):
    """What the items are for."""

    purpose = StringField(
        lazy_gettext("What the items are for"),
        description=lazy_gettext("Who gets them and why, in a sentence; it stands on the file and in the access log."),
        validators=[
            InputRequired(lazy_gettext("Say what the items are for.")),
            Length(SHORTEST_PURPOSE, LONGEST_PURPOSE, lazy_gettext("Use 4 to 200 characters.")),
        ],
        widget=TextArea(),
    )
    with_keys = BooleanField(
        lazy_gettext("With keys and rationales"),
        description=lazy_gettext("Only a file with keys can be imported again. Leave it out if wordings are enough."),
    )


class RefusalForm(Form):
    """Why a request is refused."""

    reason = TextAreaField(
        lazy_gettext("Why the export is refused"),
        validators=[
            InputRequired(lazy_gettext("Say why the export is refused.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )


@blueprint.get("/")
@requires("export.read")
def index() -> ResponseReturnValue:
    """List the requests, the newest first."""
    with transaction(g.actor.organisation) as session:
        total = exporting.count(session)
        page = page_of(total, SHOWN)
        rows = exporting.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/exports/index.html", rows=rows, total=total, page=page, moment=database_time(session),
            names=names(session, {row.requested_by for row in rows}),
        )  # fmt: skip


@blueprint.get("/new")
@requires("export.request")
def new() -> ResponseReturnValue:
    """Ask what the items of a search are for."""
    return _asking(RequestForm(formdata=None))


@blueprint.post("/")
@requires("export.request")
def add() -> ResponseReturnValue:
    """Enter a request; what is refused is told above the form, with all that was typed."""
    form = RequestForm()
    row = attempt(form, lambda: _requested(form), places={exporting.ExportUnexplained: "purpose"}) if (
        form.validate()
    ) else None  # fmt: skip
    if row is None:
        return _asking(form), 422
    flash(_("Export %(number)d is asked for. Another person decides on it.", number=row.number), "good")
    return redirect(url_for("exports.show", request_id=row.id))


def _asking(form: RequestForm) -> str:
    search = search_form.of(request.values, viewer=g.actor.id)
    with transaction(g.actor.organisation) as session:
        own = organisations.own(session, by=g.actor)
        return render_template(
            "pages/exports/new.html", form=form, asked=search_form.parts(search),
            count=listing.count(session, search, g.actor.organisation),
            most=organisations.parameter(own, "export_items"), hours=organisations.parameter(own, "export_hours"),
        )  # fmt: skip


def _requested(form: RequestForm) -> ExportRequest:
    search = search_form.of(request.form, viewer=g.actor.id)
    wish = Wish(search_form.parts(search), form.purpose.data or "", bool(form.with_keys.data))
    with transaction(g.actor.organisation) as session:
        most = organisations.parameter(organisations.own(session, by=g.actor), "export_items")
        return exporting.request(session, wish, search, most=most, by=g.actor)


@blueprint.get("/<uuid:request_id>")
@requires("export.read")
def show(request_id: UUID) -> ResponseReturnValue:
    """Show a request: what it names, what it is for, and what became of it."""
    return _page(request_id, RefusalForm(formdata=None))


@blueprint.post("/<uuid:request_id>/approve")
@requires("export.approve")
def approve(request_id: UUID) -> ResponseReturnValue:
    """Allow an export that somebody else asked for."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "export.approve", exporting.find(session, request_id))
        hours = organisations.parameter(organisations.own(session, by=g.actor), "export_hours")
        row = exporting.approve(session, request_id, hours=hours, by=g.actor)
        flash(_("Export %(number)d is allowed; who asked for it can fetch it once.", number=row.number), "good")
    return redirect(url_for("exports.show", request_id=request_id))


@blueprint.post("/<uuid:request_id>/refuse")
@requires("export.approve")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Refuse an export for a reason."""
    form = RefusalForm()
    row = attempt(form, lambda: _refused(request_id, form), places={}) if form.validate() else None
    if row is None:
        return _page(request_id, form), 422
    flash(_("Export %(number)d is refused.", number=row.number), "good")
    return redirect(url_for("exports.show", request_id=request_id))


def _refused(request_id: UUID, form: RefusalForm) -> ExportRequest:
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "export.approve", exporting.find(session, request_id))
        return exporting.refuse(session, request_id, form.reason.data or "", by=g.actor)


@blueprint.post("/<uuid:request_id>/file")
@requires("export.request")
def fetch(request_id: UUID) -> ResponseReturnValue:
    """Give the file of an allowed export, encrypted with the passphrase that the page showed."""
    with transaction(g.actor.organisation) as session:
        row = exporting.find(session, request_id)
        known = names(session, filter(None, [row.requested_by, row.decided_by]))
        people = People(*(known.get(one, "--") if one else "--" for one in (row.requested_by, row.decided_by)))
        data = exporting.fetch(session, request_id, _passphrase(request_id), people=people, by=g.actor)
        name = f"kaoping-export-{row.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype="application/pdf", headers=headers)


def _passphrase(request_id: UUID) -> str:
    """Read the passphrase that was made for this person's page; nobody can choose one."""
    try:
        return sealed_form.unsealed(request.form.get("passphrase", ""), _place(request_id)).decode()
    except sealed_form.ImportNotYours:
        raise exporting.PassphraseStale from None


def _place(request_id: UUID) -> str:
    return f"export:{request_id}:{g.actor.id}"


def _page(request_id: UUID, form: RefusalForm) -> str:
    with transaction(g.actor.organisation) as session:
        row, moment = exporting.find(session, request_id), database_time(session)
        lapsed = row.lapsed(moment)
        open_to_me = row.state is ExportState.APPROVED and not lapsed and row.requested_by == g.actor.id
        shown = export_file.new_passphrase() if open_to_me else ""
        sealed = sealed_form.sealed(shown.encode(), _place(request_id)) if shown else ""
        return render_template(
            "pages/exports/show.html", row=row, form=form, lapsed=lapsed, passphrase=shown, sealed=sealed,
            trace=_trace(session, row), names=names(session, filter(None, [row.requested_by, row.decided_by])),
            query=urlencode(row.asked),
        )  # fmt: skip


def _trace(session: Session, row: ExportRequest) -> Trace | None:
    return session.get(Trace, row.trace_id) if row.trace_id else None
