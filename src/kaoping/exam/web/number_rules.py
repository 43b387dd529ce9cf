"""Number rules of certificates: those in force, and a new one with a preview of its numbers, for two persons."""

import json
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.certificates import number_rules
from kaoping.certificates.errors import NumberRuleKnown, NumberRuleUnusable
from kaoping.certificates.models import NumberRuleVersion
from kaoping.certificates.number import TRIAL_2019, NumberRule, packaged
from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.web import certificate_words as words
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_

blueprint = Blueprint("number_rules", __name__, url_prefix="/certificates/rules")

DUTIES = (
    Duty(
        N_("%(num)d number rule waits for a second person"),
        N_("%(num)d number rules wait for a second person"),
        N_("Look at it"),
        "number_rules.index",
        "certificate.confirm",
        number_rules.count_waiting,
    ),
)

_PLACES: Places = {NumberRuleUnusable: "document", NumberRuleKnown: "document"}


class RuleForm(Form):
    """A rule as a document."""

    document = TextAreaField(
        lazy_gettext("The rule as JSON"),
        validators=[InputRequired(lazy_gettext("Write the rule, or change the one that is shown.")), Length(max=8000)],
        description=lazy_gettext(
            "Version, kinds, first and last day, and the parts in order: choice, digits, year, level, serial."
        ),
    )


@blueprint.get("/")
@requires("certificate.read")
def index() -> ResponseReturnValue:
    """List the rules, and show the packaged one as a beginning for a new one."""
    newest = TRIAL_2019.model_dump(mode="json")
    written = json.dumps(newest, ensure_ascii=False, indent=1)
    return _page(RuleForm(formdata=None, data={"document": written}))


@blueprint.post("/")
@requires("certificate.propose")
def propose() -> ResponseReturnValue:
    """Show the numbers that a rule would give, or propose it; what is wrong is told at the document."""
    form = RuleForm()
    rule = attempt(form, lambda: _parsed(form), places=_PLACES) if form.validate() else None
    if rule is None:
        return _page(form), 422
    if "preview" in request.form:
        return _page(form, rule)
    row = attempt(form, lambda: _proposed(form), places=_PLACES)
    if row is None:
        return _page(form, rule), 422
    flash(_("Rule %(version)s is proposed. Another person confirms it.", version=row.version), "good")
    return redirect(url_for("number_rules.index"))


def _parsed(form: RuleForm) -> NumberRule:
    return number_rules.parsed(form.document.data or "")


def _proposed(form: RuleForm) -> NumberRuleVersion:
    with transaction(g.actor.organisation) as session:
        return number_rules.propose(session, form.document.data or "", by=g.actor)


@blueprint.post("/<uuid:rule_id>/confirm")
@requires("certificate.confirm")
def confirm(rule_id: UUID) -> ResponseReturnValue:
    """Confirm a rule of another person."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "certificate.confirm", number_rules.find(session, rule_id))
        row = number_rules.confirm(session, rule_id, by=g.actor)
        flash(_("Rule %(version)s is confirmed and numbers from its first day.", version=row.version), "good")
    return redirect(url_for("number_rules.index"))


def _page(form: RuleForm, preview: NumberRule | None = None) -> str:
    with transaction(g.actor.organisation) as session:
        rows = number_rules.listed(session)
        own = [(row, NumberRule.model_validate(row.document)) for row in rows]
        people = names(session, {person for row in rows for person in (row.proposed_by, row.confirmed_by) if person})
        return render_template(
            "pages/certificates/rules.html", form=form, preview=preview, own=own, packaged=packaged(), names=people,
            words=words,
        )  # fmt: skip
