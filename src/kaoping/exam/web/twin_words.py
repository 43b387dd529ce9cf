"""The words of English twins: places of an item, steps of a twin, and both languages row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from kaoping.exam.web import item_words
from kaoping.itembank import bilingual, difference
from kaoping.itembank.bilingual import Alternatives, Difference
from kaoping.itembank.bodies.base import ALPHABET
from kaoping.itembank.content import Problem
from kaoping.itembank.difference import Run
from kaoping.itembank.errors import N_
from kaoping.itembank.items import Item
from kaoping.itembank.twinning import Standing
from kaoping.itembank.twins import Step, Twin

#: Kind, icon and word of each step of a twin.
STEPS = {
    Step.DRAFT: ("", "sheet", N_("Draft")),
    Step.IN_REVIEW: ("live", "clock", N_("In review")),
    Step.RETURNED: ("warn", "comment", N_("Returned")),
    Step.APPROVED: ("good", "check", N_("Approved")),
}
#: Kind, icon and word of how an item stands with its twin.
STANDINGS = {
    Standing.APPROVED: ("good", "check", N_("English approved")),
    Standing.UNDER_WAY: ("live", "clock", N_("English under way")),
    Standing.STALE: ("warn", "warn", N_("Original changed")),
    Standing.NONE: ("", "stop", N_("No English yet")),
}
_NAMES = {
    "stem": N_("Stem"),
    "stimulus": N_("Material that the questions are about"),
    "unit": N_("Unit"),
    "picture": N_("What the picture shows, for those who cannot see it"),
}
_NUMBERED = {
    "options": N_("Option %(letter)s"),
    "left": N_("Left side, entry %(number)d"),
    "right": N_("Choice %(letter)s"),
    "choices": N_("Choice %(letter)s"),
    "entries": N_("Entry %(letter)s"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A place of an item in both languages, and what is to be said about it."""

    place: str
    name: str
    original: str
    text: str
    #: What changed in the original since it was translated; empty if nothing did.
    changed: Sequence[Run]
    faults: Sequence[str]
    differences: Sequence[str]

    @property
    def long(self) -> bool:
        """Whether the text runs over lines: one that is printed above others, or that is as long."""
        return self.place.endswith(("stem", "stimulus")) or len(self.original) > 40  # noqa: PLR2004 - a line of a field


def rows(
    item: Item, texts: Mapping[str, str], alternatives: Alternatives, *, before: Twin | None = None,
    problems: Sequence[Problem] = (),
) -> list[Row]:  # fmt: skip
    """Set the latest revision and English texts side by side; ``before`` is the twin that they were taken over from."""
    body = item.latest.body
    stale = before is not None and before.revision_id != item.latest.id
    earlier = bilingual.places(before.revision.body, alternatives) if before is not None and stale else {}
    found = bilingual.differences(body, texts, alternatives) if texts else []
    return [
        Row(
            place, name(place), original, texts.get(place, ""),
            difference.runs(earlier.get(place, ""), original) if stale and earlier.get(place) != original else (),
            [item_words.said(one) for one in problems if one.field == place],
            [said(one) for one in found if one.place == place],
        )
        for place, original in bilingual.places(body, alternatives).items()
    ]  # fmt: skip


def name(place: str) -> str:
    """Name a place in the reader's language."""
    first, *rest = place.split(".")
    match first, rest:
        case "parts", [number, _, *within]:
            return f"{gettext('Sub-question %(number)d', number=int(number) + 1)} · {name('.'.join(within))}"
        case "rubric", [number, "criterion"]:
            return str(gettext("Criterion %(number)d", number=int(number) + 1))
        case "rubric", [number, _, level]:
            return str(gettext("Criterion %(number)d, level %(level)d", number=int(number) + 1, level=int(level) + 1))
        case _, [number]:
            at = int(number)
            return str(gettext(_NUMBERED[first])) % {"letter": ALPHABET[at], "number": at + 1}
    return str(gettext(_NAMES[first]))


def said(found: Difference) -> str:
    """Write what differs in the reader's language."""
    return str(gettext(found.sentence)) % found.facts


def of_whole(problems: Sequence[Problem]) -> list[str]:
    """Write what is wrong with a twin as a whole."""
    return [item_words.said(one) for one in problems if not one.field]
