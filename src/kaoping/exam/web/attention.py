"""Items that want attention: the findings with a sentence and the mend, the limits, and the list as CSV."""

import csv
from dataclasses import asdict, dataclass, fields
from io import StringIO
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.results import attention, groupings
from kaoping.exam.results.concerns import RANGES, Concern, Finding, LimitOutside, Limits
from kaoping.exam.results.groupings import Grouping, Rule
from kaoping.exam.web import group_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.itembank.errors import N_, Invalid

blueprint = Blueprint("attention", __name__, url_prefix="/items/attention")

PER_PAGE: Final = 50

#: What each concern says of an item, and what to do about it.
SENTENCES: Final = {
    Concern.REVERSED: (
        N_("The weak do better on it than the able (%(value).2f)."),
        N_("Check the key first; then look for a second right answer."),
    ),
    Concern.FLAT: (
        N_("It separates little (%(value).2f)."), N_("Sharpen the stem, and replace the distractors nobody believes."),
    ),
    Concern.HARD: (
        N_("Almost nobody is right (%(value).2f)."), N_("Check the key and the clause; ask whether the level fits."),
    ),
    Concern.EASY: (
        N_("Almost everybody is right (%(value).2f)."),
        N_("Make the distractors plausible, or move it to a lower level."),
    ),
    Concern.DISTRACTOR_BETTER: (
        N_("Those who chose %(option)s do better than those who chose the key (by %(value).1f marks)."),
        N_("Read option %(option)s as a candidate would: it may be right too."),
    ),
    Concern.DISTRACTOR_UNUSED: (
        N_("Hardly anybody chooses %(option)s (%(percent).1f %%)."), N_("Write another distractor in its place."),
    ),
    Concern.MISFIT: (
        N_("Answers do not follow the model (mean square %(value).2f)."),
        N_("Look at its curve: guessing, two meanings or a wrong key bend it."),
    ),
    Concern.S_X2: (
        N_("At equal score it is answered otherwise than its model says (S-X², adjusted p %(value).3f)."),
        N_("Compare its curve with the dots; if the model does not hold, keep the item out of links and cut scores."),
    ),
    Concern.DRIFT: (
        N_("Its difficulty moved by %(value).2f logits between two calibrations, more than the bound allows."),
        N_("Find out whether it became known or its subject changed; until then keep it out of links."),
    ),
    Concern.EXPOSED: (
        N_("It stands in %(value)d sealed papers."), N_("Let it rest, and write siblings on its point."),
    ),
    Concern.DIF_LARGE: (
        N_("At equal score it differs much between groups: %(compared)s (%(value).2f on the delta scale)."),
        N_("Let persons of both groups read it: what it asks besides the skill of the point has to go."),
    ),
    Concern.DIF_MODERATE: (
        N_("At equal score it differs between groups: %(compared)s (%(value).2f on the delta scale)."),
        N_("Read it with both groups in mind; keep it if the difference belongs to the skill of the point."),
    ),
    Concern.FEW: (
        N_("Its statistics rest on %(value)d persons."), N_("Use it again before anything is concluded."),
    ),
    Concern.OLD: (
        N_("Its statistics are %(value).1f years old."), N_("Calibrate it anew with the next exam."),
    ),
}  # fmt: skip
NAMES: Final = {
    Concern.REVERSED: N_("Negative discrimination"),
    Concern.FLAT: N_("Low discrimination"),
    Concern.HARD: N_("Too hard"),
    Concern.EASY: N_("Too easy"),
    Concern.DISTRACTOR_BETTER: N_("Distractor better than the key"),
    Concern.DISTRACTOR_UNUSED: N_("Unused distractor"),
    Concern.MISFIT: N_("Misfit to the model"),
    Concern.S_X2: N_("Misfit at equal score (S-X²)"),
    Concern.DRIFT: N_("Drift of difficulty"),
    Concern.EXPOSED: N_("Used too often"),
    Concern.FEW: N_("Few persons"),
    Concern.OLD: N_("Old statistics"),
    Concern.DIF_LARGE: N_("Large difference between groups (C)"),
    Concern.DIF_MODERATE: N_("Moderate difference between groups (B)"),
}
LIMITS: Final = {
    "discrimination": N_("Least discrimination"),
    "facility_low": N_("Facility from"),
    "facility_high": N_("Facility to"),
    "distractor_used": N_("Least share of a distractor"),
    "misfit": N_("Farthest mean square from 1"),
    "s_x2": N_("Adjusted p of S-X² below"),
    "drift": N_("Bound of drift (logits)"),
    "papers": N_("Most sealed papers"),
    "persons": N_("Fewest persons"),
    "years": N_("Most years of age"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of the findings is shown."""

    number: int
    last: int


def sentence(finding: Finding) -> str:
    """Say what is wrong."""
    return str(_(SENTENCES[finding.concern][0], **_facts(finding)))


def mend(finding: Finding) -> str:
    """Say what to do about it."""
    return str(_(SENTENCES[finding.concern][1], **_facts(finding)))


def _facts(finding: Finding) -> dict[str, Any]:
    told = {"true": _("True"), "false": _("False")}.get(finding.option, finding.option)
    facts = {"value": finding.value, "percent": 100 * finding.value, "option": told}
    if finding.concern in {Concern.DIF_LARGE, Concern.DIF_MODERATE}:
        facts["compared"] = group_words.direction(finding.option, finding.value)
    return facts


@blueprint.get("")
@requires("statistics.read")
def index() -> ResponseReturnValue:
    """List the findings."""
    with transaction(g.actor.organisation) as session:
        return _page(session)


@blueprint.get("/list.csv")
@requires("statistics.read")
def table() -> ResponseReturnValue:
    """Give the findings as a table, without content of items."""
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow([_("Item"), _("Concern"), _("Figure"), _("What is wrong"), _("What to do")])
    with transaction(g.actor.organisation) as session:
        for one in attention.listing(session, _concern(), request.args.get("level", type=UUID)):
            told = one.finding
            rows.writerow([
                one.item.code, _(NAMES[told.concern]), f"{told.value:.3f}", sentence(told), mend(told),
            ])  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="items-that-want-attention.csv"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


@blueprint.post("")
@requires("calibration.adopt")
def set_limits() -> ResponseReturnValue:
    """Set the limits and judge the bank by them."""
    typed = {each.name: request.form.get(each.name, "") for each in fields(Limits)}
    with transaction(g.actor.organisation) as session:
        try:
            chosen = Limits(**{name: _number(name, text) for name, text in typed.items()})
            attention.set_limits(session, chosen, by=g.actor)
        except Invalid as refused:
            return _page(session, typed=typed, refused=sentence_of(refused), field=refused.facts.get("field")), 422
        found = sum(attention.counts(session, None).values())
    flash(ngettext("%(num)d finding by these limits.", "%(num)d findings by these limits.", found), "good")
    return redirect(url_for("attention.index"))


@blueprint.post("/groups")
@requires("calibration.adopt")
def set_groups() -> ResponseReturnValue:
    """Set which groups of candidates the next calibrations compare."""
    chosen = groupings.chosen(request.form.getlist("grouping"))
    with transaction(g.actor.organisation) as session:
        try:
            least, age = (request.form.get(name, type=int) or 0 for name in ("least", "age"))
            groupings.set_rule(session, Rule(chosen, least, age), by=g.actor)
        except Invalid as refused:
            named = refused.facts.get("field")
            return _page(session, groups_typed=request.form, refused=sentence_of(refused), field=named), 422
    flash(_("Set. The next calibration compares these groups."), "good")
    return redirect(url_for("attention.index", _anchor="groups"))


def _number(name: str, typed: str) -> float:
    try:
        return float(typed)
    except ValueError:
        low, high = RANGES[name]
        raise LimitOutside(field=name, low=low, high=high) from None


def _concern() -> Concern | None:
    return request.args.get("concern", type=Concern)


def _page(session: Session, *, typed: dict[str, str] | None = None, **more: Any) -> str:
    level, concern = request.args.get("level", type=UUID), _concern()
    counts = attention.counts(session, level)
    total = counts.get(concern, 0) if concern else sum(counts.values())
    last = max(1, -(-total // PER_PAGE))
    page = Page(min(max(1, request.args.get("page", 1, int)), last), last)
    found = attention.listing(session, concern, level, first=(page.number - 1) * PER_PAGE, most=PER_PAGE)
    bounds = typed or {name: f"{value:g}" for name, value in asdict(attention.limits(session)).items()}
    more.setdefault("groups_typed", None)
    return render_template(
        "pages/attention/index.html", rule=groupings.rule(session), groupings=Grouping,
        grouping_names=group_words.NAMES, found=found, counts=counts, total=total, page=page, concern=concern,
        level=level, levels=attention.levels(session), limits=bounds, limit_names=LIMITS, names=NAMES,
        sentence=sentence, mend=mend, **more,
    )  # fmt: skip
