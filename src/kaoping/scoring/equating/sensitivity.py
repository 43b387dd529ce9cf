"""How a formula of a few numbers moves with each of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Floats

STEP = 1e-100


def jacobian(formula: Callable[[NDArray[Any]], NDArray[Any]], at: Floats) -> Floats:
    r"""Differentiate a formula by complex steps, exactly but for rounding [1]_; (m, p) for p numbers to m.

    .. math:: \partial f / \partial v_i = \mathrm{Im}\, f(v + \mathrm{i} h e_i) / h, \qquad h = 10^{-100}

    The formula must be built of arithmetic and roots that numpy also takes of complex numbers.

    References
    ----------
    .. [1] Squire, W., & Trapp, G. (1998). Using complex variables to estimate derivatives of real functions.
       *SIAM Review*, 40, 110-112.

    >>> jacobian(lambda v: np.array([v[0] * v[1], np.sqrt(v[1])]), np.array([3.0, 4.0]))
    array([[4.  , 3.  ],
           [0.  , 0.25]])
    """
    steps = np.eye(len(at)) * (1j * STEP)
    return np.stack([np.imag(formula(at + step)) / STEP for step in steps], axis=1)
