"""Assembly runs and papers: assemble, approve and seal, print. Specifications have pages of their own."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.figures import formulas
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.web import comparison_words, hindrance_words, limit_words, paper_words, run_words
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.paper_files import as_file
from kaoping.exam.web.watermark import seen
from kaoping.itembank import archives, given, orders, pictures, printable, rules, sealing, shuffling, specification
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.papers import AssemblyRun, Paper, RunState

blueprint = Blueprint("papers", __name__)

_PAGES = {
    RunState.QUEUED: "progress",
    RunState.RUNNING: "progress",
    RunState.SOLVED: "run",
    RunState.INFEASIBLE: "unmet",
    RunState.UNDECIDED: "unmet",
    RunState.CANCELLED: "ended",
    RunState.OVERTAKEN: "ended",
    RunState.FAILED: "ended",
}

SECTIONS = (Section(N_("Papers"), "papers.index", "paper.read", ("specifications", "skill", "english_papers")),)
DUTIES = (
    Duty(
        N_("%(num)d paper waits for approval"),
        N_("%(num)d papers wait for approval"),
        N_("Look at it"),
        "papers.index",
        "paper.approve",
        sealing.awaiting,
    ),
)


@blueprint.get("/papers/")
@requires("paper.read")
def index() -> ResponseReturnValue:
    """List specifications and papers."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/papers/index.html", specifications=specification.listed(session), papers=sealing.listed(session),
        )  # fmt: skip


@blueprint.get("/papers/runs/<uuid:run_id>")
@requires("paper.read")
def show_run(run_id: UUID) -> ResponseReturnValue:
    """Show how far a run is; or what it found: papers side by side, or which rule cannot be met."""
    with transaction(g.actor.organisation) as session:
        run = orders.find_run(session, run_id)
        found = given.GIVEN if run.report.get("engine") == given.GIVEN else "run"
        asked = rules.read(run.report["rules"])
        more = {"compared": comparison_words.compared(session, run, asked)} if run.papers else {}
        return render_template(
            f"pages/papers/{found if run.papers else _PAGES[run.state]}.html", run=run, rules=asked, words=paper_words,
            why=hindrance_words, told=run_words, limits=limit_words, likeness=comparison_words, **more,
        )  # fmt: skip


@blueprint.get("/papers/runs/<uuid:run_id>/progress")
@requires("paper.read")
def progress(run_id: UUID) -> ResponseReturnValue:
    """Give the part of the page that changes while a run searches."""
    with transaction(g.actor.organisation) as session:
        run = orders.find_run(session, run_id)
        part = render_template("pages/papers/_progress.html", run=run, told=run_words)
    return Response(part, headers={"Cache-Control": "no-store"})


@blueprint.post("/papers/runs/<uuid:run_id>/cancel")
@requires("paper.assemble")
def cancel(run_id: UUID) -> ResponseReturnValue:
    """End a run that waits or searches."""
    with transaction(g.actor.organisation) as session:
        run = orders.cancel(session, run_id, by=g.actor)
        if run.state is not RunState.CANCELLED:
            flash(_("The run was over before it could be cancelled; here is its result."), "info")
    return redirect(url_for("papers.show_run", run_id=run_id))


@blueprint.get("/papers/runs/<uuid:run_id>/papers.csv")
@requires("paper.read")
def table(run_id: UUID) -> ResponseReturnValue:
    """Give the slots of a run's papers as a file for a spreadsheet, without content."""
    with transaction(g.actor.organisation) as session:
        run = _solved(session, run_id)
        text, name = comparison_words.table(run), "-".join(run.papers[0].code.split("-")[:3])
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers=disposition)


@blueprint.get(
    "/papers/runs/<uuid:run_id>/<any(curves,distance,information,difficulty):kind>-<any(wide,narrow):cut>.svg"
)
@requires("paper.read")
def picture(run_id: UUID, kind: str, cut: str) -> ResponseReturnValue:
    """Draw a picture of a run's papers."""
    with transaction(g.actor.organisation) as session:
        drawn = comparison_words.picture(_solved(session, run_id), kind, cut)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})


def _solved(session: Session, run_id: UUID) -> AssemblyRun:
    """Give a run that has papers."""
    run = orders.find_run(session, run_id)
    if not run.papers:
        raise Missing(what=N_("paper"))
    return run


@blueprint.get("/papers/<uuid:paper_id>")
@requires("paper.read")
def show(paper_id: UUID) -> ResponseReturnValue:
    """Show a paper's slots without their content."""
    with transaction(g.actor.organisation) as session:
        return _page(session, sealing.find(session, paper_id))


@blueprint.get("/papers/<uuid:paper_id>/items")
@requires("item.read")
def read(paper_id: UUID) -> ResponseReturnValue:
    """Show a paper with its items, which is written into the trail."""
    with transaction(g.actor.organisation) as session:
        allow(g.actor, "paper.approve")
        paper = sealing.read_content(session, paper_id, by=g.actor)
        seen(session, [slot.item_id for slot in paper.slots])
        shown = pictures.answered_on(session, (slot.revision.body for slot in paper.slots))
        return _page(session, paper, reading=True, pictures=shown)


def _page(session: Session, paper: Paper, **more: object) -> str:
    entry = next(one for one in paper.run.report["papers"] if one["label"] == paper.label)
    chosen = {one["item"]: one for one in entry["chosen"]}
    kept = rules.read(paper.run.report["rules"])
    return render_template(
        "pages/papers/paper.html",
        paper=paper,
        entry=entry,
        chosen=chosen,
        rules=kept,
        prints=printable.prints_of(session, paper.id),
        names=names(session, (swap.by for swap in paper.swaps)),
        words=paper_words,
        most=shuffling.MOST,
        stamp=sealing.stamp_of(paper),
        archive=archives.of_paper(session, paper.id),
        by_hand=paper.run.report.get("engine") != given.GIVEN,
        **more,
    )


@blueprint.post("/papers/<uuid:paper_id>/approve")
@requires("paper.approve")
def approve(paper_id: UUID) -> ResponseReturnValue:
    """Approve and seal a paper that somebody else assembled."""
    with transaction(g.actor.organisation) as session:
        paper = sealing.approve(session, paper_id, by=g.actor, seen=request.form.get("seen"))
        flash(_("Sealed: paper %(code)s can be printed and used, and never changes again.", code=paper.code), "good")
    return redirect(url_for("papers.show", paper_id=paper_id))


@blueprint.post("/papers/<uuid:paper_id>/discard")
@requires("paper.assemble")
def discard(paper_id: UUID) -> ResponseReturnValue:
    """Put a paper aside that is not sealed."""
    with transaction(g.actor.organisation) as session:
        paper = sealing.discard(session, paper_id, by=g.actor)
        flash(_("Discarded: paper %(code)s will not be used.", code=paper.code), "info")
    return redirect(url_for("papers.index"))


@blueprint.post("/papers/<uuid:paper_id>/<any(booklet,answers):kind>.pdf")
@requires("paper.print")
def download(paper_id: UUID, kind: str) -> ResponseReturnValue:
    """Print a sealed paper, or the variant asked for, as booklet or answer sheet; that goes into the trail."""
    variant = request.form.get("variant", "")
    with transaction(g.actor.organisation) as session:
        code = sealing.find(session, paper_id).code
        who: dict[str, Any] = {"by": g.actor, "variant": variant, "viewer": g.account.name}
        if kind == "booklet":
            pdf = printable.booklet(session, paper_id, draw=formulas.svg, **who)
        else:
            pdf = printable.answer_sheet(session, paper_id, **who)
    return as_file(pdf, code, variant, kind)
