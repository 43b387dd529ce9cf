"""What the screenings of integrity refuse to do, and why.

ScoringError
├── BadScreening      a level, an adjustment or a statistic that no screening can use
└── NothingToScreen   nobody, or no pair of persons, has anything that could be compared
"""

from kaoping.scoring.errors import ScoringError


class BadScreening(ScoringError):
    """The level, the adjustment or the statistics of a screening cannot be used."""

    sentence = "The screening cannot be made: %(reason)s."


class NothingToScreen(ScoringError):
    """Nobody, or no pair of persons, has anything that could be compared."""

    sentence = "There is nothing to screen: %(reason)s."
