"""Raters: how severe they are, how they use the scale, how far they agree, and what a person's fair score is.

`Ratings` and a `Panel` go in; `many_facet` gives a `ManyFacet`, from which everything else is read.

>>> import numpy as np
>>> rng = np.random.default_rng(3)
>>> person, rater = np.repeat(np.arange(400), 2), rng.permuted(np.tile(np.arange(5), (400, 1)), axis=1)[:, :2].ravel()
>>> line = rng.normal(0, 2, 400)[person] - np.array([0, 0.8, 0, -0.8, 0])[rater]
>>> mark = sum(line + rng.logistic(size=800) > step for step in (-1, 0, 1))
>>> found = many_facet(Ratings.from_columns(person, mark, {"rater": rater}))
>>> sorted(found.measures("rater"), key=found.measures("rater").get)[0::4]
['3', '1']
"""

from kaoping.scoring.raters.abilities import Abilities, abilities
from kaoping.scoring.raters.bias import Bias, Homogeneity, bias
from kaoping.scoring.raters.calibration import ManyFacet, many_facet
from kaoping.scoring.raters.category_use import CategoryUse, category_use
from kaoping.scoring.raters.connections import subsets
from kaoping.scoring.raters.elements import Elements, Persons, elements, persons
from kaoping.scoring.raters.exact_agreement import ExactAgreement, exact_agreement
from kaoping.scoring.raters.fair_averages import fair_averages, fair_scores
from kaoping.scoring.raters.halo import halo
from kaoping.scoring.raters.joint_likelihood import Joint, joint_likelihood
from kaoping.scoring.raters.mean_squares import mean_squares
from kaoping.scoring.raters.ratings import Ratings
from kaoping.scoring.raters.separation import Separation, separation
from kaoping.scoring.raters.structure import Panel
from kaoping.scoring.raters.tendencies import Tendencies, Tendency, tendencies

__all__ = [
    "Abilities",
    "Bias",
    "CategoryUse",
    "Elements",
    "ExactAgreement",
    "Homogeneity",
    "Joint",
    "ManyFacet",
    "Panel",
    "Persons",
    "Ratings",
    "Separation",
    "Tendencies",
    "Tendency",
    "abilities",
    "bias",
    "category_use",
    "elements",
    "exact_agreement",
    "fair_averages",
    "fair_scores",
    "halo",
    "joint_likelihood",
    "many_facet",
    "mean_squares",
    "persons",
    "separation",
    "subsets",
    "tendencies",
]
