"""The demonstration: what it holds, and that loading it again adds nothing."""

from collections import Counter
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.itembank import content, demonstration, markdown
from kaoping.itembank.demonstration import NotADemonstration
from kaoping.itembank.items import Item, ItemState, Review, Revision
from kaoping.itembank.models import Component, Point, StandardState, Task
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.table import shortages
from kaoping.itembank.weight_tables import weight_table
from tests.builders import NOON, an_actor, an_organisation

DOCUMENT = demonstration.document()
POINTS = {point.code: point for point in DOCUMENT.points}
ITEMS = list(demonstration.items())
LEVEL_3 = [item for item in ITEMS if item["level"] == 3]

#: What one paper of level 3 takes of each range: true/false, single choice, multiple choice, fill-in or numeric.
PAPER = {
    "0-1": (1, 2, 0, 0), "0-2": (4, 6, 1, 1), "1": (3, 4, 1, 1), "2": (5, 7, 2, 1), "3": (3, 4, 2, 0),
    "4": (3, 4, 1, 1), "5": (1, 1, 1, 0),
}  # fmt: skip
TYPES = ("true_false", "single_choice", "multiple_choice", "written")


def kind_of(item: dict[str, Any]) -> str:
    kind: str = item["body"]["type"]
    return "written" if kind in {"fill_in", "numeric"} else kind


@pytest.mark.parametrize("component", ["theory", "skill"])
@pytest.mark.parametrize("digit", [5, 4, 3, 2, 1])
def test_the_weights_of_a_level_sum_to_100(digit: int, component: str) -> None:
    weights = [getattr(described, component).get(digit, Decimal(0)) for described in DOCUMENT.ranges]

    assert sum(weights) == 100


def test_every_range_of_level_3_has_two_and_a_half_times_what_a_paper_takes_of_each_type() -> None:
    supply = Counter((POINTS[item["point"]].range, kind_of(item)) for item in LEVEL_3)

    short = {
        (area, kind): supply[area, kind]
        for area, needs in PAPER.items()
        for kind, need in zip(TYPES, needs, strict=True)
        if supply[area, kind] < ceil(2.5 * need)
    }

    assert not short


def test_no_letter_is_the_key_of_too_few_single_choices() -> None:
    keys = Counter(item["body"]["key"] for item in LEVEL_3 if item["body"]["type"] == "single_choice")

    assert min(keys[letter] for letter in "ABCD") >= 0.15 * keys.total()


def test_the_key_is_not_given_away_by_its_length() -> None:
    bodies = [item["body"] for item in ITEMS if item["body"]["type"] == "single_choice"]

    longest = [body for body in bodies if _is_longest(body)]

    assert len(longest) < 0.35 * len(bodies)


def _is_longest(body: dict[str, Any]) -> bool:
    lengths = [len(option) for option in body["options"]]
    key = lengths.pop("ABCDEFGH".index(body["key"]))
    return key > max(lengths)


def test_true_and_false_are_about_as_frequent() -> None:
    keys = [item["body"]["key"] for item in ITEMS if item["body"]["type"] == "true_false"]

    assert 0.4 <= sum(keys) / len(keys) <= 0.6


def test_items_stand_on_points_whose_fact_was_checked() -> None:
    assert {POINTS[item["point"]].confidence for item in ITEMS} <= {"V", "C"}
    assert all(POINTS[item["point"]].lowest_level >= item["level"] for item in ITEMS)


def test_a_point_has_no_two_items_of_one_type() -> None:
    places = Counter((item["level"], item["point"], item["body"]["type"]) for item in ITEMS)

    assert max(places.values()) == 1


def test_every_item_is_sound_and_names_its_source() -> None:
    for item in ITEMS:
        body = item["body"]
        shown = [body["stem"], body["rationale"], *body.get("options", ())]

        assert not content.problems_in(body), item["point"]
        assert not [problem for text in shown for problem in markdown.problems(text, "stem")], item["point"]
        assert item["source"]["standard"].strip(), item["point"]


def test_the_tasks_of_level_5_sum_to_the_skill_weights() -> None:
    tasks = sorted(demonstration.tasks(), key=lambda task: task["code"])
    skill = {described.code: described.skill for described in DOCUMENT.ranges}

    chosen = [task for task in tasks if task["level"] == 5]

    marks = {area: sum(Decimal(task["marks"]) for task in group) for area, group in groupby(chosen, _function)}
    assert marks == {area: percents[5] for area, percents in skill.items() if 5 in percents}


def test_the_tasks_of_level_3_serve_a_project_table_that_keeps_the_skill_weights(session: Session) -> None:
    standard = demonstration.load(session, an_organisation(session), by=an_actor(session), at=NOON)
    level = next(level for level in standard.levels if level.digit == 3)

    proposed = tables.propose(session, level.id)

    assert not proposed.problems(tables.weights(session, level.id))
    assert not shortages(proposed, tables.stock(session, level.id))
    assert [(unit.code, unit.group) for unit in proposed.units][:2] == [("1-1", "A"), ("1-2", "A")]
    assert (proposed.minutes, proposed.task_count) == (235, 5)


def _function(task: dict[str, Any]) -> str:
    return str(task["code"]).split("-")[1]


def test_the_rows_of_a_score_sheet_sum_to_the_marks_of_the_task() -> None:
    for task in demonstration.tasks():
        assert sum(Decimal(row["marks"]) for row in task["sheet"]) == Decimal(task["marks"]), task["code"]


def test_loading_makes_a_published_standard_with_approved_items_that_nobody_reviewed(session: Session) -> None:
    organisation, person = an_organisation(session), an_actor(session, "system_administrator")

    standard = demonstration.load(session, organisation, by=person, at=NOON)

    assert standard.state is StandardState.PUBLISHED
    assert standard.occupation_code is None
    assert _count(session, Item) == len(ITEMS)
    assert _count(session, Point) == len(DOCUMENT.points)
    assert set(session.scalars(select(Item.state).distinct())) == {ItemState.APPROVED}
    assert all(session.execute(select(func.bool_and(Item.demonstration), func.bool_and(Item.ai_assisted))).one())
    assert _count(session, Review) == 0
    skill = weight_table(session, standard, Component.SKILL)
    assert {skill.total(level.id) for level in standard.levels} == {100}


def test_loading_again_adds_nothing(session: Session) -> None:
    organisation, person = an_organisation(session), an_actor(session, "system_administrator")
    first = demonstration.load(session, organisation, by=person, at=NOON)

    again = demonstration.load(session, organisation, by=person, at=NOON)

    assert again is first
    assert _count(session, Revision) == len(ITEMS)
    assert _count(session, Task) == len(demonstration.tasks())


def test_keys_and_materials_of_a_task_are_sealed(session: Session) -> None:
    demonstration.load(session, an_organisation(session), by=an_actor(session), at=NOON)

    task = session.scalars(select(Task).where(Task.code == "S3-4-01")).one()

    assert "80 %" in task.body["nominal"]["M7"]
    assert all("nominal" not in row for row in task.sheet)
    assert "GB 99030" not in task.body_sealed.decode(errors="replace")


def test_an_organisation_that_works_for_real_gets_no_sample_data(session: Session) -> None:
    organisation = an_organisation(session, demonstration=False)

    with pytest.raises(NotADemonstration):
        demonstration.load(session, organisation, by=an_actor(session), at=NOON)


def _count(session: Session, row: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0
