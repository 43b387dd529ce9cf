"""What further rules can name at a level: items, points, sources, authors; what is not there is told at its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.conditions import Attribute
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Item, Revision
from kaoping.itembank.limits import beneath
from kaoping.itembank.models import Importance, Level, Point
from kaoping.itembank.rules import Rules

YES_NO = ("yes", "no")
#: Attributes that have one of a few values whatever the bank holds.
FIXED = {
    Attribute.IMPORTANCE: tuple(importance.value for importance in Importance),
    Attribute.DIFFICULTY: ("1", "2", "3", "4", "5"),
    Attribute.AI: YES_NO,
    Attribute.CALIBRATED: YES_NO,
    Attribute.KEY: ("true", "false"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Codes of a level's items in whatever state, points of its standard with their paths, sources and authors."""

    codes: frozenset[str]
    points: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    authors: tuple[str, ...]

    def knows(self, attribute: Attribute, value: str, rules: Rules) -> bool:
        """Whether an item could have a value."""
        if attribute is Attribute.POINT:
            return any(beneath(code, path, value) for code, path in self.points)
        offered = choices(attribute, rules) or {Attribute.SOURCE: self.sources, Attribute.AUTHOR: self.authors}.get(
            attribute
        )
        return offered is None or value in offered


def choices(attribute: Attribute, rules: Rules) -> tuple[str, ...]:
    """Give the values of an attribute that has one of a few; empty if it is open."""
    if attribute == Attribute.ROW:
        return tuple(row.code for row in rules.rows)
    if attribute == Attribute.SECTION:
        return tuple(rule.section.value for rule in rules.sections)
    return FIXED.get(attribute, ())


def load(session: Session, level: Level) -> Vocabulary:
    """Read what can be named at a level."""
    items = session.execute(select(Item.code, Item.author_id).where(Item.level_id == level.id)).all()
    points = session.execute(select(Point.code, Point.path).where(Point.standard_id == level.standard_id))
    sources = select(Revision.source_standard).distinct().join(Item).where(Item.level_id == level.id)
    return Vocabulary(
        codes=frozenset(code for code, _ in items),
        points=tuple((code, path) for code, path in points),
        sources=tuple(sorted(session.scalars(sources))),
        authors=tuple(sorted({str(author) for _, author in items})),
    )


def problems(rules: Rules, known: Vocabulary) -> Iterator[Problem]:
    """Name everything that rules name and that is not there."""
    yield from chain(_of_groups(rules, known), _of_limits(rules, known))


def _of_groups(rules: Rules, known: Vocabulary) -> Iterator[Problem]:
    for field, code in dict.fromkeys(rules.named):
        if code not in known.codes:
            sentence = N_("There is no item %(code)s at this level: correct its code, or take it out.")
            yield Problem(field=field, sentence=sentence, facts={"code": code})


def _of_limits(rules: Rules, known: Vocabulary) -> Iterator[Problem]:
    for place, limit in enumerate(rules.limits):
        for number, condition in enumerate(limit.where):
            for value in condition.values:
                if not known.knows(condition.attribute, value, rules):
                    sentence = N_("No item of this level has %(value)s here: correct it, or take the rule out.")
                    yield Problem(field=f"limit-{place}-{number}-values", sentence=sentence, facts={"value": value})
