"""S-X² of items that stand on several forms: each is tested on the form that most persons answered."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Whole
from kaoping.scoring.errors import FitNotTestable
from kaoping.scoring.fit.fitted import Fitted, Items, fitted
from kaoping.scoring.fit.sum_score_fit import s_x2
from kaoping.scoring.responses import ResponseMatrix

FEWEST_ITEMS = 5
"""Items below which a sum score groups nobody."""


@dataclass(frozen=True, slots=True)
class ItemFit:
    """S-X² of one item with its degrees of freedom and p, and the persons of the form on which it was tested."""

    statistic: float
    df: int
    p: float
    persons: int


def form_fit(responses: ResponseMatrix, items: Items, *, least: int) -> tuple[ItemFit | None, ...]:
    """Test every item on the form with the most persons; a form is what is known of the same items.

    Parameters
    ----------
    responses : answers of n persons to k items.
    items : the fitted model.
    least : fewest persons of a form: with fewer, chi-square does not describe the statistic.

    Returns
    -------
    One entry for each of the k items; none for an item that could not be tested.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(3)
    >>> true = ItemParameters.logistic(np.ones(8), np.linspace(-1, 1, 8))
    >>> found = form_fit(simulate(rng.standard_normal(2000), true, rng=rng), true, least=200)
    >>> found[0].df, found[0].persons
    (5, 2000)
    """
    model = fitted(items)
    patterns, form, counts = np.unique(responses.presented, axis=0, return_inverse=True, return_counts=True)
    found: list[ItemFit | None] = [None] * responses.n_items
    for number in np.argsort(-counts, kind="stable"):
        columns = np.flatnonzero(patterns[number])
        if counts[number] < least or len(columns) < FEWEST_ITEMS:
            continue
        rows = np.flatnonzero(form.ravel() == number)
        for column, one in zip(columns, _of_form(responses, model, rows, columns), strict=True):
            found[column] = found[column] or one
    return tuple(found)


def _of_form(responses: ResponseMatrix, model: Fitted, rows: Whole, columns: Whole) -> list[ItemFit | None]:
    part = ResponseMatrix(
        responses.answers[np.ix_(rows, columns)],
        [responses.items[column] for column in columns],
        weights=responses.weights[rows],
        categories=responses.categories[columns],
    )
    try:
        tested = s_x2(part, model.parameters.take(columns), population=model.population)
    except FitNotTestable:
        return [None] * len(columns)
    values = zip(tested.statistic, tested.df, tested.p, strict=True)
    return [ItemFit(float(x), int(df), float(p), len(rows)) if df > 0 else None for x, df, p in values]
