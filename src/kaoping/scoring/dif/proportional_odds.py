"""Regression of ordered categories on counts, for many items at once, by the method of scoring."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import NotConverged

TOLERANCE = 1e-10
ITERATIONS = 200
SEPARATED_LOGITS = 30.0
"""A fitted chance closer to 0 or 1 than this, where answers were seen, only comes of coefficients that run away."""


@dataclass(frozen=True, eq=False)
class Regression:
    """Maximum likelihood fit of k items: coefficients, their covariance, the log-likelihood, and where none exists.

    ``intercepts`` (k, m - 1) and ``slopes`` (k, p) with covariance ``covariance`` (k, m - 1 + p, m - 1 + p), intercepts
    first; ``separated`` (k,) marks items without finite coefficients, whose other values mean nothing.
    """

    intercepts: Floats
    slopes: Floats
    covariance: Floats
    loglik: Floats
    separated: Flags
    iterations: int


def regress(counts: Floats, covariates: Floats) -> Regression:
    r"""Fit the proportional-odds model [1]_, which for two categories is logistic regression.

    .. math:: P(Y \ge c \mid x) = \frac{1}{1 + \exp(-(\alpha_c + x^\top \beta))}, \qquad c = 1, \dots, m - 1

    by Fisher's scoring with halved steps, which never lets the likelihood fall. The covariance is the inverse of the
    expected information.

    Parameters
    ----------
    counts : (k, c, m) persons of each item in each cell of the covariates and each category; every category is seen.
    covariates : (k, c, p) covariates of each cell, of standard size.

    Raises
    ------
    NotConverged
        The steps of an item do not become smaller than 1e-10 within 200 iterations.

    References
    ----------
    .. [1] McCullagh, P. (1980). Regression models for ordinal data. *JRSS B*, 42, 109-142.

    >>> fit = regress(np.array([[[30.0, 10.0], [10.0, 30.0]]]), np.array([[[0.0], [1.0]]]))
    >>> fit.intercepts[0].round(6), fit.slopes[0].round(6)
    (array([-1.098612]), array([2.197225]))
    """
    n = counts.sum(axis=1)
    reached = np.cumsum(n[:, ::-1], axis=1)[:, ::-1][:, 1:] / n.sum(axis=1, keepdims=True)
    start = np.log(reached / (1 - reached))
    at = np.concatenate([start, np.zeros((len(n), covariates.shape[2]))], axis=1)
    height, gradient, information = _derivatives(at, counts, covariates)
    moving = np.ones(len(n), dtype=bool)
    separated, step, iteration = ~moving, np.zeros_like(at), 0
    while moving.any():
        if iteration == ITERATIONS:
            raise NotConverged(iterations=ITERATIONS, step=float(np.abs(step).max()), tolerance=TOLERANCE)
        iteration += 1
        step = _solved(information, gradient) * moving[:, None]
        at, height = _climbed(at, step, height, counts, covariates)
        height, gradient, information = _derivatives(at, counts, covariates)
        separated |= moving & _runs_away(at, counts, covariates)
        moving &= (np.abs(step).max(axis=1) > TOLERANCE) & ~separated
    m = start.shape[1]
    return Regression(at[:, :m], at[:, m:], _inverted(information), height, separated, iteration)


def _odds(at: Floats, counts: Floats, covariates: Floats) -> Floats:
    """Log odds of reaching each category, (k, c, m - 1)."""
    m = counts.shape[2] - 1
    shift = np.einsum("kcp,kp->kc", covariates, at[:, m:])
    odds: Floats = at[:, None, :m] + shift[:, :, None]
    return odds


def _shares(at: Floats, counts: Floats, covariates: Floats) -> tuple[Floats, Floats]:
    """Chances of the categories (k, c, m), and the slopes of the cumulative curves (k, c, m - 1)."""
    reach = expit(_odds(at, counts, covariates))
    edge = np.ones((*reach.shape[:2], 1))
    shares: Floats = -np.diff(np.concatenate([edge, reach, 0 * edge], axis=2), axis=2)
    return shares, reach * (1 - reach)


def _derivatives(at: Floats, counts: Floats, covariates: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood (k,), gradient (k, r) and expected information (k, r, r) over intercepts and slopes."""
    shares, curve = _shares(at, counts, covariates)
    safe = np.where(shares > 0, shares, 1e-300)
    height = np.where(counts > 0, counts * np.log(safe), 0.0).sum(axis=(1, 2))
    score = counts / safe
    to_odds = curve * (score[..., 1:] - score[..., :-1])
    gradient = np.concatenate([to_odds.sum(axis=1), np.einsum("kcp,kcm->kp", covariates, to_odds)], axis=1)
    n = counts.sum(axis=2)[..., None]
    diagonal = n * curve**2 * (1 / safe[..., 1:] + 1 / safe[..., :-1])
    beside = -n * curve[..., :-1] * curve[..., 1:] / safe[..., 1:-1]
    rows = diagonal.copy()
    rows[..., :-1] += beside
    rows[..., 1:] += beside
    m = curve.shape[2]
    information = np.zeros((len(at), at.shape[1], at.shape[1]))
    place = np.arange(m)
    information[:, place, place] = diagonal.sum(axis=1)
    information[:, place[:-1], place[1:]] = information[:, place[1:], place[:-1]] = beside.sum(axis=1)
    information[:, :m, m:] = np.einsum("kcm,kcp->kmp", rows, covariates)
    information[:, m:, :m] = np.swapaxes(information[:, :m, m:], 1, 2)
    information[:, m:, m:] = np.einsum("kc,kcp,kcr->kpr", rows.sum(axis=2), covariates, covariates, optimize=True)
    return height, gradient, information


def _climbed(at: Floats, step: Floats, height: Floats, counts: Floats, covariates: Floats) -> tuple[Floats, Floats]:
    """Take the step, halved for items whose likelihood would fall or whose intercepts would change their order."""
    m = counts.shape[2] - 1
    pace = np.ones(len(at))
    for _ in range(30):
        new = at + pace[:, None] * step
        shares, _ = _shares(new, counts, covariates)
        ordered = (np.diff(new[:, :m], axis=1) < 0).all(axis=1)
        there = np.where(counts > 0, counts * np.log(np.where(shares > 0, shares, 1e-300)), 0.0).sum(axis=(1, 2))
        worse = ~ordered | (there < height - 1e-9 * np.abs(height))
        if not worse.any():
            break
        pace[worse] /= 2
    return new, there


def _runs_away(at: Floats, counts: Floats, covariates: Floats) -> Flags:
    seen = counts.sum(axis=2)[..., None] > 0
    return np.asarray((np.abs(_odds(at, counts, covariates)) * seen).max(axis=(1, 2)) > SEPARATED_LOGITS)


def _solved(information: Floats, gradient: Floats) -> Floats:
    return np.linalg.solve(_ridged(information), gradient[..., None])[..., 0].astype(np.float64)


def _inverted(information: Floats) -> Floats:
    return np.linalg.inv(_ridged(information)).astype(np.float64)


def _ridged(information: Floats) -> Floats:
    """Keep the matrix of an item whose coefficients run away from being exactly singular."""
    size = np.trace(information, axis1=1, axis2=2)
    return np.asarray(information + (1e-14 * size + 1e-300)[:, None, None] * np.eye(information.shape[1]))
