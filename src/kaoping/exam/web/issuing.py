"""Batches of certificates: ordering, progress, files, what was refused; the printing log, spoiled sheets, reprints."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from kaoping.exam.certifying import batches, choosing, handing_out, job, ordering, printings, storing
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.errors import CertificateUnknown, NoPaperSheet, NotInForce, SheetReasonMissing
from kaoping.exam.certifying.models import FileKind
from kaoping.exam.certifying.printings import LONGEST_REASON, SHORTEST_REASON
from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.settings import Settings
from kaoping.exam.web import issuing_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.refusals import Places, attempt, outcome
from kaoping.itembank.errors import Invalid
from kaoping.itembank.trail import database_time

blueprint = Blueprint("issuing", __name__, url_prefix="/certificates/batches")

SHOWN = 25
#: What the form says in place of an exam to order all passes that wait; nothing, or anything else, orders none.
ALL = "all"
#: Passes of an exam of which single ones can be chosen on a page.
CHOSEN = 500
_MEDIA = {"pdf": "application/pdf", "zip": "application/zip"}
_ENDINGS = {FileKind.SHEETS: "pdf", FileKind.ARCHIVE: "zip", FileKind.REGISTER: "pdf"}
_PLACES: Places = {
    CertificateUnknown: "number",
    NotInForce: "number",
    NoPaperSheet: "number",
    SheetReasonMissing: "reason",
}
_REASON = (
    InputRequired(lazy_gettext("Say why, for the printing log.")),
    Length(SHORTEST_REASON, LONGEST_REASON, lazy_gettext("Use 2 to 200 characters.")),
)


class SpoilForm(Form):
    """What happened to a sheet."""

    reason = StringField(
        lazy_gettext("What happened to the sheet"),
        validators=_REASON,
        description=lazy_gettext("Such as: jammed in the printer. The printing log keeps it."),
    )


class ReprintForm(Form):
    """Which certificate is printed again, and why."""

    number = StringField(
        lazy_gettext("Certificate number"),
        validators=[InputRequired(lazy_gettext("Enter the number of the certificate.")), Length(max=60)],
    )
    reason = StringField(
        lazy_gettext("Why it is printed again"),
        validators=_REASON,
        description=lazy_gettext("Such as: lost by the holder. The number stays; the sheet gets a new serial."),
    )
    english = BooleanField(lazy_gettext("Bilingual sheet"))


@blueprint.get("/")
@requires("certificate.read")
def index() -> ResponseReturnValue:
    """List the batches, the newest first."""
    with transaction(g.actor.organisation) as session:
        total = batches.count(session)
        page = page_of(total, SHOWN)
        rows = batches.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/issuing/index.html", rows=rows, total=total, page=page, told=issuing_words,
            counts=batches.counts(session, [row.id for row in rows]),
            names=names(session, {row.ordered_by for row in rows}),
        )  # fmt: skip


@blueprint.get("/new")
@requires("certificate.issue")
def new() -> ResponseReturnValue:
    """Ask which passes get their certificates: those of an exam, some of them, or all that wait."""
    return _asking(request.args.get("exam", type=UUID))


@blueprint.post("/")
@requires("certificate.issue")
def add() -> ResponseReturnValue:
    """Order a batch."""
    exam_id, some = request.form.get("exam", type=UUID), "some" in request.form
    if exam_id is None and (some or request.form.get("exam") != ALL):
        return _asking(None, unnamed=True), 422
    chosen = request.form.getlist("decision", type=UUID) if some else None
    choice = Choice(exam_id, chosen, english=request.form.get("form") == "bilingual")
    with transaction(g.actor.organisation) as session:
        batch = outcome(session, lambda: ordering.order(session, choice, by=g.actor))
    if isinstance(batch, Invalid):
        return _asking(exam_id if some else None, refused=sentence_of(batch)), 422
    flash(_("Batch %(number)d is ordered. You may leave the page; the work goes on.", number=batch.number), "good")
    return redirect(url_for("issuing.show", batch_id=batch.id))


def _asking(exam_id: UUID | None, *, refused: str = "", unnamed: bool = False) -> str:
    with transaction(g.actor.organisation) as session:
        exams = choosing.by_exam(session)
        exam = next((exam for exam, _count in exams if exam.id == exam_id), None)
        some = choosing.of_exam(session, exam.id, most=CHOSEN) if exam else ()
        return render_template(
            "pages/issuing/new.html", exams=exams, exam=exam, some=some, refused=refused, most=CHOSEN,
            total=sum(count for _exam, count in exams), every=ALL, unnamed=unnamed,
        )  # fmt: skip


@blueprint.get("/<uuid:batch_id>")
@requires("certificate.read")
def show(batch_id: UUID) -> ResponseReturnValue:
    """Show a batch: how far it is, its files, and what was refused."""
    with transaction(g.actor.organisation) as session:
        batch = batches.find(session, batch_id)
        counts, moment = batches.counts(session, [batch_id])[batch_id], database_time(session)
        page = page_of(counts.refused + counts.undrawn, SHOWN)
        trouble = batches.trouble(session, batch_id, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        files = batches.files(session, batch_id)
        downloads = handing_out.downloads(session, files)
        return render_template(
            "pages/issuing/show.html", batch=batch, counts=counts, trouble=trouble, page=page, files=files,
            pace=issuing_words.pace(batch, counts, moment), downloads=downloads, told=issuing_words,
            days=_settings().print_file_days,
            names=names(session, {batch.ordered_by, *(entry.by for entry in downloads)}),
        )  # fmt: skip


@blueprint.get("/<uuid:batch_id>/progress")
@requires("certificate.read")
def progress(batch_id: UUID) -> ResponseReturnValue:
    """Give the part of the page that changes while the batch is worked on."""
    with transaction(g.actor.organisation) as session:
        batch = batches.find(session, batch_id)
        counts = batches.counts(session, [batch_id])[batch_id]
        pace = issuing_words.pace(batch, counts, database_time(session))
        part = render_template(
            "pages/issuing/_progress.html", batch=batch, counts=counts, pace=pace, told=issuing_words
        )  # fmt: skip
    return Response(part, headers={"Cache-Control": "no-store"})


@blueprint.post("/<uuid:batch_id>/stop")
@requires("certificate.issue")
def stop(batch_id: UUID) -> ResponseReturnValue:
    """Stop a batch; it can go on later."""
    with transaction(g.actor.organisation) as session:
        batches.stop(session, batch_id, by=g.actor)
    flash(_("Stopped. What was issued stays issued; the batch can go on at any time."), "info")
    return redirect(url_for("issuing.show", batch_id=batch_id))


@blueprint.post("/<uuid:batch_id>/go-on")
@requires("certificate.issue")
def go_on(batch_id: UUID) -> ResponseReturnValue:
    """Let a batch go on, or pack its files again."""
    with transaction(g.actor.organisation) as session:
        ordering.go_on(session, batch_id, by=g.actor)
    return redirect(url_for("issuing.show", batch_id=batch_id))


@blueprint.post("/<uuid:batch_id>/again")
@requires("certificate.issue")
def again(batch_id: UUID) -> ResponseReturnValue:
    """Try again what was refused."""
    with transaction(g.actor.organisation) as session:
        ordering.again(session, batch_id, by=g.actor)
    return redirect(url_for("issuing.show", batch_id=batch_id))


@blueprint.post("/<uuid:batch_id>/discard")
@requires("certificate.print")
def discard(batch_id: UUID) -> ResponseReturnValue:
    """Delete the files of a batch before their time."""
    with transaction(g.actor.organisation) as session:
        batches.find(session, batch_id)
        handing_out.discard(session, batch_id, folder=_settings().print_files, by=g.actor)
    flash(_("The files are deleted. They can be packed again; the sheets keep their serials."), "info")
    return redirect(url_for("issuing.show", batch_id=batch_id))


@blueprint.post("/<uuid:batch_id>/files/<any(sheets,archive,register):kind>")
@requires("certificate.print")
def fetch(batch_id: UUID, kind: str) -> ResponseReturnValue:
    """Give a file of a batch, piece by piece; who fetched it is kept."""
    folder = _settings().print_files
    with transaction(g.actor.organisation) as session:
        number = batches.find(session, batch_id).number
        row = handing_out.fetch(session, batch_id, kind, folder=folder, by=g.actor)
    ending = _ENDINGS[row.kind]
    pieces = storing.pieces(storing.file_path(folder, row.id), storing.file_place(row.id))
    answer = Response(pieces, mimetype=_MEDIA[ending], headers=_as_file(f"certificates-{number}-{kind}.{ending}"))
    answer.content_length = row.size
    return answer


@blueprint.get("/printings")
@requires("certificate.read")
def log() -> ResponseReturnValue:
    """Show the printing log: of a batch, of a certificate, or whole."""
    return _log_page(ReprintForm(formdata=None, number=request.args.get("sought", "").strip()))


@blueprint.post("/printings")
@requires("certificate.print")
def reprint() -> ResponseReturnValue:
    """Print a certificate again on one sheet."""
    form = ReprintForm()
    row = attempt(form, lambda: _reprinted(form), places=_PLACES) if form.validate() else None
    if row is None:
        return _log_page(form), 422
    return redirect(url_for("issuing.sheet", printing_id=row))


def _reprinted(form: ReprintForm) -> UUID:
    with transaction(g.actor.organisation) as session:
        certificate = printings.called(session, form.number.data or "")
        row = printings.reprint(
            session, certificate, reason=form.reason.data or "", english=bool(form.english.data),
            press=job.press(_settings()), by=g.actor,
        )  # fmt: skip
        flash(
            _("A new sheet is logged with serial %(serial)s. Fetch it here.", serial=printings.written(row.serial)),
            "good",
        )
        return row.id


def _log_page(form: ReprintForm) -> str:
    batch_id, sought = request.args.get("batch", type=UUID), request.args.get("sought", "")
    with transaction(g.actor.organisation) as session:
        batch = batches.find(session, batch_id) if batch_id else None
        total = printings.count(session, batch_id=batch_id, sought=sought)
        page = page_of(total, SHOWN)
        rows = printings.listed(
            session, limit=SHOWN, offset=(page.number - 1) * SHOWN, batch_id=batch_id, sought=sought
        )  # fmt: skip
        return render_template(
            "pages/issuing/log.html", rows=rows, total=total, page=page, batch=batch, sought=sought, form=form,
            told=issuing_words, written=printings.written, names=names(session, {row.printed_by for row in rows}),
        )  # fmt: skip


@blueprint.get("/printings/<uuid:printing_id>")
@requires("certificate.read")
def sheet(printing_id: UUID) -> ResponseReturnValue:
    """Show a sheet: its serial, its certificate, and what became of it."""
    return _sheet_page(printing_id, SpoilForm(formdata=None))


@blueprint.post("/printings/<uuid:printing_id>/spoil")
@requires("certificate.print")
def spoil(printing_id: UUID) -> ResponseReturnValue:
    """Record a spoiled sheet; the one that replaces it has a new serial."""
    form = SpoilForm()
    row = attempt(form, lambda: _spoiled(printing_id, form), places=_PLACES) if form.validate() else None
    if row is None:
        return _sheet_page(printing_id, form), 422
    return redirect(url_for("issuing.sheet", printing_id=row))


def _spoiled(printing_id: UUID, form: SpoilForm) -> UUID:
    with transaction(g.actor.organisation) as session:
        fresh = printings.spoil(
            session, printing_id, reason=form.reason.data or "", press=job.press(_settings()), by=g.actor
        )  # fmt: skip
        if fresh.id != printing_id:
            flash(_("The spoiled sheet is logged. This sheet replaces it; fetch and print it."), "good")
        return fresh.id


def _sheet_page(printing_id: UUID, form: SpoilForm) -> str:
    with transaction(g.actor.organisation) as session:
        row = printings.find(session, printing_id)
        before, after = printings.neighbours(session, row)
        people = {one for one in (row.printed_by, row.spoiled_by) if one}
        return render_template(
            "pages/issuing/sheet.html", row=row, form=form, before=before, after=after, told=issuing_words,
            written=printings.written, names=names(session, people),
            batch=batches.find(session, row.batch_id) if row.batch_id else None,
        )  # fmt: skip


@blueprint.post("/printings/<uuid:printing_id>/file")
@requires("certificate.print")
def fetch_sheet(printing_id: UUID) -> ResponseReturnValue:
    """Give one sheet to be printed; who fetched it is kept."""
    with transaction(g.actor.organisation) as session:
        content = printings.fetch(session, printing_id, press=job.press(_settings()), by=g.actor)
        serial = printings.written(printings.find(session, printing_id).serial)
    return Response(content, mimetype="application/pdf", headers=_as_file(f"sheet-{serial}.pdf"))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _settings() -> Settings:
    found: Settings = current_app.extensions["kaoping.settings"]
    return found
