"""The English twin of an item: both languages side by side, the translator's editor, and the reviewer's verdict."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web import paper_words, review_words, twin_words
from kaoping.exam.web.errors import sentence_of, status_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.refusals import outcome
from kaoping.exam.web.watermark import seen
from kaoping.itembank import authoring, bilingual, coverage, difference, english_coverage, pictures, twinning
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, Invalid, KaopingError
from kaoping.itembank.items import Item, Verdict
from kaoping.itembank.twinning import TwinIncomplete, TwinOvertaken
from kaoping.itembank.twins import Step, Twin

blueprint = Blueprint("twins", __name__, url_prefix="/items")

DUTIES = (
    Duty(
        N_("%(num)d translation waits for review"), N_("%(num)d translations wait for review"), N_("Review"),
        "twins.index", "twin.review", twinning.count_waiting,
    ),
)  # fmt: skip

SHOWN = 50
"""Translations that wait, on one page; the longest waiting come first."""

#: Before the name of a field of the form stands this, so that no place is mistaken for another field.
_FIELD = "text:"


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"twin_words": twin_words}


@blueprint.get("/english/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Show how far a paper in English is possible, and which translations wait for a verdict."""
    with transaction(g.actor.organisation) as session:
        inforce, asked = coverage.offered(session), request.args.get("specification", type=UUID)
        chosen = asked or (inforce[0].id if inforce else None)
        waiting = twinning.waiting(session, most=SHOWN)
        people = names(session, {twin.translator_id for twin in waiting})
        return render_template(
            "pages/twins/index.html", specifications=inforce, waiting=waiting, names=people, papers=paper_words,
            seen=english_coverage.coverage(session, chosen) if chosen else None,
            total=twinning.count_all_waiting(session),
        )  # fmt: skip


@blueprint.get("/<uuid:item_id>/english")
@requires("item.read")
def show(item_id: UUID) -> ResponseReturnValue:
    """Show the newest twin beside the original, with what changed since and the form for the verdict."""
    with transaction(g.actor.organisation) as session:
        return _side_by_side(session, authoring.get(session, item_id))


@blueprint.get("/<uuid:item_id>/english/edit")
@requires("twin.write")
def edit(item_id: UUID) -> ResponseReturnValue:
    """Open the editor on the newest texts; those of an earlier revision are brought up to date in it."""
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        twinning.require_translatable(item)
        twins = twinning.of_item(session, item)
        return _editor(session, item, twins[0].texts if twins else {})


@blueprint.post("/<uuid:item_id>/english/edit")
@requires("twin.write")
def save(item_id: UUID) -> ResponseReturnValue:
    """Save the texts, and hand them in if that was asked; what is refused comes back with all that was typed."""
    texts, stamp = _typed(), request.form.get("stamp")
    with transaction(g.actor.organisation) as session:
        try:
            twinning.translate(session, item_id, texts, stamp=stamp, by=g.actor)
        except (TwinOvertaken, Invalid) as refused:
            item = authoring.get(session, item_id)
            return _editor(session, item, texts, refused=refused), status_of(refused)
        if request.form.get("act") != "submit":
            flash(_("The translation is saved as a draft."), "good")
            return redirect(url_for("twins.edit", item_id=item_id))
        refusal = outcome(session, lambda: twinning.submit(session, item_id, by=g.actor))
        if isinstance(refusal, TwinIncomplete):
            return _editor(session, authoring.get(session, item_id), texts, refused=refusal), 422
    flash(_("The translation is handed in; another person reviews it."), "good")
    return redirect(url_for("twins.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/english/preview")
@requires("twin.write")
def preview(item_id: UUID) -> ResponseReturnValue:
    """Give the part of the editor that shows the item in English and where both languages differ."""
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        seen(session, [item.id])
        return render_template("pages/twins/_preview.html", **_shown(session, item, _typed()))


@blueprint.post("/twins/<uuid:twin_id>/verdict")
@requires("twin.review")
def decide(twin_id: UUID) -> ResponseReturnValue:
    """Approve a twin or return it to its translator."""
    verdict, comment = request.form.get("verdict", Verdict.RETURN, Verdict), request.form.get("comment", "")
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, twinning.find(session, twin_id).item_id)
        try:
            with session.begin_nested():
                twinning.decide(session, twin_id, verdict, comment=comment, by=g.actor)
        except (Invalid, Conflict) as refused:
            return _side_by_side(session, item, refused=refused, comment=comment), status_of(refused)
        if verdict is Verdict.APPROVE:
            flash(_("The English of item %(code)s is approved.", code=item.code), "good")
        else:
            flash(_("The translation of item %(code)s went back to its translator.", code=item.code), "good")
    return redirect(url_for("twins.show", item_id=item.id))


def _typed() -> dict[str, str]:
    """Read the texts; a browser sends line ends as two signs."""
    return {
        name.removeprefix(_FIELD): text.replace("\r\n", "\n")
        for name, text in request.form.items()
        if name.startswith(_FIELD)
    }


def _shown(
    session: Session, item: Item, texts: Mapping[str, str], *, before: Twin | None = None,
    problems: list[Problem] | None = None,
) -> dict[str, Any]:  # fmt: skip
    alternatives = twinning.alternatives(session, item)
    return {
        "item": item, "english": bilingual.english(item.latest.body, texts), "field": _FIELD,
        "pictures": pictures.of_item(session, item.id),
        "rows": twin_words.rows(item, texts, alternatives, before=before, problems=problems or ()),
    }  # fmt: skip


def _editor(session: Session, item: Item, texts: Mapping[str, str], *, refused: KaopingError | None = None) -> str:
    seen(session, [item.id])
    twins = twinning.of_item(session, item)
    problems: list[Problem] = refused.problems if isinstance(refused, TwinIncomplete) else []
    return render_template(
        "pages/twins/edit.html", twins=twins, stamp=twinning.stamp_of(item, twins), whole=twin_words.of_whole(problems),
        refused=sentence_of(refused) if refused else "", standing=twinning.standing(item, twins),
        theirs=twins[0] if isinstance(refused, TwinOvertaken) and twins else None,
        **_shown(session, item, texts, before=_taken_over(item, twins), problems=problems),
    )  # fmt: skip


def _taken_over(item: Item, twins: Sequence[Twin]) -> Twin | None:
    """Give the twin of an earlier revision whose texts are being brought up to date, until that is handed in."""
    if not twins or (twins[0].revision_id == item.latest.id and twins[0].step is not Step.DRAFT):
        return None
    return next((twin for twin in twins if twin.revision_id != item.latest.id), None)


def _side_by_side(session: Session, item: Item, *, refused: KaopingError | None = None, comment: str = "") -> str:
    seen(session, [item.id])
    twins = twinning.of_item(session, item)
    newest = twins[0] if twins else None
    stale = newest is not None and newest.revision_id != item.latest.id
    people = twinning.translators(twins) | {twin.review.reviewer_id for twin in twins if twin.review}
    changes = difference.between(newest.revision, item.latest) if newest and stale else []
    return render_template(
        "pages/twins/show.html", twins=twins, newest=newest, stale=stale, standing=twinning.standing(item, twins),
        changes=[one for one in changes if not one.same], translatable=twinning.translatable(item),
        names=review_words.known_names(session, item, people, viewer=g.actor.id), comment=comment,
        refused=sentence_of(refused) if refused else "", translators=twinning.translators(twins),
        waits=newest is not None and not stale and newest.step is Step.IN_REVIEW,
        **_shown(session, item, newest.texts if newest else {}, before=newest),
    )  # fmt: skip
