"""Items: finding, reading, writing with a preview, pictures, submitting, retiring."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam import clock
from kaoping.exam.db import transaction
from kaoping.exam.delivery import exposure
from kaoping.exam.people import organisations
from kaoping.exam.people.names import names
from kaoping.exam.web import change_words, item_types, item_words, review_words, search_form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.item_entry import ItemEntry, kind
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import outcome
from kaoping.exam.web.watermark import seen
from kaoping.itembank import (
    assigning,
    authoring,
    cited,
    closed_items,
    continuity,
    craft,
    drafts,
    key_balance,
    life,
    listing,
    markdown,
    pictures,
    remarks,
    saved_searches,
    standards,
    text_index,
)
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Invalid
from kaoping.itembank.items import Item, MoveReason
from kaoping.itembank.listing import Search, Trait
from kaoping.itembank.models import Importance, Level, StandardState
from kaoping.itembank.remarks import Thread
from kaoping.itembank.sharing import taking
from kaoping.itembank.trail import database_time

blueprint = Blueprint("items", __name__, url_prefix="/items")

SECTIONS = (
    Section(
        N_("Item bank"),
        "items.index",
        "item.read",
        (
            "grid",
            "board",
            "differences",
            "twins",
            "reviews",
            "review_overview",
            "tasks",
            "writing_plans",
            "closed_items",
            "assignments",
            "training_sheet",
            "searches",
            "duplicates",
            "item_imports",
            "enemies",
            "coverage",
            "sources",
        ),
    ),
)


DUTIES = (
    Duty(
        N_("%(num)d of your items was returned with a comment"),
        N_("%(num)d of your items were returned with comments"),
        N_("Mend"),
        "items.index",
        "item.write",
        authoring.count_returned,
    ),
)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "words": item_words, "item_words": item_words, "types": item_types, "md": markdown,
        "picture_address": markdown.page_address, "first_words": drafts.first_words,
    }  # fmt: skip


@blueprint.get("/")
@requires("item.read")
def index() -> ResponseReturnValue:
    """Find items."""
    search = search_form.of(request.args, viewer=g.actor.id)
    with transaction(g.actor.organisation) as session:
        page = listing.find(session, search, g.actor.organisation, page=request.args.get("page", 1, int))
        shown = standards.listing(session)
        tally = listing.tally(session)
        seen(session)
        return render_template(
            "pages/items/index.html", page=page, search=search, standards=shown, counts=tally.states,
            traits=list(Trait), authors=names(session, set(tally.authors)), importances=list(Importance),
            asked=search_form.parts(search), saved=saved_searches.listed(session, by=g.actor),
            balance=_balance(session, search),
        )  # fmt: skip


@blueprint.get("/<uuid:item_id>")
@requires("item.read")
def show(item_id: UUID) -> ResponseReturnValue:
    """Show an item with its revisions, verdicts and history."""
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        seen(session, [item.id])
        history, moves = listing.history(session, item), life.moves(session, item)
        threads = remarks.of_item(session, item)
        people = (
            {entry.by for entry in history}
            | {move.by for move in moves}
            | item.hands
            | _reviewers(item)
            | _speakers(threads)
        )
        return render_template(
            "pages/items/show.html", item=item, history=history, threads=threads, moves=moves,
            names=review_words.known_names(session, item, people, viewer=g.actor.id),
            pictures=pictures.of_item(session, item.id), exposure=exposure.of_item(session, item.id),
            readers=names(session, closed_items.readers(session, item.id)), **_origin(session, item),
        )  # fmt: skip


@blueprint.get("/new")
@requires("item.write")
def new() -> ResponseReturnValue:
    """Start a new item, on a point or for a line of an assignment if one is given."""
    point, level = request.args.get("point", type=UUID), request.args.get("level", type=UUID)
    entry = ItemEntry(kind(request.args.get("type")), point_id=point, level_id=level, item_id=uuid4())
    with transaction(g.actor.organisation) as session:
        taken_up = request.args.get("draft", type=UUID)
        draft = drafts.of(session, taken_up, by=g.actor) if taken_up else None
        if line := assigning.line_for(session, request.args.get("line", type=UUID), by=g.actor):
            entry = ItemEntry.for_line(line, uuid4())
        return _editor(session, ItemEntry.from_draft(draft) if draft else entry, draft=draft)


@blueprint.post("/new")
@requires("item.write")
def write() -> ResponseReturnValue:
    """Store a new item, or show the form again; beside what another window saved of it meanwhile, if that differs."""
    entry = ItemEntry.from_form(request.form)
    with transaction(g.actor.organisation) as session:
        saved = session.get(Item, entry.item_id) if entry.item_id else None
        other = None if saved is None or authoring.says(saved, **_told(entry)) else saved
        if (again := _stay(session, entry, other)) is not None:
            return again
        item = authoring.write(
            session, level_id=entry.level_id or uuid4(), point_id=entry.point_id or uuid4(), item_id=entry.item_id,
            **_wording(entry),
        )  # fmt: skip
        if entry.line_id and not assigning.count_for(session, entry.line_id, item, by=g.actor):
            flash(_("Item %(code)s does not count for the assignment: see what it asks for.", code=item.code), "warn")
        return _onwards(session, item)


@blueprint.get("/<uuid:item_id>/edit")
@requires("item.write")
def edit(item_id: UUID) -> ResponseReturnValue:
    """Open the latest revision for rewording."""
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        authoring.require_open(item)
        if (draft := drafts.of(session, item_id, by=g.actor)) is None:
            return _editor(session, ItemEntry.from_revision(item.latest), item)
        entry, current = ItemEntry.from_draft(draft), authoring.stamp_of(item.latest)
        overtaken = entry.stamp != current
        return _editor(session, replace(entry, stamp=current), item, draft=draft, overtaken=overtaken)


@blueprint.post("/<uuid:item_id>/edit")
@requires("item.write")
def revise(item_id: UUID) -> ResponseReturnValue:
    """Store the rewording; one that somebody else overtook is shown beside theirs."""
    entry = ItemEntry.from_form(request.form)
    with transaction(g.actor.organisation) as session:
        item = authoring.get(session, item_id)
        if (again := _stay(session, entry, item)) is not None:
            return again
        change = change_words.kind(entry.change)
        authoring.revise(session, item_id, stamp=entry.stamp, change=change, **_wording(entry))
        return _onwards(session, item)


@blueprint.post("/preview")
@requires("item.write")
def preview() -> ResponseReturnValue:
    """Give the part of the editor that shows the item as the candidate will see it."""
    entry = ItemEntry.from_form(request.form)
    with transaction(g.actor.organisation) as session:
        point = standards.point(session, entry.point_id)
        similar = text_index.similar(session, entry.body(), g.actor.organisation, besides=entry.item_id)
        shown = pictures.of_item(session, entry.item_id) if entry.item_id else ()
        return render_template(
            "pages/items/_preview.html", entry=entry, hints=_hints(session, entry), point=point, similar=similar,
            pictures=shown, **_sources(session, entry),
        )  # fmt: skip


@blueprint.post("/<uuid:item_id>/submit")
@requires("item.write")
def submit(item_id: UUID) -> ResponseReturnValue:
    """Hand an item to the reviewers."""
    with transaction(g.actor.organisation) as session:
        revision = authoring.submit(session, item_id, by=g.actor)
        flash(_("Item %(code)s waits for review.", code=revision.item.code), "good")
    return redirect(url_for("items.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/retire")
@requires("item.retire")
def retire(item_id: UUID) -> ResponseReturnValue:
    """Take an item out of use."""
    with transaction(g.actor.organisation) as session:
        item = life.retire(session, item_id, *_reason(), by=g.actor)
        flash(_("Item %(code)s is retired; no new paper will take it.", code=item.code), "good")
    return redirect(url_for("items.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/recheck")
@requires("item.recheck")
def recheck(item_id: UUID) -> ResponseReturnValue:
    """Take an item out of assembly until somebody has looked at it again."""
    with transaction(g.actor.organisation) as session:
        item = life.send_to_recheck(session, item_id, *_reason(), by=g.actor)
        flash(_("Item %(code)s is out of assembly until somebody confirms it.", code=item.code), "good")
    return redirect(url_for("items.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/confirm")
@requires("item.confirm")
def confirm(item_id: UUID) -> ResponseReturnValue:
    """Put an item back into assembly as it is worded."""
    with transaction(g.actor.organisation) as session:
        item = life.confirm(session, item_id, *_reason(), by=g.actor)
        flash(_("Item %(code)s may be assembled again.", code=item.code), "good")
    return redirect(url_for("items.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/ai-assisted")
@requires("item.write")
def mark_ai_assisted(item_id: UUID) -> ResponseReturnValue:
    """Say that a machine helped to write an item."""
    with transaction(g.actor.organisation) as session:
        item = authoring.mark_ai_assisted(session, item_id, by=g.actor)
        flash(_("Item %(code)s is marked as AI-assisted for everybody who reviews it.", code=item.code), "good")
    return redirect(url_for("items.show", item_id=item_id))


@blueprint.post("/<uuid:item_id>/pictures")
@requires("item.write")
def add_picture(item_id: UUID) -> ResponseReturnValue:
    """Take in a picture for an item; the editor comes back with what was typed, whether or not the picture is taken."""
    entry, file = ItemEntry.from_form(request.form), request.files.get("picture")
    data, alternative = file.read() if file else b"", request.form.get("alternative", "")
    with transaction(g.actor.organisation) as session:
        stored = outcome(session, lambda: pictures.store(session, item_id, data, alternative=alternative, by=g.actor))
        item = authoring.get(session, item_id)
        if isinstance(stored, Invalid):
            return _editor(session, entry, item, problems=[item_words.of_picture(stored)]), 422
        flash(_("The picture is stored. Put its mark where it belongs in the text."), "good")
        return _editor(session, entry.with_picture(stored.mark, request.form.get("into", "")), item)


@blueprint.get("/pictures/<uuid:picture_id>")
@requires("item.read")
def picture(picture_id: UUID) -> ResponseReturnValue:
    """Give a picture."""
    with transaction(g.actor.organisation) as session:
        found = pictures.get(session, picture_id)
        return Response(found.content, mimetype=found.media_type)


def _origin(session: Session, item: Item) -> dict[str, Any]:
    """Say where an item was taken over from, with the name of its owner."""
    found = taking.origin(session, item.id)
    owners = organisations.named(session, [found.taken.owner_id]) if found else ()
    return {"origin": found, "owner": next(iter(owners), None)}


def _reason() -> tuple[MoveReason, str]:
    return request.form.get("reason", MoveReason.OTHER, MoveReason), request.form.get("note", "")


def _speakers(threads: Iterable[Thread]) -> set[UUID]:
    return {entry.by for thread in threads for entry in (thread.first, *thread.answers)}


def _balance(session: Session, search: Search) -> key_balance.Balance | None:
    """Look at the places of the keys where the list is one writer's or one level's."""
    if search.author_id is None and search.digit is None:
        return None
    return key_balance.of(session, author_id=search.author_id, digit=search.digit)


def _reviewers(item: Item) -> set[UUID]:
    return {review.reviewer_id for revision in item.revisions for review in revision.reviews}


def _wording(entry: ItemEntry) -> dict[str, Any]:
    return _told(entry) | {"by": g.actor}


def _told(entry: ItemEntry) -> dict[str, Any]:
    return {
        "body": entry.body(), "source": entry.source, "difficulty": entry.difficulty, "consistency": entry.consistency,
    }  # fmt: skip


def _stay(session: Session, entry: ItemEntry, item: Item | None) -> ResponseReturnValue | None:
    """Show the editor again if the person asked for it, or if something is to be mended."""
    match request.form.get("act", "").split():
        case ["add" | "drop", *_]:
            return _editor(session, entry.with_rows(request.form["act"]), item)
        case ["more"]:
            return _editor(session, entry.with_more_options(), item)
        case ["show"]:
            return _editor(session, entry, item)
    if item is not None and entry.stamp != (current := authoring.stamp_of(item.latest)):
        return _editor(session, replace(entry, stamp=current), item, overtaken=True), 409
    problems = authoring.check(entry.body(), entry.source)
    if item is None:
        problems += authoring.misplaced(session, entry.level_id, entry.point_id)
    elif request.form.get("act") == "submit" and change_words.unsaid(session, item, entry.change):
        problems.append(Problem(field="change", sentence=continuity.ChangeUnsaid.sentence, facts={"code": item.code}))
    return (_editor(session, entry, item, problems=problems), 422) if problems else None


def _onwards(session: Session, item: Item) -> ResponseReturnValue:
    drafts.discard(session, item.id, by=g.actor)
    if request.form.get("act") == "submit":
        authoring.submit(session, item.id, by=g.actor)
        flash(_("Item %(code)s waits for review.", code=item.code), "good")
        return redirect(url_for("items.show", item_id=item.id))
    flash(_("Item %(code)s is saved as a draft.", code=item.code), "good")
    return redirect(url_for("items.edit", item_id=item.id))


def _hints(session: Session, entry: ItemEntry) -> list[craft.Hint]:
    level = session.get(Level, entry.level_id) if entry.level_id else None
    return craft.hints(entry.body(), digit=level.digit if level else None, edition=entry.source_edition)


def _editor(
    session: Session, entry: ItemEntry, item: Item | None = None, *, problems: list[Problem] | None = None,
    overtaken: bool = False, draft: drafts.Draft | None = None,
) -> str:  # fmt: skip
    seen(session, [item.id] if item else [])
    published = [each for each in standards.listing(session) if each.state is StandardState.PUBLISHED]
    open_standards = published if item is None else []
    places = {standard: standards.points_by_range(session, standard.id) for standard in open_standards}
    threads = remarks.of_item(session, item) if item else []
    speakers = review_words.known_names(session, item, _speakers(threads), viewer=g.actor.id) if item else {}
    return render_template(
        "pages/items/edit.html", entry=entry, item=item, places=places, hints=_hints(session, entry),
        errors=item_words.by_field(problems or []), alike=item_words.alike(problems or []), overtaken=overtaken,
        similar=text_index.similar(session, entry.body(), g.actor.organisation, besides=entry.item_id),
        theirs=ItemEntry.from_revision(item.latest) if item and overtaken else None,
        threads=threads, names=speakers, **_sources(session, entry),
        pictures=pictures.of_item(session, item.id) if item else (), point=standards.point(session, entry.point_id),
        line=assigning.line_for(session, entry.line_id, by=g.actor) if entry.line_id else None,
        **change_words.question(session, item, entry.change),
        draft=draft, kept=draft.mark if draft else request.form.get("kept", ""),
        unsaved=() if item or draft or request.method == "POST" else drafts.of_new_items(session, by=g.actor),
    )  # fmt: skip


def _sources(session: Session, entry: ItemEntry) -> dict[str, Any]:
    """Give what the register knows of the document that a writer cites, and what else could be cited."""
    today = clock.local_date(database_time(session))
    found = cited.find(session, entry.source_standard, entry.source_edition)
    return {"today": today, "cited": found, "citable": cited.in_force(session, today)}
