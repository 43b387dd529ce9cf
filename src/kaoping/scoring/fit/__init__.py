"""Does the model describe the answers? Statistics of items, of the whole model, of pairs of items, of persons."""

from kaoping.scoring.fit.fitted import Fitted, Items, fitted
from kaoping.scoring.fit.form_fit import ItemFit, form_fit
from kaoping.scoring.fit.guttman import PatternOrder, pattern_order
from kaoping.scoring.fit.limited_information import Kind, ModelFit, model_fit
from kaoping.scoring.fit.local_dependence import (
    PairDependence,
    ResidualCorrelations,
    pair_dependence,
    residual_correlations,
)
from kaoping.scoring.fit.mean_squares import MeanSquares, item_mean_squares, person_mean_squares
from kaoping.scoring.fit.person_likelihood import Estimator, PatternLikelihood, pattern_likelihood
from kaoping.scoring.fit.score_tables import ScoreTable, score_tables
from kaoping.scoring.fit.sum_score_fit import SumScoreFit, s_x2

__all__ = [
    "Estimator",
    "Fitted",
    "ItemFit",
    "Items",
    "Kind",
    "MeanSquares",
    "ModelFit",
    "PairDependence",
    "PatternLikelihood",
    "PatternOrder",
    "ResidualCorrelations",
    "ScoreTable",
    "SumScoreFit",
    "fitted",
    "form_fit",
    "item_mean_squares",
    "model_fit",
    "pair_dependence",
    "pattern_likelihood",
    "pattern_order",
    "person_mean_squares",
    "residual_correlations",
    "s_x2",
    "score_tables",
]
