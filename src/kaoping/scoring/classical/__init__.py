"""Classical test theory: how hard items are, how telling, which distractor draws whom, how far a score comes back.

Every number comes with the persons behind it and its interval. Tables may be incomplete, items may have parts of marks,
and persons may have weights.
"""

from kaoping.scoring.classical.analysis import ItemAnalysis, ItemRow, analyse, item_table
from kaoping.scoring.classical.conditional_errors import (
    ConditionalErrors,
    compound_binomial,
    feldt,
    lord,
    lord_keats,
)
from kaoping.scoring.classical.covariances import Covariances, covariances, joint
from kaoping.scoring.classical.discrimination import (
    biserial,
    correlation,
    discrimination,
    discriminative_efficiency,
    item_total,
    upper_lower,
)
from kaoping.scoring.classical.distractors import (
    Flag,
    Option,
    Options,
    Trace,
    analyse_options,
    distractor_trace,
)
from kaoping.scoring.classical.distribution import Distribution, distribution
from kaoping.scoring.classical.estimates import (
    LEAST_FOR_A_CORRELATION,
    LEAST_FOR_A_SHARE,
    LEVEL,
    Estimate,
    difference,
    wilson,
)
from kaoping.scoring.classical.facility import Missed, facility, missed
from kaoping.scoring.classical.halves import Halves, best_halves, odd_even, random_halves, split_half
from kaoping.scoring.classical.marks import Marks
from kaoping.scoring.classical.observed import Observed, observed_shares
from kaoping.scoring.classical.omega import OneFactor, omega, one_factor
from kaoping.scoring.classical.reliability import (
    Dropped,
    alpha,
    alpha_if_dropped,
    alpha_of,
    kr20,
    kr21,
    lambda2,
    lambda6,
    standard_error_of_measurement,
    standardised_alpha,
)
from kaoping.scoring.classical.summary import TestSummary, test_summary
from kaoping.scoring.classical.weights import Weights, guess_score, item_weights

__all__ = [
    "LEAST_FOR_A_CORRELATION",
    "LEAST_FOR_A_SHARE",
    "LEVEL",
    "ConditionalErrors",
    "Covariances",
    "Distribution",
    "Dropped",
    "Estimate",
    "Flag",
    "Halves",
    "ItemAnalysis",
    "ItemRow",
    "Marks",
    "Missed",
    "Observed",
    "OneFactor",
    "Option",
    "Options",
    "TestSummary",
    "Trace",
    "Weights",
    "alpha",
    "alpha_if_dropped",
    "alpha_of",
    "analyse",
    "analyse_options",
    "best_halves",
    "biserial",
    "compound_binomial",
    "correlation",
    "covariances",
    "difference",
    "discrimination",
    "discriminative_efficiency",
    "distractor_trace",
    "distribution",
    "facility",
    "feldt",
    "guess_score",
    "item_table",
    "item_total",
    "item_weights",
    "joint",
    "kr20",
    "kr21",
    "lambda2",
    "lambda6",
    "lord",
    "lord_keats",
    "missed",
    "observed_shares",
    "odd_even",
    "omega",
    "one_factor",
    "random_halves",
    "split_half",
    "standard_error_of_measurement",
    "standardised_alpha",
    "test_summary",
    "upper_lower",
    "wilson",
]
