"""Items that want attention: judged by limits that are data, in as many statements for many items as for few."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from kaoping.exam.results import attention, calibrating
from kaoping.exam.results.concerns import BandReversed, Concern, Finding, LimitOutside, Limits
from kaoping.exam.results.models import CalibrationRun
from kaoping.itembank.items import Item, Revision, Statistics
from tests.builders import NOON, an_actor
from tests.exam.test_calibrating import a_pool, a_run

SOUND = {
    "facility": 0.6, "discrimination": 0.4, "persons": 300, "infit": 1.0, "outfit": 1.0, "s_x2_adjusted_p": 0.8,
    "distractors": {
        "key": ["A"],
        "options": {"shares": {
            "A": {"all": 0.6, "mean_rest": 20.0}, "B": {"all": 0.2, "mean_rest": 12.0},
            "C": {"all": 0.2, "mean_rest": 11.0}, "blank": {"all": 0.0, "mean_rest": None},
        }},
    },
}  # fmt: skip


def an_adopted_run(session: Session, items: int = 6) -> CalibrationRun:
    """Adopt a run in which every item is sound."""
    run = a_run(session, a_pool(session, items=items))
    session.execute(update(Statistics).values(**SOUND))
    return calibrating.adopt(session, run.id, by=an_actor(session, "psychometrician"), at=NOON)


def changed(session: Session, **values: object) -> Item:
    """Change the statistics of the first item, judge anew, and give the item."""
    first = session.scalars(select(Item).order_by(Item.code)).first()
    assert first is not None
    session.execute(update(Statistics).where(Statistics.revision_id == first.latest.id).values(**values))
    attention.refresh(session, by=an_actor(session, "psychometrician"), at=NOON)
    return first


def options(**changes: tuple[float, float]) -> dict[str, object]:
    shares = {label: {"all": share, "mean_rest": rest} for label, (share, rest) in changes.items()}
    return {"key": ["A"], "options": {"shares": shares}}


@pytest.mark.parametrize(
    ("values", "concern"),
    [
        ({"discrimination": -0.1}, Concern.REVERSED),
        ({"discrimination": 0.1}, Concern.FLAT),
        ({"facility": 0.1}, Concern.HARD),
        ({"facility": 0.99}, Concern.EASY),
        ({"persons": 40}, Concern.FEW),
        ({"outfit": 1.6}, Concern.MISFIT),
        ({"s_x2_adjusted_p": 0.01}, Concern.S_X2),
        ({"distractors": options(A=(0.6, 14), B=(0.4, 15))}, Concern.DISTRACTOR_BETTER),
        ({"distractors": options(A=(0.6, 14), B=(0.38, 9), C=(0.02, 9))}, Concern.DISTRACTOR_UNUSED),
    ],
)
def test_each_fault_is_found_on_its_item_alone(session: Session, values: dict[str, object], concern: Concern) -> None:
    an_adopted_run(session)
    assert attention.counts(session, None) == {}

    item = changed(session, **values)

    found = session.execute(select(Finding.item_id, Finding.concern)).all()
    assert [tuple(one) for one in found] == [(item.id, concern)]


def test_old_statistics_and_drift_are_found(session: Session) -> None:
    first = an_adopted_run(session)
    items = session.scalars(select(Item)).all()
    level = first.level_id
    second = calibrating.simulate_pilot(
        session, level, name="二", persons=300, by=an_actor(session, "psychometrician"), at=NOON + timedelta(days=30)
    )
    session.execute(update(Statistics).values(**SOUND, a=1.0, se_a=0.05, se_b=0.1))
    session.execute(update(Statistics).where(Statistics.run_id == first.id).values(b=0.0))
    for number, item in enumerate(items):
        moved = 1.5 if number == 0 else 0.1 + number / 100
        here = (Statistics.run_id == second.id, Statistics.revision_id == item.latest.id)
        session.execute(update(Statistics).where(*here).values(b=moved))
    keeper = an_actor(session, "psychometrician")

    attention.refresh(session, by=keeper, at=NOON)
    drifted = session.scalars(select(Finding.item_id).where(Finding.concern == Concern.DRIFT)).all()
    calibrating.reject(session, second.id, by=keeper, at=NOON)
    attention.refresh(session, by=keeper, at=NOON + timedelta(days=6 * 366))

    assert drifted == [items[0].id]
    assert attention.counts(session, level) == {Concern.OLD: len(items)}


def test_limits_are_appended_and_what_is_no_limit_is_refused(session: Session) -> None:
    an_adopted_run(session)
    changed(session, discrimination=0.3)
    keeper = an_actor(session, "psychometrician")

    attention.set_limits(session, Limits(discrimination=0.35), by=keeper, at=NOON)
    attention.set_limits(session, Limits(discrimination=0.35), by=keeper, at=NOON)

    assert attention.limits(session) == Limits(discrimination=0.35)
    assert attention.counts(session, None) == {Concern.FLAT: 1}
    with pytest.raises(BandReversed):
        attention.set_limits(session, Limits(facility_low=0.9, facility_high=0.3), by=keeper, at=NOON)
    with pytest.raises(LimitOutside):
        attention.set_limits(session, Limits(discrimination=float("nan")), by=keeper, at=NOON)


def test_a_refresh_needs_as_many_statements_for_many_findings_as_for_few(session: Session) -> None:
    an_adopted_run(session, items=12)
    keeper, counts = an_actor(session, "psychometrician"), []
    for few in (1, 12):
        chosen = select(Revision.id).order_by(Revision.id).limit(few)
        session.execute(update(Statistics).where(Statistics.revision_id.in_(chosen)).values(persons=10))
        said: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told, said=said: said.append(told[2]))
        assert attention.refresh(session, by=keeper, at=NOON) == few
        counts.append(len(said))

    assert counts[0] == counts[1]
