"""What may be wrong with an inquiry about many certificates."""

from kaoping.exam.results.errors import ResultsError
from kaoping.itembank.errors import N_, Invalid


class InquiryColumnMissing(ResultsError, Invalid):
    """The first line of a list of certificates lacks a column."""

    sentence = N_("The first line has no column “%(column)s”. It needs: %(needed)s.")


class InquiryCellWrong(ResultsError, Invalid):
    """A cell of a list of certificates is empty or too long."""

    sentence = N_("Line %(line)d, column “%(column)s”: fill it in, with at most %(most)d characters.")


class InquiryTailShort(ResultsError, Invalid):
    """The identity tail in a list of certificates has not six characters."""

    sentence = N_("Line %(line)d, column “%(column)s”: enter the last six characters of the identity number.")


class InquiryEmpty(ResultsError, Invalid):
    """A list of certificates has no line below its first."""

    sentence = N_("The list names no certificate: put one on each line below the first.")


class InquiryTooLong(ResultsError, Invalid):
    """A list names more certificates than are checked at once."""

    sentence = N_("The list names more than %(most)d certificates: divide it.")


class InquiryUnexplained(ResultsError, Invalid):
    """Who asks about many certificates says who they are and what for."""

    sentence = N_("Say who asks and for what purpose: the awarding body keeps it in its record.")


class InquiryUnreadable(ResultsError, Invalid):
    """What a program sent is not an inquiry about certificates."""

    sentence = N_("At %(place)s: %(reason)s (%(count)d places are wrong); /api/verify/openapi.json describes it.")
