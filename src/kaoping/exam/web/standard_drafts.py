"""Writing a draft of a standard: its head, chapters, ladder and levels, ranges, weights."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.exam.db import transaction
from kaoping.exam.web import standard_words
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.guard import requires
from kaoping.exam.web.standard_forms import draft, editor, saved
from kaoping.itembank import drafting, ladders, occupations, weight_tables
from kaoping.itembank.drafting import Head, RangeRow
from kaoping.itembank.models import CodeStyle, Component, Level, Standard
from kaoping.itembank.structure import Occupation

blueprint = Blueprint("standard_drafts", __name__, url_prefix="/standards")

#: Empty rows that a table of ranges offers beyond those that are filled in, and rows at most.
EMPTY, MOST = 3, 60
_STYLES = {style.value: style for style in CodeStyle}


@blueprint.route("/new", methods=["GET", "POST"])
@requires("standard.manage")
def new() -> ResponseReturnValue:
    """Begin a standard."""
    with transaction(g.actor.organisation) as session:
        form = Entries(request.form if request.method == "POST" else {"ladder": "five", "code_style": "numeric"})
        offered = occupations.listing(session)
        if request.method == "POST":
            head, ladder = _head(form, offered), form.choice("ladder", ladders.shipped())
            made: list[Standard] = []
            if head and ladder and form.sound and form.done(
                session, lambda: made.append(drafting.start(session, head, ladder=ladder.code, by=g.actor))
            ):  # fmt: skip
                flash(_("Standard %(code)s is stored as a draft.", code=made[0].code), "good")
                return redirect(url_for("standards.show", standard_id=made[0].id))
        page = render_template(
            "pages/standards/head.html", standard=None, form=form, occupations=offered, ladders=ladders.shipped(),
            told=standard_words,
        )  # fmt: skip
        return page, 200 if request.method == "GET" else 422


def _head(form: Entries, offered: Sequence[Occupation]) -> Head | None:
    code = form.text("code", most=40)
    if code and not all(letter.isascii() and (letter.isalnum() or letter in "./-") for letter in code):
        form.fault("code", _("Use letters, figures, full stops, slashes and hyphens."))
    name, edition = form.text("name"), form.text("edition", most=40)
    english = form.text("name_en", needed=False) or name
    style = form.choice("code_style", _STYLES) or CodeStyle.NUMERIC
    occupation = form.choice("occupation", {str(one.id): one.id for one in offered})
    try:
        begins = date.fromisoformat(form["effective_on"]) if form["effective_on"] else None
    except ValueError:
        form.fault("effective_on", _("Give the day as year-month-day, such as 2026-01-01."))
        return None
    return Head(code, edition, name, english, occupation, begins, style) if form.sound else None


@blueprint.route("/<uuid:standard_id>/head", methods=["GET", "POST"])
@requires("standard.manage")
def head(standard_id: UUID) -> ResponseReturnValue:
    """Write what names a standard."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        form = Entries(request.form if request.method == "POST" else _of_head(standard))

        def page() -> str:
            return editor(standard, "head", form, occupations=occupations.listing(session), ladders={})

        if request.method == "GET":
            return page()
        written = _head(form, occupations.listing(session))
        return saved(
            session, standard, form,
            lambda seen: written and drafting.write_head(session, standard_id, written, after=seen, by=g.actor), page,
        )  # fmt: skip


def _of_head(standard: Standard) -> dict[str, Any]:
    names = ("code", "edition", "name", "name_en", "code_style", "effective_on")
    return {name: getattr(standard, name) for name in names} | {"occupation": standard.occupation_id}


