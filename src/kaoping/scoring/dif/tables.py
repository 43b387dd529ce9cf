"""Counts of persons by item, matching score, group and category: all that the observed-score methods look at."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.design import Match
from kaoping.scoring.errors import BadDesign, TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix

DICHOTOMOUS = 2


@dataclass(frozen=True, eq=False)
class Tables:
    """Persons ``counts`` (k, s, g, m) by item, score stratum, group and category; the reference group comes first.

    ``scores`` (s,) is the score of each stratum, ``anchors`` (k,) the items that it was added up from. Weights count as
    so many persons.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    anchors: Flags
    scores: Floats
    counts: Floats

    @property
    def persons(self) -> Floats:
        """(g, k) persons of each group whose answers to an item and to all anchors are known."""
        return np.asarray(self.counts.sum(axis=(1, 3)).T)

    @property
    def strata(self) -> Floats:
        """(k, s, g) persons in each stratum."""
        return np.asarray(self.counts.sum(axis=3))

    def moments(self) -> tuple[Floats, Floats]:
        """Give mean and variance (divisor n) of the item score, (k, s, g); 0 where nobody is."""
        category = np.arange(self.counts.shape[3], dtype=np.float64)
        n = np.where(self.strata > 0, self.strata, 1.0)
        mean = self.counts @ category / n
        return mean, np.maximum(self.counts @ category**2 / n - mean**2, 0.0)


def tabulate(responses: ResponseMatrix, groups: tuple[str, ...], *, anchors: Flags, match: Match = "total") -> Tables:
    """Count persons by matching score, group and answer, for every item.

    A person counts for an item if the answers to it and to all anchors are known.

    Parameters
    ----------
    groups : g names, the reference group first; persons of other groups are left out.
    anchors : (k,) items to match on.
    match : "total" adds the item itself to the score, "rest" leaves it out.

    Raises
    ------
    TooFewAnchors
        There is no item to match on.

    >>> answers = ResponseMatrix([[1, 0], [1, 1], [0, 0]], groups=["r", "f", "f"])
    >>> tabulate(answers, ("r", "f"), anchors=np.array([True, True])).counts[0, :, 1]
    array([[1., 0.],
           [0., 0.],
           [0., 1.]])
    """
    if anchors.sum() < 1 + (match == "rest" and anchors.all()):
        raise TooFewAnchors(n=int(anchors.sum()), least=1 + (match == "rest"))
    place = {name: number for number, name in enumerate(groups)}
    member = np.array([place.get(name, -1) for name in responses.group_names])[responses.group]
    answers, weights = responses.answers, responses.weights
    matched = (member >= 0) & (answers[:, anchors] >= 0).all(axis=1)
    answers, weights, member = answers[matched], weights[matched], member[matched]
    base = answers[:, anchors].sum(axis=1, dtype=np.int64)
    m = int(responses.categories.max())
    highest = int((responses.categories - 1) @ anchors) + (m - 1) * int(not anchors.all())
    counts = np.zeros((responses.n_items, highest + 1, len(groups), m))
    for item, own in enumerate(answers.T.astype(np.int64)):
        score = base + own * (int(match == "total") - int(anchors[item]))
        known = own >= 0
        cell = ((score * len(groups) + member) * m + own)[known]
        counts[item] = np.bincount(cell, weights[known], counts[item].size).reshape(counts[item].shape)
    return Tables(responses.items, groups, anchors, np.arange(highest + 1.0), counts)


def tabulate_forms(
    responses: ResponseMatrix, groups: tuple[str, ...], *, anchors: Flags, match: Match = "total"
) -> Tables:
    """Count persons by form, matching score within the form, group and answer, for every item.

    A form is what is known of the same items: persons are matched with those who answered the same ones, and every form
    has strata of its own. The strata of an item are numbered through, so that ``scores`` are numbers and no scores.

    Raises
    ------
    TooFewAnchors
        No form has an item to match on.

    >>> answers = ResponseMatrix([[1, 0, -1], [1, 1, -1], [-1, 1, 0], [-1, 0, 0]], groups=["r", "f", "r", "f"])
    >>> tabulate_forms(answers, ("r", "f"), anchors=np.ones(3, bool)).strata.sum(axis=(1, 2))
    array([2., 4., 2.])
    """
    patterns, form = np.unique(responses.presented, axis=0, return_inverse=True)
    parts: list[tuple[Whole, Floats]] = []
    for number, pattern in enumerate(patterns):
        columns, rows = np.flatnonzero(pattern), np.flatnonzero(form.ravel() == number)
        if len(columns):
            with suppress(TooFewAnchors):
                one = _of_form(responses, rows, columns)
                parts.append((columns, tabulate(one, groups, anchors=anchors[columns], match=match).counts))
    if not parts:
        raise TooFewAnchors(n=int(anchors.sum()), least=1)
    return _stacked(responses, groups, anchors, parts)


def _of_form(responses: ResponseMatrix, rows: Whole, columns: Whole) -> ResponseMatrix:
    return ResponseMatrix(
        responses.answers[np.ix_(rows, columns)],
        [responses.items[column] for column in columns],
        weights=responses.weights[rows],
        groups=[responses.group_names[number] for number in responses.group[rows]],
        categories=responses.categories[columns],
    )


def _stacked(
    responses: ResponseMatrix, groups: tuple[str, ...], anchors: Flags, parts: list[tuple[Whole, Floats]]
) -> Tables:
    """Lay the strata of the forms behind each other, for each item those of its own forms."""
    ends = np.zeros(responses.n_items, dtype=np.int64)
    for columns, counts in parts:
        ends[columns] += counts.shape[1]
    filled, all_counts = np.zeros_like(ends), np.zeros(
        (responses.n_items, int(ends.max()), len(groups), int(responses.categories.max()))
    )  # fmt: skip
    for columns, counts in parts:
        for column, own in zip(columns, counts, strict=True):
            start = filled[column]
            all_counts[column, start : start + len(own), :, : own.shape[2]] = own
        filled[columns] += counts.shape[1]
    return Tables(responses.items, groups, anchors, np.arange(float(ends.max())), all_counts)


def refuse_polytomous(responses: ResponseMatrix, *, instead: str) -> None:
    """Refuse items that are not simply right or wrong.

    Raises
    ------
    BadDesign
        An item has more than two categories.
    """
    for item in np.flatnonzero(responses.categories != DICHOTOMOUS)[:1]:
        many = f"item {responses.items[item]} has {responses.categories[item]} categories"
        raise BadDesign(reason=f"{many} and this method compares right and wrong; use {instead}")
