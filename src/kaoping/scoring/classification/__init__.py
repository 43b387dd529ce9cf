"""Accuracy and consistency of classifications: how far decisions by cuts can be trusted.

Each method turns what is known (estimates and errors, items, or scores and their reliability) into a `Classification`:
indices for all cuts together and for each, at the cut, and what the decision about each person or score is worth.

>>> import numpy as np
>>> from kaoping.scoring.parameters import ItemParameters
>>> paper = ItemParameters.logistic(np.full(40, 1.0), np.linspace(-2, 2, 40), np.full(40, 0.2))
>>> found = lee(paper, Cuts.of([20, 28], ["fail", "pass", "merit"]))
>>> [(one.cut, round(one.accuracy, 3), round(one.consistency, 3)) for one in found.by_cut]
[(20.0, 0.882, 0.838), (28.0, 0.879, 0.833)]
>>> [round(share, 3) for share in found.rightly]
[0.772, 0.786, 0.714]
"""

from kaoping.scoring.classification.betas import FourBeta
from kaoping.scoring.classification.classified import Cases, Classification, Points
from kaoping.scoring.classification.component_population import (
    disattenuated,
    estimated_conjunction,
    joint_cases,
    joint_conjunction,
)
from kaoping.scoring.classification.components import Conjunction, conjunction
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.errors import (
    BadComponents,
    BadCuts,
    BadEstimates,
    BadReliability,
    FarFromBinomial,
    NoTrueSpread,
)
from kaoping.scoring.classification.guo import guo
from kaoping.scoring.classification.lee import lee, lee_persons
from kaoping.scoring.classification.observed_scores import FromScores, hanson_brennan, livingston_lewis, subkoviak
from kaoping.scoring.classification.resampling import Bootstrap, Spread, bootstrap
from kaoping.scoring.classification.rudner import rudner, rudner_expected
from kaoping.scoring.classification.sensitivity import CutCurve, over_cuts
from kaoping.scoring.classification.tables import Agreement, AtCut, CutAgreement

__all__ = [
    "Agreement",
    "AtCut",
    "BadComponents",
    "BadCuts",
    "BadEstimates",
    "BadReliability",
    "Bootstrap",
    "Cases",
    "Classification",
    "Conjunction",
    "CutAgreement",
    "CutCurve",
    "Cuts",
    "FarFromBinomial",
    "FourBeta",
    "FromScores",
    "NoTrueSpread",
    "Points",
    "Spread",
    "bootstrap",
    "conjunction",
    "disattenuated",
    "estimated_conjunction",
    "guo",
    "hanson_brennan",
    "joint_cases",
    "joint_conjunction",
    "lee",
    "lee_persons",
    "livingston_lewis",
    "over_cuts",
    "rudner",
    "rudner_expected",
    "subkoviak",
]
