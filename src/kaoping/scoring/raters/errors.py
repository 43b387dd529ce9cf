"""What the measurement of raters refuses to do, and why.

ScoringError
├── BadRatings            the ratings are not a table of persons, facets and categories
├── BadPanel              the facets, steps, interactions or anchors that were asked for do not fit the ratings
├── AgreementUndefined    a coefficient of agreement was asked of ratings that do not allow it
└── NotIdentified
    ├── Disconnected      some elements of a facet cannot be compared with the others
    ├── ExtremeElement    an element has no rating but the lowest, or the highest
    ├── UnusedCategory    nobody was given a category
    └── Undetermined      a measure can move without loss
"""

from kaoping.scoring.errors import NotIdentified, ScoringError


class BadRatings(ScoringError):
    """The ratings are not a table of persons, facets and categories."""

    sentence = "The ratings cannot be used: %(reason)s."


class BadPanel(ScoringError):
    """The facets, steps, interactions or anchors that were asked for do not fit the ratings."""

    sentence = "The model of the ratings cannot be used: %(reason)s."


class AgreementUndefined(ScoringError):
    """A coefficient of agreement was asked of ratings that do not allow it."""

    sentence = "%(what)s cannot be calculated: %(reason)s."


class Disconnected(NotIdentified):
    """Some elements of a facet share no person with the others, so their differences are not measured."""

    sentence = (
        "The %(facet)s facet falls into %(n)d subsets that no person connects: %(subsets)s. Let somebody be rated "
        "across them, anchor an element of each, or say that persons were assigned at random."
    )


class ExtremeElement(NotIdentified):
    """An element has no rating but the lowest, or the highest, so its measure is not finite."""

    sentence = (
        "Every rating (%(n)d) of %(facet)s %(element)s is %(rating)d, the end of the scale, so its measure is not "
        "finite%(more)s; leave it out, or ask for extreme scores to be adjusted."
    )


class UnusedCategory(NotIdentified):
    """Nobody was given a category of a rating scale, so its threshold is not finite."""

    sentence = (
        "No rating is %(rating)d%(where)s, so the threshold of this category is not finite; join it with its "
        "neighbour, or let more ratings share one scale."
    )


class Undetermined(NotIdentified):
    """A measure can move without loss: the ratings do not determine it."""

    sentence = "The ratings do not determine %(what)s; leave it out, take a simpler model, or add ratings."
