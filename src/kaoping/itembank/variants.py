"""Variants 卷型 of a paper: the same items in another order, their options in another order, the keys balanced.

Pure: numbers in, frozen arrangements out; the random numbers are handed in, so that a seed gives the same variants.
Items move within their section. The keys of single-choice items are spread over the letters as equally as the options
that must stay allow: an assignment of items to letters without an improving path is optimal [1]_. Then items change
places until no answer stands more than three times in a row (four where that cannot be had) and as few numbers as
possible have the same answer in two variants, counting neighbours on the seats before the others.

.. [1] N. J. A. Harvey, R. E. Ladner, L. Lovász, T. Tamir (2006). Semi-matchings for bipartite graphs and load
   balancing. Journal of Algorithms 59, 53-78.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any

from kaoping.itembank.content import LETTERS

#: The longest run of one answer, and what is taken where it cannot be had.
RUN, LONGER_RUN = 3, 4
#: A run that is too long weighs more than any number of shared answers; a neighbour on the seats more than all others.
_RUN_WEIGHT, _NEIGHBOUR_WEIGHT = 10_000, 20
_ROUNDS = 4


@dataclass(frozen=True)
class Question:
    """What a variant needs to know of an item: its number in the paper, section, options, key, and options that stay.

    ``key`` holds the places of the right options from zero; for true/false 0 (right) or 1 (wrong), with no options to
    move. Where the answer is written it is empty.
    """

    number: int
    section: str
    options: int = 0
    key: tuple[int, ...] = ()
    stay: frozenset[int] = frozenset()

    @property
    def free(self) -> list[int]:
        """Places whose options may change."""
        return [place for place in range(self.options) if place not in self.stay]

    @property
    def balanced(self) -> bool:
        """Whether the key is one letter that may be chosen: single choice."""
        return self.options > 0 and len(self.key) == 1

    @property
    def targets(self) -> list[int]:
        """Places where the key of a single-choice item may stand."""
        return list(self.key) if self.key[0] in self.stay else self.free


@dataclass(frozen=True)
class Placed:
    """An item of a variant: its number in the paper, and for each printed place the place of its option there."""

    number: int
    options: tuple[int, ...] = ()

    def shown(self, key: Sequence[int]) -> tuple[int, ...]:
        """Give the printed places of options of the paper; true/false keeps them."""
        return tuple(sorted(self.options.index(place) for place in key)) if self.options else tuple(key)


Arrangement = tuple[Placed, ...]


@dataclass(frozen=True)
class Balance:
    """How the keys of a variant's single-choice items stand: how often each letter, and the longest run of one."""

    counts: dict[str, int]
    run: int


def arrange(
    questions: Sequence[Question], count: int, rng: Random, *, held: Sequence[Arrangement] = ()
) -> list[Arrangement]:
    """Make ``count`` variants beside those ``held``; on the seats each has the next beside it, the last the first."""
    made = list(held)
    for index in range(len(held), len(held) + count):
        beside = {index - 1, 0} if index == len(held) + count - 1 else {index - 1}
        made.append(_one(questions, made, beside, rng))
    return made[len(held) :]


def _one(questions: Sequence[Question], others: Sequence[Arrangement], beside: set[int], rng: Random) -> Arrangement:
    by_number = {question.number: question for question in questions}
    keys = [answers(by_number, other) for other in others]
    placed: list[Placed] = []
    for _, section in groupby(questions, key=lambda question: question.section):
        group = list(section)
        first = len(placed)
        rivals = [
            _Rival(key[first : first + len(group)], _NEIGHBOUR_WEIGHT if index in beside else 1)
            for index, key in enumerate(keys)
        ]
        placed += _section(group, rivals, rng)
    return tuple(placed)


def _section(group: list[Question], rivals: "Sequence[_Rival]", rng: Random) -> Iterator[Placed]:
    """Shuffle a section: options with balanced keys, then the items."""
    chosen = balanced_keys([question for question in group if question.balanced], rng)
    by_number = {question.number: question for question in group}
    start = [Placed(one.number, _options(one, chosen.get(one.number), rng)) for one in group]
    rng.shuffle(start)
    order = _Order(start, answers(by_number, start), rivals)
    yield from order.settle(rng)


def balanced_keys(questions: Sequence[Question], rng: Random) -> dict[int, int]:
    """Choose the place of each key so that the places are as equally frequent as can be.

    The squares of the frequencies have the least sum: no chain of keys, each moving to a place it may take, leads from
    a place to one that is rarer by two or more.
    """
    chosen = {one.number: rng.choice(one.targets) for one in questions}
    while chain := _improving(questions, chosen, rng):
        chosen |= chain
    return chosen


def _improving(questions: Sequence[Question], chosen: Mapping[int, int], rng: Random) -> dict[int, int]:
    """Find keys to move along a chain from a frequent place to a rarer one; empty when there is none."""
    counts = Counter(chosen.values())
    known = sorted({target for one in questions for target in one.targets})
    for start in sorted(known, key=lambda place: -counts[place]):
        movers = {start: dict[int, int]()}
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            if counts[place] <= counts[start] - 2:
                return movers[place]
            here = [one for one in questions if chosen[one.number] == place]
            for one in rng.sample(here, len(here)):
                for target in one.targets:
                    if target not in movers:
                        movers[target] = movers[place] | {one.number: target}
                        waiting.append(target)
    return {}


