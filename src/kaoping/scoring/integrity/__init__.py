"""Integrity of a sitting: what in the answers is unusual enough for a person to look at it.

Every screening gives `Evidence`: statistics, their p under “nothing happened”, and how many flags chance alone gives.
A flag is evidence for a person to weigh, never a verdict.

>>> import numpy as np
>>> from kaoping.scoring.models import model
>>> from kaoping.scoring.parameters import ItemParameters
>>> from kaoping.scoring.responses import ResponseMatrix
>>> from kaoping.scoring.simulation import simulate
>>> rng = np.random.default_rng(3)
>>> options = np.column_stack([rng.normal(0, 0.3, (40, 2)), np.ones(40), rng.normal(0, 0.7, (40, 3))])
>>> items = ItemParameters.reported([f"I{j}" for j in range(40)], [model("nominal", 4)] * 40, list(options))
>>> answers = simulate(rng.standard_normal(60), items, rng=rng).answers.copy()
>>> answers[7, :30] = answers[3, :30]
>>> found = m4(chances(Choices.of(ResponseMatrix(answers, items.names)), items), Terms(adjust="bh"))
>>> found.named
(('4', '8'),)
"""

from kaoping.scoring.integrity.chances import Chances, chances
from kaoping.scoring.integrity.change_rates import change_rates
from kaoping.scoring.integrity.changes import AnswerChanges, Erasures, erasures
from kaoping.scoring.integrity.choices import Choices
from kaoping.scoring.integrity.clusters import Cluster, clusters
from kaoping.scoring.integrity.evidence import CAUTION, Evidence, Subject, Unjudged
from kaoping.scoring.integrity.generalised_binomial import generalised_binomial
from kaoping.scoring.integrity.m4 import m4
from kaoping.scoring.integrity.omega import omega
from kaoping.scoring.integrity.pairs import Comparison, Pairs, Seat
from kaoping.scoring.integrity.similarity import Similarity, Terms

__all__ = [
    "CAUTION",
    "AnswerChanges",
    "Chances",
    "Choices",
    "Cluster",
    "Comparison",
    "Erasures",
    "Evidence",
    "Pairs",
    "Seat",
    "Similarity",
    "Subject",
    "Terms",
    "Unjudged",
    "chances",
    "change_rates",
    "clusters",
    "erasures",
    "generalised_binomial",
    "m4",
    "omega",
]
