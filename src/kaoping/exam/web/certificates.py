"""Certificates: what waits to be issued, the register as a list, one certificate with its history and its sheet."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kaoping.certificates import face_words, proposals, register, score_words
from kaoping.certificates.models import Certificate, CertificateKind, CertificateProposal, RegisterEntry
from kaoping.certificates.states import State, state_of
from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.people.access import may
from kaoping.exam.people.names import names
from kaoping.exam.results import (
    awarding,
    grounds,
    register_list,
    upload_receipts,
)
from kaoping.exam.results.awarding import Pending
from kaoping.exam.results.models import GroundKind
from kaoping.exam.results.register_list import Wanted
from kaoping.exam.web import certificate_words as words
from kaoping.exam.web.certificate_sheets import printed
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty, Section
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_
from kaoping.itembank.trail import database_time

blueprint = Blueprint("certificates", __name__, url_prefix="/certificates")

SECTIONS = (
    Section(
        N_("Certificates"), "certificates.index", "certificate.read",
        more=(
            "certificate_changes", "certificate_requests", "grounds", "issuing", "layouts", "layout_designer",
            "number_rules", "other_certificates",
        ),
    ),
)  # fmt: skip

#: Rows of a page, of what waits and of what was issued.
SHOWN = 50


def _waiting(session: Session, _actor: Actor) -> int:
    return awarding.count_pending(session)


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
    """Show the first of what waits to be issued, and the register with its filters."""
    wanted = _wanted()
    with transaction(g.actor.organisation) as session:
        now, pending = database_time(session), awarding.pending(session, limit=SHOWN)
        counts = register_list.counts(session, wanted, at=now)
        total = counts[wanted.state] if wanted.state else sum(counts.values())
        page = page_of(total, SHOWN)
        rows = register_list.rows(session, wanted, limit=SHOWN, offset=(page.number - 1) * SHOWN, at=now)
        return render_template(
            "pages/certificates/index.html", pending=pending, lacking=_lacking(session, pending),
            waiting=awarding.count_pending(session), rows=rows, counts=counts, total=total, page=page, wanted=wanted,
            words=words, states_of={row.certificate.id: state_of(row.certificate, at=now) for row in rows},
        )  # fmt: skip


def _lacking(session: Session, pending: list[Pending]) -> dict[UUID, tuple[GroundKind, ...]]:
    """Name for each pass what was not entered by hand."""
    held = grounds.of_decisions(session, [each.decision.id for each in pending])
    return {each.decision.id: grounds.absent(held.get(each.decision.id, {}), grounds.BY_HAND) for each in pending}


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(
        words=asked.get("q", "").strip()[:60],
        state=asked.get("state", type=State),
        kind=asked.get("kind", type=CertificateKind),
        first=asked.get("first", type=date.fromisoformat),
        last=asked.get("last", type=date.fromisoformat),
    )


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
    """Show one certificate with the lines of the register and what may be proposed."""
    with transaction(g.actor.organisation) as session:
        certificate, now = session.get_one(Certificate, certificate_id), database_time(session)
        proposal, award = proposals.open_about(session, certificate_id), register.award_of(certificate)
        of_level = certificate.kind is CertificateKind.SKILL_LEVEL
        held = grounds.of_decision(session, certificate.award_id) if of_level else {}
        return render_template(
            "pages/certificates/show.html", certificate=certificate, award=award, rows=face_words.rows(award),
            state=state_of(certificate, at=now), proposal=proposal, words=words,
            possible=proposals.possible(certificate, at=now),
            uploads=upload_receipts.of_certificate(session, certificate_id) if may(g.actor, "upload.read") else [],
            names=names(session, _persons(certificate.entries, proposal) | {row.by for row in held.values()}),
            held=held, scores=score_words.scores(award.details),
        )  # fmt: skip


def _persons(entries: Iterable[RegisterEntry], proposal: CertificateProposal | None) -> set[UUID]:
    found = {person for entry in entries for person in (entry.by, entry.confirmed_by) if person}
    return found | ({proposal.proposed_by} if proposal else set())


@blueprint.get("/<uuid:certificate_id>.pdf")
@requires("certificate.read")
def sheet(certificate_id: UUID) -> ResponseReturnValue:
    """Give the printed certificate."""
    with transaction(g.actor.organisation) as session:
        certificate = session.get_one(Certificate, certificate_id)
        return printed(session, certificate)
