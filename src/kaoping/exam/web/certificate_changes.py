"""Changes to a certificate: one person proposes, another confirms; corrections and renewals bring a new number."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.certificates import face_words, proposals, register
from kaoping.certificates.errors import ReasonMissing, ReasonTooLong
from kaoping.certificates.models import Certificate, CertificateProposal, ProposalVerb
from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.results import conferring, replacing
from kaoping.exam.results.errors import TermTooShort
from kaoping.exam.web import certificate_words as words
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_

blueprint = Blueprint("certificate_changes", __name__, url_prefix="/certificates")

DUTIES = (
    Duty(
        N_("%(num)d proposal about certificates waits for a second person"),
        N_("%(num)d proposals about certificates wait for a second person"),
        N_("Check it"),
        "certificate_changes.waiting",
        "certificate.confirm",
        proposals.count_waiting,
    ),
)

_WHY = (
    InputRequired(lazy_gettext("Say why: another person confirms it by this.")),
    Length(max=proposals.LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
)
_SHORT = Length(max=120, message=lazy_gettext("Say it in at most %(max)d characters."))
_PLACES: Places = {ReasonMissing: "reason", ReasonTooLong: "reason", TermTooShort: "valid_until"}


class CorrectionForm(Form):
    """What the certificate should have said."""

    name = StringField(lazy_gettext("Name"), validators=[_SHORT])
    name_en = StringField(lazy_gettext("Name in Latin letters"), validators=[_SHORT])
    id_number = StringField(
        lazy_gettext("Identity number"),
        validators=[_SHORT],
        description=lazy_gettext("Leave it empty if it stays as it is."),
    )
    occupation_en = StringField(lazy_gettext("Occupation in English"), validators=[_SHORT])
    specialty = StringField(lazy_gettext("Specialty"), validators=[_SHORT])
    specialty_en = StringField(lazy_gettext("Specialty in English"), validators=[_SHORT])
    reason = TextAreaField(
        lazy_gettext("What was wrong, and what shows it"),
        validators=_WHY,
        description=lazy_gettext("The public reads the date and that it was corrected, not this."),
    )


class RenewalForm(Form):
    """A further term."""

    valid_until = DateField(
        lazy_gettext("New last day"), validators=[InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))]
    )
    reason = TextAreaField(
        lazy_gettext("By what the certification is renewed"),
        validators=_WHY,
        description=lazy_gettext("The evidence: continuing education, work, re-assessment, with its dates."),
    )


@blueprint.get("/proposals/")
@requires("certificate.read")
def waiting() -> ResponseReturnValue:
    """List what waits for a second person."""
    with transaction(g.actor.organisation) as session:
        rows = proposals.waiting(session)
        return render_template(
            "pages/certificates/waiting.html", rows=rows, words=words, awards=conferring.awards(session, rows),
            names=names(session, {row.proposed_by for row in rows}), rows_of=face_words.rows,
        )  # fmt: skip


@blueprint.post("/<uuid:certificate_id>/propose")
@requires("certificate.propose")
def propose(certificate_id: UUID) -> ResponseReturnValue:
    """Propose to suspend, lift or revoke."""
    verb = request.form.get("verb", type=ProposalVerb)
    if verb in {ProposalVerb.CORRECT, ProposalVerb.RENEW}:
        return redirect(url_for(f"certificate_changes.{verb}", certificate_id=certificate_id))
    if verb is None or verb is ProposalVerb.ISSUE:
        flash(_("Choose what is to happen to the certificate."), "warn")
        return redirect(url_for("certificates.show", certificate_id=certificate_id))
    with transaction(g.actor.organisation) as session:
        proposals.propose(session, certificate_id, verb, reason=request.form.get("reason", ""), by=g.actor)
    return _proposed(certificate_id)


def _proposed(certificate_id: UUID) -> ResponseReturnValue:
    flash(_("Proposed. Nothing changes until another person confirms it."), "good")
    return redirect(url_for("certificates.show", certificate_id=certificate_id))


@blueprint.get("/<uuid:certificate_id>/correct")
@requires("certificate.propose")
def correct(certificate_id: UUID) -> ResponseReturnValue:
    """Ask for what was misprinted."""
    with transaction(g.actor.organisation) as session:
        award = register.award_of(session.get_one(Certificate, certificate_id))
    said = {name: getattr(award, name) for name in replacing.CORRECTABLE if name != "id_number"}
    return _change(certificate_id, CorrectionForm(formdata=None, data=said))


@blueprint.post("/<uuid:certificate_id>/correct")
@requires("certificate.propose")
def propose_correction(certificate_id: UUID) -> ResponseReturnValue:
    """Propose a correction; what is refused is told at its place, with all that was typed."""
    form = CorrectionForm()
    done = attempt(form, lambda: _corrected(form, certificate_id), places=_PLACES) if form.validate() else None
    return (_change(certificate_id, form), 422) if done is None else _proposed(certificate_id)


def _corrected(form: CorrectionForm, certificate_id: UUID) -> CertificateProposal:
    fields = {name: form[name].data or "" for name in replacing.CORRECTABLE}
    with transaction(g.actor.organisation) as session:
        return replacing.propose_correction(
            session, certificate_id, fields, reason=form.reason.data or "", by=g.actor
        )  # fmt: skip


@blueprint.get("/<uuid:certificate_id>/renew")
@requires("certificate.propose")
def renew(certificate_id: UUID) -> ResponseReturnValue:
    """Ask for the new term."""
    return _change(certificate_id, RenewalForm(formdata=None))


@blueprint.post("/<uuid:certificate_id>/renew")
@requires("certificate.propose")
def propose_renewal(certificate_id: UUID) -> ResponseReturnValue:
    """Propose a renewal."""
    form = RenewalForm()
    done = attempt(form, lambda: _renewed(form, certificate_id), places=_PLACES) if form.validate() else None
    return (_change(certificate_id, form), 422) if done is None else _proposed(certificate_id)


def _renewed(form: RenewalForm, certificate_id: UUID) -> CertificateProposal:
    said = form.data
    with transaction(g.actor.organisation) as session:
        return replacing.propose_renewal(
            session, certificate_id, said["valid_until"], reason=said["reason"], by=g.actor
        )  # fmt: skip


def _change(certificate_id: UUID, form: Form) -> str:
    with transaction(g.actor.organisation) as session:
        certificate = session.get_one(Certificate, certificate_id)
        for name, word in words.fields(certificate.kind).items():
            if name in replacing.CORRECTABLE and name in form:
                form[name].label.text = _(word)
        return render_template("pages/certificates/change.html", certificate=certificate, form=form)


@blueprint.post("/proposals/<uuid:proposal_id>/confirm")
@requires("certificate.confirm")
def confirm(proposal_id: UUID) -> ResponseReturnValue:
    """Confirm what another person proposed; what issues a certificate leads to it."""
    key = signing.current(current_app.extensions["kaoping.settings"])
    with transaction(g.actor.organisation) as session:
        proposal = proposals.locked(session, proposal_id)
        allow(g.actor, "certificate.confirm", proposal)
        if proposal.verb in proposals.ISSUING:
            issuing = conferring if proposal.verb is ProposalVerb.ISSUE else replacing
            certificate = issuing.confirm(session, proposal_id, key=key, by=g.actor)
            flash(_("Confirmed. Certificate %(number)s is issued.", number=certificate.number), "good")
            return redirect(url_for("certificates.show", certificate_id=certificate.id))
        proposals.confirm(session, proposal_id, by=g.actor)
        flash(_("Confirmed. Whoever checks the certificate sees this at once."), "good")
        return redirect(url_for("certificates.show", certificate_id=proposal.certificate_id))


@blueprint.post("/proposals/<uuid:proposal_id>/withdraw")
@requires("certificate.propose")
def withdraw(proposal_id: UUID) -> ResponseReturnValue:
    """Withdraw a proposal that waits."""
    with transaction(g.actor.organisation) as session:
        proposal = proposals.withdraw(session, proposal_id, by=g.actor)
        if proposal.certificate_id is None:
            flash(_("The proposal is withdrawn; nothing is issued."), "good")
            return redirect(url_for("certificate_changes.waiting"))
        flash(_("The proposal is withdrawn; the certificate is as it was."), "good")
        return redirect(url_for("certificates.show", certificate_id=proposal.certificate_id))
