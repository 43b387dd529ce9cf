"""What adaptive testing refuses.

ScoringError
├── BadBank              areas, enemies or other facts do not fit the items
├── BadAdaptiveTest      the rules contradict each other or the bank
├── CriterionUndefined   a criterion needs what the model of an item has not
└── ExposureOutOfReach   the bank is too small for the highest rate of exposure that was asked for
"""

from kaoping.scoring.errors import ScoringError


class BadBank(ScoringError):
    """What is said of the items of an adaptive bank does not fit them."""

    sentence = "The bank cannot be used: %(reason)s."


class BadAdaptiveTest(ScoringError):
    """The rules of an adaptive test contradict each other or the bank."""

    sentence = "The adaptive test cannot be given: %(reason)s."


class CriterionUndefined(ScoringError):
    """A criterion of selection needs what the model of an item has not, such as one difficulty."""

    sentence = "%(criterion)s is not defined for item %(item)s (%(model)s); choose items by mfi or another criterion."


class ExposureOutOfReach(ScoringError):
    """The bank has too few items for every one of them to be used as seldom as was asked for."""

    sentence = (
        "No item can be kept to %(rate)g of the persons: tests of %(length)d items from %(items)d need %(least).3f; "
        "allow more, or write more items."
    )
