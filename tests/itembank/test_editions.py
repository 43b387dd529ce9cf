"""Editions: the next one says what the earlier one says, the two are compared, and items are carried over."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import (
    authoring,
    carrying,
    duplicates,
    editions,
    enemy_sets,
    leak_reports,
    life,
    pictures,
    review_figures,
    standards,
)
from kaoping.itembank.drafting import StandardExists
from kaoping.itembank.items import Item, ItemState, MoveReason, Picture, Statistics, Verdict
from kaoping.itembank.leak_reports import Sighting
from kaoping.itembank.models import Level, Point, Standard, Weight
from kaoping.itembank.structure import CarryOver
from tests.builders import NOON, an_actor, an_organisation, stored
from tests.builders_bank import (
    DOCUMENT,
    SINGLE,
    SOURCE,
    a_document,
    a_picture_file,
    a_standard,
    a_verdict,
    an_approved_item,
    an_item,
)
from tests.builders_papers import a_calibration_run, with_statistics


def begun(session: Session, **changes: Any) -> tuple[Standard, Standard]:
    """Give a published standard and the draft of its next edition."""
    an_organisation(session)
    earlier = a_standard(session, **changes)
    return earlier, editions.follow(session, earlier.id, edition="2027", by=an_actor(session), at=NOON)


def published(session: Session, standard: Standard) -> Standard:
    return standards.publish(session, standard.id, by=an_actor(session), at=NOON)


def point_of(session: Session, standard: Standard, code: str) -> Point:
    return session.scalars(select(Point).where(Point.standard_id == standard.id, Point.code == code)).one()


def renamed(session: Session, standard: Standard, point: str, **values: Any) -> None:
    session.execute(update(Point).where(Point.standard_id == standard.id, Point.code == point).values(**values))
    session.expire_all()


def scope_of(session: Session) -> AbstractContextManager[Session]:
    """Give the test's own transaction where a job opens one of its own."""

    @contextmanager
    def scope() -> Iterator[Session]:
        yield session
        session.flush()

    return scope()


def test_the_next_edition_says_what_the_earlier_one_says(session: Session) -> None:
    earlier, later = begun(session)

    assert editions.document_of(session, later) == editions.document_of(session, earlier).model_copy(
        update={"edition": "2027", "effective_on": None}
    )
    assert editions.document_of(session, earlier).points == a_document().points
    assert editions.difference(session, earlier, later).none
    with pytest.raises(StandardExists):
        editions.follow(session, earlier.id, edition="2027", by=an_actor(session), at=NOON)
    with pytest.raises(editions.EditionUnfinished):
        editions.follow(session, later.id, edition="2028", by=an_actor(session), at=NOON)


def test_what_changed_is_named(session: Session) -> None:
    earlier, later = begun(session)
    renamed(session, later, "1-1", name="标准检索", importance="Y")
    session.delete(point_of(session, later, "2-1"))
    weight = session.scalars(select(Weight).join(Level).where(Level.standard_id == later.id, Level.digit == 4)).first()
    assert weight is not None
    weight.percent += 1
    session.flush()
    session.expire_all()

    found = editions.difference(session, earlier, later)

    assert [(one.part, one.before, one.after) for one in found.points] == [
        ("name", "检索", "标准检索"), ("importance", "X", "Y"),
    ]  # fmt: skip
    assert [point.code for point in found.dropped] == ["2-1"]
    assert not found.added
    assert len(found.weights) == 1
    assert not found.levels


def test_points_are_proposed_by_code_then_name_then_likeness(session: Session) -> None:
    points = [
        {**DOCUMENT["points"][0], "code": f"1-{number}", "name": name}
        for number, name in enumerate(("标准的检索和查新方法", "标准代号和编号", "标准体系表", "标准化原理"), 1)
    ]  # fmt: skip
    _, later = begun(session, points=[*points, DOCUMENT["points"][1]])
    renamed(session, later, "1-1", name="标准的检索与查新方法")
    renamed(session, later, "1-2", code="1-9")
    renamed(session, later, "1-3", name="企业标准体系的构建")

    pairs = {pair.old.code: pair.new.code if pair.new else None for pair in carrying.pairs(session, later.id)}

    assert pairs == {"1-1": "1-1", "1-2": "1-9", "1-3": None, "1-4": "1-4", "2-1": "2-1"}


