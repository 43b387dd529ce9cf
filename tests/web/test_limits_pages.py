"""Further rules at the pages of a specification, and papers given as lists."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import assembling, specification, versions
from kaoping.itembank.conditions import Mode
from kaoping.itembank.papers import AssemblyRun
from tests.builders import NOON
from tests.builders_papers import a_bank, a_specification
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_papers_pages import acting, form_of

CORE = {
    "limit-0-name": "核心点", "limit-0-counted": "marks", "limit-0-0-attribute": "importance", "limit-0-0-is-X": "y",
    "limit-0-1-attribute": "", "limit-0-least": "80", "limit-0-most": "", "limit-0-price": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_stocked(staff: Staff, **changes: object) -> str:
    """Commit a bank with a specification for the organisation of a member, and give its address."""
    with transaction(staff.organisation) as session:
        return f"/specifications/{a_specification(session, a_bank(session), **changes).id}"


def typed(client: FlaskClient, path: str) -> dict[str, str]:
    """Give what the editor sends if nothing is changed."""
    return form_of(client.get(f"{path}/change").text)


def test_rules_come_and_go_without_script_and_without_being_saved(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)
    form = typed(client, path)

    core = client.post(f"{path}/change?lang=en", data=form | {"add": "core"})
    empty = client.post(f"{path}/change?lang=en", data=form | CORE | {"add": "y"}).text
    gone = client.post(f"{path}/change?lang=en", data=form | CORE | {"remove": "0"}).text

    assert core.status_code == 200
    assert 'value="Core points (X) at least 80 of 100 marks"' in core.text
    assert "152 items" in core.text
    assert not han(words(core.text))
    assert 'id="limit-1-name"' in empty
    assert 'id="limit-0-name"' not in gone
    assert "version 1" in client.get(f"{path}?lang=en").text


def test_a_rule_tells_what_the_bank_has_while_one_types(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)
    hard = {"limit-0-name": "难题", "limit-0-counted": "items", "limit-0-0-attribute": "difficulty",
            "limit-0-0-is-5": "y", "limit-0-least": "2"}  # fmt: skip

    page = client.post(f"{path}/change?lang=zh", data=typed(client, path) | hard | {"check": "y"}).text

    assert "题库有 0 题，共 0 分；2 份卷每份需 2" in page
    assert "命题人标注难度" in page
    assert "5 难" in page


def test_a_saved_rule_is_told_in_words_with_what_it_changed(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)
    more = {"enemies": "3-000001 3-000002\n3-000003，3-000004", "anchors": "3-000005", "rest_days": "90"}

    saved = client.post(f"{path}/change", data=typed(client, path) | CORE | more)
    page, editor = client.get(f"{saved.location}?lang=en").text, client.get(f"{path}/change?lang=en").text

    assert "sum of marks (importance: X core): at least 80" in page
    assert "3-000001 3-000002 | 3-000003 3-000004" in page
    assert "May not meet in a paper" in page
    assert "4 values changed" in page
    assert 'id="limit-0-0-is-X" name="limit-0-0-is-X" value="y" checked' in editor


def test_what_a_rule_lacks_or_names_in_vain_is_told_at_its_place(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)
    form = typed(client, path)
    source = {"limit-0-0-attribute": "source", "limit-0-0-values": "GB/T 9999"}

    vain = client.post(f"{path}/change?lang=en", data=form | CORE | source | {"include": "9-1"})
    bare = client.post(f"{path}/change?lang=en", data=form | CORE | {"limit-0-name": "", "limit-0-0-attribute": "key"})

    assert (vain.status_code, bare.status_code) == (422, 422)
    assert 'id="limit-0-0-values-error">No item of this level has GB/T 9999 here' in vain.text
    assert 'id="include-error">There is no item 9-1 at this level' in vain.text
    assert 'id="limit-0-name-error">Name the rule' in bare.text
    assert 'id="limit-0-0-values-error">Give at least one value' in bare.text


def test_papers_by_type_are_chosen_in_the_editor_and_for_a_new_specification(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)
    level = re.search(r'<option value="([0-9a-f-]{36})"', client.get("/specifications/new").text)
    assert level is not None

    data = {"level": level[1], "name": "按题型", "pattern": "mixed-60", "mode": "by_type"}
    made = client.post("/specifications/new", data=data)
    shown = client.get(f"{made.location}?lang=zh").text
    form = typed(client, path) | {"mode": "by_type", "row_within": "1.5", "check": "y"}
    changed = client.post(f"{path}/change?lang=en", data=form)

    assert "按题型组卷" in shown
    assert "± 2" in shown
    assert "needs 40, has 60" in changed.text
    assert "± 1.5" in words(changed.text)
    assert 'name="row-0-single_choice"' in changed.text


def test_the_run_tells_how_far_a_soft_rule_is_missed(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    soft = {"name": "难题", "counted": "items", "where": [{"attribute": "difficulty", "values": ["5"]}],
            "least": "3", "price": "0.01"}  # fmt: skip
    path = a_stocked(assembler, limits=[soft])
    with transaction(assembler.organisation) as session:
        run = assembling.assemble(session, UUID(path[-36:]), forms=1, by=acting(assembler), at=NOON)
    log_in(client, assembler)

    page = client.get(f"/papers/runs/{run.id}?lang=zh").text

    assert "软规则：差 3" in page


def a_list(staff: Staff, path: str) -> list[str]:
    """Give the items of a paper that keeps the rules of a specification, which then takes fixed sets."""
    with transaction(staff.organisation) as session:
        made = specification.find(session, UUID(path[-36:]))
        run = assembling.assemble(session, made.id, forms=1, by=acting(staff), at=NOON)
        codes = [one["item"] for one in run.report["papers"][0]["chosen"]]
        rules = versions.rules_of(made.latest).model_copy(update={"mode": Mode.FIXED_SET})
        specification.change(session, made.id, name=made.name, minutes=90, rules=rules, by=acting(staff), at=NOON)
        other = a_member("assembler", organisation=staff.organisation)
        versions.approve(session, made.latest.id, by=acting(other), at=NOON)
        return codes


def test_a_given_list_is_checked_confirmed_and_becomes_a_paper(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    codes = a_list(assembler, path)
    log_in(client, assembler)
    file = io.BytesIO(("编号\n" + "\n".join(codes)).encode("utf-8-sig"))

    clean = client.post(f"{path}/given?lang=en", data={"file": (file, "list.csv"), "check": "y"})
    short = client.post(f"{path}/given?lang=en", data={"codes": " ".join([*codes[1:], codes[1], "9-1"]), "check": "y"})
    stored = client.post(f"{path}/given", data={"codes": " ".join(codes), "store": "y"})
    page = client.get(f"{stored.location}?lang=en").text

    assert clean.status_code == 200
    assert "The list keeps every rule." in clean.text
    assert not han(words(clean.text))
    assert short.status_code == 422
    assert "stands in the list 2 times" in short.text
    assert "Item 9-1 is not an approved item of this level." in short.text
    assert "Given as a list" in page
    assert not han(words(page))
    assert client.get(re.findall(r'href="(/papers/[0-9a-f-]{36})"', page)[0]).status_code == 200


def test_a_list_that_departs_is_stored_only_when_that_is_confirmed(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    limit = {"name": "难题", "where": [{"attribute": "difficulty", "values": ["5"]}], "least": "3", "price": "0.01"}
    path = a_stocked(assembler, limits=[limit])
    data = {"codes": "\n".join(a_list(assembler, path)), "store": "y"}
    log_in(client, assembler)

    refused = client.post(f"{path}/given?lang=en", data=data)
    stored = client.post(f"{path}/given?lang=en", data=data | {"confirmed": "y"})

    assert refused.status_code == 422
    assert "The list departs from 1 rule." in refused.text
    assert "Confirm the deviations first" in refused.text
    with transaction(assembler.organisation) as session:
        run = session.get_one(AssemblyRun, UUID(stored.location[-36:]))
        assert run.report["confirmed"] is True
        assert [line["rule"] for line in run.report["checked"] if not line["kept"]] == ["limit:0"]


def test_lists_are_for_fixed_sets_and_these_are_not_assembled(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    path = a_stocked(assembler)
    log_in(client, assembler)

    given = client.post(f"{path}/given", data={"codes": "3-000001", "check": "y"})
    a_list(assembler, path)
    assembled = client.post(f"{path}/assemble", data={"forms": "1"})

    assert (given.status_code, assembled.status_code) == (409, 409)
