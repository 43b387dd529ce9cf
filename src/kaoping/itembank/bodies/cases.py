"""Cases 案例题: sub-questions on a shared stimulus, each of a simple type and with its share of the marks."""

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Annotated, Any, Literal

from pydantic import Field

from kaoping.itembank.bodies.arranged import Cloze, Matching, Ordering
from kaoping.itembank.bodies.base import LongText, Marks, Part, Plain, Problem, counted
from kaoping.itembank.bodies.by_hand import Essay, FileUpload, ShortAnswer
from kaoping.itembank.bodies.choices import MultipleChoice, SingleChoice, TrueFalse
from kaoping.itembank.bodies.hotspots import Hotspot
from kaoping.itembank.bodies.written import FillIn, Numeric
from kaoping.itembank.errors import N_

Simple = (
    TrueFalse | SingleChoice | MultipleChoice | FillIn | Numeric | Matching | Ordering | Cloze | Hotspot
    | ShortAnswer | Essay | FileUpload
)  # fmt: skip


class CasePart(Part):
    """A sub-question; ``marks`` is its share, in whatever measure all parts of the case use."""

    marks: Marks
    body: Annotated[Simple, Field(discriminator="type")]


class Case(Plain):
    """案例题: what is read first (``stimulus``), what it is about (``stem``), and the sub-questions on it."""

    type: Literal["case"] = "case"
    stimulus: LongText
    parts: list[CasePart]

    @property
    def by_machine(self) -> bool:
        """Whether a machine can mark every part."""
        return all(part.body.by_machine for part in self.parts)

    @property
    def whole(self) -> Decimal:
        """Sum of all shares."""
        return sum((part.marks for part in self.parts), Decimal(0))

    def worths(self, marks: Decimal) -> list[Decimal]:
        """Give what each part is worth where the whole is worth so many marks, rounded down to hundredths."""
        shares = (Fraction(marks) * Fraction(part.marks) / Fraction(self.whole) for part in self.parts)
        return [Decimal(floor(share * 100)) / 100 for share in shares]

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        sentence = N_("A case has %(least)s to %(most)s sub-questions; this one has %(count)s.")
        return list(counted("parts", self.parts, 1, 12, sentence))

    def presentation(self) -> dict[str, Any]:
        """Give what a candidate may see, part by part."""
        parts = [{"marks": str(part.marks), "body": part.body.presentation()} for part in self.parts]
        return super().presentation() | {"stimulus": self.stimulus, "parts": parts}

    def key_document(self) -> dict[str, Any]:
        """Give what those who mark see, part by part."""
        return {"type": self.type, "rationale": self.rationale, "parts": [p.body.key_document() for p in self.parts]}