def mapped(session: Session, later: Standard, **codes: str) -> CarryOver:
    """Write the proposed mapping with changes, by another person than who confirms it."""
    proposal = {pair.old.id: pair.new.code if pair.new else "" for pair in carrying.pairs(session, later.id)}
    changes = {
        pair.old.id: codes[pair.old.code] for pair in carrying.pairs(session, later.id) if pair.old.code in codes
    }
    return carrying.write(session, later.id, proposal | changes, by=an_actor(session), at=NOON)


def test_items_are_carried_over_with_wording_authors_statistics_and_pictures(session: Session) -> None:
    earlier, later = begun(session)
    origin = an_approved_item(session, standard=earlier)
    level = session.get_one(Level, origin.level_id)
    with_statistics(session, origin, a_calibration_run(session, level, by=an_actor(session)), a=1.0, b=0.0)
    pictures.store(session, origin.id, a_picture_file(), alternative="图", by=an_actor(session), at=NOON)
    published(session, later)
    mapped(session, later)
    carried = carrying.approve(session, later.id, by=an_actor(session), at=NOON)

    first = carrying.carry_out(lambda: scope_of(session), carried.id)
    again = carrying.carry_out(lambda: scope_of(session), carried.id)

    made = session.scalars(select(Item).where(Item.standard_id == later.id)).one()
    assert (first, again) == (1, 0)
    assert (made.state, made.author_id, made.carried_from_id) == (ItemState.APPROVED, origin.author_id, origin.id)
    assert made.code != origin.code
    assert made.latest.body == origin.latest.body
    assert made.level.digit == level.digit
    measured = select(Statistics).where(Statistics.revision_id == made.latest.id)
    assert session.scalars(measured).one().facility == 0.65
    assert session.scalars(select(Picture).where(Picture.item_id == made.id)).one().content
    assert carrying.progress(session, carried) == carrying.Progress(1, 1)
    assert [(one.person, one.written) for one in review_figures.writers(session)] == [(origin.author_id, 1)]


def carried_twice(session: Session) -> tuple[Item, Item, Item]:
    """Give two enemies of an edition and the copy of the first; each item has two hands."""
    earlier, later = begun(session)
    first, second = (an_item(session, standard=earlier) for _ in "12")
    for item in (first, second):
        authoring.submit(session, item.id, by=an_actor(session), at=NOON)
        a_verdict(session, item, Verdict.RETURN, comment="改题干")
        authoring.revise(
            session, item.id, body=SINGLE | {"rationale": f"{item.code}"}, source=SOURCE, difficulty=2, consistency=4,
            by=an_actor(session), at=NOON,
        )  # fmt: skip
        authoring.submit(session, item.id, by=an_actor(session), at=NOON)
        a_verdict(session, item)
    enemy_sets.declare(
        session, [first.code, second.code], name="同义", reason="互相提示", by=an_actor(session), at=NOON
    )
    published(session, later)
    mapped(session, later)
    carried = carrying.approve(session, later.id, by=an_actor(session), at=NOON)
    assert carrying.waiting(session, carried, most=1) == [first]
    assert carrying.progress(session, carried) == carrying.Progress(2, 0)
    assert carrying.carry_out(lambda: scope_of(session), carried.id) == 2
    return first, second, session.scalars(select(Item).where(Item.carried_from_id == first.id)).one()


def test_a_copy_keeps_the_hands_and_enemies_of_its_origin_and_is_no_duplicate_of_it(session: Session) -> None:
    first, second, copy = carried_twice(session)

    assert copy.hands == first.hands
    assert len(copy.hands) == 2
    assert len(enemy_sets.of_items(session, [copy.id])[copy.id]) == 1
    found = {frozenset((one, other)) for one, other, _ in duplicates.sought(session)}
    assert frozenset((first.id, copy.id)) not in found
    assert frozenset((first.id, second.id)) in found


