"""Equating observed scores: for every score on form X the score on form Y that means the same.

A design holds the data (`EquivalentGroups`, `SingleGroup`, `AnchorGroups`), `smooth_design` smooths it, a method takes
it and gives an `Equating`, and `bootstrap` takes any method.

>>> x = Frequencies(range(5), [20, 50, 60, 50, 20])
>>> y = Frequencies(range(5), [10, 40, 60, 60, 30])
>>> found = linear(EquivalentGroups(x, y))
>>> found.equated.round(2)
array([0.37, 1.34, 2.3 , 3.26, 4.23])
>>> found.see.round(2)
array([0.16, 0.13, 0.11, 0.12, 0.15])
"""

from kaoping.scoring.equating.anchors import chained_arc, chained_linear, levine, levine_true, nominal, tucker
from kaoping.scoring.equating.arcs import circle_arc
from kaoping.scoring.equating.bandwidth import best_bandwidth
from kaoping.scoring.equating.chains import chained_equipercentile, kernel_chained
from kaoping.scoring.equating.continuization import Gaussian, Uniform
from kaoping.scoring.equating.designs import AnchorGroups, EquivalentGroups, SingleGroup
from kaoping.scoring.equating.frequencies import Frequencies, JointFrequencies, Moments
from kaoping.scoring.equating.lines import identity, linear, mean
from kaoping.scoring.equating.loglinear import LogLinear, fit, fit_joint
from kaoping.scoring.equating.percentiles import (
    equipercentile,
    kernel,
    lord_standard_errors,
    percent_relative_error,
    straight_bandwidths,
)
from kaoping.scoring.equating.poststratification import (
    braun_holland,
    frequency_estimation,
    kernel_poststratification,
    synthetic,
)
from kaoping.scoring.equating.presmoothing import choose, smooth, smooth_design, smooth_joint
from kaoping.scoring.equating.resampling import Bootstrap, bootstrap
from kaoping.scoring.equating.results import Equating, standard_error_of_difference

__all__ = [
    "AnchorGroups",
    "Bootstrap",
    "Equating",
    "EquivalentGroups",
    "Frequencies",
    "Gaussian",
    "JointFrequencies",
    "LogLinear",
    "Moments",
    "SingleGroup",
    "Uniform",
    "best_bandwidth",
    "bootstrap",
    "braun_holland",
    "chained_arc",
    "chained_equipercentile",
    "chained_linear",
    "choose",
    "circle_arc",
    "equipercentile",
    "fit",
    "fit_joint",
    "frequency_estimation",
    "identity",
    "kernel",
    "kernel_chained",
    "kernel_poststratification",
    "levine",
    "levine_true",
    "linear",
    "lord_standard_errors",
    "mean",
    "nominal",
    "percent_relative_error",
    "smooth",
    "smooth_design",
    "smooth_joint",
    "standard_error_of_difference",
    "straight_bandwidths",
    "synthetic",
    "tucker",
]
