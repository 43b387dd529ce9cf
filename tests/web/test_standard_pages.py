"""Pages on which a standard is written part by part."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaoping.exam.db import transaction
from kaoping.itembank import authoring, standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Stage
from tests.builders import NOON
from tests.builders_bank import SINGLE, SOURCE, a_document, level_of, point_of
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def a_drafter(visitor: FlaskClient) -> Staff:
    drafter = a_member("bank_administrator")
    log_in(visitor, drafter)
    return drafter


def a_stored_draft(staff: Staff, **changes: Any) -> UUID:
    """Store a sound draft that somebody else wrote."""
    other = Actor(uuid4(), staff.organisation, frozenset())
    with transaction(staff.organisation) as session:
        return standards.create(session, a_document(**changes), by=other, at=NOON).id


def published(staff: Staff, standard: UUID) -> None:
    with transaction(staff.organisation) as session:
        standards.publish(session, standard, by=Actor(staff.account, staff.organisation, frozenset()), at=NOON)


def filled(page: str) -> dict[str, str]:
    """Take what a form shows, as a browser would send it."""
    controls = [one for one in re.findall(r"<input [^>]*>", page) if "checkbox" not in one or " checked" in one]
    named = (re.search(r'name="([^"]+)".*value="([^"]*)"', one) for one in controls)
    return {one[1]: one[2] for one in named if one and one[1] != "csrf_token"}


def test_a_standard_begins_in_the_browser_with_the_levels_of_a_ladder(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    head = {"code": "BZH-9", "edition": "2026", "name": "标准化员", "ladder": "eight", "code_style": "numeric"}
    answer = visitor.post("/standards/new?lang=en", data=head)
    page = visitor.get(answer.location).text

    assert "Level 5 / Junior Skilled Worker" in page
    assert "职业道德" in visitor.get(f"{answer.location}?lang=zh").text
    assert "has no assessment point" in visitor.get(f"{answer.location}?lang=en").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": ""}, "Fill this in."),
        ({"code": "标准 1"}, "Use letters, figures"),
        ({"effective_on": "soon"}, "2026-01"),
    ],
)
def test_a_head_that_cannot_be_read_is_told_at_its_field(
    visitor: FlaskClient, changes: dict[str, str], said: str
) -> None:
    a_drafter(visitor)

    head = {"code": "BZH-9", "edition": "2026", "name": "标准化员", "ladder": "five", "code_style": "numeric"} | changes
    answer = visitor.post("/standards/new?lang=en", data=head)

    assert answer.status_code == 422
    assert answer.text.count(said) >= 1
    assert 'value="标准化员"' in answer.text


def test_ranges_are_written_and_weights_are_kept_in_a_draft_before_they_sum_to_100(visitor: FlaskClient) -> None:
    draft = a_stored_draft(a_drafter(visitor))
    page = visitor.get(f"/standards/{draft}/ranges?lang=en").text
    added = {"row-2-code": "3", "row-2-name": "审查"}
    assert visitor.post(f"/standards/{draft}/ranges", data=filled(page) | added).status_code == 302

    page = visitor.get(f"/standards/{draft}/weights?lang=en").text
    first = next(name for name in filled(page) if name.startswith("theory") and name.endswith("-4"))
    assert visitor.post(f"/standards/{draft}/weights", data=filled(page) | {first: "59.5"}).status_code == 302

    shown = visitor.get(f"/standards/{draft}?lang=en").text
    assert "sum to 99.5; they should sum to 100" in shown
    assert "审查" in visitor.get(f"/standards/{draft}?lang=zh").text


def test_a_weight_that_is_no_number_comes_back_with_what_was_typed(visitor: FlaskClient) -> None:
    draft = a_stored_draft(a_drafter(visitor))
    typed = filled(visitor.get(f"/standards/{draft}/weights?lang=en").text)
    first = next(name for name in typed if name.startswith("theory"))

    answer = visitor.post(f"/standards/{draft}/weights?lang=en", data=typed | {first: "6O"})

    assert answer.status_code == 422
    assert 'value="6O"' in answer.text
    assert f'id="{first}-error"' in answer.text


def test_whoever_saves_second_is_told_and_loses_nothing(visitor: FlaskClient) -> None:
    draft = a_stored_draft(a_drafter(visitor))
    typed = filled(visitor.get(f"/standards/{draft}/ranges?lang=en").text)
    visitor.post(f"/standards/{draft}/ranges", data=typed)

    answer = visitor.post(f"/standards/{draft}/ranges?lang=en", data=typed | {"row-0-name": "改名"})

    assert visitor.post(f"/standards/{draft}/ranges", data=typed | {"version": "²"}).status_code == 409
    assert answer.status_code == 409
    assert "Somebody else changed standard T-001" in answer.text
    assert 'value="改名"' in answer.text
    assert visitor.post(f"/standards/{draft}/ranges", data=filled(answer.text)).status_code == 302


def test_a_published_standard_goes_back_to_draft_until_an_item_locks_it(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    published(drafter, standard)
    assert visitor.get(f"/standards/{standard}/weights").status_code == 409
    assert visitor.post(f"/standards/{standard}/reopen").status_code == 302
    assert visitor.post(f"/standards/{standard}/publish").status_code == 403

    with transaction(drafter.organisation) as session:
        other = Actor(uuid4(), drafter.organisation, frozenset())
        standards.publish(session, standard, by=other, at=NOON)
        row = standards.get(session, standard)
        authoring.write(
            session, level_id=level_of(row).id, point_id=point_of(session, row).id, body=SINGLE, source=SOURCE,
            difficulty=2, consistency=4, by=other, at=NOON,
        )  # fmt: skip
    answer = visitor.post(f"/standards/{standard}/reopen?lang=en")

    assert answer.status_code == 409
    assert "is locked, because items, papers or batches refer to it" in answer.text
    with transaction(drafter.organisation) as session:
        assert standards.get(session, standard).stage is Stage.LOCKED


def test_an_item_that_is_written_while_its_standard_goes_back_to_draft_is_refused(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    published(drafter, standard)
    other = Actor(uuid4(), drafter.organisation, frozenset())

    def write() -> None:
        with transaction(drafter.organisation) as session:
            row = standards.get(session, standard)
            authoring.write(
                session, level_id=level_of(row).id, point_id=point_of(session, row).id, body=SINGLE, source=SOURCE,
                difficulty=2, consistency=4, by=other, at=NOON,
            )  # fmt: skip

    with ThreadPoolExecutor(1) as beside:
        with transaction(drafter.organisation) as session:
            standards.reopen(session, standard, by=other, at=NOON)
            writing = beside.submit(write)
            time.sleep(0.3)
        with pytest.raises(authoring.StandardNotPublished):
            writing.result()


_DEEDS = (
    "UPDATE point SET name = 'x'",
    "DELETE FROM weight",
    "UPDATE level SET pass_mark = 1",
    "UPDATE range SET name = 'x'",
    "UPDATE requirement SET skills = '[]'",
    "UPDATE standard SET name = 'x'",
    "INSERT INTO weight SELECT gen_random_uuid(), organisation_id, range_id, level_id, 'review', 1 FROM weight",
)


def test_the_database_refuses_to_change_a_published_standard(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    published(drafter, a_stored_draft(drafter))

    for deed in _DEEDS:
        with pytest.raises(IntegrityError, match="published_standard_stands"), transaction(drafter.organisation) as one:
            one.execute(text(deed))


def test_the_database_refuses_a_publisher_who_drafted(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    with transaction(drafter.organisation) as session:
        own = Actor(drafter.account, drafter.organisation, frozenset())
        standards.create(session, a_document(), by=own, at=NOON)

    with pytest.raises(IntegrityError, match="publisher_is_not_drafter"), transaction(drafter.organisation) as session:
        session.execute(text("UPDATE standard SET state = 'published', published_by = :by"), {"by": drafter.account})


def test_an_occupation_of_class_2_does_not_stand_on_skill_levels(visitor: FlaskClient) -> None:
    a_drafter(visitor)
    entry = {"name": "标准化工程技术人员", "major_class": "2", "code": "2-02-30-09", "directions": "方向甲\n方向乙"}
    visitor.post("/occupations/new", data=entry)
    page = visitor.get("/standards/new?lang=en").text
    occupation = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert occupation is not None

    head = {"code": "P-1", "edition": "2026", "name": "甲", "code_style": "numeric", "occupation": occupation[1]}
    refused = visitor.post("/standards/new?lang=en", data=head | {"ladder": "five"})
    taken = visitor.post("/standards/new?lang=en", data=head | {"ladder": "professional"})

    assert "class 2 has professional levels" in refused.text
    assert taken.status_code == 302


def test_an_occupation_that_is_not_offered_is_told_at_its_field(visitor: FlaskClient) -> None:
    a_drafter(visitor)
    head = {"code": "P-1", "edition": "2026", "name": "甲", "code_style": "numeric", "ladder": "five"}

    answer = visitor.post("/standards/new?lang=en", data=head | {"occupation": "x"})

    assert 'id="occupation-error"' in answer.text
    assert "Give the day" not in answer.text


def test_a_code_that_is_not_of_the_class_is_refused(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    answer = visitor.post("/occupations/new?lang=en", data={"name": "甲", "major_class": "4", "code": "6-04-05-05"})

    assert answer.status_code == 422
    assert "begins with the major class 4" in answer.text
