"""The pages of a search for papers: ordered, looked at while it runs, cancelled, overtaken."""

import re
from collections.abc import Mapping
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from kaoping.exam import ordering, tasks
from kaoping.exam.db import transaction
from kaoping.itembank import orders, specification, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.papers import RunState
from kaoping.itembank.rules import Rules
from tests.builders import NOON
from tests.builders_delivery import a_candidate, an_exam
from tests.builders_papers import a_bank, a_specification
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def assembler(client: FlaskClient) -> Staff:
    """Give an assembler at the pages."""
    staff = a_member("assembler")
    log_in(client, staff)
    return staff


def acting(staff: Staff) -> Actor:
    return Actor(staff.account, staff.organisation)


def a_stocked(staff: Staff) -> UUID:
    with transaction(staff.organisation) as session:
        return a_specification(session, a_bank(session)).id


def an_order(staff: Staff, specification_id: UUID, *, progress: Mapping[str, float | None] | None = None) -> UUID:
    """Commit an order; one with progress is being searched for."""
    with transaction(staff.organisation) as session:
        run = ordering.order(session, specification_id, forms=1, by=acting(staff), at=NOON)
        if progress is not None:
            orders.begin(session, run.id, at=NOON)
            orders.tell(session, run.id, 1, progress)
        return run.id


def test_an_order_is_a_job_and_its_page_reloads_itself_until_the_papers_are_there(
    client: FlaskClient, assembler: Staff
) -> None:
    made = a_stocked(assembler)

    data = {"forms": "1", "seconds": "20", "gap": "1"}
    ordered = client.post(f"/specifications/{made}/assemble", data=data)
    waits = client.get(f"{ordered.location}?lang=en").text
    run_id = UUID(ordered.location.rsplit("/", 1)[1])
    with transaction(assembler.organisation) as session:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'assemble' AND args->>'run_id' = :it")
        jobs = session.scalars(query, {"it": str(run_id)}).one()
        effort = orders.find_run(session, run_id).report["effort"]
    tasks.carry_out_run(assembler.organisation, run_id)
    found = client.get(f"{ordered.location}?lang=en").text

    assert (jobs, effort) == (1, {"seconds": 20.0, "gap": 0.01, "seed": 1})
    assert "The search waits for a worker." in waits
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waits
    assert "Papers of this run" in found
    assert "http-equiv" not in found


def test_a_running_search_shows_time_bound_and_gap_and_is_cancelled(client: FlaskClient, assembler: Staff) -> None:
    signs = {"seconds": 6.2, "objective": 8.0, "bound": 8.4, "gap": 0.05}
    run_id = an_order(assembler, a_stocked(assembler), progress=signs)

    english, chinese = (client.get(f"/papers/runs/{run_id}?lang={code}").text for code in ("en", "zh"))
    part = client.get(f"/papers/runs/{run_id}/progress?lang=en").text
    cancelled = client.post(f"/papers/runs/{run_id}/cancel?lang=en", follow_redirects=True).text
    over = client.get(f"/papers/runs/{run_id}/progress").text

    for said in ("There are papers; better ones are sought.", "6 of at most 15", "8.40", "5.0\u00a0%"):
        assert said in english
        assert said in part
    assert 'role="status"' in english
    assert "取消" in chinese
    assert not han(words(english))
    assert "The search was cancelled." in cancelled
    assert "data-over" not in part
    assert "data-over" in over


def test_what_is_over_is_not_cancelled_and_the_result_is_shown(client: FlaskClient, assembler: Staff) -> None:
    run_id = an_order(assembler, a_stocked(assembler))
    tasks.carry_out_run(assembler.organisation, run_id)

    page = client.post(f"/papers/runs/{run_id}/cancel?lang=en", follow_redirects=True).text

    assert "The run was over before it could be cancelled" in page
    assert "Papers of this run" in page


def test_an_overtaken_run_says_what_changed_and_offers_the_same_order(client: FlaskClient, assembler: Staff) -> None:
    made = a_stocked(assembler)
    run_id = an_order(assembler, made)
    a_new_version(assembler, made)
    tasks.carry_out_run(assembler.organisation, run_id)

    english, chinese = (client.get(f"/papers/runs/{run_id}?lang={code}").text for code in ("en", "zh"))

    assert "Version 2 of the specification came into force; the papers were sought by 1." in english
    assert "规格第 2 版已生效" in chinese
    assert re.search(r'name="gap" value="2.0"', english)
    assert not han(words(english))


def a_new_version(staff: Staff, specification_id: UUID) -> None:
    other = a_member("assembler", organisation=staff.organisation)
    with transaction(staff.organisation) as session:
        made = specification.find(session, specification_id)
        rules = Rules.model_validate(made.latest.rules)
        specification.change(session, made.id, name=made.name, minutes=91, rules=rules, by=acting(staff), at=NOON)
        versions.approve(session, made.latest.id, by=acting(other), at=NOON)


def test_numbers_outside_of_their_limits_are_named_at_their_fields(client: FlaskClient, assembler: Staff) -> None:
    made = a_stocked(assembler)

    data = {"forms": "9", "seconds": "many", "gap": "nan"}
    refused = client.post(f"/specifications/{made}/assemble?lang=en", data=data)

    assert refused.status_code == 422
    for field, said in (("forms", "1 to 8 papers"), ("seconds", "1 to 600 seconds"), ("gap", "0 to 20 percent")):
        assert re.search(rf'id="{field}-error">Give {said}\.<', refused.text)


def test_what_the_candidates_of_an_exam_have_seen_is_left_out_and_told(client: FlaskClient, assembler: Staff) -> None:
    made = a_stocked(assembler)
    with transaction(assembler.organisation) as session:
        level = specification.find(session, made).level
        exam = an_exam(session, level_id=level.id, name="补考")
        a_candidate(session, exam)
    offered = client.get(f"/specifications/{made}?lang=en").text

    run = client.post(f"/specifications/{made}/assemble", data={"forms": "1", "exam": str(exam.id)}).location
    tasks.carry_out_run(assembler.organisation, UUID(run.rsplit("/", 1)[1]))
    told = client.get(f"{run}?lang=en").text

    assert f'value="{exam.id}"' in offered
    assert "Left out because candidates of 补考 have seen them: 0 items." in told


def test_a_run_of_others_is_not_there(client: FlaskClient, assembler: Staff) -> None:
    other = a_member("assembler")
    run_id = an_order(other, a_stocked(other))

    assert client.get(f"/papers/runs/{run_id}/progress").status_code == 404
    assert client.post(f"/papers/runs/{run_id}/cancel").status_code == 404
    with transaction(other.organisation) as session:
        assert orders.find_run(session, run_id).state is RunState.QUEUED
