"""The one form of what every screening says: how unusual each subject is, and how many flags chance alone gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, get_args

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment, adjusted
from kaoping.scoring.integrity.errors import BadScreening

Subject: TypeAlias = str | tuple[str, ...]
"""A person or another single thing, or a pair of persons."""
CAUTION = "Flags are evidence for a person to weigh, never a verdict."
"""What every report ends with."""


@dataclass(frozen=True)
class Unjudged:
    """A subject about which nothing can be said, and why."""

    subject: Subject
    reason: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """How unusual each of k subjects is, under the hypothesis that nothing happened.

    Parameters
    ----------
    name : of the screening, such as “omega”.
    subjects : (k,) persons, pairs of persons, or whatever is judged.
    statistic : (k,) larger is more unusual.
    p : (k,) chance of at least so unusual a statistic if nothing happened; one-sided.
    level : a subject is flagged if its adjusted p is at most this.
    adjust : how p is adjusted for the k tests: "" not at all, "bonferroni", or "bh" for Benjamini and Hochberg.
    unjudged : subjects that cannot be judged; they count nowhere.
    noun : what the subjects are, in the plural.

    Raises
    ------
    BadScreening
        The level is not between 0 and 1, the adjustment is unknown, or a statistic or p is missing or is no number.

    >>> found = Evidence(name="omega", subjects=["P1", "P2"], statistic=np.array([3.1, 0.2]), p=np.array([0.001, 0.4]))
    >>> found.named, found.expected_false
    (('P1',), 0.02)
    >>> found.sentence.removesuffix(CAUTION)
    '1 of 2 persons flagged by omega at the level 0.01; chance alone gives about 0.02. '
    """

    name: str
    subjects: Sequence[Subject]
    statistic: Floats
    p: Floats
    level: float = 0.01
    adjust: Adjustment = ""
    unjudged: tuple[Unjudged, ...] = field(default=(), repr=False)
    noun: str = "persons"

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise BadScreening(reason=f"the level {self.level} is not between 0 and 1")
        if self.adjust not in get_args(Adjustment):
            raise BadScreening(reason=f"{self.adjust} is no adjustment; take bonferroni or bh, or none")
        k = len(self.subjects)
        if np.shape(self.statistic) != (k,) or np.shape(self.p) != (k,):
            raise BadScreening(reason=f"there are {k} {self.noun} and not as many statistics and p")
        if not (np.isfinite(self.statistic).all() and ((self.p >= 0) & (self.p <= 1)).all()):
            raise BadScreening(reason=f"a statistic of {self.name} is no number, or its p is none from 0 to 1")

    @cached_property
    def adjusted_p(self) -> Floats:
        """(k,) p adjusted for the number of tests."""
        return adjusted(self.p, self.adjust)

    @cached_property
    def flagged(self) -> Flags:
        """(k,) whether the adjusted p is at most the level."""
        return np.asarray(self.adjusted_p <= self.level)

    @property
    def order(self) -> Whole:
        """(k,) places of the subjects, the most unusual first."""
        return np.lexsort((-self.statistic, self.p))

    @property
    def named(self) -> tuple[Subject, ...]:
        """The flagged subjects, the most unusual first."""
        return tuple(self.subjects[place] for place in self.order if self.flagged[place])

    @property
    def expected_false(self) -> float:
        r"""How many flags chance alone gives if nothing happened to anybody.

        At level :math:`\alpha` these are :math:`k\alpha`, with Bonferroni's adjustment :math:`\alpha`, and with that of
        Benjamini and Hochberg at most :math:`\alpha / (1 - \alpha)^2` [1]_, reached by many independent tests.

        References
        ----------
        .. [1] Finner, H., & Roters, M. (2002). Multiple hypotheses testing and expected number of type I errors.
           *Annals of Statistics*, 30, 220-238.
        """
        if self.adjust == "bh":
            return min(float(len(self.subjects)), self.level / (1 - self.level) ** 2)
        return self.level * (len(self.subjects) if not self.adjust else bool(len(self.subjects)))

    @property
    def sentence(self) -> str:
        """What a report ends with: the flags, those of chance alone, and what a flag is."""
        rule = f" ({self.adjust})" if self.adjust else ""
        found = f"{int(self.flagged.sum())} of {len(self.subjects)} {self.noun} flagged by {self.name}"
        chance = f"at the level {self.level:g}{rule}; chance alone gives about {self.expected_false:.2g}."
        return f"{found} {chance} {CAUTION}"

    def facts(self) -> dict[str, Any]:
        """Give what a report says of the screening as a whole.

        >>> found = Evidence(name="x", subjects=["P1"], statistic=np.array([3.1]), p=np.array([0.001]))
        >>> found.facts()["flagged"]
        [{'subject': 'P1', 'statistic': 3.1, 'p': 0.001, 'adjusted_p': 0.001}]
        """
        flagged = [
            {
                "subject": list(subject) if isinstance(subject := self.subjects[place], tuple) else subject,
                "statistic": float(self.statistic[place]),
                "p": float(self.p[place]),
                "adjusted_p": float(self.adjusted_p[place]),
            }
            for place in self.order
            if self.flagged[place]
        ]
        return {
            "screening": self.name,
            "judged": len(self.subjects),
            "level": self.level,
            "adjust": self.adjust or "none",
            "expected_false": self.expected_false,
            "flagged": flagged,
            "unjudged": [{"subject": one.subject, "reason": one.reason} for one in self.unjudged],
            "sentence": self.sentence,
        }
