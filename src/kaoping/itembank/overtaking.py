"""What changed in the bank while papers were sought in it, so that they may not be stored."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import pool
from kaoping.itembank.errors import N_
from kaoping.itembank.papers import AssemblyRun, Specification
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import Rules
from kaoping.scoring.assembly.reasons import Reason, listed

VERSION: Final = N_("Version %(newest)s of the specification came into force; the papers were sought by %(number)s.")
GONE: Final = N_("Items were retired, or may no longer be used as they are: %(items)s.")
REWORDED: Final = N_("Items were approved in another wording: %(items)s.")
RECALIBRATED: Final = N_("Items were calibrated anew: %(items)s.")
RESTING: Final = N_("Items were used meanwhile and now rest: %(items)s.")
USED_UP: Final = N_("Items now stand in as many sealed papers as the specification allows: %(items)s.")


def by_another_version(session: Session, run: AssemblyRun) -> Iterator[Reason]:
    """Say whether a newer version of the specification is in force than the run was ordered by.

    The specification's row is locked, as approving locks it: what is in force stays so until the transaction ends.
    """
    specification = run.specification
    session.execute(select(Specification.id).where(Specification.id == specification.id).with_for_update())
    session.refresh(specification, ["versions"])
    for version in specification.versions:
        session.refresh(version, ["approval"])
    newest = specification.in_force
    if newest is not None and newest.id != run.version_id:
        yield Reason(VERSION, {"newest": newest.number, "number": run.report["version"]})


def by_items(session: Session, run: AssemblyRun, chosen: Sequence[Entry], rules: Rules) -> Iterator[Reason]:
    """Say which of the chosen items are not what they were."""
    now = pool.load(session, run.specification.level_id, rules)
    changed: dict[str, list[str]] = {}
    for entry in chosen:
        if sentence := _change(entry, now, rules):
            changed.setdefault(sentence, []).append(entry.code)
    for sentence, codes in changed.items():
        yield Reason(sentence, {"items": listed(codes)})


def _change(entry: Entry, now: Stock, rules: Rules) -> str | None:
    held = now.entries.get(entry.code)
    if held is None:
        return GONE
    if held.revision_id != entry.revision_id:
        return REWORDED
    if (held.a, held.b) != (entry.a, entry.b):
        return RECALIBRATED
    if held.uses >= rules.exposure_most:
        return USED_UP
    return RESTING if held.resting and not entry.resting else None
