"""What judges say of items: the marks that a minimally competent person is expected to get on each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelTooSmall

LEAST_JUDGES = 2


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings of k items by j judges in one round and for one level.

    A rating is the expected marks of a minimally competent person: of an item of one mark the probability that such a
    person solves it, or 0 and 1 when judges only say no or yes. Judges may rate different items.

    Attributes
    ----------
    values : (j, k) ratings in marks; 0 where there is none.
    rated : (j, k) whether there is a rating.
    maxima : (k,) full marks of the items.

    Raises
    ------
    BadJudgements
        A rating is not between zero and the full marks, or a judge or an item has no rating.
    PanelTooSmall
        There are fewer than two judges.
    """

    judges: tuple[str, ...]
    items: tuple[str, ...]
    values: Floats
    rated: Flags
    maxima: Floats

    def __post_init__(self) -> None:
        if len(self.judges) < LEAST_JUDGES:
            raise PanelTooSmall(what="A panel's cut", least=LEAST_JUDGES, n=len(self.judges))
        if not (np.isfinite(self.maxima) & (self.maxima > 0)).all():
            raise BadJudgements(reason="the full marks are not positive numbers")
        wrong = self.rated & ~((self.values >= 0) & (self.values <= self.maxima))
        for judge, item in np.argwhere(wrong)[:1]:
            said, most = self.values[judge, item], self.maxima[item]
            where = f"judge {self.judges[judge]} rates item {self.items[item]} {said:g}"
            raise BadJudgements(reason=f"{where}, which is not between 0 and {most:g}")
        for place in np.flatnonzero(~self.rated.any(axis=1))[:1]:
            raise BadJudgements(reason=f"judge {self.judges[place]} rates no item")
        for place in np.flatnonzero(~self.rated.any(axis=0))[:1]:
            raise BadJudgements(reason=f"item {self.items[place]} is rated by no judge")

    @classmethod
    def of(cls, triples: Iterable[tuple[str, str, float]], *, maxima: Mapping[str, float] | None = None) -> "Ratings":
        """Make a table of judge, item and rating; judges and items keep the order in which they appear.

        Parameters
        ----------
        maxima : full marks of the items; one each if not given.

        >>> found = Ratings.of([("A", "I1", 0.5), ("A", "I2", 0.7), ("B", "I1", 0.6)])
        >>> found.values
        array([[0.5, 0.7],
               [0.6, 0. ]])
        """
        every = list(triples)
        judges = {name: place for place, name in enumerate(dict.fromkeys(judge for judge, _, _ in every))}
        items = {name: place for place, name in enumerate(dict.fromkeys(item for _, item, _ in every))}
        values, rated = np.zeros((len(judges), len(items))), np.zeros((len(judges), len(items)), dtype=np.bool_)
        for judge, item, rating in every:
            place = judges[judge], items[item]
            if rated[place]:
                raise BadJudgements(reason=f"judge {judge} rates item {item} twice")
            values[place], rated[place] = rating, True
        full = [1.0 if maxima is None else float(maxima.get(item, 0.0)) for item in items]
        return cls(tuple(judges), tuple(items), values, rated, np.array(full))

    @classmethod
    def complete(
        cls,
        values: ArrayLike,
        *,
        judges: Iterable[str] = (),
        items: Iterable[str] = (),
        maxima: ArrayLike | None = None,
    ) -> "Ratings":
        """Make a table in which every judge rates every item, (j, k); names are numbers if not given."""
        table = np.asarray(values, dtype=np.float64)
        names = tuple(judges) or tuple(str(place + 1) for place in range(table.shape[0]))
        stems = tuple(items) or tuple(str(place + 1) for place in range(table.shape[1]))
        full = np.ones(table.shape[1]) if maxima is None else np.asarray(maxima, dtype=np.float64)
        return cls(names, stems, table, np.ones(table.shape, dtype=np.bool_), full)

    @property
    def total(self) -> float:
        """Marks of the whole paper."""
        return float(self.maxima.sum())

    @property
    def whole(self) -> bool:
        """Whether every judge rates every item."""
        return bool(self.rated.all())

    @cached_property
    def shares(self) -> Floats:
        """(j, k) ratings as shares of the full marks."""
        return np.asarray(self.values / self.maxima)

    @property
    def yes_no(self) -> bool:
        """Whether judges only said that a minimally competent person solves an item or does not."""
        return bool(np.isin(self.shares[self.rated], (0.0, 1.0)).all())

    def without(self, judge: int) -> "Ratings":
        """Give the ratings of the other judges."""
        keep = np.arange(len(self.judges)) != judge
        names = tuple(name for name, kept in zip(self.judges, keep, strict=True) if kept)
        return Ratings(names, self.items, self.values[keep], self.rated[keep], self.maxima)
