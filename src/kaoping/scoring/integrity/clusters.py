"""Groups of persons that flagged pairs connect."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kaoping.scoring.integrity.similarity import Similarity


@dataclass(frozen=True)
class Cluster:
    """Persons connected by flagged pairs; ``hub`` is in the most pairs, ``degree`` says in how many."""

    persons: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    hub: str
    degree: int


def clusters(found: Similarity) -> tuple[Cluster, ...]:
    """Give the groups of persons that flagged pairs connect, the largest first.

    >>> from kaoping.scoring.integrity.pairs import Pairs
    >>> pairs = Pairs(("A", "B", "C", "D"), np.array([0, 1, 0]), np.array([1, 2, 3]))
    >>> p, none = np.array([0.001, 0.001, 0.5]), np.zeros(3)
    >>> found = Similarity(
    ...     name="GBT", subjects=pairs, statistic=-np.log(p), p=p, common=none, matches=none, expected=none, wrong=none,
    ...     expected_wrong=none, apart=0,
    ... )
    >>> [(group.persons, group.hub, group.degree) for group in clusters(found)]
    [(('A', 'B', 'C'), 'B', 2)]
    """
    places = [place for place in found.order.tolist() if found.flagged[place]]
    first, second = found.subjects.first[places], found.subjects.second[places]
    n = len(found.subjects.persons)
    graph = csr_array((np.ones(len(places)), (first, second)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    together: dict[int, list[int]] = {}
    for place, member in zip(places, first, strict=True):
        together.setdefault(int(label[member]), []).append(place)
    return tuple(sorted((_cluster(found, group) for group in together.values()), key=lambda one: -len(one.persons)))


def _cluster(found: Similarity, places: list[int]) -> Cluster:
    pairs = tuple(found.subjects[place] for place in places)
    links: dict[str, set[str]] = {}
    for one, other in pairs:
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    hub = max(links, key=lambda name: len(links[name]))
    return Cluster(tuple(sorted(links)), pairs, hub, len(links[hub]))
