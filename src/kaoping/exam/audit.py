"""Checking the audit trail: every entry follows from the one before, and the chain still holds what was anchored.

A chain alone cannot show that its last entries were cut off; an anchor, a sealed copy of the head kept elsewhere, can.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.errors import AnchorUnusable, TrailBroken
from kaoping.itembank.orm import vault
from kaoping.itembank.trail import GENESIS, TrailEntry, TrailHead, database_time, entry_mac


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a chain at a moment; ``seal`` is an HMAC that only this installation's keys give."""

    organisation: str
    number: int
    mac: str
    at: str
    seal: str

    @classmethod
    def parse(cls, line: str) -> "Anchor":
        """Read an anchor's line and check its seal; raises `AnchorUnusable`."""
        try:
            anchor = cls(**json.loads(line))
        except (ValueError, TypeError):
            raise AnchorUnusable(reason="it is not a line of `kaoping audit anchor`") from None
        if not hmac.compare_digest(anchor.seal, _seal(asdict(anchor))):
            raise AnchorUnusable(reason="its seal does not fit; it was changed or made with other keys")
        return anchor

    def line(self) -> str:
        """Write the anchor as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Verified:
    """An unbroken chain: how many entries, and the last one's seal."""

    entries: int
    head: bytes


def anchor(session: Session, organisation: UUID, *, at: datetime | None = None) -> Anchor:
    """Give the sealed head of a chain, to be kept outside the database."""
    head = session.scalars(select(TrailHead).where(TrailHead.organisation_id == organisation)).one_or_none()
    number, mac = (head.number, head.mac) if head else (0, GENESIS)
    moment = (at or database_time(session)).isoformat(timespec="seconds")
    unsealed = Anchor(str(organisation), number, mac.hex(), moment, seal="")
    return replace(unsealed, seal=_seal(asdict(unsealed)))


def verify(session: Session, organisation: UUID, *, anchors: tuple[Anchor, ...] = ()) -> Verified:
    """Recompute a chain from its first entry and compare it with anchors; `TrailBroken` names the first wrong entry."""
    expected = {kept.number: kept.mac for kept in anchors if kept.organisation == str(organisation)}
    number, mac = 0, GENESIS
    query = select(TrailEntry).where(TrailEntry.organisation_id == organisation).order_by(TrailEntry.number)
    with session.scalars(query.execution_options(yield_per=1000)) as entries:
        for entry in entries:
            number += 1
            mac = _follow(entry, number, mac)
            _compare(organisation, number, mac, expected.pop(number, None))
    head = session.scalars(select(TrailHead).where(TrailHead.organisation_id == organisation)).one_or_none()
    if (head.number, head.mac) != (number, mac) if head else number:
        raise TrailBroken(organisation=organisation, number=number + 1, reason="the head names it, but it is missing")
    for kept, kept_mac in sorted(expected.items()):
        _compare(organisation, kept, GENESIS if kept == 0 else b"", kept_mac)
    return Verified(number, mac)


def _follow(entry: TrailEntry, number: int, previous: bytes) -> bytes:
    if entry.number != number:
        raise TrailBroken(organisation=entry.organisation_id, number=number, reason="it is missing")
    if not hmac.compare_digest(entry.mac, entry_mac(entry, previous)):
        reason = "it was changed, or the one before it was"
        raise TrailBroken(organisation=entry.organisation_id, number=number, reason=reason)
    return entry.mac


def _compare(organisation: UUID, number: int, mac: bytes, kept: str | None) -> None:
    if kept is not None and kept != mac.hex():
        reason = "an anchor names it, but it is missing" if not mac else "it differs from its anchor"
        raise TrailBroken(organisation=organisation, number=number, reason=reason)


def _seal(facts: dict[str, Any]) -> str:
    sealed = json.dumps({name: value for name, value in facts.items() if name != "seal"}, sort_keys=True)
    return hmac.digest(vault().fingerprint("anchor", "audit-anchor"), sealed.encode(), hashlib.sha256).hex()
