"""Pages of chapter 1: ladder and levels, overview and methods, application conditions."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import drafting, standards
from kaoping.itembank.chapters import Chapters
from kaoping.itembank.models import Standard
from tests.web.staff import Staff
from tests.web.test_standard_pages import a_drafter, a_stored_draft, filled


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def version(staff: Staff, standard: UUID) -> str:
    with transaction(staff.organisation) as session:
        return str(standards.get(session, standard).version)


def chapters_of(staff: Staff, standard: UUID) -> Chapters:
    with transaction(staff.organisation) as session:
        return Chapters.model_validate(session.get_one(Standard, standard).chapters)


def test_the_eight_levels_are_taken_over_and_saved_with_steps_that_have_no_exam(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    home = f"/standards/{standard}/levels"

    offered = visitor.post(f"{home}?lang=zh", data={"use": "y", "ladder": "eight", "version": "0"}).text
    assert 'value="首席技师"' in offered
    form = {
        "ladder": "eight", "version": version(drafter, standard), "row-0-name": "学徒工", "row-0-decided": "probation",
        "row-1-name": "四级", "row-1-title": "中级工", "row-1-digit": "4", "row-1-decided": "body", "row-1-in": "y",
        "row-1-theory": "y", "row-1-mark": "60", "row-2-name": "三级", "row-2-title": "高级工", "row-2-digit": "3",
        "row-2-decided": "body", "row-3-name": "特级技师", "row-3-decided": "appointment",
    }  # fmt: skip
    assert visitor.post(home, data=form).status_code == 302

    with transaction(drafter.organisation) as session:
        row = standards.get(session, standard)
        ladder = drafting.ladder_of(row)
        assert [level.full_name for level in row.levels] == ["四级/中级工"]
        assert [(step.full_name, step.examined) for step in ladder.steps] == [
            ("学徒工", False), ("四级/中级工", True), ("三级/高级工", True), ("特级技师", False),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"row-0-digit": "3", "row-1-name": "三级", "row-1-digit": "4", "row-1-decided": "body"}, "Mend step 三级"),
        ({"row-0-digit": ""}, "Mend step 四级"),
        ({"row-0-digit": "9" * 5000}, "Give a whole number from 1 to 5"),
        ({"row-0-title": "长" * 61}, "Give at most 60 characters"),
        ({"row-0-mark": "160"}, "Give a number from 1 to 100"),
        ({"row-0-theory": ""}, "at least one component"),
        ({"row-0-name": ""}, "at least one step"),
    ],
)
def test_a_ladder_that_does_not_run_upwards_is_refused(
    visitor: FlaskClient, changes: dict[str, str], said: str
) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    form = {"ladder": "five", "version": version(drafter, standard), "row-0-name": "四级", "row-0-digit": "4",
            "row-0-decided": "body", "row-0-in": "y", "row-0-theory": "y", "row-0-mark": "60"}  # fmt: skip

    answer = visitor.post(f"/standards/{standard}/levels?lang=en", data=form | changes)

    assert answer.status_code == 422
    assert said in answer.text


def test_overview_and_methods_are_written_and_shown_again(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    home = f"/standards/{standard}/overview"
    form = filled(visitor.get(home).text) | {
        "definition": "从事标准化工作的人员。", "ethics": "守法\n公正", "hours-4": "120", "skill-text": "实际操作",
        "skill-minutes-4": "90", "skill-candidates": "5", "skill-least": "3", "skill-odd": "y",
    }  # fmt: skip

    refused = visitor.post(f"{home}?lang=en", data=form | {"skill-least": ""})
    assert "Give both the ratio and the least number" in refused.text
    assert visitor.post(home, data=form).status_code == 302

    written = chapters_of(drafter, standard)
    assert written.training_hours == {4: 120}
    assert written.ethics == ["守法", "公正"]
    assert "从事标准化工作的人员。" in visitor.get(home).text


def test_conditions_are_clauses_of_which_any_is_enough(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    home = f"/standards/{standard}/conditions"
    form = filled(visitor.get(home).text) | {
        "c-3-0-years": "10", "c-3-1-credential": "4", "c-3-1-credential_years": "4",
        "c-3-2-education": "senior_technical",
        "c-3-2-major": "own", "c-3-2-students": "y",
    }  # fmt: skip

    dangling = visitor.post(f"{home}?lang=en", data=form | {"c-4-0-credential_years": "3"})
    assert "A clause asks for at least one thing" in dangling.text
    assert visitor.post(home, data=form).status_code == 302

    clauses = chapters_of(drafter, standard).conditions[3]
    assert [(clause.years, clause.credential, clause.education) for clause in clauses] == [
        (10, None, None), (None, 4, None), (None, None, "senior_technical"),
    ]  # fmt: skip
    assert 'value="senior_technical" selected' in visitor.get(home).text
