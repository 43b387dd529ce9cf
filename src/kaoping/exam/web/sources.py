"""The register of cited standards: list, entering, importing with a dry run, status, and repair of what cites them."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from kaoping.exam import clock
from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.web import sources_csv
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.offered import one_of
from kaoping.exam.web.refusals import Places, attempt
from kaoping.exam.web.sources_csv import Row
from kaoping.itembank import cited, currency
from kaoping.itembank.citations import CitedStandard, CitedStatus
from kaoping.itembank.cited import LONGEST, Entry
from kaoping.itembank.currency import Carrying, Repair, Repaired
from kaoping.itembank.errors import N_, Conflict, Invalid
from kaoping.itembank.trail import database_time

blueprint = Blueprint("sources", __name__, url_prefix="/sources")

#: Kind, icon and word of each status.
STATUSES = {
    CitedStatus.CURRENT: ("good", "check", N_("In force")),
    CitedStatus.UPCOMING: ("", "clock", N_("Not yet in force")),
    CitedStatus.REPLACED: ("warn", "warn", N_("Replaced")),
    CitedStatus.WITHDRAWN: ("bad", "cross", N_("Withdrawn")),
}
REPAIRS = {
    Repair.CARRY: N_("The items hold unchanged under the new edition"),
    Repair.SEND: N_("Send them back to their writers"),
    Repair.RETIRE: N_("Retire them"),
}
DUTIES = (
    Duty(
        N_("%(num)d item waits for a recheck: what it cites has ended"),
        N_("%(num)d items wait for a recheck: what they cite has ended"),
        N_("Repair"),
        "sources.index",
        "item.review",
        lambda session, _actor: currency.waiting(session, _today(session)),
    ),
    Duty(
        N_("%(num)d of your items came back: what it cites has ended"),
        N_("%(num)d of your items came back: what they cite has ended"),
        N_("Mend"),
        "sources.index",
        "item.write",
        lambda session, actor: currency.count_sent(session, _today(session), by=actor),
    ),
)
_PLACES: Places = {
    cited.NumberMissing: "number", cited.RegisteredAlready: "number", cited.TitleMissing: "title",
    cited.DayMissing: "since", cited.SourceMissing: "source",
    cited.ReplacesItself: "replaced_by", cited.SuccessorUnasked: "replaced_by",
}  # fmt: skip


class StatusForm(Form):
    """What became of an edition, and where that is written."""

    status = SelectField(
        lazy_gettext("Status of the edition"),
        choices=choices(*((one.value, lazy_gettext(STATUSES[one][2])) for one in CitedStatus)),
    )
    since = DateField(
        lazy_gettext("Holds from"), validators=[Optional()],
        description=lazy_gettext("The day on which it came or comes into force, is replaced or withdrawn."),
    )  # fmt: skip
    replaced_by = StringField(
        lazy_gettext("Replaced by"), validators=[Length(max=LONGEST)],
        description=lazy_gettext("Such as GB/T 1.1-2026; empty unless replaced."),
    )  # fmt: skip
    source = StringField(
        lazy_gettext("Looked up at"),
        validators=[InputRequired(lazy_gettext("Say where the status was looked up.")), Length(max=LONGEST)],
    )
    seen = IntegerField(validators=[Optional()])


class EntryForm(StatusForm):
    """A new document of the register."""

    number = StringField(
        lazy_gettext("Number"),
        validators=[InputRequired(lazy_gettext("Enter the number or the name of the document.")), Length(max=LONGEST)],
        description=lazy_gettext("Such as GB/T 1.1; the name of a law if it has no number."),
    )  # fmt: skip
    edition = StringField(lazy_gettext("Edition"), validators=[Length(max=LONGEST)])
    title = StringField(
        lazy_gettext("Chinese title of the document"),
        validators=[InputRequired(lazy_gettext("Enter the title of the document.")), Length(max=LONGEST)],
    )
    title_en = StringField(lazy_gettext("English title of the document"), validators=[Length(max=LONGEST)])


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"source_statuses": STATUSES}


@blueprint.get("/")
@requires("source.read")
def index() -> ResponseReturnValue:
    """List the register, and what items cite that is not in it."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/sources/index.html", listed=cited.listing(session), missing=cited.unregistered(session),
            today=_today(session), waiting=currency.waiting(session, _today(session)),
        )  # fmt: skip


@blueprint.get("/new")
@requires("source.record")
def new() -> ResponseReturnValue:
    """Ask for a document."""
    return render_template("pages/sources/new.html", form=EntryForm(formdata=request.args))


@blueprint.post("/new")
@requires("source.record")
def add() -> ResponseReturnValue:
    """Enter a document; items that cite it leave assembly at once if it has ended."""
    form = EntryForm()
    with transaction(g.actor.organisation) as session:
        said = form.data
        made = form.validate_on_submit() and attempt(
            form, lambda: _recorded(session, _entry(form, said), 0), places=_PLACES
        )
        if not made:
            return render_template("pages/sources/new.html", form=form), 422
        return redirect(url_for("sources.show", cited_id=made.id))


@blueprint.get("/<uuid:cited_id>")
@requires("source.read")
def show(cited_id: UUID) -> ResponseReturnValue:
    """Show a document with what became of it and the items that cite it."""
    with transaction(g.actor.organisation) as session:
        return _page(session, cited.get(session, cited_id))


