"""What may be wrong with marks that people give."""

from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, KaopingError


class MarkingError(KaopingError):
    """Base of the errors of marking."""


class MarkInvalid(MarkingError, Invalid):
    """A mark is missing, unknown, out of range or not in steps of one half."""

    sentence = N_("Ticket %(ticket)s, task %(task)s: %(given)s is not a mark from 0 to %(most)s in steps of 0.5.")


class TaskUnknown(MarkingError, Invalid):
    """A sheet names a task that the level does not have."""

    sentence = N_("Ticket %(ticket)s: the level has no task %(task)s; its tasks are %(known)s.")


class TasksIncomplete(MarkingError, Conflict):
    """The tasks of an exam do not sum to 100 marks, so no sheet can be filled in."""

    sentence = N_(
        "The practical tasks of %(level)s sum to %(total)s of 100 marks; complete the task list, or prepare the exam "
        "with a sealed skill paper."
    )


class ExamStillOpen(MarkingError, Conflict):
    """Marks are entered once the exam is closed."""

    sentence = N_("The exam %(exam)s is not closed yet; close it first, then enter and score.")


class SheetsFinal(MarkingError, Conflict):
    """The component was confirmed; its sheets stand."""

    sentence = N_("The skill score of ticket %(ticket)s is confirmed; its sheets cannot change any more.")


class ListWithoutColumn(MarkingError, Invalid):
    """A list of sheets lacks a column."""

    sentence = N_("The list has no column %(column)s; its first line holds: %(found)s. Nothing was entered.")


class TicketTwice(MarkingError, Invalid):
    """A list of sheets names a candidate twice."""

    sentence = N_("Line %(line)s: ticket %(ticket)s stands in line %(first)s already; keep one. Nothing was entered.")


class TicketUnknown(MarkingError, Invalid):
    """A list of sheets names a ticket that the exam does not have."""

    sentence = N_("Line %(line)s: the exam %(exam)s has no ticket %(ticket)s. Nothing was entered.")


class LineWrong(MarkingError, Invalid):
    """A line of a list of sheets cannot be taken."""

    sentence = N_("Line %(line)s: %(reason)s Nothing was entered.")


class MarkerNotAllowed(MarkingError, Invalid):
    """Somebody without the role of a marker was chosen."""

    sentence = N_("%(count)s of the chosen people are no markers any more; load the page again and choose.")


class MarkerUnassigned(MarkingError, Forbidden):
    """A marker would mark an exam that its officer did not give them."""

    sentence = N_("You are not among the markers of the exam %(exam)s; its exam officer decides who marks.")


class TieUnsaid(MarkingError, Conflict):
    """Marks before the statement of interest."""

    sentence = N_("Say first whether anything binds you to a candidate of the exam %(exam)s.")


class CandidateUnknown(MarkingError, Invalid):
    """A statement of interest names nobody who sits the exam."""

    sentence = N_(
        "Nobody called %(named)s sits the exam %(exam)s; correct the name or ticket number, or take the line out."
    )


class MarkerBound(MarkingError, Forbidden):
    """A marker would mark somebody whom they are bound to."""

    sentence = N_("You stated that you are bound to this candidate; another marker takes the answer.")


class PointMarksMissing(MarkingError, Invalid):
    """A scoring point or criterion has no mark."""

    sentence = N_("Point %(point)s has no mark; give one, 0 where nothing was earned.")


class PointMarksInvalid(MarkingError, Invalid):
    """A mark of a scoring point or criterion is out of range or not in steps of one half."""

    sentence = N_("Point %(point)s: %(given)s is not a mark from 0 to %(most)s in steps of 0.5.")


class AnswerMarked(MarkingError, Conflict):
    """Another marker was quicker, and no further mark is needed."""

    sentence = N_("Answer %(answer)s was marked by others meanwhile; your marks are not needed. Take the next one.")


class MarksFinal(MarkingError, Conflict):
    """The score that the answer belongs to was confirmed."""

    sentence = N_("Answer %(answer)s: the score is confirmed; its marks cannot change any more.")
