"""Errors of practical tasks."""

from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError


class TaskLocked(ItemBankError, Conflict):
    """A version is in a state in which the step is not done."""

    sentence = N_("Version %(number)s of task %(code)s is not in a state for this step; open the task again.")


class TaskFollowed(ItemBankError, Conflict):
    """Somebody saved the task, or began its next version, after this person opened it."""

    sentence = N_("Task %(code)s was saved by somebody else while you were writing; compare both and save again.")


class OthersDraft(ItemBankError, Forbidden):
    """Somebody else is writing the next version of a task."""

    sentence = N_(
        "Somebody else is writing version %(number)s of task %(code)s; only its author changes or submits it."
    )


class OwnTask(ItemBankError, Forbidden):
    """Somebody who wrote a version of a task would decide on it."""

    sentence = N_("You wrote a version of task %(code)s; another person decides on it.")


class ReasonMissing(ItemBankError, Invalid):
    """A task is returned without a reason."""

    sentence = N_("Say what to mend: a returned task carries a comment for its author.")


class TaskNotInForce(ItemBankError, Conflict):
    """A skill paper that is to be sealed holds tasks that were superseded or retired since it was drawn."""

    sentence = N_(
        "Paper %(paper)s holds tasks that are no longer approved (%(tasks)s); discard the paper and draw again."
    )
