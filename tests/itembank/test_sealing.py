"""The seal: another person gives it, and after it nothing changes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, sealing
from kaoping.itembank.authoring import TypeFixed
from kaoping.itembank.changes import ChangeKind
from kaoping.itembank.continuity import Carrying
from kaoping.itembank.items import ItemState, ItemType
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.sealing import AlreadySealed, ItemNoLongerApproved, NotAssembled, NotSealed, OwnPaper, SealBroken
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, a_verdict
from tests.builders_papers import a_paper


def sealed(session: Session) -> Paper:
    return sealing.approve(session, a_paper(session).id, by=an_actor(session, "assembler"), at=NOON)


def test_another_person_seals_a_paper_and_the_seal_holds(session: Session) -> None:
    paper, other = a_paper(session), an_actor(session, "assembler")

    sealing.approve(session, paper.id, by=other, at=NOON)

    session.flush()
    assert (paper.state, paper.approved_by, paper.sealed_at) == (PaperState.SEALED, other.id, NOON)
    sealing.verify_digest(session, paper)
    entry = session.query(TrailEntry).filter_by(verb="paper_sealed").one()
    assert paper.digest is not None
    assert entry.facts == {"digest": paper.digest.hex()}


def test_sealing_twice_keeps_the_first_seal(session: Session) -> None:
    paper = sealed(session)

    again = sealing.approve(session, paper.id, by=an_actor(session, "assembler"), at=NOON)

    assert (again.approved_by, session.query(TrailEntry).filter_by(verb="paper_sealed").count()) == (
        paper.approved_by,
        1,
    )


def test_the_assembler_cannot_approve(session: Session) -> None:
    assembler = an_actor(session, "assembler")
    paper = a_paper(session, by=assembler)

    with pytest.raises(OwnPaper):
        sealing.approve(session, paper.id, by=assembler, at=NOON)


def test_the_database_refuses_the_assembler_too(session: Session) -> None:
    paper = a_paper(session)
    values = {"id": paper.id, "by": paper.assembled_by, "at": NOON}
    statement = text(
        "UPDATE paper SET state = 'sealed', approved_by = :by, sealed_at = :at, digest = 'x' WHERE id = :id"
    )

    with pytest.raises(IntegrityError, match="approver_is_not_assembler"), session.begin_nested():
        session.execute(statement, values)


@pytest.mark.parametrize("change", [
    "UPDATE paper SET state = 'assembled', approved_by = NULL, sealed_at = NULL, digest = NULL WHERE id = :id",
    "UPDATE paper SET code = 'X' WHERE id = :id",
    "DELETE FROM paper WHERE id = :id",
])  # fmt: skip
def test_the_database_refuses_to_change_a_sealed_paper(session: Session, change: str) -> None:
    paper = sealed(session)
    session.flush()

    with pytest.raises(IntegrityError, match="never changes"), session.begin_nested():
        session.execute(text(change), {"id": paper.id})


def test_the_database_refuses_another_slot_in_a_sealed_paper(session: Session) -> None:
    paper = sealed(session)
    session.flush()
    values = {
        name: getattr(paper.slots[0], name)
        for name in ("organisation_id", "revision_id", "item_id", "point_id", "marks")
    }
    session.expunge(paper.slots[0])

    session.add(Slot(paper_id=paper.id, number=99, **values))
    with pytest.raises(IntegrityError, match="takes no more slots"):
        session.flush()


def test_a_paper_with_a_retired_item_is_not_sealed(session: Session) -> None:
    paper = a_paper(session)
    paper.slots[4].item.state = ItemState.RETIRED

    with pytest.raises(ItemNoLongerApproved, match=paper.slots[4].item.code):
        sealing.approve(session, paper.id, by=an_actor(session), at=NOON)


def test_a_paper_with_a_wording_that_was_replaced_is_not_sealed(session: Session) -> None:
    paper, author = a_paper(session), an_actor(session, "item_writer")
    item = paper.slots[4].item
    authoring.revise(
        session, item.id, body=item.latest.body, source=SOURCE, difficulty=3, consistency=4, by=author, at=NOON,
        change=ChangeKind.SOURCE,
    )  # fmt: skip
    authoring.submit(session, item.id, by=author, at=NOON)
    a_verdict(session, item, carrying=Carrying(carry=True, reason="示例"))
    session.expire_all()

    with pytest.raises(ItemNoLongerApproved, match=item.code):
        sealing.approve(session, paper.id, by=an_actor(session), at=NOON)


def test_an_item_on_a_paper_keeps_its_type(session: Session) -> None:
    paper, author = a_paper(session), an_actor(session, "item_writer")
    item = next(slot.item for slot in paper.slots if slot.item.type is not ItemType.SINGLE_CHOICE)

    with pytest.raises(TypeFixed, match=item.code):
        authoring.revise(session, item.id, body=SINGLE, source=SOURCE, difficulty=3, consistency=4, by=author, at=NOON)


def test_a_seal_that_was_not_made_from_the_content_is_noticed(session: Session) -> None:
    paper, other = a_paper(session), an_actor(session)
    forged = text("UPDATE paper SET state = 'sealed', approved_by = :by, sealed_at = :at, digest = 'x' WHERE id = :id")
    session.execute(forged, {"id": paper.id, "by": other.id, "at": NOON})
    session.expire(paper)

    with pytest.raises(SealBroken, match=paper.code):
        sealing.verify_digest(session, paper)


def test_the_seal_covers_keys_and_marks(session: Session) -> None:
    paper = sealing.find(session, a_paper(session).id)
    session.expunge_all()
    before = sealing.digest_of(paper)

    paper.slots[0].revision.body = paper.slots[0].revision.body | {"key": False}
    other_key = sealing.digest_of(paper)
    paper.slots[0].marks += 1

    assert len({before, other_key, sealing.digest_of(paper)}) == 3


def test_a_paper_without_seal_does_not_verify(session: Session) -> None:
    with pytest.raises(NotSealed):
        sealing.verify_digest(session, a_paper(session))


def test_an_assembled_paper_is_discarded_and_then_not_sealed(session: Session) -> None:
    paper, by = a_paper(session), an_actor(session, "assembler")

    sealing.discard(session, paper.id, by=by, at=NOON)
    sealing.discard(session, paper.id, by=by, at=NOON)

    assert paper.state is PaperState.DISCARDED
    with pytest.raises(NotAssembled):
        sealing.approve(session, paper.id, by=an_actor(session), at=NOON)


def test_a_sealed_paper_is_not_discarded(session: Session) -> None:
    paper = sealed(session)

    with pytest.raises(AlreadySealed):
        sealing.discard(session, paper.id, by=an_actor(session), at=NOON)
