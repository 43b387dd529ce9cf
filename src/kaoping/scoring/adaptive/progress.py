"""How far persons have come in an adaptive test: what they were given, what they answered, what may be given next.

The persons of a `Progress` have all answered the same number of items, so that one person in an exam and a block of a
simulation, which goes in lock step, are one and the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.arrays import Flags, Floats, Whole

Sources = Sequence[np.random.Generator]
"""A source of random numbers for each person, so that what is drawn for one does not depend on the others."""


@dataclass(frozen=True, eq=False)
class Progress:
    """State of n persons after t answers each.

    ``items`` (n, t) places in the bank, in the order given, and ``categories`` (n, t) the answers; ``log_likelihood``
    (n, q) at the nodes of the bank; ``open`` (n, k) whether an item may still be given, because neither it nor an enemy
    was; ``theta``, ``se`` (n,) the estimate after the last answer, in logits, and ``before`` (n,) that before it;
    ``lots`` (n, g, k) numbers between 0 and 1, drawn once, that control of exposure compares with its chances.
    """

    items: Whole
    categories: Whole
    log_likelihood: Floats
    open: Flags
    theta: Floats
    se: Floats
    before: Floats
    lots: Floats | None = None

    def __len__(self) -> int:
        return len(self.theta)

    @property
    def given(self) -> int:
        """Number t of answers of each person."""
        return int(self.items.shape[1])

    def answered(self, bank: Bank, items: Whole, categories: Whole) -> "Progress":
        """Note an answer of each person, (n,) items and categories; the estimate is still the old one."""
        rows = np.arange(len(self))
        open_ = self.open.copy()
        open_[rows, items] = False
        if bank.hostile is not None:
            open_ &= ~bank.hostile[items]
        return replace(
            self,
            items=np.column_stack([self.items, items]),
            categories=np.column_stack([self.categories, categories]),
            log_likelihood=self.log_likelihood + bank.log_chances[items, categories],
            open=open_,
            before=self.theta,
        )

    def estimated(self, theta: Floats, se: Floats) -> "Progress":
        """Give the same with an estimate."""
        return replace(self, theta=theta, se=se)

    def of(self, rows: Flags | Whole) -> "Progress":
        """Give some of the persons."""
        return Progress(
            self.items[rows],
            self.categories[rows],
            self.log_likelihood[rows],
            self.open[rows],
            self.theta[rows],
            self.se[rows],
            self.before[rows],
            None if self.lots is None else self.lots[rows],
        )

    def likelihood(self) -> Floats:
        """Likelihood at the nodes, (n, q); so small ones that they would vanish are relative to the largest."""
        peak = self.log_likelihood.max(axis=1, keepdims=True)
        return np.asarray(np.exp(self.log_likelihood - np.minimum(peak + SMALLEST, 0.0)))

    def density(self, bank: Bank) -> Floats:
        """Posterior at the nodes, (n, q), up to a factor for each person."""
        density = self.log_likelihood + bank.log_weights
        density -= density.max(axis=1, keepdims=True)
        return np.exp(density, out=density)

    def posterior(self, bank: Bank) -> Floats:
        """Posterior at the nodes, (n, q), summing to one."""
        density = self.density(bank)
        density /= density.sum(axis=1, keepdims=True)
        return density


SMALLEST = 600.0
"""Minus the logarithm of the smallest likelihood that is kept as it is."""


def beginning(
    bank: Bank, theta: Floats, *, open_: Flags | None = None, lots: Floats | None = None, nothing_known: float = np.inf
) -> Progress:
    """Give n persons who have answered nothing, with the abilities (n,) that the test starts from."""
    n, k = len(theta), len(bank)
    nothing = np.zeros((n, 0), dtype=np.int64)
    return Progress(
        nothing,
        nothing,
        np.zeros((n, len(bank.grid.nodes))),
        np.ones((n, k), dtype=np.bool_) if open_ is None else open_,
        theta,
        np.full(n, nothing_known),
        theta,
        lots,
    )


def draws(sources: Sources, size: int) -> Floats:
    """Draw so many numbers between 0 and 1 for each person, (n, size)."""
    return np.array([source.random(size) for source in sources])


def some_of(progress: Progress, sources: Sources, rows: Whole) -> tuple[Progress, Sources]:
    """Give some of the persons, with their generators if there are any; the same if it is all of them."""
    if len(rows) == len(progress):
        return progress, sources
    return progress.of(rows), [sources[row] for row in rows] if sources else sources
