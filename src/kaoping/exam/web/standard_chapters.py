"""Chapter 1 of a draft: its ladder and levels, overview and methods, application conditions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from kaoping.exam.db import transaction
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.standard_forms import draft, editor, saved
from kaoping.exam.web.standard_words import CHAPTERS, LISTS
from kaoping.itembank import drafting
from kaoping.itembank.chapters import Chapters, Clause, ClauseInvalid, Education, Major, Method, Rank, Ratio
from kaoping.itembank.ladders import DecidedBy, Ladder, LadderInvalid, Step, shipped
from kaoping.itembank.models import Component, Standard
from kaoping.itembank.standard_document import LevelPart

blueprint = Blueprint("standard_chapters", __name__, url_prefix="/standards/<uuid:standard_id>")

#: Steps that a ladder may have, and clauses of one level; empty ones offered beyond those that are filled in.
STEPS, CLAUSES, EMPTY = 10, 8, 1
_DECIDED = {one.value: one for one in DecidedBy}
_EDUCATION, _MAJORS, _RANKS = ({one.value: one for one in kind} for kind in (Education, Major, Rank))


@blueprint.route("/levels", methods=["GET", "POST"])
@requires("standard.manage")
def levels(standard_id: UUID) -> ResponseReturnValue:
    """Write the ladder and choose the levels that the standard defines; another ladder may be taken over first."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        ladder = drafting.ladder_of(standard)
        form = Entries(request.form if request.method == "POST" else _of_ladder(ladder, standard))

        def page() -> str:
            rows = min(STEPS, _steps(form) + EMPTY)
            return editor(standard, "levels", form, rows=rows, ladders=shipped(), components=tuple(Component))

        if request.method == "GET":
            return page()
        if "use" in request.form:
            chosen = shipped().get(form["ladder"], ladder)
            form.values = {"version": form["version"]} | Entries(_of_ladder(chosen, None)).values
            return page()
        written = _ladder(form, ladder)
        parts = _levels(form, written) if written else []
        return saved(
            session, standard, form,
            lambda seen: drafting.write_levels(
                session, standard_id, written or ladder, parts, after=seen, by=g.actor
            ), page,
        )  # fmt: skip


def _of_ladder(ladder: Ladder, standard: Standard | None) -> dict[str, Any]:
    rows = {level.digit: level for level in standard.levels} if standard else {}
    values: dict[str, Any] = {"ladder": ladder.code}
    for place, step in enumerate(ladder.steps):
        own: dict[str, Any] = {
            "name": step.name, "title": step.title, "english": step.title_en, "digit": step.digit,
            "decided": step.decided_by.value,
        }  # fmt: skip
        proposed = drafting.level_of(step) if step.digit and not standard else None
        level = rows.get(step.digit or 0) or proposed
        if level is not None:
            own |= {"in": True, "mark": level.pass_mark} | {str(part): True for part in level.components}
        values |= {f"row-{place}-{name}": value for name, value in own.items()}
    return values


def _steps(form: Entries) -> int:
    return max((place + 1 for place in range(STEPS) if form[f"row-{place}-name"]), default=0)


def _ladder(form: Entries, old: Ladder) -> Ladder | None:
    """Read the steps into the chosen ladder."""
    base = shipped().get(form["ladder"], old)
    steps: list[Step] = []
    for place in range(STEPS):
        row = f"row-{place}"
        if not form[f"{row}-name"]:
            continue
        name = form.text(f"{row}-name", most=60)
        title = form.text(f"{row}-title", most=60, needed=False) or name
        decided = form.choice(f"{row}-decided", _DECIDED) or DecidedBy.BODY
        digit, english = form.whole(f"{row}-digit", 1, 5), form.text(f"{row}-english", most=60, needed=False)
        if not form.faults:
            steps.append(Step(name=name, title=title, title_en=english or title, digit=digit, decided_by=decided))
    if not steps and not form.faults:
        form.fault("row-0-name", _("A ladder has at least one step."))
    try:
        return base.changed(steps) if form.sound else None
    except LadderInvalid as refused:
        place = next((p for p in range(STEPS) if form[f"row-{p}-name"] == refused.step), 0)
        form.fault(f"row-{place}-digit", sentence_of(refused))
        return None


def _levels(form: Entries, ladder: Ladder) -> list[LevelPart]:
    parts: list[LevelPart] = []
    places = [place for place in range(STEPS) if form[f"row-{place}-name"]]
    for place, step in zip(places, ladder.steps, strict=True):
        row = f"row-{place}"
        if not form[f"{row}-in"] or step.digit is None:
            continue
        components = [one for one in Component if form[f"{row}-{one.value}"]]
        mark = form.decimal(f"{row}-mark", 1, 100)
        if not components:
            form.fault(f"{row}-theory", _("A level is decided from at least one component."))
        if mark is None and f"{row}-mark" not in form.faults:
            form.fault(f"{row}-mark", _("Give the pass mark, usually 60."))
        if components and mark is not None:
            parts.append(LevelPart(
                digit=step.digit, name=step.name, title=step.title, title_en=step.title_en, components=components,
                pass_mark=mark,
            ))  # fmt: skip
    return parts


