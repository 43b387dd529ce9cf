"""Variants of a sealed paper: made on its page; their marking keys, for a purpose that is kept."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import SelectField

from kaoping.exam.db import transaction
from kaoping.exam.web.guard import requires
from kaoping.exam.web.paper_files import as_file
from kaoping.exam.web.purpose_form import PurposeForm
from kaoping.itembank import keys, sealing, shuffling
from kaoping.itembank.papers import Paper

blueprint = Blueprint("variants", __name__, url_prefix="/papers/<uuid:paper_id>")


class KeyForm(PurposeForm):
    """Which marking key, and what for."""

    variant = SelectField(lazy_gettext("Variant"), choices=[])

    def __init__(self, paper: Paper, **values: Any) -> None:
        super().__init__(**values)
        lettered = [(one.label, _("Variant %(letter)s", letter=one.label)) for one in paper.variants]
        self.variant.choices = [*lettered, ("", _("The paper as it was assembled"))]


@blueprint.post("/variants")
@requires("paper.assemble")
def make(paper_id: UUID) -> ResponseReturnValue:
    """Give a sealed paper so many variants in all."""
    count = request.form.get("count", 0, type=int)
    with transaction(g.actor.organisation) as session:
        made = shuffling.make(session, paper_id, count=count, by=g.actor)
        told = ngettext("The paper has %(num)d variant.", "The paper has %(num)d variants.", len(made))
        flash(told, "good")
    return redirect(url_for("papers.show", paper_id=paper_id, _anchor="variants"))


@blueprint.get("/key")
@requires("paper.key")
def ask(paper_id: UUID) -> ResponseReturnValue:
    """Ask which marking key is taken, and what for."""
    with transaction(g.actor.organisation) as session:
        paper = sealing.find(session, paper_id)
        sealing.verify_digest(session, paper)
        form = KeyForm(paper, variant=request.args.get("variant", ""))
        return render_template("pages/papers/key.html", paper=paper, form=form)


@blueprint.post("/key")
@requires("paper.key")
def take(paper_id: UUID) -> ResponseReturnValue:
    """Print a marking key with the reader's name behind the text."""
    with transaction(g.actor.organisation) as session:
        paper = sealing.find(session, paper_id)
        form = KeyForm(paper)
        if not form.validate():
            return render_template("pages/papers/key.html", paper=paper, form=form), 422
        variant, purpose = form.variant.data or "", form.purpose.data or ""
        pdf = keys.marking_key(session, paper_id, variant=variant, purpose=purpose, viewer=g.account.name, by=g.actor)
        return as_file(pdf, paper.code, variant, "key")
