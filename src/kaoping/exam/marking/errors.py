"""What may be wrong with marks that people give."""

from kaoping.itembank.errors import N_, Conflict, Invalid, KaopingError


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
