"""Items that are answered by choosing: true or false, one option, several options."""

from typing import ClassVar, Literal

from kaoping.itembank.bodies.base import LETTERS, Letter, Plain, Problem, Text, counted, missing, repeated
from kaoping.itembank.errors import N_


class TrueFalse(Plain):
    """判断题: the statement is right or wrong."""

    type: Literal["true_false"] = "true_false"
    key: bool


class _Choice(Plain):
    SHOWN = ("options",)

    options: list[Text]
    least: ClassVar[int] = 3
    most: ClassVar[int] = 8

    @property
    def letters(self) -> str:
        """Letters of the options in order."""
        return LETTERS[: len(self.options)]

    def problems(self) -> list[Problem]:
        sentence = N_("A choice item has %(least)s to %(most)s options; this one has %(count)s.")
        return [
            *repeated("options", self.options),
            *counted("options", self.options, self.least, self.most, sentence),
        ]


class SingleChoice(_Choice):
    """单项选择题: one option is right."""

    type: Literal["single_choice"] = "single_choice"
    key: Letter

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        return [*super().problems(), *missing("key", [self.key], self.letters)]


class MultipleChoice(_Choice):
    """多项选择题: two or more options are right."""

    type: Literal["multiple_choice"] = "multiple_choice"
    key: list[Letter]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        found = [*super().problems(), *missing("key", self.key, self.letters)]
        if len(set(self.key)) < 2:  # noqa: PLR2004 - two is what multiple means
            sentence = N_("A multiple-choice item has at least two keys; for one key use single choice.")
            found.append(Problem(field="key", sentence=sentence))
        return found
