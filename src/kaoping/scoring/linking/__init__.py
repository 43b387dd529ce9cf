"""Linking: scales of separate calibrations brought together by their common items, and scores equated by the model.

>>> import numpy as np
>>> from kaoping.scoring.parameters import ItemParameters
>>> old = ItemParameters.logistic([0.8, 1.0, 1.4, 1.1], [-1.0, 0.2, 0.9, 0.1], names=("A", "B", "C", "D"))
>>> new = ItemParameters.logistic([1.0, 1.25, 1.75, 0.9], [-1.0, -0.04, 0.52, 1.0], names=("A", "B", "C", "E"))
>>> found = link(Form(old), Form(new), method="stocking-lord")
>>> round(found.slope, 4), round(found.intercept, 4)
(0.8, -0.2)
>>> equate_true_scores(found).equated.round(2)
array([0.  , 0.92, 1.76, 2.68, 4.  ])
"""

from kaoping.scoring.linking.anchors import Anchors
from kaoping.scoring.linking.chains import average, chain
from kaoping.scoring.linking.constants import Method, link, link_anchors, uniform
from kaoping.scoring.linking.drift import LIMITS, Drift, Removal, Screening, Statistic, screen
from kaoping.scoring.linking.equivalents import Equivalents
from kaoping.scoring.linking.forms import Form
from kaoping.scoring.linking.links import Link
from kaoping.scoring.linking.observed_scores import equate_observed_scores
from kaoping.scoring.linking.residuals import Residual, residuals
from kaoping.scoring.linking.true_scores import equate_true_scores

__all__ = [
    "LIMITS",
    "Anchors",
    "Drift",
    "Equivalents",
    "Form",
    "Link",
    "Method",
    "Removal",
    "Residual",
    "Screening",
    "Statistic",
    "average",
    "chain",
    "equate_observed_scores",
    "equate_true_scores",
    "link",
    "link_anchors",
    "residuals",
    "screen",
    "uniform",
]
