"""Reviews of items: the queue, the page on which a reviewer decides, and remarks at places of the item."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web import change_words, review_words
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.offered import NotOffered
from kaoping.exam.web.watermark import seen
from kaoping.itembank import (
    craft,
    difference,
    interests,
    listing,
    pictures,
    remarks,
    review_rules,
    reviewing,
    text_index,
)
from kaoping.itembank.continuity import Carrying
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, KaopingError
from kaoping.itembank.items import Item, Review, ReviewStage, Revision, Verdict
from kaoping.itembank.reviewing import CommentMissing, RemarksOpen
from kaoping.itembank.reviews import Remark, ReturnReason

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")

DUTIES = (
    Duty(
        N_("%(num)d item waits for review"), N_("%(num)d items wait for review"), N_("Review"), "reviews.index",
        "item.review", reviewing.count_waiting,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed on the page of a review; a refusal shows it again."""

    verdict: Verdict | None = None
    comment: str = ""
    reasons: tuple[ReturnReason, ...] = ()
    #: ``none`` or ``conflict``, or nothing.
    interest: str = ""
    note: str = ""
    stage: ReviewStage | None = None
    place: str = "item"
    remark: str = ""
    #: ``carry`` or ``anew``, or nothing, and why.
    statistics: str = ""
    why: str = ""

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> "Typed":
        """Read a form."""
        return cls(
            verdict=form.get("verdict", type=Verdict), comment=form.get("comment", ""),
            reasons=tuple(form.getlist("reasons", type=ReturnReason)), interest=form.get("interest", ""),
            note=form.get("note", ""), stage=form.get("stage", type=ReviewStage),
            place=form.get("place", "item"), remark=form.get("remark", ""),
            statistics=form.get("statistics", ""), why=form.get("why", ""),
        )  # fmt: skip


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"review_words": review_words}


@blueprint.get("/")
@requires("item.review")
def index() -> ResponseReturnValue:
    """List what waits for a verdict."""
    with transaction(g.actor.organisation) as session:
        total = reviewing.count_all_waiting(session)
        page = page_of(total, reviewing.PER_PAGE)
        waiting = reviewing.waiting(session, page=page.number)
        seen(session)
        barred = interests.barred(session, by=g.actor)
        hidden = {item.id for item in waiting if review_rules.veiled(item)}
        authors = names(session, (item.latest.author_id for item in waiting if item.id not in hidden))
        return render_template(
            "pages/reviews/index.html", waiting=waiting, total=total, page=page, names=authors, hidden=hidden,
            why={item.id: _why_not(item, barred) for item in waiting},
        )  # fmt: skip


@blueprint.get("/<uuid:revision_id>")
@requires("item.review")
def show(revision_id: UUID) -> ResponseReturnValue:
    """Show a revision, what changed since an earlier one, and the form for the verdict."""
    with transaction(g.actor.organisation) as session:
        return _page(session, reviewing.revision(session, revision_id))


@blueprint.post("/<uuid:revision_id>")
@requires("item.review")
def decide(revision_id: UUID) -> ResponseReturnValue:
    """Store a statement of interest and a verdict; what is refused comes back to the form with all that was typed."""
    typed = Typed.from_form(request.form)
    with transaction(g.actor.organisation) as session:
        revision = reviewing.revision(session, revision_id)
        try:
            with session.begin_nested():
                flash(_decided(session, revision, typed), "good")
        except (Invalid, Conflict, Forbidden) as refused:
            return _page(session, revision, typed=typed, refused=refused), _status(refused)
    return redirect(url_for("reviews.index"))


@blueprint.post("/<uuid:revision_id>/remarks")
@requires("item.review")
def remark(revision_id: UUID) -> ResponseReturnValue:
    """Open a thread at a place of the item."""
    typed = Typed.from_form(request.form)
    with transaction(g.actor.organisation) as session:
        revision = reviewing.revision(session, revision_id)
        try:
            with session.begin_nested():
                made = remarks.make(session, revision_id, typed.place, typed.remark, by=g.actor)
        except (Invalid, Conflict) as refused:
            return _page(session, revision, typed=typed, refused=refused), _status(refused)
        made_id = made.id
    return redirect(url_for("reviews.show", revision_id=revision_id, _anchor=f"remark-{made_id}"))


@blueprint.post("/remarks/<uuid:remark_id>/answer")
@requires("item.read")
def answer(remark_id: UUID) -> ResponseReturnValue:
    """Answer a remark, as author or reviewer."""
    with transaction(g.actor.organisation) as session:
        said = remarks.answer(session, remark_id, request.form.get("remark", ""), by=g.actor)
        return redirect(_back(said))


