"""The words of practical tasks on pages: states, deeds; each is looked up when it is shown."""

from flask_babel import gettext

from kaoping.itembank.errors import N_
from kaoping.itembank.models import TaskState

#: Kind, icon and word of each state.
STATES = {
    TaskState.DRAFT: ("", "sheet", N_("Draft")),
    TaskState.IN_REVIEW: ("live", "clock", N_("In review")),
    TaskState.RETURNED: ("warn", "comment", N_("Returned")),
    TaskState.APPROVED: ("good", "check", N_("Approved")),
    TaskState.SUPERSEDED: ("", "stop", N_("followed by a newer version")),
    TaskState.RETIRED: ("", "stop", N_("Retired")),
}
DEEDS = {
    "task_written": N_("Task written"),
    "task_revised": N_("Reworded, version %(version)s"),
    "task_submitted": N_("Handed in, version %(version)s"),
    "task_approved": N_("Approved, version %(version)s"),
    "task_returned": N_("Returned, version %(version)s"),
    "task_retired": N_("Retired"),
    "task_printed": N_("Printed as a preview, version %(version)s"),
}


def deed(verb: str, facts: dict[str, object]) -> str:
    """Say an entry of the trail."""
    return str(gettext(DEEDS.get(verb, verb))) % facts
