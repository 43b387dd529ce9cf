"""Adaptive testing: from a bank, the item that tells most about this person next, until enough is known.

A `Bank` is prepared once; an `AdaptiveTest` holds the rules: criterion, exposure, content, stopping, estimation, start.
One person in an exam and a block of persons in a simulation go through the same functions.

>>> import numpy as np
>>> from kaoping.scoring.parameters import ItemParameters
>>> rng = np.random.default_rng(7)
>>> bank = Bank(ItemParameters.logistic(rng.lognormal(0, 0.3, 200), rng.normal(size=200)))
>>> test = AdaptiveTest(bank, Stopping(30, 10, rules=[StandardError(0.35)]), exposure=Randomesque(5))
>>> found = evaluate(simulate(test, rng.normal(size=500), rng=rng))
>>> found.lengths, list(found.reasons)
((15, 18.036, 30), ['length', 'standard error'])
"""

from kaoping.scoring.adaptive.administration import AdaptiveTest, Start
from kaoping.scoring.adaptive.bank import Bank, trapezoid
from kaoping.scoring.adaptive.blending import Progressive, Proportional, Stratified
from kaoping.scoring.adaptive.classification import ConfidenceInterval, GeneralisedRatio, SequentialRatio
from kaoping.scoring.adaptive.content import Balance
from kaoping.scoring.adaptive.criteria import (
    Criterion,
    MaximumInformation,
    NearestDifficulty,
    NearestPeak,
    RandomChoice,
)
from kaoping.scoring.adaptive.estimation import Estimator
from kaoping.scoring.adaptive.evaluation import Evaluation, evaluate
from kaoping.scoring.adaptive.expectations import ExpectedInformation, ExpectedVariance
from kaoping.scoring.adaptive.exposure import Admission, Best, Control, Eligibility, Randomesque
from kaoping.scoring.adaptive.integrals import (
    GlobalDiscrimination,
    KullbackLeibler,
    LikelihoodWeightedInformation,
    PosteriorGlobalDiscrimination,
    PosteriorKullbackLeibler,
    PosteriorWeightedInformation,
)
from kaoping.scoring.adaptive.naming import criterion
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.adaptive.shadowed import ShadowRules
from kaoping.scoring.adaptive.simulation import Simulation, on_grid, replay, simulate
from kaoping.scoring.adaptive.stopping import LittleInformation, SmallChange, StandardError, Stopping
from kaoping.scoring.adaptive.sympson_hetter import SympsonHetter, sympson_hetter

__all__ = [
    "AdaptiveTest",
    "Admission",
    "Balance",
    "Bank",
    "Best",
    "ConfidenceInterval",
    "Control",
    "Criterion",
    "Eligibility",
    "Estimator",
    "Evaluation",
    "ExpectedInformation",
    "ExpectedVariance",
    "GeneralisedRatio",
    "GlobalDiscrimination",
    "KullbackLeibler",
    "LikelihoodWeightedInformation",
    "LittleInformation",
    "MaximumInformation",
    "NearestDifficulty",
    "NearestPeak",
    "PosteriorGlobalDiscrimination",
    "PosteriorKullbackLeibler",
    "PosteriorWeightedInformation",
    "Progress",
    "Progressive",
    "Proportional",
    "RandomChoice",
    "Randomesque",
    "SequentialRatio",
    "ShadowRules",
    "Simulation",
    "SmallChange",
    "StandardError",
    "Start",
    "Stopping",
    "Stratified",
    "SympsonHetter",
    "criterion",
    "evaluate",
    "on_grid",
    "replay",
    "simulate",
    "sympson_hetter",
    "trapezoid",
]
