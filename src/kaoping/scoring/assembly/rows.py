"""Rows and columns of a linear programme, in which every row remembers the rule that it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.problem import DECIMALS


@dataclass(frozen=True)
class Rule:
    """Which rule of the request a row stands for: its kind, name and, if it concerns one form, the form."""

    kind: str
    name: str
    form: int | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """``low <= matrix @ x <= high``, with the rule of every row."""

    matrix: sparse.csr_array
    low: Floats
    high: Floats
    rules: tuple[Rule, ...]

    def over(self, columns: int, *, start: int = 0) -> "Rows":
        """Give the same rows over more columns, of which the own ones begin at ``start``."""
        own = sparse.coo_array(self.matrix)
        shape = (own.shape[0], columns)
        moved = sparse.coo_array((own.data, (own.coords[0], own.coords[1] + start)), shape=shape)
        return Rows(sparse.csr_array(moved), self.low, self.high, self.rules)

    def times(self, copies: int) -> "Rows":
        """Give the rows of the sum of some solutions."""
        return Rows(self.matrix, copies * self.low, copies * self.high, self.rules)


def stacked(parts: Sequence[Rows]) -> Rows:
    """Put rows over the same columns below each other."""
    return Rows(
        sparse.csr_array(sparse.vstack([part.matrix for part in parts], format="csr")),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
        tuple(rule for part in parts for rule in part.rules),
    )


@dataclass
class RowBuilder:
    """Rows of a sparse matrix, added one after the other."""

    columns: int
    members: list[Whole] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def add(self, members: Whole, values: Floats | float, low: float, high: float, rule: Rule) -> None:
        """Add ``low <= sum(values * x[members]) <= high``."""
        self.members.append(np.asarray(members, dtype=np.int64))
        self.values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), len(members)))
        self.limits.append((low, high))
        self.rules.append(rule)

    def rows(self) -> Rows:
        """Give the matrix."""
        start = np.concatenate([[0], np.cumsum([len(members) for members in self.members])]).astype(np.int64)
        members = np.concatenate([*self.members, np.zeros(0, dtype=np.int64)])
        values = np.round(np.concatenate([*self.values, np.zeros(0)]), DECIMALS)
        matrix = sparse.csr_array((values, members, start), shape=(len(self.rules), self.columns))
        limits = np.array(self.limits, dtype=np.float64).reshape(-1, 2)
        return Rows(matrix, limits[:, 0], limits[:, 1], tuple(self.rules))


@dataclass(frozen=True, eq=False)
class Programme:
    """Least (or, if ``rising``, greatest) ``cost @ x`` under rows and bounds; some columns are whole numbers.

    ``starts`` has the column of the first item of every form, or of every class of forms that are added up, and last
    the column after all of them.
    """

    rows: Rows
    cost: Floats
    lowest: Floats
    highest: Floats
    whole: Flags
    rising: bool
    starts: Whole

    def parts(self, columns: Floats) -> tuple[Floats, ...]:
        """Divide columns among the forms; whole numbers are rounded to such."""
        rounded = np.where(self.whole, np.round(columns), columns)
        return tuple(rounded[start:end] for start, end in zip(self.starts[:-1], self.starts[1:], strict=True))

    def wider(
        self, matrix: sparse.csr_array, cost: Floats, *, highest: Floats | float = np.inf, whole: Flags | bool = False
    ) -> "Programme":
        """Add columns, from 0 on, with their entries in the rows that there are."""
        count = len(cost)
        return replace(
            self,
            rows=replace(self.rows, matrix=sparse.csr_array(sparse.hstack([self.rows.matrix, matrix], format="csr"))),
            cost=np.append(self.cost, cost),
            lowest=np.append(self.lowest, np.zeros(count)),
            highest=np.append(self.highest, np.broadcast_to(highest, count)),
            whole=np.append(self.whole, np.broadcast_to(whole, count)),
        )

    def within(self, matrix: sparse.csr_array, low: Floats | float, high: Floats | float, rule: Rule) -> "Programme":
        """Add rows over the columns that there are."""
        count = matrix.shape[0]
        limits = [np.broadcast_to(limit, count).astype(np.float64) for limit in (low, high)]
        added = Rows(matrix, limits[0], limits[1], (rule,) * count)
        return replace(self, rows=stacked([self.rows, added]))
