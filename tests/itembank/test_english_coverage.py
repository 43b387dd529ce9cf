"""How far a paper in English is possible by a specification, and how items stand with their twins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import bilingual, english_coverage, twinning
from kaoping.itembank.items import Item, Verdict
from kaoping.itembank.twin_standing import stands
from kaoping.itembank.twinning import Standing
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_specification


def test_a_paper_in_english_counts_items_with_an_approved_twin(session: Session) -> None:
    level = a_bank(session)
    specification = a_specification(session, level)
    translator, reviewer = an_actor(session, "item_writer"), an_actor(session, "item_reviewer")
    one, other = session.scalars(select(Item).where(Item.type == "single_choice").order_by(Item.code).limit(2))
    for number, item in enumerate((one, other)):
        texts = {place: f"Text {place}" for place in bilingual.places(item.latest.body, {})}
        twinning.translate(session, item.id, texts, by=translator, at=NOON)
        twin = twinning.submit(session, item.id, by=translator, at=NOON)
        if number == 0:
            twinning.decide(session, twin.id, Verdict.APPROVE, by=reviewer, at=NOON)

    found = english_coverage.coverage(session, specification.id)

    assert (found.translated, found.needed) == (1, 60)
    assert sum(cell.missing for cell in found.short) == 59
    counts = {each: len(session.scalars(select(Item.id).where(stands(each))).all()) for each in Standing}
    everything = len(session.scalars(select(Item.id)).all())
    assert counts == {
        Standing.APPROVED: 1, Standing.UNDER_WAY: 1, Standing.STALE: 0, Standing.NONE: everything - 2,
    }  # fmt: skip
