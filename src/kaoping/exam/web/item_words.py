"""The words of items on pages: types, states, components, deeds; each is looked up when it is shown."""

from collections.abc import Iterable

from flask_babel import gettext

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, KaopingError
from kaoping.itembank.items import ItemState, ItemType, MoveReason, ReviewStage
from kaoping.itembank.models import Component, Importance, Level, Standard
from kaoping.itembank.pictures import AlternativeMissing

TYPES = {
    ItemType.TRUE_FALSE: N_("True or false"),
    ItemType.SINGLE_CHOICE: N_("Single choice"),
    ItemType.MULTIPLE_CHOICE: N_("Multiple choice"),
    ItemType.FILL_IN: N_("Fill in"),
    ItemType.NUMERIC: N_("Numeric"),
    ItemType.MATCHING: N_("Matching"),
    ItemType.ORDERING: N_("Ordering"),
    ItemType.CLOZE: N_("Cloze"),
    ItemType.HOTSPOT: N_("Hotspot"),
    ItemType.SHORT_ANSWER: N_("Short answer"),
    ItemType.ESSAY: N_("Essay"),
    ItemType.FILE_UPLOAD: N_("File upload"),
    ItemType.CASE: N_("Case study"),
}
#: Kind, icon and word of each state.
STATES = {
    ItemState.DRAFT: ("", "sheet", N_("Draft")),
    ItemState.IN_REVIEW: ("live", "clock", N_("In review")),
    ItemState.RETURNED: ("warn", "comment", N_("Returned")),
    ItemState.TRIAL: ("live", "person", N_("On trial")),
    ItemState.APPROVED: ("good", "check", N_("Approved")),
    ItemState.IN_USE: ("good", "print", N_("In use")),
    ItemState.RECHECK: ("warn", "search", N_("Recheck")),
    ItemState.RETIRED: ("", "stop", N_("Retired")),
}
STAGES = {
    ReviewStage.FIRST: N_("First review"),
    ReviewStage.SECOND: N_("Second review"),
    ReviewStage.FINAL: N_("Final review"),
}
#: Reasons of moves without a new wording.
REASONS = {
    MoveReason.SOURCE_REPLACED: N_("Its source was replaced or withdrawn"),
    MoveReason.STATISTICS: N_("Its statistics want attention"),
    MoveReason.COMPLAINT: N_("Somebody objected to it"),
    MoveReason.EXPOSED: N_("It became known or was used too often"),
    MoveReason.DUPLICATE: N_("Another item says the same"),
    MoveReason.PERIODIC: N_("Its periodic check is due"),
    MoveReason.TRIED: N_("It did well on trial"),
    MoveReason.SOUND: N_("It was looked at again and is sound"),
    MoveReason.OTHER: N_("Another reason, as the note says"),
}
STEPS = {
    "recheck": N_("Send to recheck"),
    "confirm": N_("Confirm as it is worded"),
    "retire": N_("Retire"),
}
#: Reasons that pages offer for each move.
REASONS_FOR = {
    "retire": (
        MoveReason.SOURCE_REPLACED, MoveReason.EXPOSED, MoveReason.STATISTICS, MoveReason.COMPLAINT,
        MoveReason.DUPLICATE, MoveReason.OTHER,
    ),
    "recheck": (
        MoveReason.SOURCE_REPLACED, MoveReason.STATISTICS, MoveReason.COMPLAINT, MoveReason.EXPOSED,
        MoveReason.PERIODIC, MoveReason.OTHER,
    ),
    "confirm": (MoveReason.SOUND, MoveReason.TRIED, MoveReason.OTHER),
}  # fmt: skip
COMPONENTS = {
    Component.THEORY: N_("Theory"),
    Component.SKILL: N_("Skill"),
    Component.REVIEW: N_("Comprehensive review"),
}
IMPORTANCE = {
    Importance.CORE: N_("core"),
    Importance.GENERAL: N_("general"),
    Importance.AUXILIARY: N_("auxiliary"),
}
DEEDS = {
    "item_written": N_("Item written"),
    "item_revised": N_("Reworded, revision %(revision)s"),
    "item_submitted": N_("Submitted, revision %(revision)s"),
    "item_passed": N_("Passed on by %(stage)s, revision %(revision)s"),
    "item_approved": N_("Approved, revision %(revision)s"),
    "item_ai_assisted": N_("Marked as AI-assisted"),
    "item_closed": N_("Closed to all but %(persons)s persons and its authors: %(why)s"),
    "item_reopened": N_("Opened to all who read items: %(why)s"),
    "statistics_carried": N_("Statistics of revision %(origin)s carried over to revision %(revision)s"),
    "statistics_anew": N_("Statistics start anew with revision %(revision)s"),
    "interest_declared": N_("Declared a conflict of interest, revision %(revision)s"),
    "interest_denied": N_("Declared no conflict of interest, revision %(revision)s"),
    "remark_say": N_("Remarked"),
    "remark_resolve": N_("Settled a remark"),
    "remark_reopen": N_("Opened a remark again"),
    "item_returned": N_("Returned, revision %(revision)s"),
    "item_retired": N_("Retired"),
    "item_to_recheck": N_("Sent to recheck"),
    "item_confirmed": N_("Confirmed as it is worded"),
    "item_loaded": N_("Loaded with the demonstration"),
    "twin_written": N_("Translated into English, twin %(twin)s of revision %(revision)s"),
    "twin_submitted": N_("Translation handed in, twin %(twin)s"),
    "twin_approved": N_("Translation approved, twin %(twin)s"),
    "twin_returned": N_("Translation returned, twin %(twin)s"),
}

