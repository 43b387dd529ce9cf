"""Values of the R package catR 3.17 (Magis & Raîche, 2012, *Journal of Statistical Software*, 48(8), 1-31).

Fifteen items of its bank ``tcals``, by their numbers there: ten that a person answered, and five candidates. Ability
was estimated and criteria were integrated on 33 nodes from -4 to 4 (its default), criteria at the ability 0.3.
"""

from kaoping.scoring.adaptive import Bank, trapezoid
from kaoping.scoring.parameters import ItemParameters

ITEMS = {
    3: (2.104, -2.439, 0.192, 1.0),
    10: (3.218, -0.246, 0.078, 1.0),
    11: (2.572, 0.251, 0.147, 1.0),
    12: (2.311, 0.189, 0.178, 1.0),
    19: (3.533, -0.962, 0.168, 1.0),
    20: (1.615, -1.441, 0.133, 1.0),
    27: (0.814, 0.687, 0.215, 1.0),
    35: (1.753, -1.658, 0.21, 1.0),
    41: (1.469, -1.531, 0.218, 1.0),
    44: (3.826, -0.729, 0.212, 1.0),
    52: (0.739, -2.356, 0.213, 1.0),
    60: (3.076, -0.265, 0.235, 1.0),
    63: (3.983, 0.12, 0.063, 1.0),
    71: (1.901, -1.107, 0.238, 1.0),
    80: (2.968, 0.711, 0.089, 1.0),
}
"""Discrimination, difficulty, lower and upper asymptote."""
ANSWERS = {3: 1, 11: 0, 20: 1, 27: 1, 35: 0, 41: 1, 52: 1, 60: 1, 71: 0, 80: 1}
PROVISIONAL = 0.3
ESTIMATES = {
    "eap": (-0.698017115744, 0.6387148785593),
    "map": (-0.6385240510014, 0.5253335624221),
    "ml": (-1.310618904075, 0.6606868094257),
    "wle": (-1.378567607117, 0.661514704412),
}
"""Ability and standard error."""
VALUES = {
    "mfi": {63: 3.179007448856},
    "bopt": {12: -0.111},
    "thopt": {12: -0.004701322862975},
    "mlwi": {
        10: 0.0003157711119722,
        12: 9.602066601295e-05,
        19: 0.0004663239906351,
        44: 0.0004091009132174,
        63: 0.0002563040953277,
    },
    "mpwi": {
        10: 0.0001101363536476,
        12: 3.451935440511e-05,
        19: 0.0001208609894096,
        44: 0.00012433433468,
        63: 9.722105740672e-05,
    },
    "kl": {
        10: 0.0006553505814563,
        12: 0.0001990011317186,
        19: 0.0004533543089941,
        44: 0.0004709481030148,
        63: 0.0005693592761254,
    },
    "klp": {63: 9.116475226454e-05},
    "gdi": {19: 0.09022436614272},
    "gdip": {44: 0.07421547467316},
    "mepv": {
        10: -0.3074301675606,
        12: -0.3957749395867,
        19: -0.3043221662197,
        44: -0.3190087386549,
        63: -0.359417414651,
    },
    "mei": {10: 1.875202775052, 12: 0.1328954218979, 19: 1.160262126182, 44: 1.630763819459, 63: 2.198475992786},
}
"""Value of each criterion for candidates, by number; those of which the smallest is the best with a minus."""


def bank() -> Bank:
    """Give the items under their numbers."""
    a, b, c, u = zip(*ITEMS.values(), strict=True)
    items = ItemParameters.logistic(a, b, c, u, names=[str(number) for number in ITEMS])
    return Bank(items, population=trapezoid(-4.0, 4.0, 33))