@blueprint.route("/overview", methods=["GET", "POST"])
@requires("standard.manage")
def overview(standard_id: UUID) -> ResponseReturnValue:
    """Write what chapters 1 and 2 say, with training hours, methods, minutes and ratios."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        form = Entries(request.form if request.method == "POST" else _of_chapters(standard))
        page = _page(standard, "overview", form, components=tuple(Component), chapters=CHAPTERS, lists=LISTS)
        if request.method == "GET":
            return page()
        changes = _chapters(form, standard)
        return saved(
            session, standard, form,
            lambda seen: drafting.write_chapters(session, standard_id, changes, after=seen, by=g.actor), page,
        )  # fmt: skip


def _page(standard: Standard, template: str, form: Entries, **facts: Any) -> Callable[[], str]:
    return lambda: editor(standard, template, form, **facts)


def _of_chapters(standard: Standard) -> dict[str, Any]:
    written = Chapters.model_validate(standard.chapters)
    values: dict[str, Any] = {name: getattr(written, name) for name in (*CHAPTERS, *LISTS)}
    values |= {f"hours-{digit}": hours for digit, hours in written.training_hours.items()}
    for component, method in written.methods.items():
        values[f"{component.value}-text"] = method.text
        values |= {f"{component.value}-minutes-{digit}": minutes for digit, minutes in method.minutes.items()}
        if method.ratio:
            values |= {f"{component.value}-{name}": getattr(method.ratio, name) for name in Ratio.model_fields}
    return values


def _chapters(form: Entries, standard: Standard) -> dict[str, Any]:
    digits = [level.digit for level in standard.levels]
    changes: dict[str, Any] = {name: form.text(name, most=4000, needed=False) for name in CHAPTERS}
    changes |= {name: form.lines(name) for name in LISTS}
    hours = {str(digit): form.whole(f"hours-{digit}", 1, 5000) for digit in digits}
    changes["training_hours"] = {digit: hour for digit, hour in hours.items() if hour}
    changes["methods"] = {one.value: method for one in Component if (method := _method(form, one, digits))}
    return changes


def _method(form: Entries, component: Component, digits: list[int]) -> dict[str, Any] | None:
    own = component.value
    text = form.text(f"{own}-text", most=4000, needed=False)
    minutes = {digit: form.whole(f"{own}-minutes-{digit}", 1, 600) for digit in digits}
    candidates, least = form.whole(f"{own}-candidates", 1, 200), form.whole(f"{own}-least", 1, 50)
    if (candidates is None) != (least is None):
        form.fault(f"{own}-least", _("Give both the ratio and the least number, or neither."))
    if form.faults:
        return None
    ratio = Ratio(candidates=candidates, least=least, odd=bool(form[f"{own}-odd"])) if candidates and least else None
    method = Method(text=text, minutes={digit: value for digit, value in minutes.items() if value}, ratio=ratio)
    return method.model_dump(mode="json") if method != Method() else None


@blueprint.route("/conditions", methods=["GET", "POST"])
@requires("standard.manage")
def conditions(standard_id: UUID) -> ResponseReturnValue:
    """Write the application conditions: any clause of a level admits to it."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        form = Entries(request.form if request.method == "POST" else _of_conditions(standard))
        offered = {level.digit: min(CLAUSES, _filled(form, level.digit) + EMPTY) for level in standard.levels}
        page = _page(standard, "conditions", form, offered=offered)
        if request.method == "GET":
            return page()
        written = {
            level.digit: [clause for place in range(CLAUSES) if (clause := _clause(form, level.digit, place))]
            for level in standard.levels
        }
        return saved(
            session, standard, form,
            lambda seen: drafting.write_conditions(session, standard_id, written, after=seen, by=g.actor), page,
        )  # fmt: skip


def _of_conditions(standard: Standard) -> dict[str, Any]:
    written = Chapters.model_validate(standard.chapters).conditions
    return {
        f"c-{digit}-{place}-{name}": "" if name == "major" and not clause.education else getattr(clause, name)
        for digit, clauses in written.items()
        for place, clause in enumerate(clauses)
        for name in Clause.model_fields
    }


def _filled(form: Entries, digit: int) -> int:
    """Count the clauses of a level up to the last in which something is filled in."""
    own = (
        place + 1 for place in range(CLAUSES) if any(form[f"c-{digit}-{place}-{name}"] for name in Clause.model_fields)
    )
    return max(own, default=0)


def _clause(form: Entries, digit: int, place: int) -> Clause | None:
    row = f"c-{digit}-{place}"
    if not any(form[f"{row}-{name}"] for name in Clause.model_fields):
        return None
    years = {
        name: form.decimal(f"{row}-{name}", 0, 50, places=1) for name in ("years", "credential_years", "title_years")
    }
    values: dict[str, Any] = {
        "age": form.whole(f"{row}-age", 14, 70), "credential": form.whole(f"{row}-credential", 1, 5),
        "education": form.choice(f"{row}-education", _EDUCATION), "title": form.choice(f"{row}-title", _RANKS),
        "major": form.choice(f"{row}-major", _MAJORS) or Major.ANY, "students": bool(form[f"{row}-students"]),
        "note": form.text(f"{row}-note", most=500, needed=False),
    }  # fmt: skip
    try:
        return Clause(**values, **years) if form.sound else None
    except (ClauseInvalid, ValidationError):
        form.fault(f"{row}-note", _(ClauseInvalid.sentence))
        return None
