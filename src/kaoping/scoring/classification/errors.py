"""What an analysis of classifications refuses to do, and why.

ScoringError
├── BadCuts              cuts or names of levels that cannot be used
├── BadReliability       a reliability that leaves no true scores, or no errors
├── FarFromBinomial      a reliability for which compound binomial errors are no probabilities
├── BadEstimates         estimates or standard errors that are not finite numbers, or not as many as persons
├── BadScores
│   └── NoTrueSpread     no true scores fit the observed ones
└── BadComponents        components that have no joint distribution, or more than can be calculated with
"""

from kaoping.scoring.errors import BadScores, ScoringError


class BadCuts(ScoringError):
    """The cuts do not rise, or there is not one name more than cuts, or a cut is not on the scale."""

    sentence = "The cuts cannot be used: %(reason)s."


class BadReliability(ScoringError):
    """A reliability is not a number above 0 and below 1."""

    sentence = "A reliability of %(value)g cannot be used; give a number above 0 and below 1."


class FarFromBinomial(ScoringError):
    """A reliability is so far from KR-21 that Lord's approximation has probabilities below zero."""

    sentence = (
        "A reliability of %(value)g is too far from KR-21, %(kr21).2f, for compound binomial errors; use "
        "livingston-lewis, or binomial errors without a reliability."
    )


class BadEstimates(ScoringError):
    """Estimates or their standard errors are not finite, below zero, or not as many as there are persons."""

    sentence = "The estimates cannot be used: %(reason)s."


class NoTrueSpread(BadScores):
    """No true scores fit: no true scores fit the observed ones, or lie at both ends only."""

    sentence = "No distribution of true scores fits these scores: %(reason)s."


class BadComponents(ScoringError):
    """The components have no joint distribution of true scores, or there are more than can be calculated with."""

    sentence = "The components cannot be judged together: %(reason)s."
