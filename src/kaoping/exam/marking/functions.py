"""What the database itself refuses about marks of answers.

A marker has one turn at an answer and a turn one marker; nobody marks a candidate whom they said they are bound to; and
who marked a candidate's answers cannot be written down as the one who decided about the same candidate.
"""

from kaoping.itembank.refusing import before, refusing

_SAME_ANSWER = "sitting_id = NEW.sitting_id AND slot = NEW.slot AND part = NEW.part"
_TWICE = (
    f"EXISTS (SELECT FROM public.answer_mark WHERE {_SAME_ANSWER} AND (marker_id = NEW.marker_id) <> (turn = NEW.turn))"
)
_BOUND = """\
EXISTS (
    SELECT FROM public.marker_tie JOIN public.sitting ON sitting.application_id = marker_tie.application_id
    WHERE sitting.id = NEW.sitting_id AND marker_tie.marker_id = NEW.marker_id
  )"""
_MARKED = """\
EXISTS (
    SELECT FROM public.answer_mark JOIN public.sitting ON sitting.id = answer_mark.sitting_id
    WHERE sitting.application_id = NEW.application_id AND answer_mark.marker_id = NEW.decided_by
  )"""

STATEMENTS = (
    refusing("marker_has_one_turn", _TWICE, "'a marker has one turn at an answer, and a turn one marker'"),
    before("INSERT", "answer_mark", "marker_has_one_turn"),
    refusing("marker_is_not_bound", _BOUND, "'a marker who is bound to a candidate does not mark the answers'"),
    before("INSERT", "answer_mark", "marker_is_not_bound"),
    refusing("decision_marker", _MARKED, "'a marker of the candidate cannot decide'"),
    before("INSERT", "decision", "decision_marker"),
)
