"""Items that are marked by people: answers in sentences, essays, files. Their marks wait for a marker."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kaoping.itembank.bodies.base import Marks, Part, Plain, Problem, Text, counted
from kaoping.itembank.errors import N_

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

#: What may be handed in as a file; a type beside these would not be opened safely by those who mark.
MEDIA_TYPES = (
    "application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv", "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation", "audio/mpeg", "video/mp4",
)  # fmt: skip


#: The largest file that a sitting takes, in megabytes, whatever an item says: a room hands in at the same time.
LARGEST_FILE = 20
#: How files of a kind are named.
SUFFIXES = dict(
    zip(MEDIA_TYPES, ("pdf", "png", "jpg", "txt", "csv", "zip", "docx", "xlsx", "pptx", "mp3", "mp4"), strict=True)
)


class ScoringPoint(Part):
    """A scoring point 得分点: what an answer must say, and the marks for it."""

    text: Line
    marks: Marks


class PointsKey(Part):
    """The model answer of a short-answer item and its scoring points."""

    model: Text
    points: list[ScoringPoint]


class Criterion(Part):
    """A criterion of a rubric: its marks, and what describes the levels from best to poorest."""

    criterion: Line
    marks: Marks
    descriptors: Annotated[tuple[Line, ...], Field(max_length=8)] = ()


class Words(Part):
    """How long an essay is: Chinese characters, and words of other scripts."""

    least: Annotated[int, Field(ge=0, le=20_000)] = 0
    most: Annotated[int, Field(ge=1, le=20_000)]


class _ByHand(Plain):
    @property
    def by_machine(self) -> bool:
        return False


class ShortAnswer(_ByHand):
    """简答题: a few sentences, marked by scoring points."""

    type: Literal["short_answer"] = "short_answer"
    key: PointsKey

    @property
    def worth(self) -> Decimal:
        """Marks of all scoring points."""
        return sum((point.marks for point in self.key.points), Decimal(0))

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        sentence = N_("A short-answer item has %(least)s to %(most)s scoring points; this one has %(count)s.")
        return list(counted("points", self.key.points, 1, 20, sentence))


class _Rubric(_ByHand):
    rubric: list[Criterion]

    @property
    def worth(self) -> Decimal:
        """Marks of all criteria."""
        return sum((one.marks for one in self.rubric), Decimal(0))

    def problems(self) -> list[Problem]:
        sentence = N_("A rubric has %(least)s to %(most)s criteria; this one has %(count)s.")
        return list(counted("rubric", self.rubric, 1, 12, sentence))


class Essay(_Rubric):
    """论述题: an essay, marked by the criteria of a rubric."""

    SHOWN = ("words",)

    type: Literal["essay"] = "essay"
    words: Words = Words(most=2000)

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        found = super().problems()
        if self.words.least > self.words.most:
            sentence = N_("The essay has at least %(least)s and at most %(most)s words; put the smaller number first.")
            facts = {"least": self.words.least, "most": self.words.most}
            found.append(Problem(field="words", sentence=sentence, facts=facts))
        return found


class FileUpload(_Rubric):
    """上传文件题: a file that the candidate made, marked by the criteria of a rubric."""

    SHOWN = ("accept", "most_megabytes")

    type: Literal["file_upload"] = "file_upload"
    accept: list[str]
    most_megabytes: Annotated[int, Field(ge=1, le=100)] = 10

    @property
    def largest(self) -> int:
        """Megabytes of a file that are taken in a sitting."""
        return min(self.most_megabytes, LARGEST_FILE)

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        return [*super().problems(), *self._of_accepted()]

    def _of_accepted(self) -> Iterator[Problem]:
        if not self.accept:
            yield Problem(field="accept", sentence=N_("No kind of file is accepted; choose at least one."))
        for kind in self.accept:
            if kind not in MEDIA_TYPES:
                sentence = N_("Files of the type %(type)s are not taken; choose from the list.")
                yield Problem(field="accept", sentence=sentence, facts={"type": kind[:60]})
