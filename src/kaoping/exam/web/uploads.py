"""Uploads of certificates to an authority's platform: check, let out by two persons, fetch once, enter the answer."""

import json
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextArea

from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.results import upload_errors, upload_file, upload_layout, upload_receipts, uploading
from kaoping.exam.results.upload_checks import Checked
from kaoping.exam.results.upload_receipts import Reply
from kaoping.exam.results.upload_rows import NationalUpload, UploadState
from kaoping.exam.results.uploading import LONGEST_PURPOSE, LONGEST_REASON, SHORTEST_PURPOSE, Choice
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.forms import Form, choices, uuid_or_none
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_
from kaoping.itembank.trail import database_time

blueprint = Blueprint("uploads", __name__, url_prefix="/certificates/uploads")

DUTIES = (
    Duty(
        N_("%(num)d upload of certificates waits for a decision"),
        N_("%(num)d uploads of certificates wait for a decision"),
        N_("Decide on the upload"),
        "uploads.index",
        "upload.approve",
        uploading.count_waiting,
    ),
    Duty(
        N_("%(num)d upload of certificates can be fetched"),
        N_("%(num)d uploads of certificates can be fetched"),
        N_("Fetch the upload"),
        "uploads.index",
        "upload.request",
        uploading.count_to_fetch,
    ),
)

SHOWN = 25
#: How many certificates with problems one page shows.
PROBLEMS_SHOWN = 200
LINES_SHOWN = 200
_ANSWERS: Places = {upload_errors.ReceiptNamesOthers: "number", upload_errors.RejectionUnexplained: "reason"}


class ChoiceForm(Form):
    """Which certificates: of an exam, or of a period."""

    class Meta(Form.Meta):
        """A question is asked by address, so it has no token."""

        csrf = False

    exam = SelectField(lazy_gettext("Of an exam"), coerce=uuid_or_none)
    since = DateField(lazy_gettext("Or issued from"), validators=[Optional()])
    until = DateField(lazy_gettext("until (included)"), validators=[Optional()])

    @property
    def choice(self) -> Choice:
        """Give what was chosen; an exam goes before days."""
        return Choice(self.exam.data, *((None, None) if self.exam.data else (self.since.data, self.until.data)))


class RequestForm(Form):
    """What the file is for."""

    purpose = StringField(
        lazy_gettext("What the file is for"),
        description=lazy_gettext("To whom it goes and why; it holds identity numbers, so this is kept with your name."),
        validators=[
            InputRequired(lazy_gettext("Say what the file is for.")),
            Length(SHORTEST_PURPOSE, LONGEST_PURPOSE, lazy_gettext("Use 4 to 200 characters.")),
        ],
        widget=TextArea(),
    )


