"""The states of a certificate, which line of the register leads to which, and what expiry makes of them.

======== ============================= =========
line     from                          to
======== ============================= =========
suspend  valid                         suspended
lift     suspended                     valid
revoke   valid, suspended              revoked
replace  valid                         superseded
======== ============================= =========

Revoked 撤销 and superseded 被更正 are final. Expired 过期 is no line: it follows from the last day of validity, which a
certificate that is neither revoked nor superseded has behind it. Signing anew 重新签名 leaves the state as it is.
"""

from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from kaoping.itembank import turns


class State(StrEnum):
    """What a certificate is at a moment."""

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class ProposalVerb(StrEnum):
    """What one person proposes and another confirms."""

    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"
    CORRECT = "correct"
    RENEW = "renew"
    ISSUE = "issue"


class EntryVerb(StrEnum):
    """What a line of the register says about a certificate."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    #: Signed anew by another key, after the first one was revoked; the state stays.
    RE_SIGNED = "re_signed"


FINAL: Final = frozenset({State.REVOKED, State.SUPERSEDED})
#: From which states a line may follow, and the state it leads to.
FOLLOWS: Final = MappingProxyType(
    {
        EntryVerb.SUSPENDED: (frozenset({State.VALID}), State.SUSPENDED),
        EntryVerb.LIFTED: (frozenset({State.SUSPENDED}), State.VALID),
        EntryVerb.REVOKED: (frozenset({State.VALID, State.SUSPENDED}), State.REVOKED),
        EntryVerb.SUPERSEDED: (frozenset({State.VALID}), State.SUPERSEDED),
    }
)
#: Which line of the register a confirmed proposal leads to.
LINES: Final = MappingProxyType(
    {
        ProposalVerb.SUSPEND: EntryVerb.SUSPENDED,
        ProposalVerb.LIFT: EntryVerb.LIFTED,
        ProposalVerb.REVOKE: EntryVerb.REVOKED,
        ProposalVerb.CORRECT: EntryVerb.SUPERSEDED,
        ProposalVerb.RENEW: EntryVerb.SUPERSEDED,
    }
)
#: Where a certificate stands after a line, dates left aside.
STANDING: Final = MappingProxyType(
    {EntryVerb.ISSUED: State.VALID, **{verb: state for verb, (_, state) in FOLLOWS.items()}}
)


class Standing(Protocol):
    """What a state is read from: where the last line left the certificate, and its last day."""

    @property
    def standing(self) -> State:
        """State by the lines alone."""

    @property
    def valid_until(self) -> date | None:
        """Last day of validity; none: no limit."""


def state_of(certificate: Standing, *, at: datetime) -> State:
    """Give the state of a certificate at a moment, by the calendar of the country."""
    if certificate.standing in FINAL or not expired(certificate.valid_until, at=at):
        return certificate.standing
    return State.EXPIRED


def expired(valid_until: date | None, *, at: datetime) -> bool:
    """Whether the last day of validity is over."""
    return valid_until is not None and valid_until < today(at)


def today(at: datetime) -> date:
    """Give the day by which expiry is judged."""
    return at.astimezone(turns.ZONE).date()
