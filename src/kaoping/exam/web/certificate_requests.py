"""Requests of holders as officers see them: what is asked, the evidence, and the answer."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.holders import requesting
from kaoping.exam.holders.errors import RequestReasonMissing
from kaoping.exam.holders.models import CertificateRequest
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_

blueprint = Blueprint("certificate_requests", __name__, url_prefix="/certificates/requests")

DUTIES = (
    Duty(
        N_("%(num)d request of a holder waits for an answer"),
        N_("%(num)d requests of holders wait for an answer"),
        N_("Answer"),
        "certificate_requests.index",
        "certificate.propose",
        requesting.count_waiting,
    ),
)
SHOWN = 30
_PLACES: Places = {RequestReasonMissing: "words"}
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class AnswerForm(Form):
    """An answer to a holder."""

    verdict = RadioField(
        lazy_gettext("Answer"),
        choices=choices(("accept", lazy_gettext("Accept")), ("refuse", lazy_gettext("Refuse"))),
        validators=[InputRequired(lazy_gettext("Choose an answer."))],
    )
    words = TextAreaField(
        lazy_gettext("What the holder reads"),
        validators=[
            InputRequired(lazy_gettext("Say it in words.")),
            Length(max=requesting.LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )


@blueprint.get("/")
@requires("certificate.read")
def index() -> ResponseReturnValue:
    """List the requests, those that wait first."""
    with transaction(g.actor.organisation) as session:
        page = page_of(requesting.count(session), SHOWN)
        rows = requesting.listed(session, page=page.number, shown=SHOWN)
        return render_template("pages/certificate_requests/index.html", rows=rows, page=page)


@blueprint.get("/<uuid:request_id>")
@requires("certificate.read")
def show(request_id: UUID) -> ResponseReturnValue:
    """Show a request."""
    return _page(request_id, AnswerForm(formdata=None))


@blueprint.post("/<uuid:request_id>")
@requires("certificate.propose")
def answer(request_id: UUID) -> ResponseReturnValue:
    """Answer a request."""
    form = AnswerForm()
    if not form.validate() or attempt(form, lambda: _answered(request_id, form), places=_PLACES) is None:
        return _page(request_id, form), 422
    flash(_("Answered; the holder reads it on the page of the certificate."), "good")
    return redirect(url_for("certificate_requests.show", request_id=request_id))


def _answered(request_id: UUID, form: AnswerForm) -> CertificateRequest:
    with transaction(g.actor.organisation) as session:
        accept, words = form.verdict.data == "accept", form.words.data or ""
        return requesting.answer(session, request_id, accept=accept, words=words, by=g.actor)


@blueprint.get("/<uuid:request_id>/evidence")
@requires("certificate.propose")
def evidence(request_id: UUID) -> ResponseReturnValue:
    """Give the evidence as a file; that it was read is kept."""
    with transaction(g.actor.organisation) as session:
        row, content = requesting.evidence_of(session, request_id, by=g.actor)
        name, kind = f"evidence.{_ENDINGS[row.evidence_type or '']}", row.evidence_type
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


def _page(request_id: UUID, form: AnswerForm) -> str:
    with transaction(g.actor.organisation) as session:
        row = requesting.find(session, request_id)
        return render_template("pages/certificate_requests/show.html", row=row, form=form)