@blueprint.post("/remarks/<uuid:remark_id>/settle")
@requires("item.review")
def settle(remark_id: UUID) -> ResponseReturnValue:
    """Mark a remark as settled, or open it again."""
    with transaction(g.actor.organisation) as session:
        thread = remarks.settle(session, remark_id, resolved="resolved" in request.form, by=g.actor)
        return redirect(_back(thread.first))


def _decided(session: Session, revision: Revision, typed: Typed) -> str:
    code = revision.item.code
    if typed.interest == "conflict":
        interests.declare(session, revision.id, conflict=True, note=typed.note, by=g.actor)
        return str(_("Your conflict of interest is noted; another person decides on item %(code)s.", code=code))
    if typed.interest == "none":
        interests.declare(session, revision.id, conflict=False, by=g.actor)
    if typed.verdict is None:
        raise NotOffered(value="")
    review = reviewing.decide(
        session,
        revision.id,
        typed.verdict,
        comment=typed.comment,
        reasons=typed.reasons,
        stage=typed.stage,
        carrying=Carrying({"carry": True, "anew": False}.get(typed.statistics), typed.why),
        by=g.actor,
    )
    return _told(review)


def _told(review: Review) -> str:
    item = review.revision.item
    if review.verdict is Verdict.RETURN:
        return str(_("Item %(code)s goes back to its author with your comment.", code=item.code))
    if item.stage is not None:
        return str(_("Item %(code)s goes on to its next stage, for another person.", code=item.code))
    return str(_("Item %(code)s is approved.", code=item.code))


def _status(refused: KaopingError) -> int:
    kinds = {Invalid: 422, Conflict: 409, Forbidden: 403}
    return next(status for kind, status in kinds.items() if isinstance(refused, kind))


def _back(entry: Remark) -> str:
    """Give the page on which the person works on the item: the review, or for an author the item."""
    to = request.form.get("to")
    if to == "review":
        return url_for("reviews.show", revision_id=entry.revision_id, _anchor=f"remark-{entry.thread_id or entry.id}")
    endpoint = "items.edit" if to == "edit" else "items.show"
    return url_for(endpoint, item_id=entry.item_id, _anchor=f"remark-{entry.thread_id or entry.id}")


def _why_not(item: Item, barred: set[UUID]) -> str | None:
    """Say why the reader does not decide on an item now, if so."""
    if g.actor.id in item.hands:
        return str(_("Your own item: another person reviews it"))
    if any(review.reviewer_id == g.actor.id for review in item.latest.reviews):
        return str(_("You decided on an earlier stage"))
    return str(_("You declared a conflict of interest")) if item.id in barred else None


def _page(
    session: Session, revision: Revision, *, typed: Typed | None = None, refused: KaopingError | None = None
) -> str:
    item = revision.item
    seen(session, [item.id])
    earlier = [each for each in item.revisions if each.number < revision.number]
    before = next((each for each in earlier if each.number == request.args.get("with", type=int)), None)
    before = before or (earlier[-1] if earlier else None)
    history, stated = listing.history(session, item), interests.of_item(session, item)
    reviews = [review for each in reversed(item.revisions) for review in each.reviews]
    threads = remarks.of_item(session, item)
    people = {entry.by for entry in history} | item.hands | {review.reviewer_id for review in reviews}
    people |= {each.person_id for each in stated}
    people |= {entry.by for thread in threads for entry in (thread.first, *thread.answers)}
    conflict = any(each.conflict and each.person_id == g.actor.id for each in stated)
    return render_template(
        "pages/reviews/show.html", item=item, revision=revision, earlier=earlier, before=before, history=history,
        reviews=reviews, changes=difference.between(before or revision, revision), threads=threads, stated=stated,
        own=g.actor.id in item.hands, barred=_why_not(item, {item.id} if conflict else set()),
        hints=craft.hints(revision.body, digit=item.level.digit, edition=revision.source_edition),
        rule=review_rules.of(revision), typed=typed or _asked(), **change_words.decision(session, revision),
        names=review_words.known_names(session, item, people, viewer=g.actor.id),
        refused=sentence_of(refused) if refused else None, wanting=isinstance(refused, CommentMissing),
        open_threads=len(remarks.open_ones(threads)), blocked=isinstance(refused, RemarksOpen),
        similar=text_index.similar(session, revision.body, g.actor.organisation, besides=item.id),
        pictures=pictures.of_item(session, item.id),
    )  # fmt: skip


def _asked() -> Typed:
    """Give an empty form, with the place of a remark that a link named."""
    return Typed(place=request.args.get("place", "item"))
