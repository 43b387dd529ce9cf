"""``kaoping papers assemble``: papers of the database by an approved specification, or why there are none."""

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.assembling import INFEASIBLE, UNKNOWN, Ended, Watcher
from kaoping.exam.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kaoping.itembank.actor import Actor
    from kaoping.itembank.orders import Effort
    from kaoping.itembank.papers import AssemblyRun


@click.group()
def papers() -> None:
    """Assemble papers from the bank."""


@papers.command()
@click.option("--specification", "name", required=True, help="Name of the specification; its version in force counts.")
@click.option("--forms", type=int, default=2, show_default=True, help="Papers, 1 to 8; they share no item.")
@click.option("--time-limit", type=float, default=15.0, show_default=True, help="Longest search, 1 to 600 seconds.")
@click.option("--gap", type=float, default=0.02, show_default=True, help="Share of the bound that is near enough.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of the random choices.")
@click.option("--exam", help="Exam whose candidates the papers are for: items that they have seen are left out.")
@click.option("--unlike", multiple=True, help="Code of a sealed paper whose items are left out; may be repeated.")
@click.option("--as", "login", required=True, help="Address or log-in name of the assembler in whose name it is done.")
@click.option("--organisation", "code", required=True, help="Code of the organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def assemble(
    name: str,
    *,
    forms: int,
    time_limit: float,
    gap: float,
    seed: int,
    exam: str | None,
    unlike: tuple[str, ...],
    login: str,
    code: str,
    as_json: bool,
) -> None:
    """Assemble papers by a specification and store them, as its page does; or say why there are none."""
    from kaoping.exam import db, process
    from kaoping.itembank import assembling, orders

    process.prepare(Settings.load())
    by = _actor(login, code)
    opened, watcher = partial(db.transaction, by.organisation), Watcher(shown=sys.stderr.isatty())
    with watcher.listening():
        with opened() as session:
            effort = orders.Effort(time_limit, gap, seed)
            run = _ordered(session, name, forms=forms, effort=effort, exam=exam, unlike=unlike, by=by)
        assembling.carry_out(opened, run.id, watch=watcher)
    with opened() as session:
        _tell(orders.find_run(session, run.id), as_json=as_json)


def _actor(login: str, code: str) -> "Actor":
    """Give the assembler in whose name papers are assembled."""
    from kaoping.exam import db
    from kaoping.exam.people import access, accounts, staff
    from kaoping.itembank.actor import Actor

    with db.transaction() as session:
        organisation = accounts.organisation_by_code(session, code)
        account = accounts.by_email(session, login)
        roles = staff.roles_of(account, organisation.id) if account.active else frozenset[str]()
        by = Actor(account.id, organisation.id, roles)
    access.allow(by, "paper.assemble")
    return by


def _ordered(
    session: "Session", name: str, *, forms: int, effort: "Effort", exam: str | None, unlike: tuple[str, ...],
    by: "Actor",
) -> "AssemblyRun":  # fmt: skip
    from kaoping.exam import ordering
    from kaoping.itembank import orders

    wanted = ordering.specification_called(session, name)
    group = exam and ordering.group_of(session, ordering.exam_called(session, exam, wanted.level_id).id)
    earlier = [paper.id for paper in ordering.papers_called(session, unlike, wanted.level_id)]
    return orders.order(
        session, wanted.id, forms=forms, effort=effort, group=group or None, unlike=earlier, by=by
    )  # fmt: skip


def _tell(run: "AssemblyRun", *, as_json: bool) -> None:
    """Print what a run found and end with its status.

    Raises
    ------
    Ended
        It was cancelled, at the terminal or at the page.
    ClickException
        It was overtaken by a change of the bank, or failed.
    """
    from kaoping.itembank.papers import RunState

    if run.state is RunState.CANCELLED:
        raise Ended("The search was cancelled; no paper was kept.")
    if run.state in {RunState.OVERTAKEN, RunState.FAILED}:
        raise click.ClickException(f"No paper was kept. {' '.join(_sentences(run))}")
    status = {RunState.SOLVED: 0, RunState.INFEASIBLE: INFEASIBLE}.get(run.state, UNKNOWN)
    if as_json:
        click.echo(json.dumps(_facts(run), ensure_ascii=False, indent=1))
    else:
        for line in _lines(run):
            click.echo(line, err=bool(status))
    sys.exit(status)


def _facts(run: "AssemblyRun") -> dict[str, Any]:
    """Give what was found in the words of ``kaoping assemble``."""
    report = run.report
    known = {"solved": "optimal" if report.get("proven") else "feasible", "infeasible": "infeasible"}
    facts: dict[str, Any] = {"run": str(run.id), "status": known.get(run.state, "unknown")}
    facts |= {key: report.get(key) for key in ("objective", "bound", "gap", "seconds")}
    facts |= {"papers": [paper.code for paper in run.papers]}
    facts |= {"unseen": report["unseen"], "unlike": report["unlike_items"]}
    if not run.papers:
        facts |= {key: report.get(key, []) for key in ("conflicts", "repairs")} | {"message": " ".join(_sentences(run))}
    return facts


def _lines(run: "AssemblyRun") -> list[str]:
    report = run.report
    if not run.papers:
        return _sentences(run) or [f"No papers were found in {report['seconds']:g} seconds; allow more time."]
    codes = ", ".join(paper.code for paper in run.papers)
    proven = "proven" if report["proven"] else "time ran out"
    precise = f"information of the poorest {report['objective']:.4g} of at most {report['bound']:.4g}"
    lines = [f"{codes}: {precise}, gap {report['gap']:.2%} ({proven})."]
    if report["group"]:
        lines += [f"Left out because candidates of {report['group']['exam']} have seen them: {report['unseen']} items."]
    return lines


def _sentences(run: "AssemblyRun") -> list[str]:
    """Say why there are no papers, and what would help."""
    report = run.report
    told = [report["failure"]] if "failure" in report else report.get("changes") or report.get("shortfalls", [])
    said = [one["sentence"] % one["facts"] for one in told]
    repairs = [one["sentence"] % one["facts"] for one in report.get("repairs", [])]
    return [*said, f"What would be enough: {' '.join(repairs)}"] if repairs else said
