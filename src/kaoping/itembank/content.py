"""What an item is: the body of a revision, one model per type, and its rules.

A body is plain data (it is stored sealed as JSON). Letters A, B, C… name options by their order.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from kaoping.itembank.errors import N_, Invalid, ItemBankError

LETTERS = "ABCDEFGH"
BLANK = re.compile(r"_{4,}")
#: What is read as one: a Chinese character, or a word or number of another script.
READ = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:[.'\u2019-][^\W_\u3400-\u9fff]+)*")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Letter = Annotated[str, StringConstraints(pattern=r"^[A-H]$")]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[+-]?\d{1,12}(\.\d{1,6})?$")]


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


class _Body(BaseModel):
    """What all types share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stem: Text
    rationale: Text

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks, beyond its shape."""
        return []

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        if problems := self.problems():
            raise ContentInvalid(problems)
        return self


class TrueFalse(_Body):
    """判断题: the statement is right or wrong."""

    type: Literal["true_false"] = "true_false"
    key: bool


class _Choice(_Body):
    options: list[Text]
    least: ClassVar[int] = 3
    most: ClassVar[int] = 8

    @property
    def letters(self) -> str:
        """Letters of the options in order."""
        return LETTERS[: len(self.options)]

    def problems(self) -> list[Problem]:
        found = list(_repeated(self.options))
        if not self.least <= len(self.options) <= self.most:
            facts = {"least": self.least, "most": self.most, "count": len(self.options)}
            sentence = N_("A choice item has %(least)s to %(most)s options; this one has %(count)s.")
            found.append(Problem(field="options", sentence=sentence, facts=facts))
        return found

    def _missing(self, letters: list[str]) -> list[Problem]:
        unknown = [letter for letter in letters if letter not in self.letters]
        sentence = N_("The key names option %(letter)s, which does not exist; choose one of the options.")
        return [Problem(field="key", sentence=sentence, facts={"letter": letter}) for letter in unknown]


class SingleChoice(_Choice):
    """单项选择题: one option is right."""

    type: Literal["single_choice"] = "single_choice"
    key: Letter

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        return [*super().problems(), *self._missing([self.key])]


class MultipleChoice(_Choice):
    """多项选择题: two or more options are right."""

    type: Literal["multiple_choice"] = "multiple_choice"
    key: list[Letter]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        found = [*super().problems(), *self._missing(self.key)]
        if len(set(self.key)) < 2:  # noqa: PLR2004 - two is what multiple means
            sentence = N_("A multiple-choice item has at least two keys; for one key use single choice.")
            found.append(Problem(field="key", sentence=sentence))
        return found


class FillIn(_Body):
    """填空题: each blank ``____`` of the stem takes one of the accepted answers."""

    type: Literal["fill_in"] = "fill_in"
    key: list[list[Text]]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        blanks = len(BLANK.findall(self.stem))
        found = []
        if not blanks:
            found.append(Problem(field="stem", sentence=N_("The stem has no blank; write ____ where the answer goes.")))
        if blanks != len(self.key):
            sentence = N_(
                "The stem has %(blanks)s blanks and the key answers %(keys)s; give one line of answers a blank."
            )
            found.append(Problem(field="key", sentence=sentence, facts={"blanks": blanks, "keys": len(self.key)}))
        if any(not accepted for accepted in self.key):
            found.append(Problem(field="key", sentence=N_("A blank has no accepted answer; give at least one.")))
        return found


class Numeric(_Body):
    """计算填数题: a number within a tolerance."""

    type: Literal["numeric"] = "numeric"
    key: Number
    tolerance: Number = "0"
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        if Decimal(self.tolerance) >= 0:
            return []
        return [Problem(field="tolerance", sentence=N_("The tolerance is a distance; it cannot be negative."))]


Body = Annotated[TrueFalse | SingleChoice | MultipleChoice | FillIn | Numeric, Field(discriminator="type")]
_ADAPTER: TypeAdapter[TrueFalse | SingleChoice | MultipleChoice | FillIn | Numeric] = TypeAdapter(Body)

#: Sentences for what pydantic finds, by the field that it finds it in.
SHAPES = {
    "stem": N_("The stem is empty or longer than 4,000 characters; write the question."),
    "rationale": N_("The rationale is empty; say why the key is right."),
    "options": N_("An option is empty; write it or take it out."),
    "key": N_("The key is missing or not of the form this type needs; mark the right answer."),
    "tolerance": N_("The tolerance is a number such as 0.05."),
    "unit": N_("The unit has at most 20 characters."),
}


def folded(text: str) -> str:
    """Fold a text for comparison: NFKC, case folded, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def reading_length(body: dict[str, Any]) -> int:
    """Count what a candidate reads of a body: Chinese characters, and words of other scripts, of stem and options.

    >>> reading_length({"stem": "GB/T 1.1 规定了____。", "options": ["编写规则"]})
    10
    """
    return sum(len(READ.findall(text)) for text in (body["stem"], *body.get("options", ())))


def _repeated(options: list[str]) -> list[Problem]:
    seen: dict[str, str] = {}
    found = []
    for letter, option in zip(LETTERS, options, strict=False):
        if (first := seen.setdefault(folded(option), letter)) != letter:
            sentence = N_("Options %(first)s and %(second)s say the same; reword one of them.")
            found.append(Problem(field="options", sentence=sentence, facts={"first": first, "second": letter}))
    return found


def parse(data: dict[str, Any]) -> TrueFalse | SingleChoice | MultipleChoice | FillIn | Numeric:
    """Read a body from plain data.

    Raises
    ------
    ContentInvalid
        With one problem per place: field, sentence, facts.
    """
    if problems := _two_keys(data):
        raise ContentInvalid(problems)
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        raise ContentInvalid(_problems_of(error)) from None


def problems_in(data: dict[str, Any]) -> list[Problem]:
    """List what keeps plain data from being a body; empty if it is one."""
    try:
        parse(data)
    except ContentInvalid as error:
        found: list[Problem] = error.problems
        return found
    return []


def _two_keys(data: dict[str, Any]) -> list[Problem]:
    key = data.get("key")
    if data.get("type") != "single_choice" or not isinstance(key, list) or len(key) < 2:  # noqa: PLR2004 - two keys
        return []
    sentence = N_("A single-choice item has one key; this one marks %(letters)s. Mark one, or make it multiple choice.")
    return [Problem(field="key", sentence=sentence, facts={"letters": ", ".join(map(str, key))})]


def _problems_of(error: ValidationError) -> list[Problem]:
    fields = dict.fromkeys(_field(one["loc"]) for one in error.errors(include_url=False, include_input=False))
    other = N_("The item has a part that its type does not know.")
    return [Problem(field=field, sentence=SHAPES.get(field, other)) for field in fields]


def _field(location: tuple[int | str, ...]) -> str:
    names = [part for part in location if isinstance(part, str)]
    return names[1] if len(names) > 1 else "type"
