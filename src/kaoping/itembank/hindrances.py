"""Why a specification has no papers: what is asked for and what the bank has, in sentences that can be translated."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kaoping.itembank import request
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.pool import Stock
from kaoping.itembank.rules import Rules
from kaoping.scoring.assembly.conflicts import Explanation
from kaoping.scoring.assembly.reasons import Reason

SUPPLY: Final = N_(
    "%(row)s, %(type)s: %(papers)d papers need %(needed)d items and the pool has %(available)d; %(short)d are missing."
)
MEANS: Final = N_(
    "The mean expected scores of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers exceed that by %(short).2f."
)
CURVES: Final = N_(
    "The characteristic curves of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers exceed that by %(short).2f."
)


class Impossible(ItemBankError, Conflict):
    """The papers cannot meet the rules: why, which rules conflict, and what would help.

    ``reasons`` are sentences with their facts; ``conflicts`` are sets of rule ids; ``repairs`` are plain data;
    ``proven`` tells whether it is certain, or no papers like that were found in the time.
    """

    sentence = N_("No papers meet the rules. %(said)s")

    def __init__(
        self, reasons: Sequence[Reason], *, conflicts: Sequence[Sequence[str]] = (),
        repairs: Sequence[dict[str, Any]] = (), proven: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(
            said=" ".join(map(str, reasons)), reasons=tuple(reasons), conflicts=tuple(map(tuple, conflicts)),
            repairs=tuple(repairs), proven=proven,
        )  # fmt: skip


def short_of_items(stock: Stock, rules: Rules, *, forms: int) -> Iterator[Reason]:
    """Name the cells that hold fewer usable items than the papers take."""
    held: dict[tuple[str, str], int] = {}
    for entry in stock.entries.values():
        cell = entry.row, entry.section.value
        held[cell] = held.get(cell, 0) + request.usable(entry, rules)
    for row, rule, count in rules.cells():
        available, needed = held.get((row.code, rule.section.value), 0), forms * count
        if available < needed:
            yield Reason(SUPPLY, {
                "rule": request.cell_name(row.code, rule.section), "row": row.code, "type": rule.section.value,
                "papers": forms, "needed": needed, "available": available, "short": needed - available,
            })  # fmt: skip


def of(explanation: Explanation) -> Impossible:
    """Tell what the assembler found out about rules that conflict."""
    return Impossible(
        explanation.reasons, conflicts=[conflict.rules for conflict in explanation.conflicts],
        repairs=[
            {"rule": one.rule, "kind": one.kind, "bound": one.bound, "before": one.before, "after": one.after,
             "items": list(one.items)}
            for one in explanation.repairs
        ],
    )  # fmt: skip
