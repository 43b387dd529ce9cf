"""Pages of reviews: stages, refusals that lose nothing, remarks, blind review, differences, board and figures."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import authoring, interests, life, review_rules
from kaoping.itembank.items import Item, ItemState, MoveReason, ReviewStage, Verdict
from kaoping.itembank.review_rules import Rule
from tests.builders import NOON
from tests.builders_bank import SINGLE, SOURCE, a_standard, a_verdict, an_item
from tests.builders_papers import a_calibration_run, with_statistics
from tests.conftest import Database
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import a_stored_item, actor_of, item_state, sent
from tests.web.test_finding_pages import statements

APPROVAL = {"verdict": "approve", "interest": "none", "stage": "first"}


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


@pytest.fixture
def writer() -> Staff:
    return a_member("item_writer", name="何叙言")


def a_reviewer(writer: Staff, name: str = "顾清和") -> Staff:
    return a_member("item_reviewer", organisation=writer.organisation, name=name)


def submitted(writer: Staff, rule: Rule | None = None) -> tuple[UUID, str]:
    """Submit an item under a rule; give it with the address of its review."""
    if rule is not None:
        with transaction(writer.organisation) as session:
            review_rules.choose(session, rule, by=actor_of(writer), at=NOON)
    item = a_stored_item(writer, submitted=True)
    return item, review_of(writer, item)


def review_of(writer: Staff, item: UUID) -> str:
    with transaction(writer.organisation) as session:
        return f"/reviews/{session.get_one(Item, item).latest.id}"


def stage_of(writer: Staff, item: UUID) -> ReviewStage | None:
    with transaction(writer.organisation) as session:
        return session.get_one(Item, item).stage


def test_a_verdict_without_a_statement_of_interest_comes_back_with_all_that_was_typed(
    visitor: FlaskClient, writer: Staff
) -> None:
    _, address = submitted(writer)
    log_in(visitor, a_reviewer(writer))

    answer = visitor.post(f"{address}?lang=en", data={
        "verdict": "return", "comment": "D过于明显", "reasons": ["distractors"], "stage": "first",
    })  # fmt: skip

    assert answer.status_code == 422
    assert "Say first whether anything binds you" in answer.text
    assert "D过于明显</textarea>" in answer.text
    assert re.search(r'value="distractors"[^>]* checked', answer.text)


def test_who_declares_a_conflict_does_not_decide_and_the_page_says_why(visitor: FlaskClient, writer: Staff) -> None:
    item, address = submitted(writer)
    log_in(visitor, a_reviewer(writer))

    visitor.post(address, data={"interest": "conflict", "note": "师生", "verdict": "approve", "stage": "first"})
    page = visitor.get(f"{address}?lang=en").text

    assert item_state(writer, item) is ItemState.IN_REVIEW
    assert 'name="verdict"' not in page
    assert "You declared a conflict of interest" in page
    assert "师生" in page
    assert visitor.post(address, data=APPROVAL).status_code == 403


def test_a_statement_of_interest_that_is_sent_twice_at_once_is_one(writer: Staff) -> None:
    item, reviewer = a_stored_item(writer, submitted=True), actor_of(a_reviewer(writer))

    def state() -> UUID:
        with transaction(writer.organisation) as session:
            revision = session.get_one(Item, item).latest
            return interests.declare(session, revision.id, conflict=True, by=reviewer, at=NOON).id

    with ThreadPoolExecutor(1) as beside:
        with transaction(writer.organisation) as session:
            revision = session.get_one(Item, item).latest
            first = interests.declare(session, revision.id, conflict=True, by=reviewer, at=NOON)
            second = beside.submit(state)
            time.sleep(0.3)
        assert second.result() == first.id


def test_the_second_of_two_reviewers_at_once_is_told_and_loses_nothing(visitor: FlaskClient, writer: Staff) -> None:
    item, address = submitted(writer, Rule(2))
    log_in(visitor, a_reviewer(writer))
    visitor.post(address, data=APPROVAL)
    log_in(visitor, a_reviewer(writer, "陆明舟"))

    answer = visitor.post(f"{address}?lang=en", data=APPROVAL | {"comment": "写了很久的意见"})

    assert answer.status_code == 409
    assert "does not wait for a verdict any more" in answer.text
    assert "写了很久的意见</textarea>" in answer.text
    assert stage_of(writer, item) is ReviewStage.FINAL


def test_a_remark_stands_at_its_place_for_reviewer_and_author(visitor: FlaskClient, writer: Staff) -> None:
    item, address = submitted(writer)
    reviewer = a_reviewer(writer)
    log_in(visitor, reviewer)

    visitor.post(f"{address}/remarks", data={"place": "option:B", "remark": "B也说得通"})
    approval = visitor.post(f"{address}?lang=en", data=APPROVAL)
    assert approval.status_code == 409
    assert "remarks on item" in approval.text
    visitor.post(address, data=APPROVAL | {"verdict": "return", "comment": "见意见"})
    log_in(visitor, writer)
    page = visitor.get(f"/items/{item}/edit?lang=en").text
    thread = re.search(r"/reviews/remarks/([0-9a-f-]{36})/answer", page)

    assert thread is not None
    assert "B也说得通" in page
    assert "Option B" in page
    assert (
        visitor.post(f"/reviews/remarks/{thread[1]}/answer", data={"remark": "已改", "to": "edit"}).status_code == 302
    )
    assert visitor.post(f"/reviews/remarks/{thread[1]}/settle", data={"resolved": "yes"}).status_code == 403
    log_in(visitor, reviewer)
    visitor.post(f"/reviews/remarks/{thread[1]}/settle", data={"resolved": "yes", "to": "review"})
    assert "Settled" in visitor.get(f"{address}?lang=en").text


def test_a_remark_at_a_place_that_the_item_has_not_is_refused(visitor: FlaskClient, writer: Staff) -> None:
    _, address = submitted(writer)
    log_in(visitor, a_reviewer(writer))

    answer = visitor.post(f"{address}/remarks?lang=en", data={"place": "option:Z", "remark": "哪里"})

    assert answer.status_code == 422
    assert "哪里</textarea>" in answer.text


def test_a_blind_review_keeps_the_names_from_both_until_the_item_is_approved(
    visitor: FlaskClient, writer: Staff
) -> None:
    item, address = submitted(writer, Rule(2, blind=True))
    first, second = a_reviewer(writer, "陆明舟"), a_reviewer(writer, "顾清和")
    log_in(visitor, first)
    visitor.post(f"{address}/remarks", data={"place": "stem", "remark": "可"})
    shown = "何叙言"
    board = f"/items/board?author={writer.account}"

    for page in (address, "/reviews/", f"/items/{item}", f"/items/{item}/difference"):
        assert shown not in visitor.get(page).text.replace("<option", "\n<option"), page
    assert "3-000001" not in visitor.get(board).text
    assert "3-000001" not in visitor.get(f"/items/?author={writer.account}").text
    log_in(visitor, writer)
    assert "陆明舟" not in visitor.get(f"/items/{item}").text
    settle = re.search(r"/reviews/remarks/[0-9a-f-]{36}", visitor.get(f"/items/{item}").text)
    assert settle is not None
    log_in(visitor, second)
    visitor.post(f"{settle[0]}/settle", data={"resolved": "yes"})
    for who, stage in ((first, "first"), (second, "final")):
        log_in(visitor, who)
        visitor.post(address, data=APPROVAL | {"stage": stage})
    assert shown in visitor.get(f"/items/{item}").text


@pytest.mark.parametrize("view", ["inline", "side"])
def test_two_revisions_are_set_against_each_other(visitor: FlaskClient, writer: Staff, view: str) -> None:
    item, _ = submitted(writer)
    with transaction(writer.organisation) as session:
        stored = session.get_one(Item, item)
        a_verdict(session, stored, Verdict.RETURN, comment="改")
        changed = SINGLE | {"options": ["范围", "引言", "目次", "索引"]}
        authoring.revise(
            session, item, body=changed, source=SOURCE, difficulty=2, consistency=4, by=actor_of(writer), at=NOON
        )
    log_in(visitor, writer)

    page = visitor.get(f"/items/{item}/difference?lang=en&view={view}").text

    assert "<del>前</del>" in page
    assert "<ins>引</ins>" in page
    assert "1 part changed" in page


def test_an_item_that_a_machine_helped_to_write_says_so_to_every_reviewer(visitor: FlaskClient, writer: Staff) -> None:
    item = a_stored_item(writer)
    log_in(visitor, writer)
    visitor.post(f"/items/{item}/ai-assisted")
    visitor.post(f"/items/{item}/submit")
    log_in(visitor, a_reviewer(writer))

    page = visitor.get(f"{review_of(writer, item)}?lang=en").text

    assert "AI-assisted: a person checks every word" in page
    assert re.search("answers for it:.*何叙言", page, re.DOTALL)


def test_many_items_are_moved_at_once_and_each_tells_what_came_of_it(visitor: FlaskClient, writer: Staff) -> None:
    draft, approved = a_stored_item(writer), None
    with transaction(writer.organisation) as session:
        first = session.get_one(Item, draft)
        other = authoring.write(
            session, level_id=first.level_id, point_id=first.point_id, body=SINGLE | {"stem": "另一题？"},
            source=SOURCE, difficulty=2, consistency=4, by=actor_of(writer), at=NOON,
        )  # fmt: skip
        authoring.submit(session, other.id, by=actor_of(writer), at=NOON)
        a_verdict(session, other)
        approved = other.id
    log_in(visitor, a_reviewer(writer))
    chosen = {"item": [str(draft), str(approved)], "step": "recheck", "reason": "source_replaced"}

    answer = visitor.post("/items/board/move?lang=en", data=chosen)

    assert "1 item was moved." in answer.text
    assert re.search("3-000001</span>: .*does not|3-000001</span>: .*another state", answer.text)
    assert [item_state(writer, each) for each in (draft, approved)] == [ItemState.DRAFT, ItemState.RECHECK]
    assert visitor.post("/items/board/move?lang=en", data={"step": "retire"}).status_code == 422


def test_an_item_is_rechecked_and_confirmed_by_another_person(visitor: FlaskClient, writer: Staff) -> None:
    item, address = submitted(writer)
    log_in(visitor, a_reviewer(writer))
    visitor.post(address, data=APPROVAL)

    visitor.post(f"/items/{item}/recheck", data={"reason": "complaint", "note": "考生质疑"})
    assert item_state(writer, item) is ItemState.RECHECK
    visitor.post(f"/items/{item}/confirm", data={"reason": "sound"})

    assert item_state(writer, item) is ItemState.APPROVED
    assert "考生质疑" in visitor.get(f"/items/{item}").text


def test_whoever_keeps_the_bank_sets_rules_and_reads_figures_and_nobody_else_does(
    visitor: FlaskClient, writer: Staff
) -> None:
    _, address = submitted(writer, Rule(2))
    for name, stage in (("陆明舟", "first"), ("顾清和", "final")):
        log_in(visitor, a_reviewer(writer, name))
        visitor.post(address, data=APPROVAL | {"stage": stage})
    assert visitor.get("/reviews/overview").status_code == 403
    log_in(visitor, a_member("system_administrator", organisation=writer.organisation))

    page = visitor.get("/reviews/overview?lang=en").text
    visitor.post("/reviews/overview", data={"standard": "", "stages": "3", "blind": "on"})
    strange = [visitor.post("/reviews/overview", data=data).status_code for data in (
        {"standard": "no-id", "stages": "1"}, {"standard": "", "stages": "x"}, {"stages": "1"},
    )]  # fmt: skip

    assert "何叙言" in page
    assert page.index("陆明舟") != page.index("顾清和")
    assert re.search(r"100 %.*1/1", page)
    assert strange == [422, 422, 422]
    with transaction(writer.organisation) as session:
        assert review_rules.Rule(3, blind=True) == _chosen(review_rules.in_force(session, None))


def _chosen(row: object) -> Rule:
    return Rule(row.stages, row.blind, row.trial)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/items/board", "/items/board?view=table", "/reviews/"])
def test_lists_of_the_review_take_the_same_number_of_statements_for_3_and_for_9_items(
    visitor: FlaskClient, database: Database, address: str
) -> None:
    keepers = []
    for count in (3, 9):
        keeper = a_member("item_reviewer", "item_writer")
        with transaction(keeper.organisation) as session:
            standard = a_standard(session)
            items = [an_item(session, standard) for _ in range(count)]
            for item in items[:: 2 if count > 3 else 1]:
                authoring.submit(session, item.id, by=actor_of(keeper), at=NOON)
        keepers.append(keeper)

    counted = [statements(log_in(visitor, keeper), database, address) for keeper in keepers]

    assert counted[0] == counted[1] < 20


def test_the_board_counts_and_shows_every_state(visitor: FlaskClient, writer: Staff) -> None:
    item, address = submitted(writer)
    log_in(visitor, a_reviewer(writer))
    page = visitor.get("/items/board?lang=en").text
    assert page.index("First review") < page.index("3-000001") < page.index("Second review")

    visitor.post(address, data=APPROVAL)
    with transaction(writer.organisation) as session:
        life.retire(session, item, MoveReason.EXPOSED, by=actor_of(writer), at=NOON)

    assert "3-000001" in visitor.get("/items/board?view=table&place=retired").text
    assert "3-000001" not in visitor.get("/items/board?view=table&place=in_review:first").text


def test_a_writer_says_what_changed_and_a_reviewer_carries_statistics_over(visitor: FlaskClient) -> None:
    writer = a_member("item_writer", "psychometrician")
    item = a_stored_item(writer, submitted=True)
    with transaction(writer.organisation) as session:
        stored_item = session.get_one(Item, item)
        a_verdict(session, stored_item)
        run = a_calibration_run(session, stored_item.level, by=actor_of(writer))
        with_statistics(session, stored_item, run, a=1.0, b=0.0)
    reviewer = a_reviewer(writer)

    form = sent(log_in(visitor, writer).get(f"/items/{item}/edit?lang=en").text, stem="改了标点的题干（　　）。")
    unsaid = visitor.post(f"/items/{item}/edit?lang=en", data=form | {"act": "submit"})
    visitor.post(f"/items/{item}/edit", data=form | {"act": "submit", "change": "typing"})
    page = log_in(visitor, reviewer).get(f"{review_of(writer, item)}?lang=en").text
    undecided = visitor.post(f"{review_of(writer, item)}?lang=en", data=APPROVAL)
    decision = {"statistics": "carry", "why": "只改标点"}
    approved = visitor.post(review_of(writer, item), data=APPROVAL | decision)
    shown = log_in(visitor, writer).get(f"/items/{item}/statistics?lang=en").text

    assert unsaid.status_code == 422
    assert "has statistics: say what kind of change this is." in unsaid.text
    assert "The writer calls it: Typing error or punctuation. Proposed: carry over." in page
    assert undecided.status_code == 422
    assert "Decide whether the statistics of revision 1 hold" in undecided.text
    assert approved.status_code == 302
    assert "Carried over from revision 1" in shown
    assert "只改标点" in shown
