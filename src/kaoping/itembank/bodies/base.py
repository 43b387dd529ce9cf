"""What all bodies share: their words, letters and numbers, and how one that breaks a rule is refused."""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kaoping.itembank.errors import N_, Invalid, ItemBankError

#: Letters of the options of a choice item, and of papers' variants.
LETTERS = "ABCDEFGH"
#: Letters of what may be more than a handful: choices for blanks, entries, areas of a picture.
ALPHABET = string.ascii_uppercase
BLANK = re.compile(r"_{4,}")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Letter = Annotated[str, StringConstraints(pattern=r"^[A-H]$")]
AnyLetter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[+-]?\d{1,12}(\.\d{1,6})?$")]
Unit = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
Marks = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=2)]


class ContentInvalid(ItemBankError, Invalid):
    """The body breaks one or more rules; ``problems`` lists (field, sentence template, facts)."""

    sentence = N_("The item cannot be saved: %(count)s places need mending.")

    def __init__(self, problems: "list[Problem]") -> None:
        super().__init__(count=len(problems), problems=problems)


class Problem(BaseModel):
    """One rule that a body breaks: the field, the sentence and its facts."""

    model_config = ConfigDict(frozen=True)
    field: str
    sentence: str
    facts: dict[str, Any] = {}

    def __str__(self) -> str:
        return self.sentence % self.facts


class Part(BaseModel):
    """A part of a body: closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plain(Part):
    """What all types share. ``SHOWN`` names the fields that a candidate may see; every other is key."""

    SHOWN: ClassVar[tuple[str, ...]] = ()
    version: Literal[1] = 1
    stem: Text
    rationale: Text

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks, beyond its shape."""
        return []

    def presentation(self) -> dict[str, Any]:
        """Give what a candidate may see: no key, no rationale, nothing that marks are given for."""
        return self.model_dump(mode="json", include={"type", "version", "stem", *self.SHOWN})

    def key_document(self) -> dict[str, Any]:
        """Give what those who mark see, and nobody else: all that the presentation leaves out."""
        return self.model_dump(mode="json", exclude={"version", "stem", *self.SHOWN})

    @property
    def by_machine(self) -> bool:
        """Whether a machine can mark it; what it cannot mark waits for a person."""
        return True

    @property
    def blanks(self) -> int:
        """Number of blanks ``____`` in the stem."""
        return len(BLANK.findall(self.stem))

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        if problems := self.problems():
            raise ContentInvalid(problems)
        return self


def narrow(text: str) -> str:
    """Write a text in half width (NFKC) and without white space; case stays, for a mW is no MW."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Fold a text for comparison: NFKC, case folded, without white space."""
    return narrow(text).casefold()


def counted(field: str, given: Sequence[Any], least: int, most: int, sentence: str) -> Iterator[Problem]:
    """Name a list that is too short or too long; the sentence has places for ``least``, ``most`` and ``count``."""
    if not least <= len(given) <= most:
        yield Problem(field=field, sentence=sentence, facts={"least": least, "most": most, "count": len(given)})


def repeated(field: str, texts: Iterable[str]) -> Iterator[Problem]:
    """Name the texts of a list that say the same, by their letters."""
    seen: dict[str, str] = {}
    for letter, text in zip(ALPHABET, texts, strict=False):
        if (first := seen.setdefault(folded(text), letter)) != letter:
            sentence = N_("Options %(first)s and %(second)s say the same; reword one of them.")
            yield Problem(field=field, sentence=sentence, facts={"first": first, "second": letter})


def missing(field: str, letters: Iterable[str], known: str) -> Iterator[Problem]:
    """Name the letters of a key that stand for nothing."""
    for letter in letters:
        if letter not in known:
            sentence = N_("The key names option %(letter)s, which does not exist; choose one of the options.")
            yield Problem(field=field, sentence=sentence, facts={"letter": letter})


def used_twice(field: str, letters: Sequence[str]) -> Iterator[Problem]:
    """Name the letters that a key uses more than once where each may be used once."""
    for letter in sorted({letter for letter in letters if letters.count(letter) > 1}):
        sentence = N_("The key uses %(letter)s more than once; allow that choices are used again, or change the key.")
        yield Problem(field=field, sentence=sentence, facts={"letter": letter})
