"""Specifications and papers at their pages."""

import re
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from kaoping.exam import tasks
from kaoping.exam.db import transaction
from kaoping.itembank import assembling, patterns, sealing, specification, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import ItemType
from kaoping.itembank.models import Weight
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState
from tests.builders import NOON
from tests.builders_delivery import ARRANGED
from tests.builders_papers import Supply, a_bank, a_body, a_specification
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_stocked(staff: Staff, *, supply: Supply | None = None, **changes: object) -> UUID:
    """Commit a bank with a specification for the organisation of a member."""
    with transaction(staff.organisation) as session:
        return a_specification(session, a_bank(session, supply=supply), **changes).id


def an_assembled(staff: Staff, specification: UUID, *, forms: int = 1) -> AssemblyRun:
    with transaction(staff.organisation) as session:
        run = assembling.assemble(session, specification, forms=forms, by=acting(staff), at=NOON)
        assert len(run.papers) == forms
        return run


def carried_out(staff: Staff, ordered: TestResponse) -> str:
    """Do what the worker does after an order, and give the address of the run."""
    tasks.carry_out_run(staff.organisation, UUID(ordered.location.rsplit("/", 1)[1]))
    return ordered.location


def acting(staff: Staff) -> Actor:
    return Actor(staff.account, staff.organisation)


def unread_by_english_readers(page: str) -> list[str]:
    return han(words(page))


