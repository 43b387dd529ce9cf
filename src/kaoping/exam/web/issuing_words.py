"""What a batch of certificates says of itself in the reader's language: how far it is, how fast, and why not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from kaoping.exam.certifying.batches import Counts
from kaoping.exam.certifying.models import BatchState, CertificateBatch, FileKind, Purpose
from kaoping.exam.web.certificate_words import FIELDS, GROUNDS
from kaoping.itembank.errors import N_

STATES = {
    BatchState.QUEUED: ("", "clock", N_("waits for a worker")),
    BatchState.ISSUING: ("live", "clock", N_("certificates are issued")),
    BatchState.DRAWING: ("live", "clock", N_("sheets are drawn")),
    BatchState.PACKING: ("live", "clock", N_("files are packed")),
    BatchState.DONE: ("good", "check", N_("done")),
    BatchState.STOPPED: ("warn", "warn", N_("stopped")),
    BatchState.FAILED: ("bad", "cross", N_("ended by an error")),
}
PURPOSES = {
    Purpose.BATCH: N_("printed in a batch"),
    Purpose.REPLACEMENT: N_("in place of a spoiled sheet"),
    Purpose.REPRINT: N_("printed again"),
}
FILES = {
    FileKind.SHEETS: N_("Print file: all sheets in one PDF"),
    FileKind.ARCHIVE: N_("ZIP of the electronic certificates, named by number"),
    FileKind.REGISTER: N_("List to be signed on receipt"),
}
#: Fields of a certificate as errors of its sheet name them, beside those that can be corrected.
_FIELDS = {**FIELDS, "issuer": N_("Awarding body"), "identity number": N_("Identity number")}
#: Seconds of work before a speed is told.
_SETTLED = 2.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the present step of a batch is: done of all, how many a minute, and minutes left if that can be said."""

    done: int
    total: int
    per_minute: int | None = None
    minutes_left: int | None = None


def pace(batch: CertificateBatch, counts: Counts, at: datetime) -> Pace:
    """Work out how fast a batch goes, from what its worker has done since it began the step."""
    if batch.state is BatchState.ISSUING:
        done, total = counts.issued + counts.refused, counts.wanted
    else:
        done, total = counts.drawn, counts.issued - counts.undrawn
    seconds = (at - batch.pace_from).total_seconds() if batch.pace_from else 0.0
    made = done - batch.pace_done
    if seconds < _SETTLED or made <= 0:
        return Pace(done, total)
    return Pace(done, total, round(60 * made / seconds), max(1, round(seconds * (total - done) / made / 60)))


def reason(told: dict[str, Any]) -> str:
    """Write why a record was refused, or a batch ended."""
    sentence, facts = told["sentence"], dict(told["facts"])
    field = str(facts.get("field", "")).removesuffix(" value")
    words = {"field": _FIELDS.get(field), "what": facts.get("what")}
    facts |= {name: _(word) for name, word in words.items() if isinstance(word, str)}
    for name, fact in facts.items():
        if isinstance(fact, list):
            facts[name] = _(", ").join(_(GROUNDS.get(one, one)) for one in fact)
    return str(_(sentence) % facts)


def size(count: int) -> str:
    """Write the size of a file."""
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{max(1, count // 1000)} kB"
