r"""What each person was expected to choose, given the ability that the person's own answers show.

With parameters of the options (the nominal model) the chances are the model's. With parameters of right and wrong
alone, the chance of an option is that of its mark, shared out as persons of similar ability with this mark chose:

.. math:: P_{ijc} = P_j(\text{mark of } c \mid \hat\theta_i)\; s_{g(i) j c}

References
----------
Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. *Applied Psychological
Measurement*, 21, 307-320.
Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. *Psychometrika*, 54, 427-450.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaoping.scoring import ability
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.integrity.choices import Choices
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.models import ModelName
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

PERSONS_OF_A_GROUP = 100
"""Persons wanted in each group of ability by which options are shared out."""
MOST_GROUPS = 5
SMOOTHING = 5.0
"""Persons that the shares of all abilities count as beside those of a group."""


@dataclass(frozen=True, eq=False)
class Chances:
    """Chances of n persons to choose the m options of k items; arrays are zero where a person has no answer.

    Attributes
    ----------
    choices : what they chose.
    theta : (n,) ability in logits.
    chance : (n, k, m) probability of each option.
    slope : (n, k, m) derivative of its logarithm by ability.
    information : (n,) Fisher information about the ability in all answers of the person; infinite if it is known.
    gradient : (n,) derivative of the log likelihood at ``theta``.
    """

    choices: Choices
    theta: Floats
    chance: Floats
    slope: Floats
    information: Floats
    gradient: Floats

    @cached_property
    def chosen(self) -> Floats:
        """(n, k, m) 1 at the option chosen."""
        options = np.arange(self.chance.shape[2])
        return np.asarray(self.choices.answers[:, :, None] == options, dtype=np.float64)

    @property
    def persons(self) -> tuple[str, ...]:
        """(n,) their names."""
        return self.choices.table.persons

    @property
    def pull(self) -> Floats:
        """(n,) how far the ability lies from the peak of the likelihood to first order, in logits."""
        return self.gradient / self.information


def chances(
    choices: Choices, parameters: ItemParameters, *, theta: Floats | None = None, groups: int | None = None
) -> Chances:
    """Calculate the chances of all persons who have an answer.

    Parameters
    ----------
    choices : options chosen on k items.
    parameters : the k items by name: as many categories as the item has options, or two for right and wrong.
    theta : (n,) known abilities of all persons in logits; estimated by weighted likelihood if not given.
    groups : of ability by which options are shared out; one for each hundred persons, at most five, if not given.

    Raises
    ------
    BadParameters
        There are none for an item, or they have another number of categories.
    NothingToScreen
        Nobody has an answer.

    >>> known = Choices.of(ResponseMatrix([[0, 2], [1, 2]]), [1, 2])
    >>> items = ItemParameters.logistic([1.0, 1.0], [0.0, 0.0], names=("1", "2"))
    >>> chances(known, items, theta=np.zeros(2)).chance[0].round(2)
    array([[0.5 , 0.5 , 0.  ],
           [0.25, 0.25, 0.5 ]])
    """
    rows = choices.judged
    if not len(rows):
        raise NothingToScreen(reason="nobody has an answer")
    some = Choices(choices.table.take(persons=rows), choices.right)
    own = parameters.named(some.table.items)
    levels, counted = scored(some, own)
    known = theta is not None
    at = np.asarray(theta, dtype=np.float64)[rows] if theta is not None else _estimated(counted, own)
    shares = _shares(some, levels, _grouped(at, groups))
    answered = some.known[:, :, None]
    places = np.arange(len(own))[:, None], levels
    chance = np.moveaxis(own.probabilities(at)[places], 2, 0) * shares * answered
    slope = np.moveaxis(own.along_theta(at)[0][places], 2, 0) * (chance > 0)
    chosen = some.answers[:, :, None] == np.arange(levels.shape[1])
    information = np.full(len(rows), np.inf) if known else (chance * slope**2).sum(axis=(1, 2))
    return Chances(some, at, chance, slope, information, (chosen * slope).sum(axis=(1, 2)))


def scored(choices: Choices, parameters: ItemParameters) -> tuple[Whole, ResponseMatrix]:
    """Give the category of the model that each option counts as, (k, m), and the answers in these categories."""
    options, wanted = choices.table.categories, parameters.categories
    of_options = np.array([form.name is ModelName.NOMINAL for form in parameters.models])
    marked = (wanted == 2) & ~of_options  # noqa: PLR2004
    strange = np.flatnonzero((wanted < options) & ~marked)
    if len(strange):
        name, has = parameters.names[strange[0]], options[strange[0]]
        raise BadParameters(reason=f"item {name} has {has} options and parameters for {wanted[strange[0]]} categories")
    places = np.minimum(np.arange(choices.right.shape[1]), parameters.categories[:, None] - 1)
    levels = np.where(marked[:, None], choices.right, places)
    codes = np.take_along_axis(levels.T, np.maximum(choices.answers, 0), axis=0)
    codes = np.where(choices.known, codes, NOT_PRESENTED)
    return levels, ResponseMatrix(codes, parameters.names, persons=choices.table.persons, categories=wanted)


def _estimated(scored: ResponseMatrix, parameters: ItemParameters) -> Floats:
    return ability.weighted_likelihood(scored, parameters).theta


def _grouped(theta: Floats, groups: int | None) -> Whole:
    """Sort persons into groups of equal size by ability."""
    number = groups or int(np.clip(len(theta) // PERSONS_OF_A_GROUP, 1, MOST_GROUPS))
    return np.argsort(np.argsort(theta, kind="stable"), kind="stable") * number // len(theta)


def _shares(choices: Choices, levels: Whole, group: Whole) -> Floats:
    """Share of each option among the options of the same category, for every person, (n, k, m)."""
    k, m = levels.shape
    offered = np.arange(m) < choices.table.categories[:, None]
    alike = (levels[:, :, None] == levels[:, None, :]) & offered[:, None, :] & offered[:, :, None]
    if not (alike.sum(axis=2) > 1).any():
        return np.broadcast_to(offered.astype(np.float64), (len(group), k, m))
    chosen = choices.answers[:, :, None] == np.arange(m)
    counts = np.stack([chosen[group == one].sum(axis=0) for one in range(int(group.max()) + 1)]).astype(np.float64)
    overall = _divided(counts.sum(axis=0) + 0.5 * offered, alike)
    shares = _divided(counts + SMOOTHING * overall, alike)
    return shares[group]


def _divided(counts: Floats, alike: Flags) -> Floats:
    """Divide counts (…, k, m) by their sums over alike options."""
    total = np.einsum("...kc,kdc->...kd", counts, alike.astype(np.float64))
    return np.where(total > 0, counts / np.where(total > 0, total, 1.0), 0.0)
