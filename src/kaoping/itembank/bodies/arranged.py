"""Items that are answered by putting things together: pairs, an order, choices into blanks."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kaoping.itembank.bodies.base import (
    ALPHABET,
    AnyLetter,
    Plain,
    Problem,
    Text,
    counted,
    missing,
    repeated,
    used_twice,
)
from kaoping.itembank.errors import N_

_Place = Annotated[str, StringConstraints(pattern=r"^[1-9]\d?$")]


class Matching(Plain):
    """匹配题: each numbered entry on the left takes a lettered one on the right, where more may stand.

    ``key`` maps the number of every left entry to a letter. With ``reuse`` a letter may be taken more than once.
    """

    SHOWN = ("left", "right", "reuse")

    type: Literal["matching"] = "matching"
    left: list[Text]
    right: list[Text]
    key: dict[_Place, AnyLetter]
    reuse: bool = False

    @property
    def letters(self) -> str:
        """Letters of the right side in order."""
        return ALPHABET[: len(self.right)]

    @property
    def wanted(self) -> list[str]:
        """Letters of the key, in the order of the left side."""
        return [self.key[str(number)] for number in range(1, len(self.left) + 1)]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        sides = N_("A side of a matching item has %(least)s to %(most)s entries; this one has %(count)s.")
        shape = [
            *counted("left", self.left, 2, 12, sides), *counted("right", self.right, 2, 16, sides),
            *repeated("left", self.left), *repeated("right", self.right),
        ]  # fmt: skip
        return [*shape, *self._of_key()]

    def _of_key(self) -> list[Problem]:
        numbers = {str(number) for number in range(1, len(self.left) + 1)}
        found = list(missing("key", self.key.values(), self.letters))
        if numbers != set(self.key):
            facts = {"left": len(self.left), "keys": len(self.key)}
            sentence = N_("The left side has %(left)s entries and the key pairs %(keys)s; pair each of them once.")
            found.append(Problem(field="key", sentence=sentence, facts=facts))
        return found if self.reuse else [*found, *used_twice("key", list(self.key.values()))]


class Ordering(Plain):
    """排序题: entries, shown in the order in which they are stored; ``key`` names their letters in the right order."""

    SHOWN = ("entries",)

    type: Literal["ordering"] = "ordering"
    entries: list[Text]
    key: list[AnyLetter]

    @property
    def letters(self) -> str:
        """Letters of the entries in order."""
        return ALPHABET[: len(self.entries)]

    @property
    def neighbours(self) -> set[tuple[str, str]]:
        """Pairs of entries that follow on each other in the right order."""
        return set(pairwise(self.key))

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        sentence = N_("An ordering item has %(least)s to %(most)s entries; this one has %(count)s.")
        found = [*repeated("entries", self.entries), *counted("entries", self.entries, 3, 12, sentence)]
        if sorted(self.key) != list(self.letters):
            sentence = N_("The right order names every entry once; write the letters of all entries in order.")
            found.append(Problem(field="key", sentence=sentence))
        elif self.key == list(self.letters):
            sentence = N_("The entries stand in the right order already; show them in another one.")
            found.append(Problem(field="entries", sentence=sentence))
        return found


class Cloze(Plain):
    """选词填空题: each blank ``____`` of the stem takes one of the choices; ``key`` has a letter for each blank."""

    SHOWN = ("choices", "reuse")

    type: Literal["cloze"] = "cloze"
    choices: list[Text]
    key: Annotated[list[AnyLetter], Field(min_length=1)]
    reuse: bool = False

    @property
    def letters(self) -> str:
        """Letters of the choices in order."""
        return ALPHABET[: len(self.choices)]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        sentence = N_("A cloze item has %(least)s to %(most)s choices; this one has %(count)s.")
        found = [
            *repeated("choices", self.choices), *counted("choices", self.choices, 2, 20, sentence),
            *missing("key", self.key, self.letters),
        ]  # fmt: skip
        if not self.blanks:
            found.append(Problem(field="stem", sentence=N_("The stem has no blank; write ____ where the answer goes.")))
        if self.blanks != len(self.key):
            sentence = N_("The stem has %(blanks)s blanks and the key fills %(keys)s; give one letter for each blank.")
            found.append(Problem(field="key", sentence=sentence, facts={"blanks": self.blanks, "keys": len(self.key)}))
        return found if self.reuse else [*found, *used_twice("key", self.key)]
