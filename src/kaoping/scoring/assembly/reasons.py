"""What conflicts, and what would help, in sentences that can be translated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LOW: Final = (
    "%(rule)s asks for at least %(asked)s items, and the other rules named here leave room for %(room)s; "
    "ask for %(room)s or change one of those."
)
HIGH: Final = (
    "%(rule)s allows at most %(asked)s items, and the other rules named here need %(room)s; "
    "allow %(room)s or change one of those."
)
LOW_SUM: Final = (
    "%(rule)s asks for a sum of at least %(asked)s, and the other rules named here leave room for %(room)s."
)
HIGH_SUM: Final = "%(rule)s allows a sum of at most %(asked)s, and the other rules named here need %(room)s."
LOW_FORMS: Final = (
    "%(rule)s asks for at least %(asked)s items in each of %(forms)d forms, %(total)s in all, and the other rules "
    "named here leave room for %(room)s."
)
HIGH_FORMS: Final = (
    "%(rule)s allows at most %(asked)s items in each of %(forms)d forms, %(total)s in all, and the other rules named "
    "here need %(room)s."
)
LOW_SUM_FORMS: Final = (
    "%(rule)s asks for a sum of at least %(asked)s in each of %(forms)d forms, %(total)s in all, and the other rules "
    "named here leave room for %(room)s."
)
HIGH_SUM_FORMS: Final = (
    "%(rule)s allows a sum of at most %(asked)s in each of %(forms)d forms, %(total)s in all, and the other rules "
    "named here need %(room)s."
)
SUPPLY: Final = (
    "%(rule)s asks for at least %(asked)s items, and %(room)s can be used; write %(short)s more or ask for %(room)s."
)
SUPPLY_FORMS: Final = (
    "%(rule)s asks for at least %(asked)s items in each of %(forms)d forms, %(total)s in all, and %(room)s can be "
    "used; write %(short)s more, ask for %(each)s in each form, or make fewer forms."
)
SUPPLY_SUM: Final = "%(rule)s asks for a sum of at least %(asked)s, and all items that can be used reach %(room)s."
BETWEEN: Final = (
    "No items add up to what %(rule)s asks for, from %(low)s to %(high)s, under the other rules named here."
)
EXCLUDED: Final = "Of the %(members)d items that count here %(excluded)d are excluded."
INCLUDED: Final = "Items that must be in every form: %(items)s."
IMPOSSIBLE: Final = "Items that must be in more forms than they may be in, or are excluded: %(items)s."
LIMITED: Final = "The items that count here may be used %(places)d times in all, as the limits of use say."
ENEMIES: Final = "A form takes at most one of the %(count)d enemies of %(rule)s."
ENEMIES_INCLUDED: Final = "%(rule)s are enemies, and these of them must be in every form: %(items)s."
TOGETHER: Final = "A form takes all or none of the %(count)d items of %(rule)s."
STIMULUS: Final = "A form takes %(least)d to %(most)d items of %(rule)s, or none."
STIMULUS_USE: Final = "A stimulus is used in at most %(most)d forms."
OVERLAP: Final = "Two forms share at most %(most)d items."
MORE_RULES: Final = "These rules take part as well: %(rules)s."
FORMS: Final = "These rules and items allow at most %(forms)d of the %(asked)d forms."

LOWER: Final = "Ask for %(after)s instead of %(before)s at least: %(rule)s."
RAISE: Final = "Allow %(after)s instead of %(before)s at most: %(rule)s."
DROP: Final = "Do not include %(items)s in every form."
REUSE: Final = "Let %(count)d items be used once more than now, or write as many: %(items)s."
ADMIT: Final = "Admit excluded items: %(items)s."
LOOSEN: Final = "Do not keep %(rule)s."
MORE_CHANGES: Final = "More changes are needed (%(count)d): %(rules)s."


@dataclass(frozen=True)
class Reason:
    """A sentence with ``%(fact)s`` places and its facts."""

    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.facts


def amount(value: float) -> str:
    """Write an amount, whole where it is whole.

    >>> amount(12.0), amount(0.25)
    ('12', '0.25')
    """
    return f"{round(value, 6):.12g}"


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """Write names down, a few of many.

    >>> listed("abcdefg", most=3)
    'a, b, c, …'
    """
    known = list(names)
    return ", ".join(known[:most]) + (", …" if len(known) > most else "")
