"""What a score report says beside the common fields of an award: its pairs of label and words, written and read back.

They stand in the signed statement as they are printed, so the words are Chinese and stay as they are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

TICKET, EXAM_DAY, RESULT = "准考证号", "考核日期", "评定结果"
THEORY, SKILL, REVIEW = "理论知识考试", "技能考核", "综合评审"
PASSED, FAILED = "合格", "不合格"
#: What the number is called on the sheet.
NUMBER: Final = "成绩单编号"
_SCORE = re.compile(r"得分(\d{1,3}(?:\.\d+)?)，合格线(\d{1,3}(?:\.\d+)?)，(合格|不合格)")

Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StatedScore:
    """One component as it is stated."""

    component: str
    score: Decimal
    cut: Decimal

    @property
    def passed(self) -> bool:
        """Whether the component reaches its pass mark."""
        return self.score >= self.cut

    @property
    def result(self) -> str:
        """The verdict as it is printed."""
        return PASSED if self.passed else FAILED

    @property
    def words(self) -> str:
        """The component as the statement has it.

        >>> StatedScore(THEORY, Decimal("82.50"), Decimal(60)).words
        '得分82.5，合格线60，合格'
        """
        return stated(_plain(self.score), _plain(self.cut), self.result)


def stated(score: str, cut: str, result: str) -> str:
    """Write the words of a component from what stands in its row."""
    return f"得分{score}，合格线{cut}，{result}"


def details(*, ticket: str, day: str, scores: Sequence[StatedScore], passed: bool) -> Details:
    """Write what a report states."""
    rows = ((one.component, one.words) for one in scores)
    return (TICKET, ticket), (EXAM_DAY, day), *rows, (RESULT, PASSED if passed else FAILED)


def scores(said: Iterable[Sequence[str]]) -> list[StatedScore]:
    """Read the components back.

    >>> [one.score for one in scores([(TICKET, "1"), (SKILL, "得分59.5，合格线60，不合格")])]
    [Decimal('59.5')]
    """
    found = ((label, _SCORE.fullmatch(words)) for label, words in said)
    return [StatedScore(label, Decimal(score[1]), Decimal(score[2])) for label, score in found if score]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
