"""Why no papers meet the rules."""

from collections import Counter

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.pool import Pool
from kaoping.scoring.assembly.program import Elastic, Row
from kaoping.scoring.assembly.rules import Rules
from kaoping.scoring.assembly.shortfalls import CROWDED, MARKS, SUPPLY, Infeasible, Shortfall

NOTHING = 1e-6


def check_supply(pool: Pool, rules: Rules) -> None:
    """Refuse cells that hold fewer usable items than the papers take, before anything is solved.

    Raises
    ------
    Infeasible
        With one shortfall for every such cell.
    """
    usable = rules.usable(pool)
    cells = zip(pool.rows, pool.types, strict=True)
    supply = Counter(cell for cell, allowed in zip(cells, usable, strict=True) if allowed)
    short = [
        Shortfall(
            SUPPLY,
            {
                "row": row,
                "type": type_,
                "papers": rules.papers,
                "needed": rules.papers * count,
                "available": supply[row, type_],
                "short": rules.papers * count - supply[row, type_],
            },
        )
        for (row, type_), count in rules.counts.items()
        if supply[row, type_] < rules.papers * count
    ]
    if short:
        raise Infeasible(short)


def explain(relaxed: Elastic, nearest: Floats) -> Infeasible:
    """Name the rules that the nearest papers miss.

    Missing items are added up over papers; of marks the largest miss is kept. While items are missing their marks are
    too, so the total is then not named again.
    """
    missed: dict[tuple[str, str], tuple[Row, list[float]]] = {}
    for row, columns in relaxed.missed:
        amount = float(nearest[columns].sum())
        if amount > NOTHING:
            missed.setdefault((row.sentence, str(row.facts)), (row, []))[1].append(amount)
    crowded = any(sentence == CROWDED for sentence, _ in missed)
    return Infeasible(
        [
            _shortfall(row, amounts)
            for (sentence, _), (row, amounts) in missed.items()
            if not (crowded and sentence == MARKS)
        ]
    )


def _shortfall(row: Row, amounts: list[float]) -> Shortfall:
    if row.sentence == CROWDED:
        short = round(sum(amounts))
        return Shortfall(CROWDED, {**row.facts, "short": short, "placed": row.facts["needed"] - short})
    short_marks = max(amounts)
    return Shortfall(row.sentence, {**row.facts, "short": f"{short_marks:g}" if row.sentence == MARKS else short_marks})