class RefusalForm(Form):
    """Why a file is refused."""

    reason = TextAreaField(
        lazy_gettext("Why the upload is refused"),
        validators=[
            InputRequired(lazy_gettext("Say why the upload is refused.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )


class ReceiptForm(Form):
    """The authority's answer as a file."""

    file = FileField(
        lazy_gettext("Receipt (CSV)"),
        description=lazy_gettext(
            "First line: certificate number, result, reason. The result is accepted or rejected, in either language."
        ),
        validators=[FileRequired(lazy_gettext("Choose the file with the receipt."))],
    )


class AnswerForm(Form):
    """The authority's answer about one certificate, by hand."""

    number = StringField(
        lazy_gettext("Certificate number"),
        validators=[InputRequired(lazy_gettext("Enter the number of a certificate of this upload."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "k-code"},
    )
    result = SelectField(
        lazy_gettext("Answer of the platform"),
        choices=choices(
            ("accepted", lazy_gettext("accepted by the platform")),
            ("rejected", lazy_gettext("rejected by the platform")),
        ),
    )
    reason = StringField(
        lazy_gettext("Reason, if it was rejected"),
        validators=[Length(max=200, message=lazy_gettext("Say it in at most %(max)d characters."))],
    )


class LayoutForm(Form):
    """A new version of the layout."""

    file = FileField(
        lazy_gettext("Layout (JSON)"),
        description=lazy_gettext(
            "Download the one that holds, change it as the authority's notice says, name the notice as its source."
        ),
        validators=[FileRequired(lazy_gettext("Choose the file with the layout."))],
    )


@blueprint.get("/")
@requires("upload.read")
def index() -> ResponseReturnValue:
    """List the uploads, the newest first."""
    with transaction(g.actor.organisation) as session:
        total = uploading.count(session)
        page = page_of(total, SHOWN)
        rows = uploading.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/uploads/index.html", rows=rows, total=total, page=page, moment=database_time(session),
            answered=upload_receipts.tally(session, [row.id for row in rows]), held=uploading.layout(session),
            names=names(session, {row.requested_by for row in rows}),
        )  # fmt: skip


@blueprint.get("/new")
@requires("upload.request")
def new() -> ResponseReturnValue:
    """Choose certificates, and see which may go and what stands in the way of the others."""
    return _asking(RequestForm(formdata=None))


@blueprint.post("/")
@requires("upload.request")
def add() -> ResponseReturnValue:
    """Ask for the file of what may go."""
    form = RequestForm()
    places: Places = {upload_errors.UploadUnexplained: "purpose"}
    row = attempt(form, lambda: _requested(form), places=places) if form.validate() else None
    if row is None:
        return _asking(form), 422
    flash(_("Upload %(number)d is asked for. Another person decides on it.", number=row.number), "good")
    return redirect(url_for("uploads.show", upload_id=row.id))


def _requested(form: RequestForm) -> NationalUpload:
    with transaction(g.actor.organisation) as session:
        return uploading.request(session, _choice().choice, form.purpose.data or "", by=g.actor)


def _choice() -> ChoiceForm:
    form = ChoiceForm(formdata=request.values)
    with transaction(g.actor.organisation) as session:
        chinese = {"lang": "zh-Hans", "data-content": ""}
        form.exam.choices = choices(("", "--"), *((one.id, one.name, chinese) for one in uploading.exams(session)))
    return form


def _asking(form: RequestForm) -> str:
    asked, checked = _choice(), None
    if asked.validate() and not asked.choice.empty:
        checked = attempt(asked, lambda: _looked(asked.choice), places={upload_errors.PeriodBackwards: "until"})
    elif request.args:
        asked.form_errors.append(_("Choose an exam, or both days of a period."))
    problems = [one for one in checked or () if not one.good]
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/uploads/new.html", form=form, asked=asked, checked=checked, problems=problems[:PROBLEMS_SHOWN],
            left_out=len(problems), held=uploading.layout(session), told=sentence_of,
        )  # fmt: skip


def _looked(choice: Choice) -> list[Checked]:
    with transaction(g.actor.organisation) as session:
        return uploading.look(session, choice, uploading.layout(session).layout)


@blueprint.get("/<uuid:upload_id>")
@requires("upload.read")
def show(upload_id: UUID) -> ResponseReturnValue:
    """Show an upload: what it names, what it is for, and what became of it."""
    return _page(upload_id, RefusalForm(formdata=None), ReceiptForm(formdata=None))


@blueprint.post("/<uuid:upload_id>/approve")
@requires("upload.approve")
def approve(upload_id: UUID) -> ResponseReturnValue:
    """Allow a file that somebody else asked for."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "upload.approve", uploading.find(session, upload_id))
        row = uploading.approve(session, upload_id, by=g.actor)
        flash(_("Upload %(number)d is allowed; who asked for it can fetch it once.", number=row.number), "good")
    return redirect(url_for("uploads.show", upload_id=upload_id))


@blueprint.post("/<uuid:upload_id>/refuse")
@requires("upload.approve")
def refuse(upload_id: UUID) -> ResponseReturnValue:
    """Refuse a file for a reason."""
    form = RefusalForm()
    row = attempt(form, lambda: _refused(upload_id, form), places={}) if form.validate() else None
    if row is None:
        return _page(upload_id, form, ReceiptForm(formdata=None)), 422
    flash(_("Upload %(number)d is refused.", number=row.number), "good")
    return redirect(url_for("uploads.show", upload_id=upload_id))


def _refused(upload_id: UUID, form: RefusalForm) -> NationalUpload:
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "upload.approve", uploading.find(session, upload_id))
        return uploading.refuse(session, upload_id, form.reason.data or "", by=g.actor)


@blueprint.post("/<uuid:upload_id>/file")
@requires("upload.request")
def fetch(upload_id: UUID) -> ResponseReturnValue:
    """Give the file of an allowed upload, once."""
    with transaction(g.actor.organisation) as session:
        data = uploading.fetch(session, upload_id, by=g.actor)
        row = uploading.find(session, upload_id)
        layout = upload_layout.read(row.layout)
        name = upload_file.name(layout, row.number)
    kind = "text/csv" if layout.form == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, content_type=kind, headers=headers)


@blueprint.post("/<uuid:upload_id>/receipt")
@requires("upload.request")
def receive(upload_id: UUID) -> ResponseReturnValue:
    """Enter the authority's list of answers."""
    form = ReceiptForm()
    entered = attempt(form, lambda: _received(upload_id, form), places={}) if form.validate() else None
    if entered is None:
        return _page(upload_id, RefusalForm(formdata=None), form), 422
    return _entered(upload_id, entered)


def _received(upload_id: UUID, form: ReceiptForm) -> int:
    replies = upload_receipts.read(form.file.data.read())
    with transaction(g.actor.organisation) as session:
        return upload_receipts.enter(session, uploading.find(session, upload_id), replies, by=g.actor)


@blueprint.post("/<uuid:upload_id>/answer")
@requires("upload.request")
def answer(upload_id: UUID) -> ResponseReturnValue:
    """Enter the answer about one certificate by hand."""
    form = AnswerForm()
    entered = attempt(form, lambda: _answered(upload_id, form), places=_ANSWERS) if form.validate() else None
    if entered is None:
        return _page(upload_id, RefusalForm(formdata=None), ReceiptForm(formdata=None), by_hand=form), 422
    return _entered(upload_id, entered)


def _answered(upload_id: UUID, form: AnswerForm) -> int:
    number, reason = (form.number.data or "").strip(), form.reason.data or ""
    reply = Reply(number, form.result.data == "accepted", reason)
    with transaction(g.actor.organisation) as session:
        return upload_receipts.enter(session, uploading.find(session, upload_id), [reply], by=g.actor)


def _entered(upload_id: UUID, entered: int) -> ResponseReturnValue:
    flash(ngettext("%(num)d answer is entered.", "%(num)d answers are entered.", entered), "good")
    return redirect(url_for("uploads.show", upload_id=upload_id))


@blueprint.get("/layout")
@requires("upload.read")
def layout() -> ResponseReturnValue:
    """Show the layout that holds."""
    return _layout_page(LayoutForm(formdata=None))


@blueprint.post("/layout")
@requires("upload.request")
def set_layout() -> ResponseReturnValue:
    """Enter a new version of the layout."""
    form = LayoutForm()
    held = attempt(form, lambda: _new_layout(form), places={}) if form.validate() else None
    if held is None:
        return _layout_page(form), 422
    flash(_("Layout %(number)d holds from now on.", number=held.number), "good")
    return redirect(url_for("uploads.layout"))


def _new_layout(form: LayoutForm) -> uploading.Held:
    new = upload_layout.read_text(form.file.data.read())
    with transaction(g.actor.organisation) as session:
        return uploading.set_layout(session, new, by=g.actor)


@blueprint.get("/layout.json")
@requires("upload.read")
def layout_document() -> ResponseReturnValue:
    """Give the layout that holds as a document to change."""
    with transaction(g.actor.organisation) as session:
        document = uploading.layout(session).layout.model_dump(mode="json")
    text = json.dumps(document, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="upload-layout.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


def _layout_page(form: LayoutForm) -> str:
    with transaction(g.actor.organisation) as session:
        return render_template("pages/uploads/layout.html", held=uploading.layout(session), form=form)


def _page(
    upload_id: UUID, form: RefusalForm, receipt: ReceiptForm, *, by_hand: AnswerForm | None = None
) -> str:  # fmt: skip
    with transaction(g.actor.organisation) as session:
        row, moment = uploading.find(session, upload_id), database_time(session)
        page, lapsed = page_of(row.count, LINES_SHOWN), row.lapsed(moment)
        lines = upload_receipts.lines(session, row, limit=LINES_SHOWN, offset=(page.number - 1) * LINES_SHOWN)
        mine = row.state is UploadState.APPROVED and not lapsed and row.requested_by == g.actor.id
        return render_template(
            "pages/uploads/show.html", row=row, form=form, receipt=receipt, lapsed=lapsed, mine=mine, lines=lines,
            page=page, by_hand=by_hand or AnswerForm(formdata=None),
            layout=upload_layout.read(row.layout), exam=uploading.exam_of(session, row), days=_days(row),
            names=names(session, filter(None, [row.requested_by, row.decided_by])),
        )  # fmt: skip


def _days(row: NationalUpload) -> list[date]:
    return [date.fromisoformat(row.chosen[name]) for name in ("since", "until") if name in row.chosen]
