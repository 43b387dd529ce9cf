"""Occupational standards: levels, weight tables, assessment points; a draft comes in as a JSON document."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.web import item_words, standard_imports, standard_words
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.itembank import standard_checks, standard_document, standard_import, standards, weight_tables
from kaoping.itembank.errors import N_
from kaoping.itembank.models import Stage

blueprint = Blueprint("standards", __name__, url_prefix="/standards")

SECTIONS = (
    Section(
        N_("Standards"),
        "standards.index",
        "standard.read",
        (
            "editions",
            "standard_drafts",
            "standard_chapters",
            "standard_contents",
            "point_tables",
            "standard_imports",
            "standard_tables",
            "occupations",
        ),
    ),
)

DUTIES = (
    Duty(
        N_("%(num)d standard waits for publication"),
        N_("%(num)d standards wait for publication"),
        N_("Look and publish"),
        "standards.index",
        "standard.publish",
        standards.count_ready,
    ),
    Duty(
        N_("The first occupational standard is still to be written"),
        N_("The first occupational standard is still to be written"),
        N_("Write or import a standard"),
        "standards.index",
        "standard.manage",
        standards.count_wanted,
    ),
)

#: The parts of a draft, each with its page, in the order of the chapters.
WRITING = (
    ("standard_drafts.head", N_("Names of the standard")),
    ("standard_chapters.levels", N_("Ladder and levels")),
    ("standard_chapters.overview", N_("Overview and methods")),
    ("standard_chapters.conditions", N_("Application conditions")),
    ("standard_drafts.ranges", N_("Functions and basic requirements")),
    ("standard_drafts.weights", N_("Weight tables")),
    ("standard_contents.index", N_("Job requirements")),
    ("standard_contents.modules", N_("Sector modules")),
    ("point_tables.index", N_("Assessment points")),
    ("standard_tables.choose", N_("Tables from Word")),
)
#: The parts that every reader has a page for.
READING = (
    ("standard_contents.index", N_("Job requirements")),
    ("point_tables.index", N_("Assessment points")),
    ("point_tables.report", N_("Check the table")),
)


@blueprint.get("/")
@requires("standard.read")
def index() -> ResponseReturnValue:
    """List the standards."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/standards/index.html", standards=standards.listing(session), problems=[], told=standard_words
        )


@blueprint.post("/")
@requires("standard.manage")
def upload() -> ResponseReturnValue:
    """Take in a document as a draft, or name every place that is to be mended; no draft is replaced unasked."""
    file = request.files.get("document")
    data = file.read() if file else b""
    with transaction(g.actor.organisation) as session:
        if problems := standard_document.problems_in(data):
            said = [item_words.said(problem) for problem in problems]
            shown = standards.listing(session)
            return render_template(
                "pages/standards/index.html", standards=shown, problems=said, told=standard_words
            ), 422
        seen = standard_import.of_document(session, document := standard_document.read(data))
        if seen.takes and seen.standing:
            return standard_imports.checked(seen, file.filename or "" if file else "")
        standard = standard_import.take(session, document, seen=None, by=g.actor)
        flash(_("Standard %(code)s is stored as a draft.", code=standard.code), "good")
        return redirect(url_for("standards.show", standard_id=standard.id))


@blueprint.get("/<uuid:standard_id>")
@requires("standard.read")
def show(standard_id: UUID) -> ResponseReturnValue:
    """Show the levels and weight tables of a standard."""
    with transaction(g.actor.organisation) as session:
        standard = standards.get(session, standard_id)
        tables = weight_tables.weight_tables(session, standard)
        wanting = standard_checks.shortfalls(session, standard) if standard.stage is Stage.DRAFT else []
        return render_template(
            "pages/standards/show.html", standard=standard, tables=tables, tasks=standards.tasks(session, standard.id),
            shortfalls=[standard_words.said(one, standard) for one in wanting],
            counts=standards.range_supply(session, standard.id), told=standard_words, writing=WRITING, reading=READING,
        )  # fmt: skip


@blueprint.post("/<uuid:standard_id>/publish")
@requires("standard.publish")
def publish(standard_id: UUID) -> ResponseReturnValue:
    """Publish a standard that others drafted."""
    with transaction(g.actor.organisation) as session:
        standard = standards.publish(session, standard_id, by=g.actor)
        flash(_("Standard %(code)s is published; items may be written on its points.", code=standard.code), "good")
    return redirect(url_for("standards.show", standard_id=standard_id))


@blueprint.post("/<uuid:standard_id>/reopen")
@requires("standard.manage")
def reopen(standard_id: UUID) -> ResponseReturnValue:
    """Take a published standard back to draft on which nothing stands."""
    with transaction(g.actor.organisation) as session:
        standard = standards.reopen(session, standard_id, by=g.actor)
        flash(_("Standard %(code)s is a draft again.", code=standard.code), "good")
    return redirect(url_for("standards.show", standard_id=standard_id))
