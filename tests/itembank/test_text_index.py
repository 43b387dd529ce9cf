"""Finding items by the words of their sealed texts, and items that say nearly the same."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, listing, text_index
from kaoping.itembank.items import Item, Statistics
from kaoping.itembank.listing import Search, Trait
from kaoping.itembank.models import Importance, Standard
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, a_standard, an_item

REWORDED: dict[str, Any] = SINGLE | {"stem": "下列要素中界定标准化对象的是哪一个？"}
OTHER: dict[str, Any] = SINGLE | {
    "stem": "企业标准由谁声明公开（　　）。", "options": ["企业", "协会", "政府", "公众"],
    "rationale": "企业自我声明。",
}  # fmt: skip


def found(session: Session, organisation: UUID, **parts: Any) -> list[Item]:
    return list(listing.find(session, Search(**parts), organisation).items)


@pytest.fixture
def standard(session: Session) -> Standard:
    return a_standard(session)


def test_items_are_found_by_words_of_stem_options_and_rationale(
    session: Session, standard: Standard, organisation: UUID
) -> None:
    item, other = an_item(session, standard), an_item(session, standard, body=OTHER)

    assert found(session, organisation, text="标准化对象") == [item]
    assert found(session, organisation, text="目次") == [item]
    assert found(session, organisation, text="自我 声明") == [other]
    assert found(session, organisation, text="标准化法") == []
    assert found(session, organisation, text=other.code) == [other]


def test_a_rewording_is_found_by_its_own_words(session: Session, standard: Standard, organisation: UUID) -> None:
    item = an_item(session, standard)

    authoring.revise(
        session, item.id, body=OTHER, source=SOURCE, difficulty=3, consistency=4, by=an_actor(session), at=NOON
    )

    assert found(session, organisation, text="标准化对象") == []
    assert found(session, organisation, text="企业标准") == [item]


def test_items_that_say_nearly_the_same_are_shown(session: Session, standard: Standard, organisation: UUID) -> None:
    item = an_item(session, standard)
    an_item(session, standard, body=OTHER)

    alike = text_index.similar(session, REWORDED, organisation)

    assert [one.item for one in alike] == [item]
    assert 0.5 < alike[0].share < 1.0
    assert text_index.similar(session, SINGLE, organisation, besides=item.id) == []
    assert text_index.similar(session, {"stem": "", "options": []}, organisation) == []


def test_the_index_holds_nothing_readable_and_nobody_elses_items(
    session: Session, standard: Standard, organisation: UUID
) -> None:
    an_item(session, standard)
    stored = session.execute(text("SELECT words::text || bands::text FROM item_text")).scalar_one()
    assert not set(stored) - set("0123456789,-{}")

    session.execute(text("SELECT set_config('app.organisation', :other, true)"), {"other": str(uuid4())})
    assert found(session, organisation, text="标准化对象") == []
    assert text_index.similar(session, SINGLE, organisation) == []


def test_further_conditions_narrow_the_search(session: Session, standard: Standard, organisation: UUID) -> None:
    item = an_item(session, standard)
    other = an_item(session, standard, difficulty=4, source=authoring.Source("GB/T 20000.1", "2014", "3.2"))

    assert found(session, organisation, difficulty=4) == [other]
    assert found(session, organisation, source="20000") == [other]
    assert found(session, organisation, author_id=item.author_id) == [item]
    assert found(session, organisation, importance=Importance.AUXILIARY) == []
    assert found(session, organisation, trait=Trait.UNCALIBRATED, difficulty=2) == [item]
    assert found(session, organisation, trait=Trait.CALIBRATED) == []
    assert found(session, organisation, trait=Trait.USED) == []
    assert found(session, organisation, trait=Trait.AI_ASSISTED) == []
    assert len(found(session, organisation, trait=Trait.UNUSED)) == 2
    assert not session.query(Statistics).count()


ASKED_BY_POLICIES = """
SELECT attname FROM pg_policy
JOIN pg_depend ON classid = 'pg_policy'::regclass AND objid = pg_policy.oid AND refobjid = polrelid
JOIN pg_attribute ON attrelid = polrelid AND attnum = refobjsubid
WHERE polrelid = CAST(:name AS regclass)"""
HELD_BY_AN_INDEX = "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass)"


@pytest.mark.parametrize(
    ("table", "index", "asked"),
    [
        ("revision", "ix_revision_asked", {"item_id", "number", "difficulty", "source_standard"}),
        ("item", "ix_item_organisation_id_item_state_item_author_id", {"state", "author_id"}),
        ("item", "uq_item_organisation_id_code", {"id", "code"}),
        ("statistics", "ix_statistics_adopted_item_id", {"item_id"}),
    ],
)
def test_what_lists_ask_of_the_whole_bank_stands_in_an_index_with_what_the_policies_of_rows_ask(
    session: Session, table: str, index: str, asked: set[str]
) -> None:
    policies = set(session.scalars(text(ASKED_BY_POLICIES), {"name": table}))
    held = set(session.scalars(text(HELD_BY_AN_INDEX), {"name": index}))

    assert "organisation_id" in policies
    assert policies | asked <= held
