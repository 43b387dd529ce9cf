"""What measurement refuses to do, and why.

ScoringError
├── BadResponses          the answers are not a table of categories
├── BadParameters         the item parameters are not ones of their model, or not those of the answers
├── BadPopulation         the population is not a distribution, or there is not one for each group
├── NothingKnown          a person has no answers that an estimate could stand on
├── NotEnoughData         a statistic was asked of too few answers
├── NoVariation           a statistic was asked of scores that are all alike
├── FitNotTestable        a statistic of fit was asked of answers or a model that it is not made for
│   ├── IncompleteAnswers it needs every answer of every person
│   ├── NotEnoughScores   everybody has no points, or all
│   ├── NoDegreesOfFreedom as many parameters were estimated as there is to compare
│   ├── TooManyMargins    the pairs of items are more than can be compared at once
│   └── SingularMargins   some margins are determined by others
├── FewItems              a statistic of the whole test was asked of too few items
├── NotDichotomous        a statistic of right and wrong was asked of other marks
├── ItemRedundant         an item follows from the others, so their covariances have no inverse
├── HeywoodCase           one factor explains all of an item
├── NotIdentified         the answers do not determine the parameters
│   ├── TooFewItems       fewer than three items
│   ├── TooFewPersons     an item was answered by too few persons
│   ├── ConstantItem      everybody was right, or everybody wrong
│   ├── EmptyCategory     nobody chose a category of an item
│   ├── NoOverlap         two groups of items share no person
│   └── FlatLikelihood    the likelihood has no single peak
├── BadScores             scores or counts are not a table of how many persons had which score
├── TooManyPowers         a distribution is to be smoothed with more powers than it has scores
├── NotEquatable          two forms cannot be put on one scale
│   ├── OptionOutOfRange  a weight or a bandwidth that no method can use
│   ├── ScoresAlike       everybody has the same score
│   ├── WeakAnchor        the anchor does not rise with the form
│   ├── AnchorScoreLost   an anchor score that one group has and the other has not
│   ├── SpreadLost        the weights leave a form no variance
│   ├── ArcTooSteep       no arc through the three points rises over every score
│   └── TooManyRefusals   too many samples of a bootstrap could not be equated
├── NotLinkable           the items do not lead from one scale to another
│   ├── TooFewCommonItems fewer than two common items
│   ├── AnchorsDiffer     an item has a model of another kind on the other form
│   ├── MethodUndefined   the method needs what the model of an item has not
│   ├── SlopesUnusable    a mean discrimination is not positive, or the difficulties do not vary
│   ├── FlatCriterion     the criterion has no single lowest point
│   ├── ChainBroken       a link starts from another scale than the last one reached
│   └── ScoreOutOfReach   no ability has a score as its expected score
├── NotConverged          the iteration reached its limit
├── BadDesign             the groups, anchors or items do not allow the comparison that was asked for
├── NotComparable         two groups cannot be compared on an item
│   └── Separated         a regression has no finite coefficients
├── TooFewAnchors         no item is left to match persons on
├── BadCuts, …            classifications (see `kaoping.scoring.classification.errors`)
├── BadJudgements, …      cut scores (see `kaoping.scoring.cut_scores.errors`)
├── BadBank, …            adaptive testing (see `kaoping.scoring.adaptive.errors`)
├── BadTimes, …           integrity (see `kaoping.scoring.integrity.errors` and `time_errors`)
├── BadRatings, …         raters (see `kaoping.scoring.raters.errors`)
└── NoForms, …            assembly (see `kaoping.scoring.assembly`)

Every error keeps its facts as attributes and writes its own English sentence, a message id with ``%(fact)s`` places.
"""

from functools import partial
from typing import Any, ClassVar