@blueprint.post("/<uuid:cited_id>/status")
@requires("source.record")
def record(cited_id: UUID) -> ResponseReturnValue:
    """Record what became of a document."""
    form = StatusForm()
    with transaction(g.actor.organisation) as session:
        document = cited.get(session, cited_id)
        known = {name: getattr(document, name) for name in ("number", "edition", "title", "title_en")}
        made = form.validate_on_submit() and attempt(
            form, lambda: _recorded(session, _entry(form, known), form.seen.data), places=_PLACES
        )
        if not made:
            return _page(session, document, form=form), 422
    return redirect(url_for("sources.show", cited_id=cited_id))


@blueprint.post("/<uuid:cited_id>/repair")
@requires("source.repair")
def repair(cited_id: UUID) -> ResponseReturnValue:
    """Repair the chosen items and say of each what came of it."""
    sent = request.form
    deed = one_of(sent, "deed", Repair)
    if deed is Repair.RETIRE:
        allow(g.actor, "item.retire")
    chosen = sent.getlist("item", type=UUID)
    clauses = dict(zip(sent.getlist("old"), sent.getlist("clause"), strict=False))
    carrying = Carrying(sent.get("number", ""), "", clauses)
    with transaction(g.actor.organisation) as session:
        document = cited.get(session, cited_id)
        try:
            done = currency.repair(
                session, document, chosen, deed, carrying=carrying, day=_today(session), by=g.actor
            )  # fmt: skip
        except (Invalid, Conflict) as refused:
            return _page(session, document, refused=sentence_of(refused), chosen=chosen, sent=carrying, deed=deed), 422
        return _page(session, document, done=done)


@blueprint.get("/import")
@requires("source.record")
def choose() -> ResponseReturnValue:
    """Ask for a list."""
    return render_template("pages/sources/import.html", rows=None, text="", refused=None)


@blueprint.get("/import/list.csv")
@requires("source.record")
def template() -> ResponseReturnValue:
    """Give an empty list."""
    headers = {"Content-Disposition": 'attachment; filename="cited-standards.csv"'}
    return Response(sources_csv.template(), mimetype="text/csv", headers=headers)


@blueprint.post("/import")
@requires("source.record")
def take_in() -> ResponseReturnValue:
    """Check a list row by row, and store it once it was seen and every row is right."""
    try:
        rows, text = _sent()
    except Invalid as refused:
        return render_template("pages/sources/import.html", rows=None, text="", refused=sentence_of(refused)), 422
    if "store" not in request.form or any(row.fault for row in rows):
        shown = [(row, sentence_of(row.fault) if row.fault else None) for row in rows]
        return render_template("pages/sources/import.html", rows=shown, text=text, refused=None)
    with transaction(g.actor.organisation) as session:
        for row in rows:
            if row.entry:
                cited.register(session, row.entry, by=g.actor)
        moved = currency.enforce(session, _today(session), by=g.actor)
    flash(ngettext("%(num)d document is registered.", "%(num)d documents are registered.", len(rows)), "good")
    _tell(moved)
    return redirect(url_for("sources.index"))


def _sent() -> tuple[list[Row], str]:
    file = request.files.get("file")
    if file is not None and (data := file.read()):
        text = sources_csv.decoded(data)
        return sources_csv.rows_of(text), text
    text = request.form.get("text", "")
    return sources_csv.rows_of(text), text


def _recorded(session: Session, entry: Entry, seen: int | None) -> CitedStandard:
    document = cited.register(session, entry, seen=seen, by=g.actor)
    moved = currency.enforce(session, _today(session), by=g.actor)
    flash(_("Recorded: %(designation)s.", designation=document.designation), "good")
    _tell(moved)
    return document


def _tell(moved: int) -> None:
    if moved:
        flash(
            ngettext(
                "%(num)d item left assembly and waits for a recheck.",
                "%(num)d items left assembly and wait for a recheck.", moved,
            ), "info",
        )  # fmt: skip


def _entry(form: StatusForm, known: Mapping[str, Any]) -> Entry:
    return Entry(
        known["number"] or "", known["edition"] or "", known["title"] or "", known["title_en"] or "",
        CitedStatus(form.status.data), form.since.data, form.replaced_by.data or "", form.source.data or "",
    )  # fmt: skip


def _today(session: Session) -> date:
    return clock.local_date(database_time(session))


def _page(
    session: Session, document: CitedStandard, *, form: StatusForm | None = None, done: list[Repaired] | None = None,
    **more: Any,
) -> str:  # fmt: skip
    last = document.latest
    form = form or StatusForm(formdata=None, status=last.status.value, seen=last.number)
    found = currency.affected(session, document)
    clauses = [(clause, list(group)) for clause, group in groupby(found, lambda one: one.revision.source_clause)]
    return render_template(
        "pages/sources/show.html", cited=document, form=form, clauses=clauses, total=len(found), today=_today(session),
        repairs=REPAIRS, people=names(session, {said.by for said in document.standings}), last=last,
        done=[(one.code, sentence_of(one.refused) if one.refused else None) for one in done or ()], **more,
    )  # fmt: skip
