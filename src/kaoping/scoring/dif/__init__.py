"""Differential item functioning: whether an item treats persons of equal ability alike, whatever their group.

A `ResponseMatrix` with groups and a `Design` go in; a frozen result of the form `Screening` comes out.

>>> import numpy as np
>>> from kaoping.scoring.responses import ResponseMatrix
>>> rng = np.random.default_rng(5)
>>> ability, harder = rng.standard_normal((1000, 1)), np.repeat([0.0, 1.2], 500)[:, None] * (np.arange(12) == 3)
>>> right = ability - harder + rng.logistic(size=(1000, 12)) > np.linspace(-1.5, 1.5, 12)
>>> answers = ResponseMatrix(right.astype(int), groups=["men"] * 500 + ["women"] * 500)
>>> found = mantel_haenszel(answers, Design(focal="women", purify=True, adjust="bh"))
>>> [(item, size) for item, size, flag in zip(found.items, found.classes, found.flagged) if flag]
[('4', 'C')]
"""

from kaoping.scoring.dif.association import Association, generalised_mantel_haenszel
from kaoping.scoring.dif.breslow_day import BreslowDay, breslow_day
from kaoping.scoring.dif.design import Design
from kaoping.scoring.dif.empirical import EmpiricalCurve, empirical_curves
from kaoping.scoring.dif.examination import Examined, Size, examine
from kaoping.scoring.dif.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from kaoping.scoring.dif.logistic import Logistic, logistic
from kaoping.scoring.dif.lord import Lord, lord
from kaoping.scoring.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel
from kaoping.scoring.dif.raju import Raju, raju
from kaoping.scoring.dif.screening import Purification, Screening
from kaoping.scoring.dif.sibtest import Sibtest, crossing_sibtest, sibtest
from kaoping.scoring.dif.significance import adjusted
from kaoping.scoring.dif.standardisation import Standardisation, standardisation

__all__ = [
    "Association",
    "BreslowDay",
    "Design",
    "EmpiricalCurve",
    "Examined",
    "LikelihoodRatio",
    "Logistic",
    "Lord",
    "MantelHaenszel",
    "Purification",
    "Raju",
    "Screening",
    "Sibtest",
    "Size",
    "Standardisation",
    "adjusted",
    "breslow_day",
    "crossing_sibtest",
    "empirical_curves",
    "examine",
    "generalised_mantel_haenszel",
    "likelihood_ratio",
    "logistic",
    "lord",
    "mantel_haenszel",
    "raju",
    "sibtest",
    "standardisation",
]
