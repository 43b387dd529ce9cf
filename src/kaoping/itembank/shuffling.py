"""Use cases: make variants 卷型 of a sealed paper, and find one whose content still is what was made.

A variant is pinned to the paper's seal and has a digest of its own over everything that is printed; the database
refuses any later change. Asking again for as many variants as there are is harmless; asking for more adds to them.
"""

import hashlib
import json
from datetime import datetime
from itertools import groupby
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import content, fixed_options, sealing, variants
from kaoping.itembank.actor import Actor
from kaoping.itembank.content import LETTERS
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.papers import Paper, Slot, Variant
from kaoping.itembank.rules import plain, section_of
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.variants import Arrangement, Placed, Question

#: Variants have the letters A to H.
MOST = len(LETTERS)


#: Types of which a stem without options is all that is printed.
_STEM_ALONE = ("true_false", "fill_in", "numeric")


class TooManyVariants(ItemBankError, Invalid):
    """A number of variants that a paper cannot have."""

    sentence = N_("A paper has 1 to %(most)s variants; %(count)s were asked for. Choose a number in between.")


class VariantBroken(ItemBankError, Conflict):
    """What the variant would print is not what was made."""

    sentence = N_("Variant %(variant)s of paper %(paper)s does not match its digest: do not use it.")


def make(
    session: Session, paper_id: UUID, *, count: int, by: Actor, at: datetime | None = None, rng: Random | None = None
) -> list[Variant]:
    """Give a sealed paper ``count`` variants in all; those it has stay as they are.

    Raises
    ------
    NotSealed, SealBroken : the paper is not sealed, or is not what was sealed.
    TooManyVariants : ``count`` is out of bounds.
    """
    if not 1 <= count <= MOST:
        raise TooManyVariants(count=count, most=MOST)
    session.execute(select(Paper.id).where(Paper.id == paper_id).with_for_update())
    paper = sealing.find(session, paper_id)
    sealing.verify_digest(session, paper)
    session.refresh(paper, ["variants"])
    held = [arrangement_of(one) for one in paper.variants]
    asked = questions(paper)
    for made in variants.arrange(asked, max(0, count - len(held)), rng or SystemRandom(), held=held):
        row = _row(paper, asked, made, held, by=by, at=at or database_time(session))
        session.add(row)
        record(session, "variant_made", row, by=by, at=at, paper=paper.code, label=row.label, digest=row.digest.hex())
        held.append(made)
    session.refresh(paper, ["variants"])
    return list(paper.variants)


def find(session: Session, paper: Paper, label: str) -> Variant:
    """Give a variant of a paper after its content was held against its digest and the paper's seal.

    Raises
    ------
    Missing : the paper has no such variant.
    SealBroken, VariantBroken : it is not what was made.
    """
    sealing.verify_digest(session, paper)
    found = session.scalar(select(Variant).where(Variant.paper_id == paper.id, Variant.label == label))
    if found is None:
        raise Missing(what=N_("variant"))
    if digest_of(paper, label, arrangement_of(found)) != found.digest:
        raise VariantBroken(variant=label, paper=paper.code)
    return found


def placed(session: Session, paper: Paper, label: str = "") -> tuple[Arrangement, bytes]:
    """Give what is printed of a sealed paper and its digest: a variant, or with no letter the paper as it is.

    Raises
    ------
    NotSealed, SealBroken, Missing, VariantBroken : as `find`.
    """
    if label:
        variant = find(session, paper, label)
        return arrangement_of(variant), variant.digest
    sealing.verify_digest(session, paper)
    return unshuffled(paper), paper.digest or b""


def questions(paper: Paper) -> list[Question]:
    """Give a paper's items as the arrangement sees them."""
    return [_question(slot) for slot in paper.slots]


def _question(slot: Slot) -> Question:
    body, section = slot.revision.body, section_of(slot.item.type).value
    if not slot.item.type.by_machine:
        return Question(slot.number, section)
    if "options" in body:
        key = tuple(sorted(LETTERS.index(letter) for letter in body["key"]))
        return Question(slot.number, section, len(body["options"]), key, _staying(slot).places)
    return Question(slot.number, section, key=(int(not body["key"]),) if isinstance(body["key"], bool) else ())


def _staying(slot: Slot) -> fixed_options.Staying:
    body = slot.revision.body
    return fixed_options.staying(body["stem"], body.get("options", ()))


def arrangement_of(variant: Variant) -> Arrangement:
    """Read the stored arrangement."""
    return tuple(Placed(number, tuple(options)) for number, options in variant.arrangement)


def ordered(paper: Paper, placed: Arrangement) -> list[tuple[Slot, Placed]]:
    """Give slots and their options in printed order."""
    slots = {slot.number: slot for slot in paper.slots}
    return [(slots[one.number], one) for one in placed]


def unshuffled(paper: Paper) -> Arrangement:
    """Give the paper as it is, in the form of a variant."""
    return tuple(Placed(slot.number, tuple(range(len(slot.revision.body.get("options", ()))))) for slot in paper.slots)


def digest_of(paper: Paper, label: str, placed: Arrangement) -> bytes:
    """Compute SHA-256 over the paper's seal, the letter, and every item as it is printed."""
    content = [
        [number, slot.number, str(slot.revision_id), plain(slot.marks), *_printed(slot.revision.body, one)]
        for number, (slot, one) in enumerate(ordered(paper, placed), start=1)
    ]
    document = [paper.code, (paper.digest or b"").hex(), label, content]
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _printed(body: dict[str, Any], placed: Placed) -> list[Any]:
    options = body.get("options", [])
    more = () if options or body["type"] in _STEM_ALONE else (content.presentation(body),)
    return [body["stem"], [options[place] for place in placed.options], key_of(body, placed), *more]


def key_of(body: dict[str, Any], placed: Placed) -> Any:
    """Give the key of an item as the variant prints it."""
    if not placed.options:
        return body["key"] if "key" in body else content.key_document(body)
    shown = [LETTERS[place] for place in placed.shown([LETTERS.index(letter) for letter in body["key"]])]
    return shown if isinstance(body["key"], list) else shown[0]


def _row(
    paper: Paper, asked: list[Question], made: Arrangement, held: list[Arrangement], *, by: Actor, at: datetime
) -> Variant:
    label = LETTERS[len(held)]
    return Variant(
        organisation_id=paper.organisation_id, paper_id=paper.id, paper_digest=paper.digest, label=label,
        arrangement=[[one.number, list(one.options)] for one in made], digest=digest_of(paper, label, made),
        report=_report(paper, asked, made, held), made_by=by.id, made_at=at,
    )  # fmt: skip


def _report(paper: Paper, asked: list[Question], made: Arrangement, held: list[Arrangement]) -> dict[str, Any]:
    keys = variants.balance(asked, made)
    stayed = {slot.item.code: staying.reason for slot in paper.slots if (staying := _staying(slot)).reason}
    return {
        "counts": keys.counts,
        "run": keys.run,
        "answers": {key: len(list(group)) for key, group in groupby(one.section for one in asked if one.key)},
        "shared": {LETTERS[k]: variants.shared(asked, other, made) for k, other in enumerate(held)},
        "stayed": stayed,
    }
