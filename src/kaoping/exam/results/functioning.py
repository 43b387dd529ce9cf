"""Differential item functioning: whether an item treats candidates of equal score alike, whatever their group."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, UniqueConstraint, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.exam.results import groupings
from kaoping.exam.results.groupings import Grouping, Rule
from kaoping.exam.results.models import CalibrationRun
from kaoping.exam.results.responses import Answers
from kaoping.itembank.items import Item, Revision, Statistics, StatisticsState
from kaoping.itembank.orm import Base, Owned
from kaoping.scoring import dif
from kaoping.scoring.responses import ResponseMatrix


class SizeClass(StrEnum):
    """How much an item differs, after ETS."""

    NEGLIGIBLE = "A"
    MODERATE = "B"
    LARGE = "C"


class Outcome(StrEnum):
    """What became of a comparison."""

    EXAMINED = "examined"
    TOO_FEW = "too_few"
    NOT_COMPARABLE = "not_comparable"


class Differential(Owned, Base):
    """How one revision did in two groups of the candidates of one calibration."""

    __tablename__ = "differential"
    __table_args__ = (UniqueConstraint("run_id", "revision_id", "grouping", "focal"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("calibration_run.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"), index=True)
    grouping: Mapped[Grouping]
    #: The larger group, and the one that is compared with it.
    reference: Mapped[str]
    focal: Mapped[str]
    #: Persons of either group who answered the item, and how many it took.
    n_reference: Mapped[int]
    n_focal: Mapped[int]
    least: Mapped[int]
    outcome: Mapped[Outcome]
    size: Mapped[SizeClass | None] = mapped_column(index=True)
    #: MH D-DIF on the delta scale, negative if the item is harder for the focal group, its error, and p of chi-square.
    delta: Mapped[float | None] = mapped_column(Double)
    se: Mapped[float | None] = mapped_column(Double)
    p: Mapped[float | None] = mapped_column(Double)
    #: STD P-DIF: difference of the shares of right answers at equal score, focal minus reference.
    difference: Mapped[float | None] = mapped_column(Double)

    @property
    def compared(self) -> str:
        """The comparison as one word, for a finding."""
        return f"{self.grouping.value}:{self.focal}:{self.reference}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A comparison with the calibration that it was made in."""

    run: CalibrationRun
    revision: Revision
    differential: Differential


def examined(run: CalibrationRun, answers: Answers, rule: Rule) -> Iterator[Differential]:
    """Compare every group with the largest one, item by item, as far as there are enough persons."""
    for grouping in rule.groupings:
        reference, *others = groupings.in_order(answers.groups.get(grouping, ())) or [groupings.UNKNOWN]
        for focal in others:
            yield from _compared(run, answers, rule, grouping, (reference, focal))


def _compared(
    run: CalibrationRun, answers: Answers, rule: Rule, grouping: Grouping, pair: tuple[str, str]
) -> Iterator[Differential]:
    matrix = answers.matrix
    named = ResponseMatrix(matrix.answers, matrix.items, groups=answers.groups[grouping])
    found = dif.examine(named, *pair, least=rule.least)
    for revision, one in zip(answers.revisions, found, strict=True):
        told: dict[str, Any] = {} if one.found is None else asdict(one.found)
        if told:
            told["size"] = SizeClass(told["size"])
        outcome = Outcome.EXAMINED if told else Outcome.NOT_COMPARABLE if one.enough else Outcome.TOO_FEW
        yield Differential(
            organisation_id=run.organisation_id, run_id=run.id, revision_id=revision.id, grouping=grouping,
            reference=pair[0], focal=pair[1], n_reference=one.n_reference, n_focal=one.n_focal, least=rule.least,
            outcome=outcome, **told,
        )  # fmt: skip


def standing(session: Session) -> dict[UUID, Sequence[Differential]]:
    """Give what is moderate or large in the calibrations whose statistics are in use, by revision."""
    query = (
        select(Statistics.revision_id, Differential)
        .join(Differential, and_(
            Statistics.run_id == Differential.run_id,
            func.coalesce(Statistics.carried_from_id, Statistics.revision_id) == Differential.revision_id,
        ))
        .where(
            Statistics.state == StatisticsState.ADOPTED, Differential.size.in_([SizeClass.MODERATE, SizeClass.LARGE])
        )
    )  # fmt: skip
    found: dict[UUID, list[Differential]] = defaultdict(list)
    for revision_id, one in session.execute(query):
        found[revision_id].append(one)
    return dict(found)


def of_item(session: Session, item: Item) -> list[Seen]:
    """Give every comparison of an item's revisions, the newest calibration first and the largest difference first."""
    query = (
        select(CalibrationRun, Revision, Differential)
        .join(Differential, Differential.run_id == CalibrationRun.id)
        .join(Revision, Revision.id == Differential.revision_id)
        .where(Revision.item_id == item.id)
        .order_by(CalibrationRun.at.desc(), Revision.number.desc(), Differential.grouping, Differential.focal)
    )
    return [Seen(*found) for found in session.execute(query)]
