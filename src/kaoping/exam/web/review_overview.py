"""For whoever keeps the bank: how items are reviewed, and the figures of writers and reviewers."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Section
from kaoping.exam.web.offered import one_id_or_all, one_number_of
from kaoping.itembank import review_figures, review_rules, standards
from kaoping.itembank.errors import N_
from kaoping.itembank.review_rules import STAGES, Rule

blueprint = Blueprint("review_overview", __name__, url_prefix="/reviews/overview")


SECTIONS = (Section(N_("Reviews of items"), "review_overview.show", "review.oversee"),)


@blueprint.get("")
@requires("review.oversee")
def show() -> ResponseReturnValue:
    """Show the rules and the figures, people in the order of their names."""
    with transaction(g.actor.organisation) as session:
        writers, reviewers = review_figures.writers(session), review_figures.reviewers(session)
        known = names(session, {each.person for each in writers} | {each.person for each in reviewers})
        return render_template(
            "pages/reviews/overview.html", names=known, agreement=review_figures.agreement(session),
            writers=sorted(writers, key=lambda each: known.get(each.person, "")),
            reviewers=sorted(reviewers, key=lambda each: known.get(each.person, "")),
            rules=review_rules.listed(session), standards=standards.listing(session), stages=list(STAGES), bare=Rule(),
        )  # fmt: skip


@blueprint.post("")
@requires("review.oversee")
def choose() -> ResponseReturnValue:
    """Set how items of a standard, or of the whole bank, are reviewed from now on."""
    stages = one_number_of(request.form, "stages", range(min(STAGES), max(STAGES) + 1))
    rule = Rule(stages, "blind" in request.form, "trial" in request.form)
    with transaction(g.actor.organisation) as session:
        review_rules.choose(session, rule, standard_id=one_id_or_all(request.form, "standard"), by=g.actor)
    flash(_("The rule holds for items submitted from now on."), "good")
    return redirect(url_for("review_overview.show"))
