"""Scoring rules 评分规则 as data: what share of an item's marks an answer earns that is right in part.

A rule has a name and a version, ``per_blank.1``. A version never changes what it gives, because sealed papers hold its
name; another way to count is another version. Which rule holds is set for each type of item in the specification,
frozen in every slot of a sealed paper, and told to candidates before they begin.
"""

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kaoping.itembank.errors import N_
from kaoping.itembank.items import ItemType


class ScoringRule(StrEnum):
    """Named rules with their versions.

    Attributes
    ----------
    ALL_OR_NOTHING : 全对得分, all marks for a wholly right answer, else none.
    FEWER_EACH : 少选按项得分, with no wrong option each right one earns its share.
    FEWER_HALF : 少选得一半, with no wrong option and some right ones missing half of the marks.
    PER_OPTION : 按项增减, each right option earns its share, each wrong one takes as much away, never below nothing.
    PER_BLANK, PER_PAIR, PER_POSITION : each blank, pair or place that is right earns its share.
    ADJACENT_PAIRS : 按相邻对得分, each two entries that rightly follow on each other earn their share.
    ONE_MARKER : 单评, people give marks by scoring points or a rubric, one of them for each answer.
    TWO_MARKERS : 双评, two people mark each answer alone; if they lie further apart than the slot allows, a third does,
        and the two nearest count.
    """

    ALL_OR_NOTHING = "all_or_nothing.1"
    FEWER_EACH = "fewer_each.1"
    FEWER_HALF = "fewer_half.1"
    PER_OPTION = "per_option.1"
    PER_BLANK = "per_blank.1"
    PER_PAIR = "per_pair.1"
    PER_POSITION = "per_position.1"
    ADJACENT_PAIRS = "adjacent_pairs.1"
    ONE_MARKER = "one_marker.1"
    TWO_MARKERS = "two_markers.1"

    @property
    def markers(self) -> int:
        """How many people mark each answer before anybody compares; none where a machine does."""
        return _MARKERS.get(self, 0)

    @property
    def label(self) -> str:
        """Name of the rule (message id)."""
        return _LABELS[self]

    @property
    def told(self) -> str:
        """What candidates are told (message id)."""
        return _TOLD[self]


_MARKERS: Final = {ScoringRule.ONE_MARKER: 1, ScoringRule.TWO_MARKERS: 2}
_LABELS: Final = {
    ScoringRule.ALL_OR_NOTHING: N_("All or nothing"),
    ScoringRule.FEWER_EACH: N_("Fewer options: a share each"),
    ScoringRule.FEWER_HALF: N_("Fewer options: half"),
    ScoringRule.PER_OPTION: N_("Per option, with deductions"),
    ScoringRule.PER_BLANK: N_("Per blank"),
    ScoringRule.PER_PAIR: N_("Per pair"),
    ScoringRule.PER_POSITION: N_("Per place"),
    ScoringRule.ADJACENT_PAIRS: N_("Per two in a row"),
    ScoringRule.ONE_MARKER: N_("One marker"),
    ScoringRule.TWO_MARKERS: N_("Two markers, a third if they differ"),
}
_TOLD: Final = {
    ScoringRule.ALL_OR_NOTHING: N_("All marks for a wholly right answer, else none."),
    ScoringRule.FEWER_EACH: N_(
        "A right option earns its share of the marks even if others are missing; with a wrong option, nothing."
    ),
    ScoringRule.FEWER_HALF: N_(
        "Half of the marks if some right options are missing and none is wrong; with a wrong option, nothing."
    ),
    ScoringRule.PER_OPTION: N_(
        "A right option earns its share of the marks, a wrong one takes as much away; never less than nothing."
    ),
    ScoringRule.PER_BLANK: N_("Every blank that is right earns its share of the marks."),
    ScoringRule.PER_PAIR: N_("Every pair that is right earns its share of the marks."),
    ScoringRule.PER_POSITION: N_("Every entry in its right place earns its share of the marks."),
    ScoringRule.ADJACENT_PAIRS: N_(
        "Every two entries that rightly follow on each other earn their share of the marks."
    ),
    ScoringRule.ONE_MARKER: N_("A person who does not know your name marks what you wrote, by published points."),
    ScoringRule.TWO_MARKERS: N_(
        "Two persons who do not know your name mark what you wrote, each alone; if they differ much, a third does."
    ),
}

_OPTIONS = (ScoringRule.FEWER_EACH, ScoringRule.FEWER_HALF, ScoringRule.PER_OPTION)
_PARTIAL: Final[dict[ItemType, tuple[ScoringRule, ...]]] = {
    ItemType.MULTIPLE_CHOICE: _OPTIONS,
    ItemType.HOTSPOT: _OPTIONS,
    ItemType.FILL_IN: (ScoringRule.PER_BLANK,),
    ItemType.NUMERIC: (ScoringRule.PER_BLANK,),
    ItemType.CLOZE: (ScoringRule.PER_BLANK,),
    ItemType.MATCHING: (ScoringRule.PER_PAIR,),
    ItemType.ORDERING: (ScoringRule.PER_POSITION, ScoringRule.ADJACENT_PAIRS),
}
_BY_PEOPLE: Final = (ScoringRule.ONE_MARKER, ScoringRule.TWO_MARKERS)


def of_type(kind: ItemType) -> tuple[ScoringRule, ...]:
    """Give the rules that items of a type can be marked by, the usual one first."""
    return (ScoringRule.ALL_OR_NOTHING, *_PARTIAL.get(kind, ())) if kind.by_machine else _BY_PEOPLE


def share_of_options(rule: ScoringRule, chosen: set[str], right: set[str]) -> Fraction:
    """Give the share for chosen options: a wholly right choice earns 1, whatever the rule.

    >>> share_of_options(ScoringRule.FEWER_EACH, {"A"}, {"A", "C"})
    Fraction(1, 2)
    """
    if chosen == right:
        return Fraction(1)
    return _BY_OPTIONS[rule](len(chosen & right), len(chosen - right), len(right))


def share_of_places(rule: ScoringRule, hits: int, places: int) -> Fraction:
    """Give the share for ``hits`` of so many blanks, pairs or places."""
    return Fraction(hits == places) if rule is ScoringRule.ALL_OR_NOTHING else Fraction(hits, places)


_BY_OPTIONS: Final[dict[ScoringRule, Callable[[int, int, int], Fraction]]] = {
    ScoringRule.ALL_OR_NOTHING: lambda hits, wrong, right: Fraction(0),  # noqa: ARG005 - one signature for all rules
    ScoringRule.FEWER_EACH: lambda hits, wrong, right: Fraction(hits * (not wrong), right),
    ScoringRule.FEWER_HALF: lambda hits, wrong, right: Fraction(bool(hits) and not wrong, 2),  # noqa: ARG005 - as above
    ScoringRule.PER_OPTION: lambda hits, wrong, right: Fraction(max(0, hits - wrong), right),
}
