"""What people mark, in print: the lines that an answer is written on, and the points or criteria that marks are for.

An item counts its scoring points in a measure of its own; a paper gives the whole so many marks, and each point its
share of them.
"""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from math import ceil

from kaoping.itembank.bodies.by_hand import Essay, FileUpload, ShortAnswer
from kaoping.itembank.marking import ByPeople
from kaoping.itembank.marking_key import KeyPoint

#: Characters that one writes on a line of the answer sheet.
IN_LINE = 24
#: Lines for each mark of a short answer, and the fewest and the most that an answer gets.
_PER_MARK, _FEWEST, _MOST = 1.5, 3, 60


def lines(body: ByPeople, marks: Decimal) -> int:
    """Give how many lines an answer is written on: by its marks, and by its words where the item says how many.

    >>> key = {"model": "!", "points": [{"text": "!", "marks": 4}]}
    >>> lines(ShortAnswer(stem="?", rationale="!", key=key), Decimal(6))
    9
    """
    if isinstance(body, FileUpload):
        return 0
    asked = ceil(body.words.most / IN_LINE) if isinstance(body, Essay) else 0
    return min(_MOST, max(_FEWEST, ceil(float(marks) * _PER_MARK), asked))


def length(body: ByPeople, *, english: bool = False) -> str:
    """Write how long an essay is, as it is printed behind the stem."""
    if not isinstance(body, Essay):
        return ""
    if english:
        most = body.words.most
        return f" ({body.words.least}–{most} words)" if body.words.least else f" (at most {most} words)"
    return f"（{body.words.least}～{body.words.most}字）" if body.words.least else f"（不超过{body.words.most}字）"


def points(body: ByPeople, marks: Decimal) -> Iterator[KeyPoint]:
    """Give the scoring points or criteria with their share of the marks of a paper."""
    for text, own, levels in earning(body):
        part = (marks * own / body.worth).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
        yield KeyPoint(text, part, levels)


def earning(body: ByPeople) -> Iterator[tuple[str, Decimal, tuple[str, ...]]]:
    """Give what marks are for: text, marks in the item's own measure, descriptions of levels from best to poorest."""
    if isinstance(body, ShortAnswer):
        yield from ((point.text, point.marks, ()) for point in body.key.points)
    else:
        yield from ((one.criterion, one.marks, one.descriptors) for one in body.rubric)
