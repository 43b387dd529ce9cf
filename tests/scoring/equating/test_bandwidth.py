import numpy as np

from kaoping.scoring.equating import Frequencies, best_bandwidth, smooth
from kaoping.scoring.equating.bandwidth import penalty
from tests.scoring.equating.samples import form


def test_no_bandwidth_near_the_best_is_better() -> None:
    table = smooth(form(3000), degree=3)

    best = best_bandwidth(table.scores, table.shares)

    at_best = penalty(table.scores, table.shares, best)
    assert all(penalty(table.scores, table.shares, other) >= at_best for other in np.linspace(0.3, 3, 271))


def test_hollows_at_scores_are_paid_for() -> None:
    comb = Frequencies(range(9), [5, 20, 5, 20, 5, 20, 5, 20, 5])

    free = best_bandwidth(comb.scores, comb.shares, weight=0.0)
    paid = best_bandwidth(comb.scores, comb.shares, weight=1.0)

    assert penalty(comb.scores, comb.shares, free) > 1 > penalty(comb.scores, comb.shares, paid)
