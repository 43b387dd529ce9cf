"""Chapter 3 of a draft: work contents with their requirements, lower tiers of a range, sector modules."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.guard import requires
from kaoping.exam.web.standard_forms import draft, editor, saved
from kaoping.itembank import requirements, standard_checks, standards, weight_tables
from kaoping.itembank.models import Component, Range, RangeKind, Standard
from kaoping.itembank.standard_document import ContentPart, ModulePart, RequirementPart, SubrangePart
from kaoping.itembank.structure import SectorModule, Subrange, WorkContent

blueprint = Blueprint("standard_contents", __name__, url_prefix="/standards/<uuid:standard_id>")

#: Empty rows that a form offers beyond those that are filled in, and rows at most.
EMPTY, MOST = 2, 60


@blueprint.get("/requirements")
@requires("standard.read")
def index(standard_id: UUID) -> ResponseReturnValue:
    """Show what every level asks of each work content."""
    with transaction(g.actor.organisation) as session:
        standard = standards.get(session, standard_id)
        contents: dict[UUID, list[WorkContent]] = {}
        for content in standard_checks.of(session, standard):
            contents.setdefault(content.range_id, []).append(content)
        return render_template("pages/standards/requirements.html", standard=standard, contents=contents)


@blueprint.route("/requirements/<uuid:range_id>", methods=["GET", "POST"])
@requires("standard.manage")
def contents(standard_id: UUID, range_id: UUID) -> ResponseReturnValue:
    """Write the work contents of a function with the requirements of each level."""
    with transaction(g.actor.organisation) as session:
        standard, row = _opened(session, standard_id, range_id)
        known = requirements.contents(session, row.id)
        form = Entries(request.form if request.method == "POST" else _of_contents(standard, known))
        page = _pages(standard, "contents", form, row=row)
        if request.method == "GET":
            return page()
        parts = [part for place in range(MOST) if (part := _content(form, standard, row, place)) is not None]
        return saved(
            session, standard, form,
            lambda seen: requirements.write_contents(session, standard_id, row.id, parts, after=seen, by=g.actor), page,
            onward=url_for("standard_contents.index", standard_id=standard_id),
        )  # fmt: skip


@blueprint.route("/tiers/<uuid:range_id>", methods=["GET", "POST"])
@requires("standard.manage")
def tiers(standard_id: UUID, range_id: UUID) -> ResponseReturnValue:
    """Divide a range into lower tiers whose shares sum to its weight."""
    with transaction(g.actor.organisation) as session:
        standard, row = _opened(session, standard_id, range_id)
        form = Entries(request.form if request.method == "POST" else _of_tiers(requirements.tiers(session, row.id)))
        weights = weight_tables.weight_table(session, standard, Component.THEORY).cells
        page = _pages(standard, "tiers", form, row=row, weights=weights)
        if request.method == "GET":
            return page()
        parts = [part for place in range(MOST) if (part := _tier(form, standard, place)) is not None]
        return saved(
            session, standard, form,
            lambda seen: requirements.write_tiers(session, standard_id, row.id, parts, after=seen, by=g.actor), page,
        )  # fmt: skip


@blueprint.route("/modules", methods=["GET", "POST"])
@requires("standard.manage")
def modules(standard_id: UUID) -> ResponseReturnValue:
    """Write the sector modules that stand beside the common core."""
    with transaction(g.actor.organisation) as session:
        standard = draft(session, standard_id)
        known = weight_tables.modules(session, standard.id)
        form = Entries(request.form if request.method == "POST" else _of_modules(known))
        page = _pages(standard, "modules", form)
        if request.method == "GET":
            return page()
        parts = [part for place in range(MOST) if (part := _module(form, place)) is not None]
        return saved(
            session, standard, form,
            lambda seen: requirements.write_modules(session, standard_id, parts, after=seen, by=g.actor), page,
        )  # fmt: skip


def _opened(session: Session, standard_id: UUID, range_id: UUID) -> tuple[Standard, Range]:
    return draft(session, standard_id), requirements.range_of(session, standard_id, range_id)


def _pages(standard: Standard, template: str, form: Entries, **facts: Any) -> Callable[[], str]:
    rows = min(
        MOST, max((p + 1 for p in range(MOST) if form[f"row-{p}-code"] or form[f"row-{p}-name"]), default=0) + EMPTY
    )
    return lambda: editor(standard, template, form, rows=rows, functions=RangeKind.FUNCTION, **facts)


def _of_contents(standard: Standard, known: list[WorkContent]) -> dict[str, Any]:
    digits = {level.id: level.digit for level in standard.levels}
    values: dict[str, Any] = {}
    for place, content in enumerate(known):
        values |= _names(place, content)
        for asked in content.requirements:
            row = f"row-{place}-{digits[asked.level_id]}"
            values |= {f"{row}-skills": asked.skills, f"{row}-knowledge": asked.knowledge}
    return values


def _of_tiers(known: list[Subrange]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, tier in enumerate(known):
        values |= _names(place, tier)
        values |= {f"row-{place}-{digit}": percent for digit, percent in tier.percents.items()}
    return values


def _of_modules(known: list[SectorModule]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, module in enumerate(known):
        values |= _names(place, module) | {f"row-{place}-sector": module.sector}
    return values


def _names(place: int, row: WorkContent | Subrange | SectorModule) -> dict[str, Any]:
    row_ = f"row-{place}"
    return {f"{row_}-code": row.code, f"{row_}-name": row.name, f"{row_}-english": row.name_en}


def _named(form: Entries, place: int) -> dict[str, Any] | None:
    """Read what names a row; a row with neither code nor name is none."""
    row = f"row-{place}"
    if not (form[f"{row}-code"] or form[f"{row}-name"]):
        return None
    code, name = form.text(f"{row}-code", most=20), form.text(f"{row}-name")
    if code and not all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in code):
        form.fault(f"{row}-code", _("Use letters, figures, full stops and hyphens."))
    return {"code": code, "name": name, "name_en": form.text(f"{row}-english", needed=False) or name}


def _content(form: Entries, standard: Standard, row: Range, place: int) -> ContentPart | None:
    named = _named(form, place)
    if named is None:
        return None
    asked: dict[int, RequirementPart] = {}
    for level in standard.levels:
        cell = f"row-{place}-{level.digit}"
        skills, knowledge = form.lines(f"{cell}-skills"), form.lines(f"{cell}-knowledge")
        if (skills or knowledge) and form.sound:
            asked[level.digit] = RequirementPart(skills=skills, knowledge=knowledge)
    return ContentPart(range=row.code, requirements=asked, **named) if form.sound else None


def _tier(form: Entries, standard: Standard, place: int) -> SubrangePart | None:
    named = _named(form, place)
    if named is None:
        return None
    shares = {level.digit: form.decimal(f"row-{place}-{level.digit}", 0, 100) for level in standard.levels}
    if not form.sound:
        return None
    try:
        return SubrangePart(theory={digit: share for digit, share in shares.items() if share}, **named)
    except ValidationError:
        form.fault(f"row-{place}-code", _("Use letters, figures and hyphens."))
        return None


def _module(form: Entries, place: int) -> ModulePart | None:
    named = _named(form, place)
    sector = form.text(f"row-{place}-sector", most=20, needed=False)
    if named is None or not form.sound:
        return None
    return ModulePart(sector=sector, **named)