_FIELDS = (
    "point_id", "stimulus", "stem", "options", "left", "right", "entries", "choices", "picture", "areas", "key",
    "points", "most_choices", "words", "accept", "most_megabytes", "rubric", "parts", "tolerance", "relative", "unit",
    "units", "normalise", "rationale", "source_standard", "source_edition", "source_clause", "alternative",
)  # fmt: skip


#: Kinds of files that are handed in, by media type.
MEDIA = {
    "application/pdf": N_("PDF"),
    "image/png": N_("picture (PNG)"),
    "image/jpeg": N_("picture (JPEG)"),
    "text/plain": N_("text"),
    "text/csv": N_("table (CSV)"),
    "application/zip": N_("archive (ZIP)"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": N_("Word document"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": N_("Excel workbook"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": N_("PowerPoint slides"),
    "audio/mpeg": N_("sound (MP3)"),
    "video/mp4": N_("video (MP4)"),
}


def media(kind: str) -> str:
    """Name a kind of file."""
    return str(gettext(MEDIA.get(kind, kind)))


def said(problem: Problem) -> str:
    """Write a problem's sentence in the reader's language."""
    return str(gettext(problem.sentence)) % problem.facts


def alike(problems: list[Problem]) -> set[str]:
    """Give the letters of options that say the same."""
    pairs = (problem.facts for problem in problems if problem.field == "options")
    return {letter for facts in pairs for letter in (facts.get("first"), facts.get("second")) if letter}


def of_picture(refused: KaopingError) -> Problem:
    """Say why a picture was refused, at its field of the editor."""
    field = "alternative" if isinstance(refused, AlternativeMissing) else "picture"
    return Problem(field=field, sentence=refused.sentence, facts=refused.facts)


def by_field(problems: list[Problem]) -> dict[str, list[str]]:
    """Gather the sentences of problems by field, in the order of the editor, each once."""
    gathered: dict[str, list[str]] = {}
    for problem in sorted(problems, key=lambda one: _FIELDS.index(one.field) if one.field in _FIELDS else -1):
        sentences = gathered.setdefault(problem.field, [])
        if (sentence := said(problem)) not in sentences:
            sentences.append(sentence)
    return gathered


def deed(verb: str, facts: dict[str, object]) -> str:
    """Say an entry of the trail."""
    stage = facts.get("stage")
    told = facts | {"stage": gettext(STAGES[ReviewStage(stage)])} if isinstance(stage, str) else facts
    return str(gettext(DEEDS.get(verb, verb))) % told


def levels_by_digit(standards: Iterable[Standard]) -> list[tuple[int, list[Level]]]:
    """Give the levels that standards name by their digit, lowest level first; one of each name.

    The digit alone says little: 3 is 三级/高级工 on one ladder and 初级 on another.
    """
    named: dict[int, dict[str, Level]] = {}
    for standard in standards:
        for level in standard.levels:
            named.setdefault(level.digit, {}).setdefault(level.full_name, level)
    return [(digit, list(named[digit].values())) for digit in sorted(named, reverse=True)]