def test_an_assembler_derives_assembles_and_sees_the_papers(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    a_stocked(assembler)
    log_in(client, assembler)
    level = re.search(r'<option value="([0-9a-f-]{36})"', client.get("/specifications/new?lang=zh").text)
    assert level is not None

    data = {"level": level[1], "name": "三级理论甲", "pattern": "mixed-60"}
    derived = client.post("/specifications/new", data=data)
    shown = client.get(derived.location).text
    approved_by_another(assembler, derived.location)
    ordered = client.post(f"{derived.location}/assemble", data={"forms": "2"})
    page = client.get(carried_out(assembler, ordered)).text

    assert "三级理论甲" in shown
    assert "最优" in page
    assert "-3-0001-A" in page
    assert "-3-0001-B" in page
    assert "X 点占分" in page


def test_a_specification_that_cannot_be_met_says_which_rule_and_by_how_much(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    other = a_member("assembler", organisation=assembler.organisation)
    made = a_stocked(assembler)
    with transaction(assembler.organisation) as session:
        for paper in assembling.assemble(session, made, by=acting(assembler), at=NOON).papers:
            sealing.approve(session, paper.id, by=acting(other), at=NOON)
    log_in(client, assembler)
    tight = {"exposure_most": "1"}
    form = form_of(client.get(f"/specifications/{made}/change").text) | tight
    client.post(f"/specifications/{made}/change", data=form)
    approved_by_another(assembler, f"/specifications/{made}")

    ran = carried_out(assembler, client.post(f"/specifications/{made}/assemble", data={"forms": "2"}))
    chinese, english = (client.get(f"{ran}?lang={code}").text for code in ("zh", "en"))

    assert "按现有试题，这份规格无法满足" in chinese
    assert "职业道德、单项选择题：2 份卷需 4 题，可用 2 题，差 2 题。" in chinese
    assert "Professional ethics, Single choice: 2 papers need 4 items and the pool has 2: 2 missing." in english
    assert not unread_by_english_readers(english)


def approved_by_another(staff: Staff, address: str) -> None:
    """Have another assembler approve the newest version of the specification at an address."""
    other = a_member("assembler", organisation=staff.organisation)
    with transaction(staff.organisation) as session:
        made = specification.find(session, UUID(address.rsplit("/", 1)[1]))
        versions.approve(session, made.latest.id, by=acting(other), at=NOON)


def form_of(html: str) -> dict[str, str]:
    """Read the values of a page's form; of radios the chosen one."""
    inputs = [one for one in re.findall(r"<input[^>]*>", html) if "radio" not in one or "checked" in one]
    pairs = (
        (re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one))
        for one in inputs
        if "checkbox" not in one
    )
    return {name[1]: value[1] for name, value in pairs if name and value}


def test_every_number_that_does_not_fit_is_named_at_its_place(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    made = a_stocked(assembler)
    log_in(client, assembler)
    form = form_of(client.get(f"/specifications/{made}/change?lang=en").text)

    wrong = client.post(f"/specifications/{made}/change", data=form | {"row-0-single_choice": "3"})
    unread = client.post(f"/specifications/{made}/change", data=form | {"row-0-single_choice": "many"})

    assert wrong.status_code == unread.status_code == 422
    assert "Row 0-1 gives 7 marks; its weight is 5." in wrong.text
    assert 'id="section-single_choice-error"' in wrong.text
    assert "Give a whole number from 0 to 400." in unread.text
    assert 'value="many"' in unread.text


def test_numbers_are_checked_against_the_bank_without_saving(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = f"/specifications/{a_stocked(assembler)}"
    log_in(client, assembler)
    form = form_of(client.get(f"{path}/change").text)

    data = form | {"row-0-single_choice": "3", "papers": "3", "check": "y"}
    checked = client.post(f"{path}/change?lang=en", data=data)
    chinese = client.post(f"{path}/change?lang=zh", data=data).text

    assert checked.status_code == 200
    assert "3 papers need 9 items, the bank has 6: 3 missing." in checked.text
    assert "职业道德 · 单项选择题" in chinese
    assert "3 份卷需 9 题，题库可用 6 题，差 3 题。" in chinese
    assert not unread_by_english_readers(checked.text)
    assert "version 1" in client.get(f"{path}?lang=en").text


def test_a_change_that_fits_is_a_version_that_another_person_approves(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = f"/specifications/{a_stocked(assembler)}"
    log_in(client, assembler)
    form = form_of(client.get(f"{path}/change").text)

    saved = client.post(f"{path}/change?lang=en", data=form | {"minutes": "120"})
    own = client.get(f"{saved.location}?lang=en").text
    log_in(client, a_member("item_reviewer", organisation=assembler.organisation))
    today, read = client.get("/today?lang=en").text, client.get(f"{path}?lang=en").text
    approve = re.search(r'action="(/specifications/versions/[^"]+/approve)"', read)
    assert approve is not None
    approved = client.post(f"{approve[1]}?lang=en", follow_redirects=True).text

    assert saved.status_code == 302
    assert "Version 2 waits for approval; papers are assembled by version 1 until then." in own
    assert "/approve" not in own
    assert "1 version of a specification waits for approval" in today
    assert 'Minutes: <span class="k-num">90 → 120' in read
    assert "papers are assembled by version 2 from now on" in approved


def test_the_author_is_refused_and_a_specification_without_approval_assembles_nothing(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    with transaction(assembler.organisation) as session:
        made = specification.derive(session, a_bank(session).id, name="三级", by=acting(assembler), at=NOON)
    log_in(client, assembler)

    page = client.get(f"/specifications/{made.id}?lang=en").text
    approve = client.post(f"/specifications/versions/{made.latest.id}/approve")
    ran = client.post(f"/specifications/{made.id}/assemble?lang=en")

    assert "No version is approved yet, so no paper can be assembled." in page
    assert (approve.status_code, ran.status_code) == (403, 409)
    assert "has no approved version yet" in ran.text


def test_numbers_typed_over_an_older_version_are_kept_and_not_saved_at_once(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = f"/specifications/{a_stocked(assembler)}/change"
    log_in(client, assembler)
    form = form_of(client.get(path).text)
    client.post(path, data=form | {"minutes": "120"})

    late = client.post(f"{path}?lang=en", data=form | {"minutes": "100"})
    again = client.post(path, data=form_of(late.text))

    assert late.status_code == 409
    assert "Somebody else saved a version while you were writing." in late.text
    assert 'value="100"' in late.text
    assert "100" in client.get(again.location).text


def test_the_patterns_are_offered_with_where_they_are_from(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    a_stocked(assembler)
    log_in(client, assembler)

    page = client.get("/specifications/new?lang=en").text

    assert len(re.findall(r'name="pattern"', page)) == len(patterns.of_program())
    assert page.count("Customary; change it to your own scheme") == 3
    assert "As published in: Shanghai assessment scheme for level 3, 2025" in page
    assert "their papers are drawn by a project table" in page
    assert not unread_by_english_readers(page)


def test_a_pattern_that_does_not_fit_is_refused_at_its_field_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    with transaction(assembler.organisation) as session:
        level = a_bank(session)
        session.execute(update(Weight).where(Weight.percent == 5).values(percent=Decimal("5.5")))
        session.execute(update(Weight).where(Weight.percent == 25).values(percent=Decimal(24)))
    log_in(client, assembler)
    data = {"level": str(level.id), "name": "三级理论甲", "pattern": "single-80"}

    refused = client.post("/specifications/new?lang=en", data=data)
    taken = client.post("/specifications/new", data=data | {"pattern": "classic-200"})

    assert refused.status_code == 422
    assert "cannot give a range its weight of 5.5; the nearest that they can give: 5 / 6." in refused.text
    assert 'value="三级理论甲"' in refused.text
    assert taken.status_code == 302


def test_an_older_version_is_read_at_its_number(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    made = a_stocked(assembler, exposure_most=3)
    log_in(client, assembler)

    first, none = (client.get(f"/specifications/{made}?version={number}&lang=en") for number in (1, 7))

    assert "This is version 1 of 2." in first.text
    assert "at most 5 sealed papers" in first.text
    assert none.status_code == 404


def test_the_assembler_sees_no_seal_button_and_is_refused(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    paper = an_assembled(assembler, a_stocked(assembler)).papers[0]
    log_in(client, assembler)

    page = client.get(f"/papers/{paper.id}?lang=zh").text
    answer = client.post(f"/papers/{paper.id}/approve")

    assert f"/papers/{paper.id}/approve" not in page
    assert "由另一人审阅、审定并封卷" in page
    assert answer.status_code == 403


def test_another_person_seals_and_prints(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    other = a_member("assembler", organisation=assembler.organisation, name="顾示范")
    paper = an_assembled(assembler, a_stocked(assembler)).papers[0]
    log_in(client, other)

    assert f"/papers/{paper.id}/approve" in client.get(f"/papers/{paper.id}?lang=zh").text
    sealed = client.post(f"/papers/{paper.id}/approve", follow_redirects=True)
    sheet = client.post(f"/papers/{paper.id}/answers.pdf")

    assert "已封卷" in sealed.text
    assert (sheet.mimetype, sheet.data[:5]) == ("application/pdf", b"%PDF-")
    with transaction(assembler.organisation) as session:
        assert session.get_one(Paper, paper.id).state is PaperState.SEALED


def test_stems_show_only_where_items_are_read(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    arranged = (ItemType.FILL_IN, ItemType.NUMERIC)
    with transaction(assembler.organisation) as session:
        bank = a_bank(session, body=lambda kind, number: ARRANGED[0] if kind in arranged else a_body(kind, number))
        made = a_specification(session, bank).id
    paper = an_assembled(assembler, made).papers[0]
    log_in(client, assembler)

    plain, read = client.get(f"/papers/{paper.id}").text, client.get(f"/papers/{paper.id}/items").text

    assert "题的题干" not in plain
    assert "题的题干" in read
    assert all(ARRANGED[0][side][0] in read for side in ("left", "right"))
    officer = log_in(client, a_member("exam_officer", organisation=assembler.organisation))
    assert officer.get(f"/papers/{paper.id}").status_code == 200
    assert officer.get(f"/papers/{paper.id}/items").status_code == 403


def test_the_pages_are_english_for_english_readers(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    made = a_stocked(assembler)
    run = an_assembled(assembler, made)
    log_in(client, assembler)
    paths = ["/papers/", "/specifications/new", f"/specifications/{made}", f"/specifications/{made}/change",
             f"/papers/runs/{run.id}", f"/papers/{run.papers[0].id}"]  # fmt: skip

    for path in paths:
        page = client.get(f"{path}?lang=en")
        assert page.status_code == 200
        assert not unread_by_english_readers(page.text), path


def test_curves_are_pictures_of_the_run(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    run = an_assembled(assembler, a_stocked(assembler))
    log_in(client, assembler)

    picture = client.get(f"/papers/runs/{run.id}/curves-wide.svg?lang=en")

    assert picture.mimetype == "image/svg+xml"
    assert "Pass mark 60" in picture.text


def test_papers_of_another_organisation_are_not_there(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    paper = an_assembled(assembler, a_stocked(assembler)).papers[0]
    log_in(client, a_member("assembler"))

    assert client.get(f"/papers/{paper.id}").status_code == 404
    assert client.post(f"/papers/{paper.id}/approve").status_code == 404


def test_what_was_swapped_after_reading_is_not_sealed(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    reviewer = a_member("assembler", "item_reviewer", organisation=assembler.organisation)
    with transaction(assembler.organisation) as session:
        made = a_specification(session, a_bank(session))
        by = Actor(assembler.account, assembler.organisation)
        paper = assembling.assemble(session, made.id, by=by, forms=1, at=NOON).papers[0]
        address = f"/papers/{paper.id}"
    log_in(client, reviewer)
    page = client.get(f"{address}?lang=en").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen

    answer = client.post(f"{address}/approve", data={"seen": "0" * 24})
    assert answer.status_code == 409
    assert client.post(f"{address}/approve", data={"seen": seen[1]}).status_code == 302


def test_a_run_without_papers_has_no_list_and_no_pictures(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    with transaction(assembler.organisation) as session:
        made = a_specification(session, a_bank(session), ratio_low="0.9", ratio_high="0.95")
        run = assembling.assemble(session, made.id, by=Actor(assembler.account, assembler.organisation), at=NOON)
        address = f"/papers/runs/{run.id}"
    log_in(client, assembler)

    assert client.get(f"{address}/papers.csv").status_code == 404
    assert client.get(f"{address}/curves-wide.svg").status_code == 404
