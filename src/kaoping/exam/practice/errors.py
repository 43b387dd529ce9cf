"""Errors of the practice pool."""

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid


class PracticeError(ExamError):
    """Base of the errors of the practice pool."""


class ReleaseNamesNothing(PracticeError, Invalid):
    """A release says which items it is about, and one release can speak of so many."""

    sentence = N_("Name between 1 and %(most)d items by their codes.")


class ReleasedItemsUnknown(PracticeError, Invalid):
    """Codes that are none of the bank's."""

    sentence = N_("The bank has no items with the codes %(codes)s; nothing was proposed.")


class NotReleasable(PracticeError, Invalid):
    """Only an approved item of the secure pool moves to practice, and no copy of another organisation's."""

    sentence = N_(
        "Only approved items of the secure pool that are your own move to practice; these are not: %(codes)s."
    )


class StillToBeSat(PracticeError, Conflict):
    """What candidates will be asked is not made public before."""

    sentence = N_(
        "Papers that may still be sat hold some of the items: %(papers)s. An item moves to practice only when every "
        "paper that holds it was used and its exams are closed."
    )


class ReleaseUnexplained(PracticeError, Invalid):
    """Making items public, or refusing to, has a reason that can be read later."""

    sentence = N_("Give the reason, in at most %(most)d characters.")


class OwnRelease(PracticeError, Forbidden):
    """Whoever proposed a release does not decide on it."""

    sentence = N_("You proposed this release; another person decides on it.")


class ReleaseDecided(PracticeError, Conflict):
    """A decision stands."""

    sentence = N_("Release %(number)d is decided already; load its page again.")


class SetUntitled(PracticeError, Invalid):
    """A set is found by its title."""

    sentence = N_("Give the practice set a title of at most %(most)d characters.")


class SetEmpty(PracticeError, Invalid):
    """A set has items, and not more than one sitting takes."""

    sentence = N_("Choose between 1 and %(most)d items of the practice pool.")


class NotForPractice(PracticeError, Invalid):
    """A practice set draws from the practice pool alone, and from what a machine marks."""

    sentence = N_(
        "A practice set takes approved items of its level from the practice pool that a machine can mark; these are "
        "not: %(codes)s."
    )
