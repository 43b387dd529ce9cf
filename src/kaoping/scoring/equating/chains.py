r"""Equating of groups that differ, by a chain: X to the anchor in P, the anchor to Y in Q.

.. math:: e_Y(x) = G_Q^{-1}(K_Q(K_P^{-1}(F_P(x))))

with F, G, K the distributions of X, Y and the anchor, continuous by percentile ranks or by a Gaussian kernel. No
synthetic population is needed. Standard errors are by the delta method through the chain.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 5. Springer.

Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 2. Springer.
"""

from collections.abc import Sequence

from kaoping.scoring.equating.bandwidth import best_bandwidth
from kaoping.scoring.equating.continuization import Continuous, Gaussian, Uniform
from kaoping.scoring.equating.designs import AnchorGroups
from kaoping.scoring.equating.frequencies import Frequencies, standard_errors
from kaoping.scoring.equating.lines import varied_with_anchor
from kaoping.scoring.equating.percentiles import gradients
from kaoping.scoring.equating.results import Equating


def chained_equipercentile(design: AnchorGroups) -> Equating:
    """Match percentile ranks twice.

    Parameters
    ----------
    design : pairs (X, V) and (Y, V); smoothed (`smooth_design`) or not.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike
        All scores on a form or on the anchor are alike in a group.

    References
    ----------
    Kolen & Brennan (2014), ch. 5.

    >>> from kaoping.scoring.equating import JointFrequencies
    >>> x, y = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1]), JointFrequencies.of([1, 2, 2, 3], [0, 0, 1, 1])
    >>> chained_equipercentile(AnchorGroups(x, y)).equated
    array([1., 2., 3.])
    """
    return _chained("chained-equipercentile", design, [_uniform(table) for table in _links(design)])


def kernel_chained(design: AnchorGroups, *, bandwidths: tuple[float, float, float, float] | None = None) -> Equating:
    """Match percentiles of Gaussian kernel distributions twice (NEAT CE).

    Parameters
    ----------
    design : pairs (X, V) and (Y, V); smoothed (`smooth_design`) or not.
    bandwidths : of X and V in P, of V and Y in Q, in score points; those of least `penalty` if not given.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors (bandwidths held).

    Raises
    ------
    ScoresAlike
        As `chained_equipercentile`.

    References
    ----------
    Von Davier, Holland, & Thayer (2004), ch. 2.

    >>> from kaoping.scoring.equating import JointFrequencies
    >>> x, y = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1]), JointFrequencies.of([1, 2, 2, 3], [0, 0, 1, 1])
    >>> kernel_chained(AnchorGroups(x, y)).equated.round(3)
    array([1., 2., 3.])
    """
    links = _links(design)
    chosen = bandwidths or tuple(best_bandwidth(table.scores, table.shares) for table in links)
    forms = [Gaussian(table.scores, table.shares, width) for table, width in zip(links, chosen, strict=True)]
    return _chained("kernel-chained", design, forms)


def _uniform(table: Frequencies) -> Continuous:
    return Uniform(table.scores, table.shares)


def _links(design: AnchorGroups) -> list[Frequencies]:
    """X and V in P, V and Y in Q."""
    varied_with_anchor(design)
    return [design.x.of_first, design.x.of_second, design.y.of_second, design.y.of_first]


def _chained(method: str, design: AnchorGroups, forms: Sequence[Continuous]) -> Equating:
    x, anchor_p, anchor_q, y = forms
    scores = design.x.first
    on_anchor, by_x, by_anchor_p = gradients(scores, x, anchor_p)
    equated, by_anchor_q, by_y = gradients(on_anchor, anchor_q, y)
    link = anchor_q.pdf(on_anchor) / y.steepness(anchor_q.cdf(on_anchor), equated)
    by_p = link[:, None, None] * (by_x[:, :, None] + by_anchor_p[:, None, :])
    by_q = by_y[:, :, None] + by_anchor_q[:, None, :]
    roots = design.roots(by_p, by_q)
    return Equating(method, scores, equated, standard_errors(*roots), roots=roots)