def _options(question: Question, key_at: int | None, rng: Random) -> tuple[int, ...]:
    """Put the free options in random order, the key where it was chosen to stand."""
    places, free = list(range(question.options)), question.free
    moving = list(free)
    if key_at in free:
        free.remove(key_at)
        moving.remove(question.key[0])
        places[key_at] = question.key[0]
    rng.shuffle(moving)
    for place, option in zip(free, moving, strict=True):
        places[place] = option
    return tuple(places)


@dataclass(frozen=True)
class _Rival:
    """Answers of another variant at the same numbers, and what sharing one costs."""

    answers: Sequence[tuple[int, ...]]
    weight: int


class _Order:
    """Items of a section in order while they change places; cost is runs that are too long, and shared answers."""

    def __init__(self, placed: list[Placed], keys: list[tuple[int, ...]], rivals: Sequence[_Rival]) -> None:
        self.placed, self.keys = placed, keys
        #: What each answer costs at each place.
        self.prices: list[Counter[tuple[int, ...]]] = [Counter() for _ in keys]
        for rival in rivals:
            for price, answer in zip(self.prices, rival.answers, strict=True):
                price[answer] += rival.weight if answer else 0

    def settle(self, rng: Random) -> list[Placed]:
        """Swap items as long as that costs less; the longer run is taken where the shorter cannot be had."""
        for limit in (RUN, LONGER_RUN):
            for _ in range(_ROUNDS):
                if not self._improve(limit, rng):
                    break
            if longest_run(self.keys) <= limit:
                break
        return self.placed

    def _improve(self, limit: int, rng: Random) -> bool:
        """Give every costly place the best partner; tell whether anything became better."""
        better = False
        places = range(len(self.keys))
        for here in rng.sample(places, len(places)):
            if self._cost_at(here, limit) == 0:
                continue
            gain, there = max((self._gain(here, other, limit), other) for other in rng.sample(places, len(places)))
            if gain > 0:
                self._swap(here, there)
                better = True
        return better

    def _gain(self, here: int, there: int, limit: int) -> int:
        one, other = self.keys[here], self.keys[there]
        if one == other:
            return 0
        shared = self.prices[here][one] + self.prices[there][other] - self.prices[here][other] - self.prices[there][one]
        runs = self._excess(here, limit) + self._excess(there, limit)
        if runs == 0 and shared <= 0:
            return 0
        self._swap(here, there)
        runs -= self._excess(here, limit) + self._excess(there, limit)
        self._swap(here, there)
        return shared + _RUN_WEIGHT * runs

    def _swap(self, here: int, there: int) -> None:
        placed, keys = self.placed, self.keys
        placed[here], placed[there] = placed[there], placed[here]
        keys[here], keys[there] = keys[there], keys[here]

    def _cost_at(self, place: int, limit: int) -> int:
        return self.prices[place][self.keys[place]] + _RUN_WEIGHT * self._excess(place, limit)

    def _excess(self, place: int, limit: int) -> int:
        """By how much the run that holds this place is too long; written answers make none."""
        key, low, high = self.keys[place], place, place
        while key and low > 0 and self.keys[low - 1] == key:
            low -= 1
        while key and high + 1 < len(self.keys) and self.keys[high + 1] == key:
            high += 1
        return max(0, high - low + 1 - limit)


def longest_run(keys: Sequence[tuple[int, ...]]) -> int:
    """Give the length of the longest run of one answer; written answers make none.

    >>> longest_run([(0,), (2,), (2,), (1,)])
    2
    """
    return max((len(list(run)) for key, run in groupby(keys) if key), default=0)


def answers(questions: Mapping[int, Question], placed: Sequence[Placed]) -> list[tuple[int, ...]]:
    """Give the key of every printed number, as printed places."""
    return [one.shown(questions[one.number].key) for one in placed]


def balance(questions: Sequence[Question], placed: Arrangement) -> Balance:
    """Count the letters of a variant's single-choice keys."""
    known = {question.number: question for question in questions}
    single = [one for one in placed if known[one.number].balanced]
    keys = answers(known, single)
    counts = Counter(LETTERS[key[0]] for key in keys)
    widest = max((known[one.number].options for one in single), default=0)
    return Balance({letter: counts[letter] for letter in LETTERS[:widest]}, longest_run(keys))


def shared(questions: Sequence[Question], one: Arrangement, other: Arrangement) -> dict[str, int]:
    """Count by section the numbers whose chosen answer is the same in two variants."""
    known = {question.number: question for question in questions}
    found = {question.section: 0 for question in questions if question.key}
    for placed, mine, theirs in zip(one, answers(known, one), answers(known, other), strict=True):
        if mine and mine == theirs:
            found[known[placed.number].section] += 1
    return found


def original(placed: Arrangement, responses: Mapping[int, Any]) -> dict[int, Any]:
    """Bring what was answered on a variant, by printed number, back to the paper's numbers and letters.

    A letter that the item does not have stays as it is, and is wrong as it would be on the paper.

    >>> original((Placed(7, (2, 0, 1)), Placed(3)), {1: "A", 2: True})
    {7: 'C', 3: True}
    """
    return {
        one.number: _original(one, responses[number])
        for number, one in enumerate(placed, start=1)
        if number in responses
    }


def _original(placed: Placed, response: Any) -> Any:
    if not placed.options or response is None:
        return response
    if isinstance(response, list):
        return sorted(_letter(placed, each) for each in response)
    return _letter(placed, response)


def _letter(placed: Placed, letter: Any) -> Any:
    printed = LETTERS[: len(placed.options)]
    known = isinstance(letter, str) and len(letter) == 1 and letter in printed
    return LETTERS[placed.options[printed.index(letter)]] if known else letter
