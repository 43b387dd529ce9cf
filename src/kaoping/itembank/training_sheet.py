"""The training sheet 命题培训单: rules with examples, the way through review, points, and forms to fill in by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import assignment_progress, review_rules, standards
from kaoping.itembank.craft_examples import Lesson, lessons
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import ItemType, ReviewStage
from kaoping.itembank.models import Level, Point
from kaoping.itembank.printing import fill, render
from kaoping.itembank.review_rules import Rule

STYLESHEETS: Final = ("print.css", "training.css")
FORMS: Final = (
    ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.FILL_IN, ItemType.SHORT_ANSWER,
)  # fmt: skip
"""The types that are written by hand."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a training sheet teaches; nothing of it is sealed."""

    level: Level
    lessons: Sequence[Lesson]
    rule: Rule
    stages: Sequence[ReviewStage]
    points: Sequence[Point]


def of_level(session: Session, level_id: UUID, range_id: UUID | None = None) -> Sheet:
    """Give the sheet of a level, or of one assessment range of it."""
    level = session.get(Level, level_id)
    if level is None:
        raise Missing(what=N_("level"))
    points = [one for one in standards.points(session, level.standard_id) if one.lowest_level >= level.digit]
    if range_id is not None and range_id not in {one.id for one in level.standard.ranges}:
        raise Missing(what=N_("range"))
    return _sheet(session, level, [one for one in points if range_id in {None, one.range_id}])


def of_assignment(session: Session, assignment_id: UUID, *, writer_id: UUID | None) -> Sheet:
    """Give the sheet for the points of an assignment; for a writer, only of an own one."""
    row = assignment_progress.find(session, assignment_id, writer_id=writer_id).row
    return _sheet(session, row.level, list(dict.fromkeys(line.point for line in row.lines)))


def _sheet(session: Session, level: Level, points: Sequence[Point]) -> Sheet:
    chosen = review_rules.in_force(session, level.standard_id)
    rule = Rule(chosen.stages, chosen.blind, chosen.trial) if chosen else Rule()
    return Sheet(level, lessons(), rule, review_rules.STAGES[rule.stages], points)


def pdf(sheet: Sheet, template: str = "training.html", /, *, tell: Callable[..., str], **words: object) -> bytes:
    """Print a sheet; ``tell`` gives a message in the reader's language, ``words`` are names from the pages."""
    html = fill(template, sheet=sheet, forms=FORMS, _=tell, **words)
    return render(html, stylesheets=STYLESHEETS, resources={})
