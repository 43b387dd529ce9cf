"""The sheet of a score report that stands on the register: what it states comes from the signed statement.

Ability and profile are no part of the statement; they are drawn beside it from the marks that were decided from.
"""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, number, register, render, score_words
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_sheets import SheetLayout
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import Imprint
from kaoping.certificates.statement import Award
from kaoping.exam import clock, document_signing
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printed_code, printing, reporting
from kaoping.exam.results.models import Decision
from kaoping.exam.results.report_print import SEAL, SEAL_FOOT, PrintableReport, report_pdf

#: Characters that the cells of the head surely take on one line: Chinese ones of a name, or digits.
_ONE_LINE = 14


def pdf(session: Session, certificate: Certificate, *, origin: str, credential: bytes | None = None) -> bytes:
    """Print a registered report, signed as of its issue, with its credential.

    Raises
    ------
    DoesNotFit, MissingGlyph, NotForDemonstration, and what `kaoping.exam.document_signing.signer_for` and
    `kaoping.certificates.pades.DocumentSigner.sign` raise.
    """
    award, decision = register.award_of(certificate), session.get_one(Decision, certificate.award_id)
    organisation = session.get_one(Organisation, certificate.organisation_id)
    code = printed_code.text(certificate, organisation, origin=origin)
    beside = replace(_imprint(organisation, award, certificate.query_key, origin), query_url=code)
    render.check_addresses(award, beside)
    render.check_seal(award, beside)
    signer = document_signing.signer_for(demonstration=certificate.demonstration)
    sheet, uploaded = _sheet(session, decision, _first(certificate).issued_at)
    draw = partial(
        report_pdf, _printable(session, decision, award, certificate.number, beside), sheet, uploaded=uploaded
    )
    return render.completed(
        draw, award, beside, place=SEAL, credential=credential, signer=signer,
        at=max(certificate.issued_at, signer.key.first_moment),
    )  # fmt: skip


def require_room(session: Session, decision: Decision, award: Award, *, origin: str, at: datetime) -> None:
    """Draw a report that is not issued yet, with the longest number.

    Raises
    ------
    DoesNotFit, MissingGlyph, NotForDemonstration
    """
    organisation = session.get_one(Organisation, decision.organisation_id)
    beside = _imprint(organisation, award, "-" * register.QUERY_KEY, origin)
    render.check_addresses(award, beside)
    render.check_seal(award, beside)
    sheet, uploaded = _sheet(session, decision, at)
    report_pdf(_printable(session, decision, award, "0" * number.LONGEST, beside), sheet, uploaded=uploaded)


def shape(decision: Decision, award: Award) -> Hashable:
    """Name what decides whether a report of an exam fits its page: the paper, and holder's words of over one line."""
    lengths = (max(len(words), _ONE_LINE) for words in (award.name, award.id_number))
    return decision.application.paper_id, len(award.details), *lengths


def _imprint(organisation: Organisation, award: Award, query_key: str, origin: str) -> Imprint:
    beside = printing.imprint(organisation, demonstration=award.demonstration, query_key=query_key, origin=origin)
    return replace(beside, seal_foot=SEAL_FOOT)


def _first(certificate: Certificate) -> Certificate:
    """Give the certificate that corrections go back to; its layout stays."""
    return _first(certificate.supersedes) if certificate.supersedes else certificate


def _sheet(session: Session, decision: Decision, at: datetime) -> tuple[SheetLayout | None, dict[str, bytes]]:
    exam = decision.application.exam
    occasion = Occasion(at, clock.local_date(at), str(exam.level.digit), exam.batch.standard.code)
    return layout_choice.sheet_in_force(session, LayoutKind.SCORE_REPORT, occasion)


def _printable(
    session: Session, decision: Decision, award: Award, number: str, beside: Imprint
) -> PrintableReport:  # fmt: skip
    said = dict(award.details)
    return PrintableReport(
        number=number,
        occupation=award.occupation,
        level_name=award.level_name,
        facts=(
            ("姓名", award.name), (score_words.TICKET, said[score_words.TICKET]),
            ("证件号码", award.id_number), (score_words.EXAM_DAY, said[score_words.EXAM_DAY]),
            (score_words.NUMBER, number), ("证件类型", award.id_type),
        ),
        components=tuple(reporting.component(one) for one in score_words.scores(award.details)),
        verdict=said[score_words.RESULT],
        issuer=award.issuer,
        issued_on=award.issued_on,
        demonstration=award.demonstration,
        objection_until=clock.local(decision.objection_until),
        verify_home=beside.verify_home,
        query_url=beside.query_url,
        seal_mark=beside.seal_mark,
        **reporting.measured(session, decision),
    )  # fmt: skip
