"""The words of standards on pages: stages, ladders, tracks, parts of the chapters."""

from kaoping.exam.web import item_words
from kaoping.exam.web.context import level_name
from kaoping.exam.web.languages import CHINESE, language
from kaoping.itembank.chapters import Education, Major, Rank
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_
from kaoping.itembank.ladders import DecidedBy, Track
from kaoping.itembank.models import CodeStyle, RangeKind, Stage, Standard

#: Kind, icon and word of each stage.
STAGES = {
    Stage.DRAFT: ("", "sheet", N_("Draft")),
    Stage.PUBLISHED: ("good", "check", N_("Published")),
    Stage.LOCKED: ("good", "shield", N_("Locked")),
}
KINDS = {RangeKind.BASIC: N_("basic requirements"), RangeKind.FUNCTION: N_("function")}
STYLES = {CodeStyle.NUMERIC: N_("numbers, as 0-1-1-1"), CodeStyle.LETTERS: N_("letters, as A-B-A-001")}
TRACKS = {Track.SKILL: N_("skill levels"), Track.PROFESSIONAL: N_("professional levels")}
DECIDED_BY = {
    DecidedBy.BODY: N_("evaluation organisation, by exam"),
    DecidedBy.BODY_WITH_REVIEW: N_("evaluation organisation, by exam and comprehensive review"),
    DecidedBy.PROBATION: N_("enterprise, at the end of apprenticeship; no exam"),
    DecidedBy.APPOINTMENT: N_("enterprise, by appointment; no exam"),
}
CHAPTERS = {
    "definition": N_("Definition of the occupation"),
    "environment": N_("Working environment"),
    "aptitude": N_("Aptitudes"),
    "education": N_("General education"),
    "places": N_("Places and equipment of the evaluation"),
}
LISTS = {"ethics": N_("Professional ethics"), "basics": N_("Basic knowledge")}
EDUCATION = {
    Education.JUNIOR_SECONDARY: N_("junior secondary school"),
    Education.SECONDARY_VOCATIONAL: N_("secondary vocational or skilled-worker school"),
    Education.SENIOR_TECHNICAL: N_("senior skilled-worker class or technician college"),
    Education.JUNIOR_COLLEGE: N_("junior college"),
    Education.BACHELOR: N_("bachelor"),
    Education.MASTER: N_("master"),
}
MAJORS = {Major.ANY: N_("any field"), Major.RELATED: N_("this or a related field"), Major.OWN: N_("this field")}
RANKS = {Rank.JUNIOR: N_("junior"), Rank.INTERMEDIATE: N_("intermediate"), Rank.SENIOR: N_("senior")}


def said(problem: Problem, standard: Standard) -> str:
    """Write a problem of a standard's tables with its levels and ranges named in the reader's language."""
    known = {level.full_name: level_name(level) for level in standard.levels}
    if language() is not CHINESE:
        known |= {row.name: row.name_en for row in standard.ranges}
    facts = {name: known.get(fact, fact) for name, fact in problem.facts.items()}
    return item_words.said(Problem(field=problem.field, sentence=problem.sentence, facts=facts))
