"""What the screenings of integrity refuse to do, and why.

ScoringError
├── BadScreening      a level, an adjustment or a statistic that no screening can use
├── NothingToScreen   nobody, or no pair of persons, has anything that could be compared
├── AnswersAlike      all answers are right, or all wrong, so that they tell no population
└── StatisticsTied    the middle half of the statistics are the same, so that nothing tells what is usual
"""

from kaoping.scoring.errors import ScoringError


class BadScreening(ScoringError):
    """The level, the adjustment or the statistics of a screening cannot be used."""

    sentence = "The screening cannot be made: %(reason)s."


class NothingToScreen(ScoringError):
    """Nobody, or no pair of persons, has anything that could be compared."""

    sentence = "There is nothing to screen: %(reason)s."


class AnswersAlike(ScoringError):
    """All answers that would tell the population are right, or all of them wrong."""

    sentence = (
        "The answers do not tell the abilities of the population, for all of them are right or all wrong; "
        "give --mean and --sd."
    )


class StatisticsTied(ScoringError):
    """The middle half of the statistics are the same, so that they do not tell what is usual."""

    sentence = (
        "The empirical null distribution cannot be told: the middle half of the statistics are the same; "
        "take --null theoretical."
    )
