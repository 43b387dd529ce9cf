"""Errors of filings."""

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid


class FilingError(ExamError):
    """Base of the errors of filings."""


class FilingIncomplete(FilingError, Invalid):
    """Something that every filing has was left out."""

    sentence = N_("The %(what)s of the filing is missing; write it as it stands in the authority's notice.")


class RegionUnknown(FilingError, Invalid):
    """A region is not written as a code of an administrative division."""

    sentence = N_("“%(code)s” is no code of a region; write 2, 4 or 6 digits (GB/T 2260), such as 99 or 990000.")


class FilingReversed(FilingError, Invalid):
    """The last day stands before the first."""

    sentence = N_("The filing ends on %(ends)s, before it begins on %(starts)s; exchange the days.")


class LevelNotOfStandard(FilingError, Invalid):
    """A level is named that no edition of the standard has."""

    sentence = N_("Standard %(code)s has no level %(digit)s; choose among its levels.")


class EvidenceUnusable(FilingError, Invalid):
    """The notice is not a file that everybody can open."""

    sentence = N_(
        "The notice is not a PDF, PNG or JPEG of at most %(megabytes)s MB; scan it again or make a PDF of it."
    )


class FilingKnown(FilingError, Conflict):
    """The same notice was entered for the same standard."""

    sentence = N_("Notice %(number)s is entered for standard %(code)s already; open that filing instead.")


class OwnFiling(FilingError, Forbidden):
    """Who entered a filing confirms it."""

    sentence = N_("You entered filing %(number)s; another person compares it with the notice and confirms it.")


class FilingEnded(FilingError, Conflict):
    """An ended filing is not confirmed any more."""

    sentence = N_("Filing %(number)s has ended; enter the new notice as a filing of its own.")


class EndOutside(FilingError, Invalid):
    """A filing ends on a day on which it does not hold."""

    sentence = N_("Filing %(number)s holds from %(starts)s to %(ends)s; choose a day within it.")


class NotFiled(FilingError, Conflict):
    """No confirmed filing of the organisation covers the occupation."""

    sentence = N_(
        "No confirmed filing covers standard %(code)s. Enter the authority's notice under “Filings” and have it "
        "confirmed by another person."
    )


class LevelNotFiled(NotFiled):
    """The occupation is filed, the level is not."""

    sentence = N_("Standard %(code)s is filed, but not for %(level)s; have the filing extended to this level.")


class RegionNotFiled(NotFiled):
    """The level is filed, but for other regions."""

    sentence = N_(
        "%(level)s of standard %(code)s is not filed for region %(region)s, but for %(regions)s; "
        "choose a region of the filing, or have it extended."
    )


class DayNotFiled(NotFiled):
    """The level is filed for the region, but not on that day."""

    sentence = N_(
        "%(level)s of standard %(code)s is filed for region %(region)s %(periods)s, not on %(day)s; "
        "choose days within, or enter the renewed filing."
    )
