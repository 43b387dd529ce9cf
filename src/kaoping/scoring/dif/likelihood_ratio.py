"""Likelihood ratio: whether an item needs parameters of its own in the focal group."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.screening import Compared, Screening, compared, facts, purified
from kaoping.scoring.errors import TooFewAnchors
from kaoping.scoring.quadrature import even_nodes
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

LEAST_ANCHORS = 2
TOLERANCE = 1e-6
WIDTH, SPACING = 6.0, 0.1
"""Of the grid, in standard deviations of the focal population, that the effect is averaged on."""


class LikelihoodRatio(Screening):
    """Result of `likelihood_ratio`: ``effect`` is the mean difference of the expected item score, in points.

    Focal minus reference curve, over the focal population: negative if the item is harder for the focal group.
    """


@dataclass(frozen=True, eq=False)
class _Problem:
    """The two groups' answers, the model of each item, and who is in the focal group."""

    of: Compared
    responses: ResponseMatrix
    models: tuple[str, ...]
    focal: Flags
    tolerance: float


def likelihood_ratio(
    responses: ResponseMatrix,
    design: Design = PLAIN,
    *,
    models: str | Mapping[str, str] = "2pl",
    tolerance: float = TOLERANCE,
) -> LikelihoodRatio:
    r"""Compare calibrations in which an item has one set of parameters or one for each group [1]_.

    .. math:: G^2 = 2 (\ell_{apart} - \ell_{common})

    Both groups are calibrated at once; the means and spreads of their populations are estimated, and the anchors, whose
    parameters are common, carry the scale. Starting from the model in which just the anchors are common, an anchor is
    tested by setting it free ("drop" scheme; all items are anchors if none are named), any other item by making it
    common ("add" scheme). Purification takes the flagged items out of the anchors.

    The effect is the mean of :math:`E_F(\theta) - E_R(\theta)`, the expected item scores with each group's parameters,
    over the focal population [2]_.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items of any number of categories.
    models : one model for all items, or by item ("2pl" where nothing is said).
    tolerance : of the calibrations.

    Returns
    -------
    Statistics with as many degrees of freedom as an item has parameters, effects in points, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups do not fit, or fewer than two anchors are left.
    NotIdentified, NotConverged
        The answers do not determine the parameters; of one group if the item is tested.

    References
    ----------
    .. [1] Thissen, D., Steinberg, L., & Wainer, H. (1993). Detection of differential item functioning using the
       parameters of item response models. In *Differential Item Functioning* (pp. 67-113). Erlbaum.
    .. [2] Meade, A. W. (2010). A taxonomy of effect size measures for the differential functioning of items and scales.
       *Journal of Applied Psychology*, 95, 728-743.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 5)) > 0
    >>> likelihood_ratio(ResponseMatrix(right.astype(int), groups=["r", "f"] * 300), models="rasch").df
    array([1., 1., 1., 1., 1.])
    """
    problem = _problem(responses, design, models, tolerance)

    def test(anchors: Flags) -> LikelihoodRatio:
        return _screen(problem, anchors, design)

    return purified(test, design.anchored(responses), rounds=design.rounds if design.purify else 0)


def _problem(responses: ResponseMatrix, design: Design, models: str | Mapping[str, str], tolerance: float) -> _Problem:
    groups = design.pair(responses)
    places = [responses.group_names.index(name) for name in groups]
    pair = responses.take(persons=np.isin(responses.group, places))
    named = dict.fromkeys(responses.items, models) if isinstance(models, str) else models
    return _Problem(
        of=compared(responses, groups),
        responses=pair,
        models=tuple(named.get(item, "2pl") for item in responses.items),
        focal=np.asarray(pair.group == pair.group_names.index(groups[1])),
        tolerance=tolerance,
    )


def _screen(problem: _Problem, anchors: Flags, design: Design) -> LikelihoodRatio:
    if anchors.sum() < LEAST_ANCHORS:
        raise TooFewAnchors(n=int(anchors.sum()), least=LEAST_ANCHORS)
    base = _calibrated(problem, anchors)
    k = len(anchors)
    statistic, df, effect = np.zeros(k), np.zeros(k), np.zeros(k)
    for item in range(k):
        changed = anchors ^ (np.arange(k) == item)
        other = _calibrated(problem, changed)
        apart, common = (other, base) if anchors[item] else (base, other)
        statistic[item] = max(2 * (apart.log_likelihood - common.log_likelihood), 0.0)
        df[item] = apart.n_free - common.n_free
        effect[item] = _effect(problem, apart, item, changed if anchors[item] else anchors)
    known = facts(problem.of, design, statistic=statistic, df=df)
    return LikelihoodRatio(**known, effect=effect, se=None, classes=())


def _calibrated(problem: _Problem, common: Flags) -> Calibration:
    """Calibrate both groups; an item that is not common is two items, of which each group was presented one."""
    pair, apart = problem.responses, np.flatnonzero(~common)
    answers = pair.answers
    own = np.where(problem.focal[:, None], answers[:, apart], NOT_PRESENTED)
    left = np.where(problem.focal[:, None] & ~common, NOT_PRESENTED, answers)
    table = ResponseMatrix(
        np.concatenate([left, own], axis=1),
        [*pair.items, *(f"{pair.items[item]} ({problem.of.groups[1]})" for item in apart)],
        weights=pair.weights,
        groups=[pair.group_names[group] for group in pair.group],
        categories=np.concatenate([pair.categories, pair.categories[apart]]),
    )
    models = [*problem.models, *(problem.models[item] for item in apart)]
    return calibrate(table, models, errors="none", tolerance=problem.tolerance)


def _effect(problem: _Problem, apart: Calibration, item: int, common: Flags) -> float:
    """Mean difference of the item's two expected scores over the focal population."""
    second = len(common) + int((~common)[:item].sum())
    place = apart.groups.index(problem.of.groups[1])
    theta = even_nodes(-WIDTH, WIDTH, SPACING)
    weight = np.exp(-(theta**2) / 2)
    expected: Floats = apart.parameters.take(np.array([item, second])).expected(
        apart.mean[place] + apart.sd[place] * theta
    )
    return float((expected[1] - expected[0]) @ weight / weight.sum())
