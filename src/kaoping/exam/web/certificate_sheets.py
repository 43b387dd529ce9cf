"""Answers with what stands on the register as PDF: certificates, and score reports, registered or not yet."""

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.exam import signing
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration.models import Application
from kaoping.exam.results import badging, deciding, printing, registered_reports, reporting, score_reports


def printed(session: Session, certificate: Certificate) -> Response:
    """Answer with the sheet of a certificate."""
    settings = current_app.extensions["kaoping.settings"]
    badge = badging.document(session, certificate, origin=settings.origin, key=signing.current(settings))
    if certificate.kind is CertificateKind.SCORE_REPORT:
        content = registered_reports.pdf(session, certificate, origin=settings.origin, credential=badge)
    else:
        content = _certificate(session, certificate, origin=settings.origin, badge=badge)
    return _file(content, f'inline; filename="{certificate.number}.pdf"')


def report_sheet(session: Session, application: Application) -> Response:
    """Answer with the registered report of a result, else with the one that stands on no register."""
    if made := score_reports.of_decision(session, deciding.current(session, application.id)):
        return printed(session, made)
    return _file(reporting.pdf(session, application.id), f'attachment; filename="report-{application.ticket}.pdf"')


def _certificate(session: Session, certificate: Certificate, *, origin: str, badge: bytes) -> bytes:
    organisation = session.get_one(Organisation, certificate.organisation_id)
    english = request.args.get("form") == "bilingual"
    design = printing.designs(session, [certificate.id], english=english).get(certificate.id)
    return printing.pdf(certificate, organisation, origin=origin, english=english, credential=badge, design=design)


def _file(content: bytes, disposition: str) -> Response:
    """Answer with a file that no browser keeps."""
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)
