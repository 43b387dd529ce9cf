"""Pages of requirements, lower tiers, modules, and the assessment-point table."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from kaoping.exam.db import transaction
from kaoping.itembank import standard_checks, standards
from kaoping.itembank.models import Importance, Point
from tests.conftest import Database
from tests.web.staff import Staff
from tests.web.test_standard_pages import a_drafter, a_stored_draft, filled

POINT = {
    "range": "1", "code": "1-2", "name": "查新", "importance": "X", "lowest_level": "4", "confidence": "C",
}  # fmt: skip


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def range_id(staff: Staff, standard: UUID, code: str = "1") -> UUID:
    with transaction(staff.organisation) as session:
        return next(row.id for row in standards.get(session, standard).ranges if row.code == code)


def shortfalls(staff: Staff, standard: UUID) -> list[str]:
    with transaction(staff.organisation) as session:
        return [str(one) for one in standard_checks.shortfalls(session, standards.get(session, standard))]


def with_points(staff: Staff, standard: UUID, count: int) -> None:
    """Add points to range 1, every tenth of general importance."""
    row = range_id(staff, standard)
    with transaction(staff.organisation) as session:
        session.add_all(
            Point(
                organisation_id=staff.organisation, standard_id=standard, range_id=row, code=f"1-{number}", path="",
                name=f"鉴定点{number}", name_en=f"Point {number}", fact="", source="", lowest_level=4, confidence="U",
                importance=Importance.GENERAL if number % 10 == 0 else Importance.CORE, currency="", position=number,
            )
            for number in range(10, 10 + count)
        )  # fmt: skip


def test_a_point_is_added_changed_and_deleted(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    home = f"/standards/{a_stored_draft(drafter)}/points"
    assert 'value="1-2"' in visitor.get(f"{home}/new?range=1").text

    visitor.post(f"{home}/new", data=POINT)
    listed = visitor.get(f"{home}?q=查新").text
    address = re.search(rf'href="({home}/[0-9a-f-]{{36}})"', listed)
    assert address is not None
    form = filled(visitor.get(address[1]).text) | POINT | {"name": "成批查新"}
    assert visitor.post(address[1], data=form).status_code == 302
    assert "成批查新" in visitor.get(f"{home}?range=1").text

    overtaken = visitor.post(f"{address[1]}?lang=en", data=form | {"name": "又改"})
    assert "Somebody else changed point 1-2" in overtaken.text
    assert 'value="又改"' in overtaken.text
    visitor.post(f"{address[1]}/delete")
    assert "1-2<" not in visitor.get(home).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "2-2"}, "begins with that and ends with its number, such as 1-2"),
        ({"code": "1-x"}, "begins with that and ends with its number"),
        ({"code": "1-1"}, "There is a point 1-1 already"),
        ({"name": ""}, "Fill this in."),
        ({"range": "9"}, "Choose one of the list."),
        ({"importance": "A"}, "Choose one of the list."),
    ],
)
def test_a_point_that_does_not_fit_is_refused_and_stays_typed(
    visitor: FlaskClient, changes: dict[str, str], said: str
) -> None:
    home = f"/standards/{a_stored_draft(a_drafter(visitor))}/points"

    answer = visitor.post(f"{home}/new?lang=en", data=POINT | {"source": "GB/T 1.1-2020 8.5"} | changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert "GB/T 1.1-2020 8.5" in answer.text


def test_the_report_says_for_each_level_what_is_met_and_what_is_short(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    with_points(drafter, standard, 220)

    page = visitor.get(f"/standards/{standard}/points/report?lang=en").text

    assert page.index("Level 4 / ") < page.index("Level 3 / ")
    assert "222" in page
    assert "90.0" in page
    assert page.count("1 rule is not met") == 2


def test_the_rules_of_a_table_are_set_and_a_share_over_100_is_refused(visitor: FlaskClient) -> None:
    standard = a_stored_draft(a_drafter(visitor))
    home = f"/standards/{standard}/points/report"
    form = filled(visitor.get(home).text)

    refused = visitor.post(f"{home}?lang=en", data=form | {"core_least": "120"})
    visitor.post(home, data=form | {"points_least": "2", "per_weight": "1"})

    assert refused.status_code == 422
    assert "This number does not fit here." in refused.text
    assert "≥ 2<" in visitor.get(home).text


def test_a_function_without_skills_at_a_level_keeps_a_standard_from_being_published(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    home = f"/standards/{standard}/requirements/{range_id(drafter, standard)}"
    page = visitor.get(f"{home}?lang=en")
    seen = filled(page.text)["version"]

    names = {"row-0-code": "1.1", "row-0-name": "检索", "row-0-4-skills": "能检索\n能查新", "version": seen}
    assert visitor.post(home, data=names).status_code == 302

    assert shortfalls(drafter, standard) == [
        "Function 1 信息 has weight at 三级/高级工 but no skill requirement there; write one."
    ]
    assert "能检索；能查新" in visitor.get(f"/standards/{standard}/requirements").text


def test_shares_of_lower_tiers_sum_to_the_weight_above(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    home = f"/standards/{standard}/tiers/{range_id(drafter, standard)}"
    seen = filled(visitor.get(home).text)["version"]
    rows = {"row-0-code": "1-1", "row-0-name": "甲", "row-0-4": "40", "row-0-3": "40",
            "row-1-code": "1-2", "row-1-name": "乙", "row-1-4": "15"}  # fmt: skip

    misplaced = visitor.post(f"{home}?lang=en", data=rows | {"row-1-code": "2-2", "version": seen})
    assert "Tier 2-2 has nothing above it" in misplaced.text
    visitor.post(home, data=rows | {"version": seen})

    assert shortfalls(drafter, standard) == [
        "Below 1 the shares of 四级/中级工 sum to 55; they should sum to 60 as above."
    ]


def test_the_core_and_each_module_sum_to_100(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    standard = a_stored_draft(drafter)
    seen = filled(visitor.get(f"/standards/{standard}/modules").text)["version"]
    visitor.post(
        f"/standards/{standard}/modules",
        data={"row-0-code": "A", "row-0-name": "农业", "row-0-sector": "A", "version": seen},
    )
    page = visitor.get(f"/standards/{standard}/ranges?lang=en").text
    module = re.search(r'<option value="([0-9a-f-]{36})" data-content>农业', page) or re.search(
        r'<option value="([0-9a-f-]{36})"', page
    )
    assert module is not None

    form = filled(page) | {"row-2-code": "3", "row-2-name": "农业标准", "row-2-module": module[1]}
    assert visitor.post(f"/standards/{standard}/ranges", data=form).status_code == 302
    form = filled(visitor.get(f"/standards/{standard}/weights?lang=en").text)
    extra = range_id(drafter, standard, "3").hex
    visitor.post(f"/standards/{standard}/weights", data=form | {f"theory-{extra}-4": "10"})

    assert (
        "With module 农业 the theory weights of 四级/中级工 sum to 110; core and module should sum to 100."
        in shortfalls(drafter, standard)
    )


def test_a_table_of_5000_points_is_read_page_by_page_with_as_many_statements_as_a_small_one(
    visitor: FlaskClient, database: Database
) -> None:
    drafter = a_drafter(visitor)
    small, large = a_stored_draft(drafter), a_stored_draft(drafter, code="T-002")
    with_points(drafter, large, 5000)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    counted = []
    for address in (f"/standards/{small}/points", f"/standards/{large}/points?page=3&level=4"):
        statements.clear()
        assert visitor.get(f"{address}").status_code == 200
        counted.append(len(statements))

    assert counted[0] == counted[1]
    assert visitor.get(f"/standards/{large}/points?page=3").text.count("鉴定点") >= 50
    with transaction(drafter.organisation) as session:
        assert session.scalar(select(func.count()).where(Point.standard_id == large)) == 5002