@blueprint.route("/<uuid:standard_id>/ranges", methods=["GET", "POST"])
@requires("standard.manage")
def ranges(standard_id: UUID) -> ResponseReturnValue:
    """Write the rows of the weight tables: basic requirements and functions."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        sectors = weight_tables.modules(session, standard.id)
        form = Entries(request.form if request.method == "POST" else _of_ranges(standard))
        rows = min(MOST, max(len(standard.ranges), _filled(form)) + EMPTY)

        def page() -> str:
            return editor(standard, "ranges", form, rows=rows, modules=sectors)

        if request.method == "GET":
            return page()
        modules = {str(module.id): module.id for module in sectors}
        ids = {str(row.id): row.id for row in standard.ranges}
        written = [row for place in range(MOST) if (row := _range(form, place, ids, modules)) is not None]
        return saved(
            session, standard, form,
            lambda seen: drafting.write_ranges(session, standard_id, written, after=seen, by=g.actor), page,
        )  # fmt: skip


def _of_ranges(standard: Standard) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, row in enumerate(standard.ranges):
        own = {"id": row.id, "code": row.code, "name": row.name, "english": row.name_en, "module": row.module_id}
        values |= {f"row-{place}-{name}": value for name, value in own.items()}
    return values


def _filled(form: Entries) -> int:
    """Count the rows up to the last that is filled in."""
    return max(
        (place + 1 for place in range(MOST) if form[f"row-{place}-code"] or form[f"row-{place}-name"]), default=0
    )


def _range(form: Entries, place: int, ids: dict[str, UUID], modules: dict[str, UUID]) -> RangeRow | None:
    row = f"row-{place}"
    if not (form[f"{row}-code"] or form[f"{row}-name"]):
        return None
    code, name = form.text(f"{row}-code", most=20), form.text(f"{row}-name")
    if code and not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in code):
        form.fault(f"{row}-code", _("Use letters, figures and hyphens."))
    english, module = form.text(f"{row}-english", needed=False), form.choice(f"{row}-module", modules)
    known = form.choice(f"{row}-id", ids)
    return RangeRow(known, code, name, english or name, module)


@blueprint.route("/<uuid:standard_id>/weights", methods=["GET", "POST"])
@requires("standard.manage")
def weights(standard_id: UUID) -> ResponseReturnValue:
    """Write both weight tables; a draft may be saved with columns that do not sum to 100 yet."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        tables = weight_tables.weight_tables(session, standard)
        form = Entries(request.form if request.method == "POST" else _of_weights(standard, tables))
        cells = _cells(form, standard)

        def page() -> str:
            shown = [_as_typed(cells, table) for table in tables]
            sectors = weight_tables.modules(session, standard.id)
            wrong = [problem for table in shown for problem in weight_tables.wrong_sums(standard, table, sectors)]
            sums = {problem.field: standard_words.said(problem, standard) for problem in wrong}
            return editor(standard, "weights", form, tables=shown, modules=sectors, sums=sums, cell=cell)

        if request.method == "GET" or "check" in request.form:
            return page()
        return saved(
            session, standard, form,
            lambda seen: drafting.write_weights(session, standard_id, cells, after=seen, by=g.actor), page,
        )  # fmt: skip


def cell(component: Component, row: UUID, level: Level) -> str:
    """Name the control of a cell."""
    return f"{component.value}-{row.hex}-{level.digit}"


def _of_weights(standard: Standard, tables: list[weight_tables.WeightTable]) -> dict[str, Any]:
    levels = {level.id: level for level in standard.levels}
    return {
        cell(table.component, row, levels[level]): percent
        for table in tables for (row, level), percent in table.cells.items()
    }  # fmt: skip


def _cells(form: Entries, standard: Standard) -> dict[tuple[Component, UUID, UUID], Decimal]:
    found: dict[tuple[Component, UUID, UUID], Decimal] = {}
    for component in weight_tables.WEIGHTED:
        for row in standard.ranges:
            for level in standard.levels:
                percent = form.decimal(cell(component, row.id, level), 0, 100)
                if percent:
                    found[component, row.id, level.id] = percent
    return found


def _as_typed(
    cells: dict[tuple[Component, UUID, UUID], Decimal], table: weight_tables.WeightTable
) -> weight_tables.WeightTable:
    own = {(row, level): percent for (of, row, level), percent in cells.items() if of is table.component}
    return weight_tables.WeightTable(table.component, own, table.modules)
