"""Specifications: derive, change as a new version, have another person approve it, assemble papers by it."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam import ordering
from kaoping.exam.db import transaction
from kaoping.exam.people.names import names
from kaoping.exam.web import (
    assembly_form,
    limit_form,
    limit_words,
    new_specification,
    paper_words,
    specification_words,
)
from kaoping.exam.web.assembly_form import AssemblyForm
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty
from kaoping.exam.web.new_specification import NewSpecificationForm
from kaoping.exam.web.refusals import attempt
from kaoping.exam.web.specification_form import SpecificationForm
from kaoping.itembank import holdings, limits, orders, pool, specification, versions, vocabulary
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.papers import Specification, SpecificationVersion
from kaoping.itembank.rules import FULL_MARKS

#: Buttons of the editor by which a rule comes or goes, and all that save nothing.
EDITS = frozenset({"add", "remove"})
LOOKS = EDITS | {"check"}

blueprint = Blueprint("specifications", __name__, url_prefix="/specifications")

DUTIES = (
    Duty(
        N_("%(num)d version of a specification waits for approval"),
        N_("%(num)d versions of specifications wait for approval"),
        N_("Look at it"),
        "papers.index",
        "specification.approve",
        versions.awaiting,
    ),
)


@blueprint.get("/")
@requires("paper.read")
def index() -> ResponseReturnValue:
    """Lead to the list, which holds specifications and papers."""
    return redirect(url_for("papers.index"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires("paper.assemble")
def new() -> ResponseReturnValue:
    """Ask for standard, level, pattern and name, and derive the first version from the weight table."""
    with transaction(g.actor.organisation) as session:
        offered = new_specification.offer(session, request.args.get("standard", type=UUID))
        form = new_specification.form_for(offered) if offered else None
        made = _derived(session, form) if form and form.validate_on_submit() else None
        if made is None:
            status = 422 if request.method == "POST" else 200
            words = new_specification
            return render_template("pages/specifications/new.html", form=form, offered=offered, words=words), status
        return redirect(url_for("specifications.show", specification_id=made.id))


def _derived(session: Session, form: NewSpecificationForm) -> Specification | None:
    level, pattern, name = form.level.data, form.pattern.data, form.name.data or ""
    module = form.module.data if form.module else None
    return attempt(
        form,
        lambda: specification.derive(
            session, level, name=name, pattern=pattern, mode=form.mode.data, module_id=module, by=g.actor
        ),
        places=new_specification.PLACES,
    )


@blueprint.get("/<uuid:specification_id>")
@requires("paper.read")
def show(specification_id: UUID) -> ResponseReturnValue:
    """Show a version of a specification, the newest unless another is asked for, with all versions and the runs."""
    with transaction(g.actor.organisation) as session:
        found = specification.find(session, specification_id)
        return _page(session, found, _asked(found, request.args.get("version", found.latest.number, type=int)))


def _asked(found: Specification, number: int) -> SpecificationVersion:
    version = next((each for each in found.versions if each.number == number), None)
    if version is None:
        raise Missing(what=N_("version of a specification"))
    return version


def _page(
    session: Session, found: Specification, version: SpecificationVersion, form: AssemblyForm | None = None
) -> str:
    approvers = {each.approval.approver_id for each in found.versions if each.approval}
    written = (versions.rules_of(each) for each in found.versions)
    authors = _authors(session, {value for each in written for value in limits.authors(each)})
    return render_template(
        "pages/specifications/show.html", specification=found, version=version, rules=versions.rules_of(version),
        words=paper_words, supply=specification.supply(session, found.level_id),
        history=specification_words.history(found, authors), runs=orders.runs_of(session, found.id),
        limits=limit_words, authors=authors,
        names=names(session, approvers | {each.author_id for each in found.versions}),
        form=form or assembly_form.form_for(session, found),
    )  # fmt: skip


@blueprint.route("/<uuid:specification_id>/change", methods=["GET", "POST"])
@requires("paper.assemble")
def change(specification_id: UUID) -> ResponseReturnValue:
    """Change a specification as a new version; what does not fit or is missing in the bank is told at its place.

    With "check" the numbers are only looked at, as the page's script does while they are typed; with "add" and "remove"
    a rule comes or goes and nothing is saved yet.
    """
    with transaction(g.actor.organisation) as session:
        found = specification.find(session, specification_id)
        known, post = vocabulary.load(session, found.level), request.method == "POST"
        form = SpecificationForm.sent(found, request.form, known) if post else SpecificationForm.of(found, known)
        if not post or LOOKS & set(request.form):
            return _editor(session, found, form)
        if form.faults or form.overtaken:
            return _editor(session, found, form), 422 if form.faults else 409
        before = found.latest
        specification.change(
            session, found.id, name=form.name, minutes=form.minutes, rules=form.rules, after=form.version, by=g.actor
        )
        if found.latest is before:
            flash(_("Saved. The rules are as they were, so there is no new version."), "info")
        else:
            number = found.latest.number
            flash(_("Saved as version %(number)d: it waits for another person's approval.", number=number), "good")
    return redirect(url_for("specifications.show", specification_id=specification_id))


def _editor(session: Session, found: Specification, form: SpecificationForm) -> str:
    given = form.rules
    cells = list(holdings.cells(holdings.load(session, found.level_id), given, papers=form.papers))
    if EDITS & set(request.form):
        form.faults.clear()  # a rule that has just come is empty, which is no fault yet
    stock = pool.load(session, found.level_id, given) if given.limits else pool.Stock({}, {})
    return render_template(
        "pages/specifications/change.html", specification=found, form=form, rules=given, words=paper_words,
        told=specification_words, cells={(cell.row.code if cell.row else "", cell.section): cell for cell in cells},
        short=[cell for cell in cells if cell.missing], full_marks=FULL_MARKS,
        limits=limit_words, offers=limit_form.offers,
        held=[limits.holding(limit, stock, given) for limit in given.limits], authors=_authors(session, form.authors),
    )  # fmt: skip


def _authors(session: Session, ids: Iterable[str]) -> dict[str, str]:
    found = names(session, map(UUID, ids))
    return {str(author): name for author, name in found.items()}


@blueprint.post("/versions/<uuid:version_id>/approve")
@requires("specification.approve")
def approve(version_id: UUID) -> ResponseReturnValue:
    """Bring a version into force that somebody else wrote."""
    with transaction(g.actor.organisation) as session:
        version = versions.approve(session, version_id, by=g.actor)
        flash(_("Approved: papers are assembled by version %(number)d from now on.", number=version.number), "good")
        return redirect(url_for("specifications.show", specification_id=version.specification_id))


@blueprint.post("/<uuid:specification_id>/assemble")
@requires("paper.assemble")
def assemble(specification_id: UUID) -> ResponseReturnValue:
    """Order parallel papers, which a worker then looks for."""
    with transaction(g.actor.organisation) as session:
        found = specification.find(session, specification_id)
        form = assembly_form.form_for(session, found)
        if not form.validate_on_submit():
            return _page(session, found, found.latest, form), 422
        run = ordering.order(session, found.id, by=g.actor, **form.wishes())
        return redirect(url_for("papers.show_run", run_id=run.id))
