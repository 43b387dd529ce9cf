"""What screenings by response times and preknowledge refuse to do, and why.

ScoringError
├── BadTimes              the times are not a table of positive durations, or not those of the answers
├── BadTimeParameters     the parameters of times are not ones of the model, or not those of the items
├── BadExposure           the exposed items leave nothing to compare
└── NotIdentified
    ├── TooFewTimes       an item has too few times
    └── TimesAlike        all times of an item, or of all persons, are alike
"""

from kaoping.scoring.errors import NotIdentified, ScoringError


class BadTimes(ScoringError):
    """The times are not a table of positive durations, or do not belong to the answers."""

    sentence = "The table of times cannot be used: %(reason)s."


class BadTimeParameters(ScoringError):
    """The parameters of times are not ones of the lognormal model, or not those of the items."""

    sentence = "The parameters of response times cannot be used: %(reason)s."


class BadExposure(ScoringError):
    """The exposed items, or the persons said to have come later, leave nothing to compare."""

    sentence = "Exposed and secure items cannot be compared: %(reason)s."


class TooFewTimes(NotIdentified):
    """An item has too few times for its parameters."""

    sentence = "Item %(item)s has %(n)d response times; its parameters need at least %(least)d."


class TimesAlike(NotIdentified):
    """The times of an item do not vary, or all of their variation is speed."""

    sentence = "The times of item %(item)s do not vary beyond the persons' speed; leave the item out."
