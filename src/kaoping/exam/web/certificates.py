"""Certificates: what waits to be issued, the register, the printed sheet, revocation."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates.models import Certificate
from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import awarding, printing
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_

blueprint = Blueprint("certificates", __name__, url_prefix="/certificates")

SECTIONS = (Section(N_("Certificates"), "certificates.index", "certificate.read"),)


def _waiting(session: Session, _actor: Actor) -> int:
    return len(awarding.pending(session))


DUTIES = (
    Duty(
        N_("%(num)d final pass has no certificate yet"),
        N_("%(num)d final passes have no certificate yet"),
        N_("Issue"),
        "certificates.index",
        "certificate.issue",
        _waiting,
    ),
)


@blueprint.get("/")
@requires("certificate.read")
def index() -> ResponseReturnValue:
    """Show what waits to be issued and what was."""
    with transaction(g.actor.organisation) as session:
        issued = session.scalars(select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.number)).all()
        people = {certificate.id: awarding.holder_of(session, certificate) for certificate in issued}
        pending = awarding.pending(session)
        return render_template("pages/certificates/index.html", pending=pending, issued=issued, people=people)


@blueprint.post("/")
@requires("certificate.issue")
def issue() -> ResponseReturnValue:
    """Issue the certificates of the chosen decisions, all or none."""
    key = signing.current(current_app.extensions["kaoping.settings"])
    chosen = request.form.getlist("decision", type=UUID)
    with transaction(g.actor.organisation) as session:
        for decision_id in chosen:
            awarding.issue(session, decision_id, key=key, by=g.actor)
    flash(ngettext("%(num)d certificate is issued.", "%(num)d certificates are issued.", len(chosen)), "good")
    return redirect(url_for("certificates.index"))


@blueprint.get("/<uuid:certificate_id>")
@requires("certificate.read")
def show(certificate_id: UUID) -> ResponseReturnValue:
    """Show one certificate with the lines of the register."""
    with transaction(g.actor.organisation) as session:
        certificate = session.get_one(Certificate, certificate_id)
        award = register.award_of(certificate)
        entries = certificate.entries
        return render_template("pages/certificates/show.html", certificate=certificate, award=award, entries=entries)


@blueprint.get("/<uuid:certificate_id>.pdf")
@requires("certificate.read")
def sheet(certificate_id: UUID) -> ResponseReturnValue:
    """Give the printed certificate."""
    with transaction(g.actor.organisation) as session:
        certificate = session.get_one(Certificate, certificate_id)
        return printed(session, certificate)


@blueprint.post("/<uuid:certificate_id>/revoke")
@requires("certificate.revoke")
def revoke(certificate_id: UUID) -> ResponseReturnValue:
    """Revoke a certificate."""
    with transaction(g.actor.organisation) as session:
        register.revoke(session, certificate_id, reason=request.form.get("reason", ""), by=g.actor)
        flash(_("Revoked. Whoever checks the certificate sees this at once."), "good")
    return redirect(url_for("certificates.show", certificate_id=certificate_id))


def printed(session: Session, certificate: Certificate) -> Response:
    """Answer with the sheet of a certificate."""
    organisation = session.get_one(Organisation, certificate.organisation_id)
    settings = current_app.extensions["kaoping.settings"]
    english = request.args.get("form") == "bilingual"
    key = signing.current(settings)
    content = printing.pdf(certificate, organisation, origin=settings.origin, english=english, key=key)
    headers = {"Content-Disposition": f'inline; filename="{certificate.number}.pdf"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)
