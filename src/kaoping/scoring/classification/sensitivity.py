"""What accuracy and consistency would be if the cut were another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kaoping.scoring.classification.classified import Classification
from kaoping.scoring.classification.errors import BadCuts
from kaoping.scoring.classification.tables import CutAgreement


@dataclass(frozen=True)
class CutCurve:
    """Agreement on who reaches the cut, for every cut that was tried, in their order."""

    cuts: tuple[float, ...]
    agreements: tuple[CutAgreement, ...]

    def column(self, name: str) -> tuple[float | None, ...]:
        """Give one index by its name, such as ``accuracy``."""
        return tuple(getattr(one, name) for one in self.agreements)


def over_cuts(measure: Callable[[float], Classification], cuts: Iterable[float]) -> CutCurve:
    """Classify by each cut alone.

    Parameters
    ----------
    measure : gives the classification by one cut.
    cuts : the cuts to try; those that the method refuses, as beyond the scores of a population, are left out.

    Raises
    ------
    BadCuts
        None of the cuts can be used.

    >>> from kaoping.scoring.classification.rudner import rudner
    >>> curve = over_cuts(lambda cut: rudner([-1.0, 0.0, 2.0], [0.5] * 3, cut), [-0.5, 1.0])
    >>> [round(value, 3) for value in curve.column("accuracy")]
    [0.894, 0.985]
    """
    found: dict[float, CutAgreement] = {}
    for cut in cuts:
        try:
            found[cut] = measure(cut).by_cut[0]
        except BadCuts:
            continue
    if not found:
        raise BadCuts(reason="none of those to be tried is one that these persons can reach or miss")
    return CutCurve(tuple(found), tuple(found.values()))
