"""Calibration runs: answers in, proposed statistics out; a person adopts them, and only then are they used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kaoping.exam.people.models import Organisation
from kaoping.exam.results import attention, functioning, groupings, responses
from kaoping.exam.results.errors import NotSimulatable, RunClosed
from kaoping.exam.results.models import CalibrationRun, RunVerdict
from kaoping.exam.results.responses import Answers
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Statistics, StatisticsState
from kaoping.itembank.models import Level
from kaoping.scoring import ability, classical
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.dif import adjusted
from kaoping.scoring.fit import ItemFit, form_fit, item_mean_squares

#: Seed of the simulated pilot and of the true parameters of demonstration items.
PILOT_SEED = 20261123
#: Persons of a paper below which S-X² is not reported.
FEWEST_FOR_FIT = 200


def run(session: Session, level_id: UUID, *, name: str, by: Actor, at: datetime | None = None) -> CalibrationRun:
    """Calibrate the items of a level from its closed sittings; statistics are proposed, not used.

    Raises
    ------
    ScoringError
        In a leaf that says why the answers do not identify the parameters.
    """
    level = session.get_one(Level, level_id)
    answers = responses.of_level(session, level, groupings.rule(session))
    return _propose(session, level, answers, name=name, simulated=False, by=by, at=at)


def simulate_pilot(
    session: Session, level_id: UUID, *, name: str, persons: int, by: Actor, at: datetime | None = None
) -> CalibrationRun:
    """Calibrate from a simulated pilot with a fixed seed; demonstrations only, and marked so everywhere.

    Raises
    ------
    NotSimulatable
    """
    level = session.get_one(Level, level_id)
    organisation = session.get_one(Organisation, by.organisation)
    if not organisation.demonstration:
        raise NotSimulatable(organisation=organisation.name)
    answers = responses.pilot(responses.approved_revisions(session, level), persons=persons, seed=PILOT_SEED)
    return _propose(session, level, answers, name=name, simulated=True, by=by, at=at)


def adopt(session: Session, run_id: UUID, *, by: Actor, at: datetime | None = None) -> CalibrationRun:
    """Put a run's statistics into use; those in use before are superseded. Adopting twice is harmless.

    Raises
    ------
    RunClosed
    """
    made = session.get_one(CalibrationRun, run_id, with_for_update=True)
    if made.verdict is RunVerdict.ADOPTED:
        return made
    if made.verdict is RunVerdict.REJECTED:
        raise RunClosed(run=made.name, verdict=made.verdict)
    moment = at or trail.database_time(session)
    proposed = select(Statistics.revision_id).where(Statistics.run_id == made.id)
    superseded = update(Statistics).where(
        Statistics.revision_id.in_(proposed), Statistics.state == StatisticsState.ADOPTED
    )
    session.execute(superseded.values(state=StatisticsState.SUPERSEDED))
    adopted = update(Statistics).where(Statistics.run_id == made.id)
    session.execute(adopted.values(state=StatisticsState.ADOPTED, adopted_by=by.id, adopted_at=moment))
    made.verdict, made.adopted_by, made.adopted_at = RunVerdict.ADOPTED, by.id, moment
    trail.record(session, "calibration.adopted", made, by=by, at=at, items=made.items)
    attention.refresh(session, by=by, at=at)
    return made


def reject(session: Session, run_id: UUID, *, by: Actor, at: datetime | None = None) -> CalibrationRun:
    """Set a run aside. Rejecting twice is harmless.

    Raises
    ------
    RunClosed
    """
    made = session.get_one(CalibrationRun, run_id, with_for_update=True)
    if made.verdict is RunVerdict.ADOPTED:
        raise RunClosed(run=made.name, verdict=made.verdict)
    if made.verdict is RunVerdict.PROPOSED:
        made.verdict = RunVerdict.REJECTED
        trail.record(session, "calibration.rejected", made, by=by, at=at)
    return made


def _propose(
    session: Session, level: Level, answers: Answers, *, name: str, simulated: bool, by: Actor, at: datetime | None
) -> CalibrationRun:
    fitted = calibrate(answers.matrix)
    people = ability.eap(answers.matrix, fitted.parameters)
    moment = at or trail.database_time(session)
    made = CalibrationRun(
        organisation_id=by.organisation,
        level_id=level.id,
        name=name,
        model="2pl",
        persons=fitted.n_persons,
        items=len(fitted.items),
        loglik=fitted.log_likelihood,
        iterations=fitted.iterations,
        converged=fitted.converged,
        reliability=ability.marginal_reliability(fitted.parameters),
        simulated=simulated,
        by=by.id,
        at=moment,
    )
    session.add(made)
    session.flush()
    session.add_all(_statistics(made, answers, fitted, people))
    session.add_all(functioning.examined(made, answers, groupings.rule(session)))
    trail.record(session, "calibration.run", made, by=by, at=at, persons=made.persons, items=made.items)
    return made


def _statistics(
    made: CalibrationRun, answers: Answers, fitted: Calibration, people: ability.Abilities
) -> list[Statistics]:
    analysed = classical.analyse(answers.matrix)
    fits = _sum_score_fits(form_fit(answers.matrix, fitted, least=FEWEST_FOR_FIT))
    squares = item_mean_squares(answers.matrix, fitted.parameters, theta=people.theta)
    a, b = (fitted.reported(label) for label in "ab")
    se_a, se_b = (fitted.standard_error(label) for label in "ab")
    shared: dict[str, Any] = {"organisation_id": made.organisation_id, "run_id": made.id, "simulated": made.simulated}
    return [
        Statistics(
            **shared,
            revision_id=revision.id,
            item_id=revision.item_id,
            persons=int(fitted.answered[column]),
            facility=float(analysed.facility[column]),
            discrimination=float(analysed.item_rest[column]),
            a=float(a[column]),
            b=float(b[column]),
            se_a=float(se_a[column]),
            se_b=float(se_b[column]),
            infit=float(squares.infit[column]),
            outfit=float(squares.outfit[column]),
            **fits[column],
            distractors=responses.evidence(answers, column, people.theta),
        )
        for column, revision in enumerate(answers.revisions)
    ]


def _sum_score_fits(found: Sequence[ItemFit | None]) -> list[dict[str, Any]]:
    """Give the columns of each item, with p adjusted for all items that were tested."""
    tested = iter(adjusted([one.p for one in found if one is not None], "bh").tolist())
    return [
        {"s_x2": one.statistic, "s_x2_df": one.df, "s_x2_p": one.p, "s_x2_adjusted_p": next(tested)} if one else {}
        for one in found
    ]