class ScoringError(Exception):
    """Base of everything that measurement refuses."""

    sentence: ClassVar[str] = "This cannot be calculated."

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence % facts)

    def __getattr__(self, name: str) -> Any:
        """Give a fact as an attribute."""
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way back from a process pool."""
        return partial(type(self), **self.facts), ()


class BadResponses(ScoringError):
    """The answers are not a table of categories (0, 1, ...) and empty cells (-1, -2, -3)."""

    sentence = "The table of answers cannot be used: %(reason)s."


class BadParameters(ScoringError):
    """The item parameters are not ones of their model, or not those of the answers."""

    sentence = "The item parameters cannot be used: %(reason)s."


class BadPopulation(ScoringError):
    """The population is not a distribution over abilities, or there is not one for each group."""

    sentence = "The population cannot be used: %(reason)s."


class NothingKnown(ScoringError):
    """A person has no answers that tell anything, and the method draws on nothing else."""

    sentence = "Person %(person)s has no answers to estimate an ability from; leave the person out, or ask for EAP."


class NotEnoughData(ScoringError):
    """A statistic was asked of fewer answers than it can stand on."""

    sentence = "%(what)s needs at least %(least)d answers; there are %(n)d."


class NoVariation(ScoringError):
    """A statistic was asked of scores that are all alike."""

    sentence = "%(what)s of item %(item)s cannot be calculated: the scores do not vary."


class FewItems(ScoringError):
    """A statistic of the whole test was asked of fewer items than it can stand on."""

    sentence = "%(what)s needs at least %(least)d items; there are %(n)d."


class NotDichotomous(ScoringError):
    """A statistic of right and wrong answers was asked of an item with other marks than 0 and 1."""

    sentence = "%(what)s is for items marked right or wrong; item %(item)s has other marks."


class ItemRedundant(ScoringError):
    """An item follows from the others, so the covariances of the items have no inverse."""

    sentence = "%(what)s cannot be calculated: item %(item)s follows from the other items."


class HeywoodCase(ScoringError):
    """One factor would explain all of an item, or more: the solution is improper."""

    sentence = "Omega cannot be calculated: one factor would explain all of item %(item)s, which is no proper solution."


class FitNotTestable(ScoringError):
    """A statistic of fit was asked of answers or a model that it is not made for."""

    sentence = "The fit cannot be tested."


class IncompleteAnswers(FitNotTestable):
    """The statistic needs every answer of every person."""

    sentence = (
        "%(what)s needs every answer of every person; %(lacking)d of %(n)d persons lack some. "
        "Take the persons or the items that are complete."
    )


class NotEnoughScores(FitNotTestable):
    """Everybody has no points, or all of them, so nothing is left to compare."""

    sentence = "None of the %(n)d persons has a score between none and all of the points."


class NoDegreesOfFreedom(FitNotTestable):
    """As many parameters were estimated as there are margins to compare."""

    sentence = "%(what)s compares %(margins)d margins, and %(free)d parameters were estimated: nothing is left to test."


class TooManyMargins(FitNotTestable):
    """The pairs of items are more than can be compared at once."""

    sentence = "%(what)s of %(items)d items compares %(margins)d margins; at most %(most)d fit into memory."


class SingularMargins(FitNotTestable):
    """Some margins are determined by others, so their covariance has no inverse."""

    sentence = "%(what)s cannot be calculated: some margins of item %(item)s are determined by others."


class NotIdentified(ScoringError):
    """The answers do not determine the parameters."""

    sentence = "The answers do not determine the item parameters."


class TooFewItems(NotIdentified):
    """Two parameters per item need at least three items."""

    sentence = "A calibration needs at least %(least)d items; there are %(n)d."


class TooFewPersons(NotIdentified):
    """An item was answered by too few persons."""

    sentence = "Item %(item)s was answered by %(n)d persons; a calibration needs at least %(least)d."


class ConstantItem(NotIdentified):
    """Everybody was right, or everybody was wrong: the item has no finite difficulty."""

    sentence = "All %(n)d answers to item %(item)s were marked alike; leave the item out of the calibration."


class EmptyCategory(NotIdentified):
    """Nobody chose a category of an item, so its parameter has no finite value."""

    sentence = "Nobody is in category %(category)d of item %(item)s; merge it with its neighbour or leave it out."


class NoOverlap(NotIdentified):
    """Two groups of items share no person, so they share no scale."""

    sentence = "Nobody links item %(item)s with item %(other)s by answering both; their scales cannot be joined."


class FlatLikelihood(NotIdentified):
    """The likelihood has no single peak: some parameter can move without loss."""

    sentence = "The answers do not determine item %(item)s; give a prior or more answers."


class NotConverged(ScoringError):
    """The iteration reached its limit before the parameters stood still."""

    sentence = "No solution within %(iterations)d iterations: the last step was %(step).2g, asked for %(tolerance).2g."


class BadScores(ScoringError):
    """Scores or counts are not a table of how many persons had which score."""

    sentence = "The table of scores cannot be used: %(reason)s."


class TooManyPowers(ScoringError):
    """A distribution is to be smoothed with more powers than its scores determine."""

    sentence = "The scores of %(n)d values determine at most %(most)d powers; %(asked)d were asked for."


class NotEquatable(ScoringError):
    """Two forms cannot be put on one scale."""

    sentence = "The forms cannot be put on one scale."


class OptionOutOfRange(NotEquatable):
    """A weight or a bandwidth that no method can use."""

    sentence = "%(what)s is %(value)g; it must lie between %(low)g and %(high)g."


class ScoresAlike(NotEquatable):
    """Everybody has the same score, so there is no spread to match."""

    sentence = "All scores on %(form)s are alike; there is no spread to match."


class WeakAnchor(NotEquatable):
    """The anchor does not rise with the form, so it says nothing about how the groups differ."""

    sentence = "The anchor does not rise with %(form)s (covariance %(covariance).3g); it cannot link the forms."


class AnchorScoreLost(NotEquatable):
    """An anchor score that one group has and the other has not: its conditional distribution is unknown."""

    sentence = (
        "Nobody who took %(form)s has the anchor score %(score)g, which the other group has; "
        "smooth the distributions or join anchor scores."
    )


class SpreadLost(NotEquatable):
    """The weights leave a form no variance in the synthetic population."""

    sentence = "The variance of %(form)s in the synthetic population is %(variance).3g; the groups differ too much."


class ArcTooSteep(NotEquatable):
    """No arc through the three points rises over every score."""

    sentence = "No arc through the ends and the middle point (%(x).4g, %(y).4g) rises to the score %(score)g."


class TooManyRefusals(NotEquatable):
    """Too many samples of a bootstrap could not be equated, so their spread would mislead."""

    sentence = "%(refused)d of %(n)d bootstrap samples could not be equated; the first said: %(reason)s"


class BadDesign(ScoringError):
    """The groups, the anchors or the items do not allow the comparison that was asked for."""

    sentence = "The groups cannot be compared: %(reason)s."


class NotComparable(ScoringError):
    """The groups share too little to be compared on an item."""

    sentence = "The groups cannot be compared on item %(item)s: %(reason)s; leave this item out."


class Separated(NotComparable):
    """Scores or groups tell right from wrong without exception, so a regression has no finite coefficients."""

    sentence = (
        "The regression of item %(item)s has no finite coefficients: score or group tells its answers apart without "
        "exception; leave this item out or use the method of Mantel and Haenszel."
    )


class TooFewAnchors(ScoringError):
    """Purification or the choice of anchors leaves no item to match persons on."""

    sentence = "Only %(n)d items are left to match persons on, and %(least)d are needed; name anchors or do not purify."


class NotLinkable(ScoringError):
    """The items do not lead from one scale to another."""

    sentence = "The forms cannot be linked."


class TooFewCommonItems(NotLinkable):
    """Fewer common items than a link can stand on."""

    sentence = "Linking needs at least %(least)d common items; there are %(n)d."


class AnchorsDiffer(NotLinkable):
    """An item has other categories, or a model of another kind, on the other form."""

    sentence = "Item %(item)s is of model %(start)s on one form and %(target)s on the other; calibrate it alike."


class MethodUndefined(NotLinkable):
    """The method needs difficulties or ordered categories, which an item does not have."""

    sentence = "The method %(method)s is not defined for item %(item)s (%(model)s); use haebara."


class SlopesUnusable(NotLinkable):
    """A mean discrimination is not positive, or the difficulties do not vary, so there is no scale factor."""

    sentence = "The common items give no scale factor: %(reason)s."


class FlatCriterion(NotLinkable):
    """The criterion has no single lowest point: the common items say nothing about some direction."""

    sentence = "The common items do not determine the link; their curves are flat where the weights are."


class ChainBroken(NotLinkable):
    """A link starts from another scale than the last one reached."""

    sentence = "Link %(number)d does not go on where the links before it end."


class ScoreOutOfReach(NotLinkable):
    """No ability has the score as its expected score, because the test curve does not rise."""

    sentence = "No ability has the expected score %(score)g; the test curve does not rise to it."
