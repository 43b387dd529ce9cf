"""What the setting of cut scores refuses to do, and why.

ScoringError
├── BadJudgements     the judgements of a panel are not ones of its method
├── PanelTooSmall     an error was asked of fewer judges than it can stand on
├── PanelDivided      two parts of a panel share no item, so their leniency cannot be told from the items
├── LineMissesCurve   a compromise of cut and fail rate is not on the curve of these persons
├── NoBoundary        no score tells the groups of persons apart
├── NoSpread          the cut would need grades or scores that differ, and they do not
└── SamplesRefused    too many bootstrap samples have no cut
"""

from kaoping.scoring.errors import ScoringError


class BadJudgements(ScoringError):
    """The judgements of a panel are not ones of its method."""

    sentence = "The judgements cannot be used: %(reason)s."


class PanelTooSmall(ScoringError):
    """A standard error was asked of fewer judges than it can stand on."""

    sentence = "%(what)s needs at least %(least)d judges; there are %(n)d. Without more there is no standard error."


class PanelDivided(ScoringError):
    """Two parts of a panel share no item, so the leniency of judges cannot be told from the difficulty of items."""

    sentence = "Judges %(judge)s and %(other)s are linked by no items rated in common; let some judges rate both sets."


class LineMissesCurve(ScoringError):
    """What the judges accept does not meet what the persons reached."""

    sentence = "The judges' line does not meet the curve of these persons: %(reason)s."


class NoBoundary(ScoringError):
    """No score tells the groups of persons apart in the way that was asked for."""

    sentence = "No cut between %(lower)s and %(upper)s: %(reason)s."


class NoSpread(ScoringError):
    """A regression was asked of grades or scores that are all alike."""

    sentence = "%(what)s gives no cut: %(reason)s."


class SamplesRefused(ScoringError):
    """Too many bootstrap samples have no cut, so the spread of the others would mislead."""

    sentence = "%(refused)d of %(n)d bootstrap samples gave no cut; the first said: %(reason)s"
