"""What persons chose: the options of each item as categories, which are right, and what an omission counts as."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Answers, Flags, Whole
from kaoping.scoring.integrity.errors import BadScreening
from kaoping.scoring.responses import NOT_PRESENTED, OMITTED, ResponseMatrix

Omissions = Literal["leave", "option"]
"""An omitted item is left out of the comparison, or leaving it out is one more option that two persons may share."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Options chosen by n persons on k items, as categories 0 to m - 1.

    Attributes
    ----------
    table : answers (n, k); -1 where there is nothing to compare.
    right : (k, m) which options are right.
    """

    table: ResponseMatrix
    right: Flags

    @classmethod
    def of(
        cls, responses: ResponseMatrix, right: ArrayLike | None = None, *, omissions: Omissions = "leave"
    ) -> "Choices":
        """Take options, or marks, as they were given.

        Parameters
        ----------
        responses : options as categories, or marks.
        right : (k,) the right option of each item, or (k, m) which are; the highest category if not given.
        omissions : see `Omissions`. Items not presented or not reached are never compared.

        Raises
        ------
        BadScreening
            The right options are not categories of the items.

        >>> Choices.of(ResponseMatrix([[0, 2], [1, -2]]), [1, 2], omissions="option").table.answers
        array([[0, 2],
               [1, 3]], dtype=int8)
        """
        codes = np.array(responses.codes) if not responses.sparse else np.array(responses.answers)
        categories = responses.categories.copy()
        key = _right(right, categories)
        if omissions == "option":
            omitted = codes == OMITTED
            codes = np.where(omitted, categories, codes)
            categories = categories + omitted.any(axis=0)
        codes = np.where(codes < 0, NOT_PRESENTED, codes)
        table = ResponseMatrix(codes, responses.items, persons=responses.persons, categories=categories)
        full = np.zeros((len(categories), int(categories.max())), dtype=bool)
        full[:, : key.shape[1]] = key
        return cls(table, full)

    @property
    def answers(self) -> Answers:
        """(n, k) option chosen, -1 where there is nothing to compare."""
        return self.table.answers

    @cached_property
    def known(self) -> Flags:
        """(n, k) whether there is an answer to compare."""
        return np.asarray(self.answers >= 0)

    @cached_property
    def correct(self) -> Flags:
        """(n, k) whether the option chosen is right."""
        return np.asarray(self.right[np.arange(len(self.right)), self.answers] & self.known)

    @property
    def judged(self) -> Whole:
        """Rows of the persons with any answer."""
        return np.flatnonzero(self.known.any(axis=1))

    def shared_mistakes(self, first: int, second: int) -> tuple[str, ...]:
        """Name the items on which two persons, by their rows, chose the same wrong option.

        >>> Choices.of(ResponseMatrix([[0, 2, 1], [0, 2, 0]]), [1, 2, 1]).shared_mistakes(0, 1)
        ('1',)
        """
        same = self.known[first] & (self.answers[first] == self.answers[second]) & ~self.correct[first]
        return tuple(self.table.items[item] for item in np.flatnonzero(same))

    def marks(self) -> ResponseMatrix:
        """Give the answers as right and wrong, -1 where there is none.

        >>> Choices.of(ResponseMatrix([[0, 2], [1, -1]]), [1, 2]).marks().answers
        array([[ 0,  1],
               [ 1, -1]], dtype=int8)
        """
        codes = np.where(self.known, self.correct, NOT_PRESENTED)
        twofold = np.full(self.table.n_items, 2)
        return ResponseMatrix(codes, self.table.items, persons=self.table.persons, categories=twofold)


def _right(given: ArrayLike | None, categories: Whole) -> Flags:
    """Give which options are right, (k, m)."""
    options = np.arange(int(categories.max()))
    key = np.asarray(categories - 1 if given is None else given)
    flags = key.astype(bool) if key.ndim == 2 else key[:, None] == options  # noqa: PLR2004
    offered = options < categories[:, None]
    if flags.shape != offered.shape or not (flags & offered).any(axis=1).all() or (flags & ~offered).any():
        raise BadScreening(reason=f"the right options are not among those of the {len(categories)} items")
    return flags
