"""The score report of an announced decision, put together from what was decided."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, score_words
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.score_words import StatedScore
from kaoping.exam import clock
from kaoping.exam.people import persons
from kaoping.exam.people.errors import PersonErased
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration.models import Application
from kaoping.exam.results import deciding, profiling, responses, scoring
from kaoping.exam.results.models import Decision, DecisionState, Outcome, Score
from kaoping.exam.results.report_figures import Estimate
from kaoping.exam.results.report_print import ComponentScore, FunctionRate, PrintableReport, report_pdf, two_lines
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Component

#: Components as certificates and reports of the authorities name them.
COMPONENTS = {
    Component.THEORY: score_words.THEORY, Component.SKILL: score_words.SKILL, Component.REVIEW: score_words.REVIEW,
}  # fmt: skip


def report(session: Session, application_id: UUID) -> PrintableReport:
    """Put the score report of the newest decision together; a later decision makes another report.

    Raises
    ------
    Missing : nothing was announced yet.
    PersonErased
    """
    application = session.get_one(Application, application_id)
    decision = deciding.current(session, application.id)
    if decision is None:
        raise Missing(what=N_("score report"))
    if persons.is_erased(application.person):
        raise PersonErased
    organisation = session.get_one(Organisation, decision.organisation_id)
    exam, standard = application.exam, application.exam.batch.standard
    demonstration = organisation.demonstration or standard.demonstration
    return PrintableReport(
        number=f"{application.ticket}-{decision.version}",
        occupation=standard.occupation,
        level_name=exam.level.full_name,
        facts=_facts(application, decision),
        components=tuple(component(one) for one in stated(decision)),
        verdict=score_words.PASSED if decision.outcome is Outcome.PASS else score_words.FAILED,
        issuer=organisation.name,
        issued_on=clock.local_date(decision.final_at or decision.decided_at),
        demonstration=demonstration,
        **measured(session, decision),
        objection_until=clock.local(decision.objection_until),
        seal_mark="示范" if demonstration else organisation.settings.get("seal_mark", ""),
    )


def pdf(session: Session, application_id: UUID) -> bytes:
    """Print the score report of an application, by the layout that counted when the newest decision was made."""
    printable = report(session, application_id)
    sheet, uploaded = layout_choice.sheet_in_force(session, LayoutKind.SCORE_REPORT, _occasion(session, application_id))
    return report_pdf(printable, sheet, uploaded=uploaded)


def _occasion(session: Session, application_id: UUID) -> Occasion:
    application = session.get_one(Application, application_id)
    decision = deciding.current(session, application_id)
    at = (decision.final_at or decision.decided_at) if decision else application.exam.closes_at
    level, standard = application.exam.level, application.exam.batch.standard
    return Occasion(at, clock.local_date(at), str(level.digit), standard.code)


def _facts(application: Application, decision: Decision) -> tuple[tuple[str, str], ...]:
    return (
        ("姓名", application.person.name),
        ("准考证号", application.ticket),
        ("证件号码", persons.masked_identity(application.person)),
        ("考核日期", clock.local_date(application.exam.opens_at).isoformat()),
        ("结果状态", "已生效" if decision.state is DecisionState.FINAL else "公示中"),
    )


def stated(decision: Decision) -> Iterator[StatedScore]:
    """Give the components as they were decided from, in their order."""
    cut, decided = Decimal(decision.grounds["pass_mark"]), decision.grounds["components"]
    for each in Component:
        if each in decided:
            yield StatedScore(COMPONENTS[each], Decimal(decided[each]["raw"]), cut)


def component(score: StatedScore) -> ComponentScore:
    """Give a component as it is printed."""
    return ComponentScore(score.component, score.score, score.cut, score.result)


def measured(session: Session, decision: Decision) -> dict[str, Any]:
    """Give what a report shows beside the scores: ability and profile, as far as the data allow it."""
    return {
        "estimate": _estimate(session, decision.application, decision),
        "functions": tuple(_functions(session, decision)),
    }


def _functions(session: Session, decision: Decision) -> Iterator[FunctionRate]:
    """Give the profile of the theory score that was decided from."""
    if score := _theory(session, decision):
        for one in profiling.profile(session, score):
            yield FunctionRate(one.name, two_lines(one.name), one.weight, one.items, one.rate, one.mean)


def _theory(session: Session, decision: Decision) -> Score | None:
    theory = decision.grounds["components"].get(Component.THEORY)
    return session.get(Score, UUID(theory["score"])) if theory else None


def _estimate(session: Session, application: Application, decision: Decision) -> Estimate | None:
    """Give the ability that stands with the decided score, where the whole paper is calibrated and the cut is known."""
    score = _theory(session, decision)
    if score is None or score.theta is None or score.se_theta is None:
        return None
    parameters = scoring.adopted(session, application.paper)
    measured = responses.precision(application.paper, parameters, cut=Decimal(decision.grounds["pass_mark"]))
    return Estimate(score.theta, score.se_theta, measured.cut_theta) if measured else None