def test_what_is_wrong_with_an_item_takes_those_that_say_the_same_out_of_assembly(session: Session) -> None:
    first, second, copy = carried_twice(session)
    by = an_actor(session)
    life.retire(session, second.id, MoveReason.PERIODIC, by=by, at=NOON)
    other = session.scalars(select(Item).where(Item.carried_from_id == second.id)).one()
    assert other.state is ItemState.APPROVED

    seen = Sighting([copy.code], "", NOON.date(), "网上", "截图")
    row = leak_reports.report(session, seen, by=by, at=NOON)
    assert {one.code for one in row.items} == {first.code, copy.code}
    assert {first.state, copy.state} == {ItemState.RECHECK}
    leak_reports.confirm(session, row.id, by=an_actor(session), at=NOON)
    assert {first.state, copy.state} == {ItemState.RETIRED}


def test_a_retired_origin_has_its_copy_looked_at_again(session: Session) -> None:
    first, _, copy = carried_twice(session)

    life.retire(session, first.id, MoveReason.SOURCE_REPLACED, by=an_actor(session), at=NOON)

    assert copy.state is ItemState.RECHECK
    assert life.moves(session, copy)[0].note == first.code


@pytest.mark.parametrize(("codes", "state"), [({"2-1": ""}, None), ({}, ItemState.RECHECK)])
def test_items_stay_behind_whose_point_is_gone_or_that_are_not_in_use(
    session: Session, codes: dict[str, str], state: ItemState | None
) -> None:
    earlier, later = begun(session)
    origin = an_approved_item(session, standard=earlier)
    code = session.get_one(Point, origin.point_id).code
    if state:
        origin.state = state
    published(session, later)
    carried = mapped(session, later, **({code: ""} if codes else {}))
    carrying.approve(session, later.id, by=an_actor(session), at=NOON)

    assert carrying.carry_out(lambda: scope_of(session), carried.id) == 0


def test_a_mapping_is_confirmed_by_another_person_once_the_edition_is_published(session: Session) -> None:
    _, later = begun(session)
    author = an_actor(session)
    with pytest.raises(carrying.PointUnknown, match="9-9"):
        carrying.write(session, later.id, {carrying.pairs(session, later.id)[0].old.id: "9-9"}, by=author, at=NOON)
    carrying.write(session, later.id, {}, by=author, at=NOON)
    with pytest.raises(carrying.EditionNotPublished):
        carrying.approve(session, later.id, by=an_actor(session), at=NOON)
    published(session, later)
    carrying.write(session, later.id, {}, by=an_actor(session), at=NOON)
    with pytest.raises(carrying.OwnMapping):
        carrying.approve(session, later.id, by=author, at=NOON)

    carrying.approve(session, later.id, by=an_actor(session), at=NOON)

    with pytest.raises(standards.StandardLocked):
        standards.reopen(session, later.id, by=author, at=NOON)
    with pytest.raises(carrying.MappingConfirmed):
        carrying.write(session, later.id, {}, by=author, at=NOON)
    with pytest.raises(IntegrityError, match="carry_over_stands"):
        session.execute(update(CarryOver).values(mapping={"a": "b"}))


def test_a_standard_that_follows_none_has_nothing_to_carry_over(session: Session) -> None:
    an_organisation(session)

    with pytest.raises(carrying.NothingFollowed):
        carrying.pairs(session, a_standard(session).id)


def test_the_database_lets_no_item_in_as_approved_without_a_confirmed_mapping(session: Session) -> None:
    earlier, later = begun(session)
    origin = an_approved_item(session, standard=earlier)
    published(session, later)
    carried = mapped(session, later)
    level = next(one for one in later.levels if one.digit == origin.level.digit)

    with pytest.raises(IntegrityError, match="item_enters_as_draft"):
        stored(session, Item(
            organisation_id=origin.organisation_id, standard_id=later.id, level_id=level.id,
            point_id=UUID(carried.mapping[str(origin.point_id)]), code="4-900000", type=origin.type,
            state=ItemState.APPROVED, author_id=origin.author_id, created_at=NOON, carried_from_id=origin.id,
            carry_over_id=carried.id,
        ))  # fmt: skip
