"""Whether answers can determine the parameters that are asked of them; if not, the reason is named."""

import numpy as np

from kaoping.scoring.arrays import Flags
from kaoping.scoring.errors import ConstantItem, EmptyCategory, NoOverlap, TooFewItems, TooFewPersons
from kaoping.scoring.layout import UNIT_SLOPE, Layout
from kaoping.scoring.models import ModelName
from kaoping.scoring.responses import ResponseMatrix

FEWEST_PERSONS = 50
FEWEST_ITEMS = 3
FEWEST_UNIT_ITEMS = 2
"""With slopes of one, or one slope for all, two items are enough."""
BATCH = 4096


def check(responses: ResponseMatrix, layout: Layout, *, fewest_persons: int = FEWEST_PERSONS) -> None:
    """Refuse answers that cannot determine the free parameters.

    Raises
    ------
    TooFewItems, TooFewPersons, ConstantItem, EmptyCategory, NoOverlap
    """
    one_slope = all(form.name in {*UNIT_SLOPE, ModelName.ONE} for form in layout.models)
    least = FEWEST_UNIT_ITEMS if one_slope else FEWEST_ITEMS
    if responses.n_items < least:
        raise TooFewItems(n=responses.n_items, least=least)
    for section in layout.sections:
        for item, row in zip(section.places, section.slots, strict=True):
            if (row >= 0).any():
                _check_item(responses, int(item), section.model.categories, fewest_persons)
    reached = connected(responses)
    if not reached.all():
        raise NoOverlap(item=responses.items[0], other=responses.items[int(np.argmin(reached))])


def _check_item(responses: ResponseMatrix, item: int, categories: int, fewest_persons: int) -> None:
    name, counts = responses.items[item], responses.counts[item, :categories]
    if responses.answered[item] < fewest_persons:
        raise TooFewPersons(item=name, n=int(responses.answered[item]), least=fewest_persons)
    if (counts > 0).sum() == 1:
        raise ConstantItem(item=name, n=int(responses.answered[item]))
    if (counts == 0).any():
        raise EmptyCategory(item=name, category=int(np.argmin(counts)))


def connected(responses: ResponseMatrix) -> Flags:
    """(k,) whether an item can be reached from the first by walking over persons who answered both.

    >>> connected(ResponseMatrix([[1, 0, -1], [-1, -1, 1]]))
    array([ True,  True, False])
    """
    if responses.complete:
        return np.ones(responses.n_items, dtype=np.bool_)
    reached = np.arange(responses.n_items) == 0
    waiting = list(range(0, responses.n_persons, BATCH))
    grew = True
    while grew and not reached.all():
        before = int(reached.sum())
        for start in waiting:
            known = responses.block(slice(start, start + BATCH)) >= 0
            reached = reached | known[known[:, reached].any(axis=1)].any(axis=0)
        grew = int(reached.sum()) > before
    return np.asarray(reached)
