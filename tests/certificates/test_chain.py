"""The chain of the register: whatever was changed, put in, moved or cut off is found, and where."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from kaoping.certificates import chain
from kaoping.certificates.chain import GENESIS, Head, Line
from kaoping.certificates.errors import HeadUnusable, RegisterBroken
from kaoping.certificates.models import ProposalVerb
from tests.builders import NOON, an_actor
from tests.builders_results import KEY, KEYS, changed
from tests.certificates.test_register import issued

ORGANISATION = UUID(int=1)
Tamper = Callable[[list[Line]], list[Line]]


def a_register(count: int = 6) -> list[Line]:
    """Write a register of lines that follow each other."""
    lines, last = [], GENESIS
    for sequence in range(1, count + 1):
        facts = json.dumps({"number": f"S{sequence}"})
        bare = Line(
            str(UUID(int=sequence)), str(ORGANISATION), sequence, str(UUID(int=9)), "issued", str(UUID(int=7)), "", "",
            "2026-11-28T04:00:00.000000Z", facts, last, b"",
        )  # fmt: skip
        lines.append(bare._replace(digest=chain.digest(bare)))
        last = lines[-1].digest
    return lines


def followed(lines: list[Line], *kept: Head) -> Head:
    return chain.follow(lines, organisation=ORGANISATION, kept=kept)


def rewritten(lines: list[Line]) -> list[Line]:
    """Write all digests anew, as somebody who masters the database would."""
    made, last = [], GENESIS
    for sequence, line in enumerate(lines, start=1):
        bare = line._replace(previous=last, sequence=sequence)
        made.append(bare._replace(digest=chain.digest(bare)))
        last = made[-1].digest
    return made


def test_an_untouched_register_is_followed_to_its_head() -> None:
    lines = a_register()

    head = followed(lines)

    assert (head.sequence, head.digest) == (6, lines[-1].digest.hex())


@pytest.mark.parametrize("field", [name for name in Line._fields if name != "sequence"])
def test_a_change_of_any_field_is_found_at_its_line(field: str) -> None:
    lines = a_register()
    was = getattr(lines[2], field)
    changed: dict[str, Any] = {field: was + "x" if isinstance(was, str) else was[:-1] + bytes([was[-1] ^ 1])}
    lines[2] = lines[2]._replace(**changed)

    with pytest.raises(RegisterBroken) as broken:
        followed(lines)

    assert broken.value.sequence == 3


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        (lambda lines: lines[:3] + lines[4:], 4),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4),
        (lambda lines: [*lines[:2], lines[3]._replace(sequence=3), lines[2]._replace(sequence=4), *lines[4:]], 3),
        (lambda lines: [*lines[:2], lines[2]._replace(id="x"), *lines[2:]], 3),
    ],
)
def test_what_is_taken_out_put_in_or_moved_is_found_at_its_place(tamper: Tamper, first: int) -> None:
    with pytest.raises(RegisterBroken) as broken:
        followed(tamper(a_register()))

    assert broken.value.sequence == first


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        (lambda lines: lines[:4], 5),
        (lambda lines: lines[:0], 1),
        (lambda lines: rewritten([*lines[:2], lines[2]._replace(facts="{}"), *lines[3:]]), 6),
    ],
)
def test_what_a_chain_cannot_show_a_kept_head_does(tamper: Tamper, first: int) -> None:
    lines = a_register()
    kept = followed(lines)
    followed(tamper(lines))

    with pytest.raises(RegisterBroken) as broken:
        followed(tamper(lines), kept)

    assert broken.value.sequence == first


def test_two_heads_of_one_line_have_to_agree() -> None:
    head = followed(lines := a_register())

    with pytest.raises(RegisterBroken, match="differs from the head"):
        followed(lines, replace(head, digest="00"), head)


def test_a_signed_head_is_read_back_and_a_changed_one_refused() -> None:
    head = followed(a_register()).signed(KEY)

    assert Head.parse(head.line(), keys=KEYS) == head
    for line in ("", "{}", replace(head, sequence=5).line(), replace(head, key_id="other").line()):
        with pytest.raises(HeadUnusable):
            Head.parse(line, keys=KEYS)


def test_the_database_writes_the_digests_that_are_computed_here(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    first = issued(session, by=officer)
    changed(session, first, ProposalVerb.SUSPEND, reason='核查 "材料"\n\t\\ 与“来源”😀')
    issued(session, by=officer, level="5")

    head = chain.verify(session, officer.organisation)

    assert head.sequence == 3
    assert chain.head(session, officer.organisation, key=KEY, at=NOON).sequence == 3
    assert [line.sequence for line in chain.read(session, officer.organisation)] == [1, 2, 3]


def test_a_register_without_lines_is_unbroken(session: Session) -> None:
    assert chain.verify(session, an_actor(session).organisation).sequence == 0
