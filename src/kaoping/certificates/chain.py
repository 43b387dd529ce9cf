"""The chain of the register: every line carries the digest of the line before, so that none is changed unseen.

The digest of a line is SHA-256 over the digest of the line before (32 bytes; zeros before the first) and the canonical
bytes of the line: its fields as text in UTF-8, joined by line feeds, in this order.

    id, organisation, sequence, certificate, verb, by, confirmed by, proposal, at, facts

Ids are written as usual, what is empty as nothing, the moment as ``2026-11-28T04:00:00.000000Z``, the facts as
PostgreSQL writes ``jsonb``. The database computes the digests when lines are appended; here they are computed again.

A chain alone cannot show that its last lines were cut off, nor that all of it was written anew; a head that was kept
elsewhere and is signed by the issuer (`Head`) can.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kaoping.certificates import statement as statements
from kaoping.certificates.errors import HeadUnusable, RegisterBroken
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import RegisterHead
from kaoping.certificates.register_functions import standing_by_lines

GENESIS: Final = bytes(32)

_LINES: Final = text(r"""
SELECT id::text, organisation_id::text, sequence, certificate_id::text, verb, by::text,
  coalesce(confirmed_by::text, '') AS confirmed_by, coalesce(proposal_id::text, '') AS proposal,
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"Z"') AS at, facts::text, previous, digest
FROM register_entry WHERE organisation_id = :organisation ORDER BY sequence
""")  # fmt: skip
#: Lines fetched at once.
_BATCH: Final = 10_000


class Line(NamedTuple):
    """A line of the register as it is digested, field by field, and the two digests that stand beside it."""

    id: str
    organisation: str
    sequence: int
    certificate: str
    verb: str
    by: str
    confirmed_by: str
    proposal: str
    at: str
    facts: str
    previous: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a register at a moment, signed by the issuer, to be kept out of reach of the operators."""

    organisation: str
    sequence: int
    digest: str
    at: str
    key_id: str = ""
    signature: str = ""

    def signed(self, key: SigningKey) -> "Head":
        """Give the head with a signature over all the rest of it."""
        named = Head(self.organisation, self.sequence, self.digest, self.at, key.key_id)
        return Head(**asdict(named) | {"signature": statements.sign(named.said(), key).value.hex()})

    def said(self) -> bytes:
        """Give what is signed."""
        return statements.canonical({name: said for name, said in asdict(self).items() if name != "signature"})

    def line(self) -> str:
        """Write the head as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def parse(cls, line: str, *, keys: Mapping[str, Ed25519PublicKey]) -> "Head":
        """Read a head that was kept, and check its signature; raises `HeadUnusable`."""
        try:
            head = cls(**json.loads(line))
            signature = bytes.fromhex(head.signature)
        except (ValueError, TypeError):
            raise HeadUnusable(reason="it is not a line of `kaoping register head`") from None
        key = keys.get(head.key_id)
        if key is None or not statements.verify(head.said(), signature, key):
            raise HeadUnusable(reason="its signature is not of a published key of this issuer")
        return head


def digest(line: Line) -> bytes:
    """Compute the digest of a line from its fields and the digest of the line before."""
    return hashlib.sha256(line.previous + "\n".join(map(str, line[:10])).encode()).digest()


def follow(lines: Iterable[Line], *, organisation: UUID, kept: Iterable[Head] = ()) -> Head:
    """Go along a register from its first line; give its head, or raise `RegisterBroken` naming the first bad line.

    What was kept, the head in the database or a signed one, has to be found on the way.
    """
    expected: dict[int, set[str]] = {}
    for head in kept:
        if head.organisation == str(organisation):
            expected.setdefault(head.sequence, set()).add(head.digest)
    sequence, last, at = 0, GENESIS, ""
    for line in lines:
        sequence += 1
        if fault := _fault(line, sequence, last):
            raise RegisterBroken(organisation=organisation, sequence=sequence, reason=fault)
        last, at = line.digest, line.at
        if expected.pop(sequence, set()) - {last.hex()}:
            reason = "it differs from the head that was kept"
            raise RegisterBroken(organisation=organisation, sequence=sequence, reason=reason)
    if beyond := sorted(number for number in expected if number > 0):
        reason = f"a head that was kept names line {beyond[0]}, but the register ends before"
        raise RegisterBroken(organisation=organisation, sequence=sequence + 1, reason=reason)
    return Head(str(organisation), sequence, last.hex(), at)


def _fault(line: Line, sequence: int, last: bytes) -> str:
    """Say what is wrong with a line, or nothing."""
    if line.sequence > sequence:
        return f"it is missing, line {line.sequence} follows"
    if line.sequence < sequence:
        return "a line stands twice"
    if line.previous != last:
        return "it does not follow the line before: one of them was changed, put in or moved"
    if line.digest != digest(line):
        return "it was changed"
    return ""


def read(session: Session, organisation: UUID) -> Iterator[Line]:
    """Read a register from the database, some lines at a time."""
    found = session.execute(_LINES, {"organisation": organisation}, execution_options={"yield_per": _BATCH})
    for row in found:
        yield Line(*row)


def stored_head(session: Session, organisation: UUID) -> Head | None:
    """Give the head that the database keeps beside the lines."""
    query = select(RegisterHead.sequence, RegisterHead.digest).where(RegisterHead.organisation_id == organisation)
    row = session.execute(query).one_or_none()
    return Head(str(organisation), row.sequence, row.digest.hex(), "") if row else None


def head(session: Session, organisation: UUID, *, key: SigningKey, at: datetime) -> Head:
    """Give the signed head of a register, to be kept elsewhere."""
    found = stored_head(session, organisation) or Head(str(organisation), 0, GENESIS.hex(), "")
    return Head(found.organisation, found.sequence, found.digest, at.isoformat(timespec="seconds")).signed(key)


def verify(session: Session, organisation: UUID, *, kept: Iterable[Head] = ()) -> Head:
    """Verify the register of an organisation: its chain, its counters and where its certificates stand.

    Raises
    ------
    RegisterBroken : naming the first bad line, or what differs from the lines.
    """
    inside = stored_head(session, organisation)
    heads = [*kept, *([inside] if inside else [])]
    counts: dict[str, tuple[int, int]] = {}
    found = follow(_counted(session, organisation, counts), organisation=organisation, kept=heads)
    for reason in _differences(session, organisation, counts):
        raise RegisterBroken(organisation=organisation, sequence=found.sequence, reason=reason)
    return found


def _counted(session: Session, organisation: UUID, counts: dict[str, tuple[int, int]]) -> Iterator[Line]:
    """Pass the lines on, and count the numbers of each counter: how many were issued, and the highest serial."""
    for line in read(session, organisation):
        if line.verb == "issued":
            facts: dict[str, Any] = json.loads(line.facts)
            number, highest = counts.get(facts["scope"], (0, 0))
            counts[facts["scope"]] = (number + 1, max(highest, facts["serial"]))
        yield line


_STANDING: Final = text(f"""
SELECT number FROM certificate
WHERE organisation_id = :organisation AND standing IS DISTINCT FROM {standing_by_lines("certificate.id")}
ORDER BY number LIMIT 1
""")  # noqa: S608 - put together from constants
_UNKNOWN: Final = text("""
SELECT certificate_id FROM register_entry WHERE organisation_id = :organisation AND verb = 'issued'
  AND NOT EXISTS (SELECT FROM certificate WHERE id = certificate_id AND number = facts ->> 'number') LIMIT 1
""")
_COUNTERS: Final = text("SELECT scope, serial FROM number_counter WHERE organisation_id = :organisation ORDER BY scope")


def _differences(session: Session, organisation: UUID, counts: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """Say where certificates and counters differ from the lines: a number without a certificate is named."""
    where = {"organisation": organisation}
    for number in session.scalars(_STANDING, where):
        yield f"certificate {number} stands otherwise than the lines say"
    for certificate in session.scalars(_UNKNOWN, where):
        yield f"certificate {certificate} of the register is missing or has another number"
    for scope, serial in session.execute(_COUNTERS, where):
        issued, highest = counts.get(scope, (0, 0))
        if not issued == highest == serial:
            yield f"counter {scope} gave {serial} numbers, the register has {issued}, the highest {highest}"
