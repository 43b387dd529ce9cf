"""Grounds of certificates that are entered by hand: for which final passes they are missing, and entering them."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.results import awarding, grounds
from kaoping.exam.results.errors import EvidenceMissing
from kaoping.exam.results.grounds import BY_HAND
from kaoping.exam.results.models import GroundKind
from kaoping.exam.web import certificate_words as words
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_

blueprint = Blueprint("grounds", __name__, url_prefix="/certificates/grounds")

SHOWN = 100
_PLACES: Places = {EvidenceMissing: "evidence"}


def _waiting(session: Session, _actor: Actor) -> int:
    return awarding.count_ungrounded(session)


DUTIES = (
    Duty(
        N_("%(num)d final pass lacks a ground for its certificate"),
        N_("%(num)d final passes lack a ground for their certificates"),
        N_("Enter it"),
        "grounds.index",
        "ground.enter",
        _waiting,
    ),
)


class GroundForm(Form):
    """What was found about the chosen candidates, and by what."""

    kind = RadioField(
        lazy_gettext("What was checked"),
        choices=choices(
            (
                GroundKind.ELIGIBILITY.value,
                lazy_gettext("The candidate met a condition of application of the standard"),
            ),
            (
                GroundKind.NO_TRAINER.value,
                lazy_gettext("Nobody who examined or decided had trained the candidate"),
            ),
        ),
        validators=[InputRequired(lazy_gettext("Choose what was checked."))],
    )
    holds = RadioField(
        lazy_gettext("Result of the check"),
        choices=choices(("yes", lazy_gettext("It holds")), ("no", lazy_gettext("It does not hold"))),
        default="yes",
    )
    evidence = TextAreaField(
        lazy_gettext("What shows it"),
        validators=[
            InputRequired(lazy_gettext("Say what shows it: the document, its number and where it is kept.")),
            Length(max=grounds.LONGEST, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
        description=lazy_gettext("The condition that was met, the documents seen, the file where they are kept."),
    )


@blueprint.get("/")
@requires("ground.read")
def index() -> ResponseReturnValue:
    """List the final passes without a certificate, with what is entered and what is missing."""
    return _page(GroundForm(formdata=None))


@blueprint.post("/")
@requires("ground.enter")
def enter() -> ResponseReturnValue:
    """Enter a ground for the chosen candidates; what is refused is told at its place."""
    form, chosen = GroundForm(), request.form.getlist("decision", type=UUID)
    if form.validate() and not chosen:
        form.form_errors.append(_("Choose at least one candidate."))
    elif form.validate():
        done = attempt(form, lambda: _entered(form, chosen), places=_PLACES)
        if done is not None:
            flash(ngettext("Entered for %(num)d candidate.", "Entered for %(num)d candidates.", done), "good")
            return redirect(url_for("grounds.index"))
    return _page(form, chosen), 422


def _entered(form: GroundForm, chosen: list[UUID]) -> int:
    said = form.data
    with transaction(g.actor.organisation) as session:
        rows = grounds.enter(
            session, awarding.decisions(session, chosen), GroundKind(said["kind"]), evidence=said["evidence"],
            holds=said["holds"] == "yes", by=g.actor,
        )  # fmt: skip
        return len(rows)


def _page(form: GroundForm, chosen: list[UUID] | None = None) -> str:
    with transaction(g.actor.organisation) as session:
        total = awarding.count_pending(session)
        page = page_of(total, SHOWN)
        pending = awarding.pending(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        held = grounds.of_decisions(session, [each.decision.id for each in pending])
        people = names(session, {row.by for each in held.values() for row in each.values()})
        return render_template(
            "pages/certificates/grounds.html", pending=pending, held=held, names=people, form=form, page=page,
            chosen=chosen or [], kinds=BY_HAND, words=words,
        )  # fmt: skip
