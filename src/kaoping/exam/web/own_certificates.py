"""A holder's own certificates: download, share by a link that ends, ask for a re-print or a correction."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import FileField, IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.verification import Extent
from kaoping.exam.db import transaction
from kaoping.exam.holders import requesting, sharing
from kaoping.exam.holders.errors import EvidenceMissing, EvidenceUnusable, RequestReasonMissing, SharedTooLong
from kaoping.exam.holders.models import RequestKind
from kaoping.exam.results import own
from kaoping.exam.web.certificate_words import KINDS
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import own_account
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.trail import database_time

blueprint = Blueprint("own_certificates", __name__, url_prefix="/my/certificates")

_PLACES: Places = {
    SharedTooLong: "days",
    RequestReasonMissing: "reason",
    EvidenceMissing: "evidence",
    EvidenceUnusable: "evidence",
}


_CORRECTION = (RequestKind.CORRECTION.value, lazy_gettext("Other words, because something on it is wrong"))


class ShareForm(Form):
    """A link to be made."""

    extent = RadioField(
        lazy_gettext("What the link shows"),
        choices=choices(
            (Extent.LEAST.value, lazy_gettext("State, level and masked name")),
            (Extent.FACE.value, lazy_gettext("The whole certificate, identity number masked, without the photo")),
        ),
        default=Extent.LEAST.value,
    )
    days = IntegerField(
        lazy_gettext("Days that it stays open"),
        default=30,
        validators=[
            InputRequired(lazy_gettext("Enter a number of days.")),
            NumberRange(1, sharing.MOST_DAYS, lazy_gettext("Enter a number from %(min)d to %(max)d.")),
        ],
    )


class RequestForm(Form):
    """A request to the awarding body."""

    kind = RadioField(
        lazy_gettext("What you ask for"),
        choices=choices(
            (RequestKind.REPRINT.value, lazy_gettext("The sheet once more, because it is lost or damaged")),
            _CORRECTION,
        ),
        default=RequestKind.REPRINT.value,
    )
    reason = TextAreaField(
        lazy_gettext("What happened, or which line is wrong and what it should say"),
        validators=[
            InputRequired(lazy_gettext("Say it in words.")),
            Length(max=requesting.LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )
    evidence = FileField(
        lazy_gettext("Evidence"),
        description=lazy_gettext("PDF, JPEG or PNG, at most 5 MB; a correction needs it. It is kept encrypted."),
        render_kw={"accept": "application/pdf,image/jpeg,image/png"},
    )


@blueprint.get("/")
@own_account
def index() -> ResponseReturnValue:
    """List the own certificates."""
    with transaction() as session:
        held = own.certificates(session, g.account.id)
    return render_template("pages/own_certificates/index.html", held=held, kinds=KINDS)


@blueprint.get("/<uuid:certificate_id>")
@own_account
def show(certificate_id: UUID) -> ResponseReturnValue:
    """Show an own certificate with its links and requests."""
    return _page(certificate_id)


@blueprint.post("/<uuid:certificate_id>/share")
@own_account
def share(certificate_id: UUID) -> ResponseReturnValue:
    """Open a link; its address is shown this once."""
    form = ShareForm()
    secret = attempt(form, lambda: _shared(certificate_id, form), places=_PLACES) if form.validate() else None
    if secret is None:
        return _page(certificate_id, share=form), 422
    address = f"{current_app.extensions['kaoping.settings'].origin}{url_for('verify.shared', secret=secret)}"
    return _page(certificate_id, address=address)


def _shared(certificate_id: UUID, form: ShareForm) -> str:
    with transaction() as session:
        certificate = own.certificate(session, g.account.id, certificate_id)
        extent, days = Extent(form.extent.data), form.days.data or 0
        return sharing.share(session, certificate, extent=extent, days=days, account=g.account.id)


@blueprint.post("/<uuid:certificate_id>/links/<uuid:link_id>/end")
@own_account
def end(certificate_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """End a link."""
    with transaction() as session:
        sharing.end(session, own.certificate(session, g.account.id, certificate_id), link_id, account=g.account.id)
    flash(_("The link is ended; whoever opens it finds nothing."), "good")
    return redirect(url_for("own_certificates.show", certificate_id=certificate_id))


@blueprint.post("/<uuid:certificate_id>/ask")
@own_account
def ask(certificate_id: UUID) -> ResponseReturnValue:
    """Ask the awarding body for something."""
    form = _request_form(certificate_id)
    done = attempt(form, lambda: _asked(certificate_id, form), places=_PLACES) if form.validate() else None
    if done is None:
        return _page(certificate_id, request_form=form), 422
    flash(_("Your request is with the awarding body; its answer appears here."), "good")
    return redirect(url_for("own_certificates.show", certificate_id=certificate_id))


def _request_form(certificate_id: UUID, *, empty: bool = False) -> RequestForm:
    """Ask what may be asked for: a score report has no sheet on paper that could be printed again."""
    form = RequestForm(formdata=None) if empty else RequestForm()
    with transaction() as session:
        kind = own.certificate(session, g.account.id, certificate_id).kind
    if kind is CertificateKind.SCORE_REPORT:
        form.kind.choices = choices(_CORRECTION)
        form.kind.data = RequestKind.CORRECTION.value if empty else form.kind.data
    return form


def _asked(certificate_id: UUID, form: RequestForm) -> UUID:
    sent = form.evidence.data.read() if form.evidence.data else b""
    with transaction() as session:
        certificate = own.certificate(session, g.account.id, certificate_id)
        kind, reason = RequestKind(form.kind.data), form.reason.data or ""
        return requesting.ask(session, certificate, kind, reason=reason, evidence=sent, account=g.account.id).id


def _page(
    certificate_id: UUID,
    *,
    share: ShareForm | None = None,
    request_form: RequestForm | None = None,
    address: str | None = None,
) -> str:
    asking = request_form or _request_form(certificate_id, empty=True)
    with transaction() as session:
        certificate = own.certificate(session, g.account.id, certificate_id)
        links = sharing.standing(session, certificate_id, at=database_time(session))
        requests = requesting.of_certificate(session, certificate.id)
        held = next(held for held in own.certificates(session, g.account.id) if held.id == certificate_id)
        return render_template(
            "pages/own_certificates/show.html",
            held=held,
            kinds=KINDS,
            links=links,
            requests=requests,
            address=address,
            share=share or ShareForm(formdata=None),
            request_form=asking,
        )
