"""Cut scores: the marks of a minimally competent person, as a panel of judges or the persons themselves show them.

Judgements go in; a cut with its standard error and interval comes out, in marks or logits, and `place` carries it to a
paper and compares it with the pass mark that is imposed there.

>>> import numpy as np
>>> from kaoping.scoring.parameters import ItemParameters
>>> items = ItemParameters.logistic(np.full(20, 1.2), np.linspace(-2, 2, 20))
>>> rng = np.random.default_rng(4)
>>> expected = items.expected(np.array([0.2]))[:, 0]
>>> panel = angoff(Ratings.complete(np.clip(expected + rng.normal(scale=0.1, size=(8, 20)), 0, 1)))
>>> print(f"{panel.mean.value:.2f} of 20 marks, standard error {panel.mean.se:.2f}")
10.85 of 20 marks, standard error 0.12
>>> theta = from_marks(panel.mean, Paper.of(items))
>>> paper = Paper.of(items, np.full(20, 5))
>>> print(f"60 of 100 lie {place(theta, paper, pass_mark=60).gap_marks:.1f} marks above the panel's cut")
60 of 100 lie 5.7 marks above the panel's cut
"""

from kaoping.scoring.cut_scores.agreement import Agreement, agreement
from kaoping.scoring.cut_scores.angoff import Angoff, angoff
from kaoping.scoring.cut_scores.averages import Average, averaged, intraclass
from kaoping.scoring.cut_scores.beuk import Beuk, beuk
from kaoping.scoring.cut_scores.booklets import Booklet, Page, ordered_booklet
from kaoping.scoring.cut_scores.bookmark import Bookmark, bookmark, on_paper
from kaoping.scoring.cut_scores.borderline import BorderlineRegression, borderline_group, borderline_regression
from kaoping.scoring.cut_scores.components import Components, components
from kaoping.scoring.cut_scores.contrasting import Contrast, Costs, Separation, contrasting
from kaoping.scoring.cut_scores.cuts import Cut
from kaoping.scoring.cut_scores.distributions import Distribution, FailCurve
from kaoping.scoring.cut_scores.ebel import Ebel, ebel
from kaoping.scoring.cut_scores.feedback import Impact, ItemFeedback, Norms, impact, item_feedback, norms
from kaoping.scoring.cut_scores.hofstee import Hofstee, hofstee
from kaoping.scoring.cut_scores.intrajudge import Intrajudge, intrajudge
from kaoping.scoring.cut_scores.levels import Falling, Inversion, falling, inversions
from kaoping.scoring.cut_scores.papers import Paper
from kaoping.scoring.cut_scores.placement import Placement, from_marks, place
from kaoping.scoring.cut_scores.ratings import Ratings
from kaoping.scoring.cut_scores.rounds import Convergence, convergence

__all__ = [
    "Agreement",
    "Angoff",
    "Average",
    "Beuk",
    "Booklet",
    "Bookmark",
    "BorderlineRegression",
    "Components",
    "Contrast",
    "Convergence",
    "Costs",
    "Cut",
    "Distribution",
    "Ebel",
    "FailCurve",
    "Falling",
    "Hofstee",
    "Impact",
    "Intrajudge",
    "Inversion",
    "ItemFeedback",
    "Norms",
    "Page",
    "Paper",
    "Placement",
    "Ratings",
    "Separation",
    "agreement",
    "angoff",
    "averaged",
    "beuk",
    "bookmark",
    "borderline_group",
    "borderline_regression",
    "components",
    "contrasting",
    "convergence",
    "ebel",
    "falling",
    "from_marks",
    "hofstee",
    "impact",
    "intraclass",
    "intrajudge",
    "inversions",
    "item_feedback",
    "norms",
    "on_paper",
    "ordered_booklet",
    "place",
]
