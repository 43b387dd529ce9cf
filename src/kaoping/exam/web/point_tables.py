"""The assessment-point table of a standard: search, one point, the report, its rules."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web import item_words, standard_words
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.itembank import point_table, standards, table_report
from kaoping.itembank.models import Importance, Point, Standard
from kaoping.itembank.point_table import PAGE, Search
from kaoping.itembank.standard_document import PointPart, TableRules

blueprint = Blueprint("point_tables", __name__, url_prefix="/standards/<uuid:standard_id>/points")

_IMPORTANCE = {one.value: one for one in Importance}
_CONFIDENCE = ("V", "C", "L", "U")
_RULES = tuple(TableRules.model_fields)


@blueprint.get("")
@requires("standard.read")
def index(standard_id: UUID) -> ResponseReturnValue:
    """Show the points that a search finds, with the number of their items."""
    with transaction(g.actor.organisation) as session:
        standard = standards.get(session, standard_id)
        search = _search(standard)
        total = point_table.count(session, standard.id, search)
        page = page_of(total, PAGE)
        found = point_table.page(session, standard.id, search, number=page.number)
        return render_template(
            "pages/standards/points.html", standard=standard, search=search, points=found, page=page, total=total,
            supply=point_table.supply_of(session, found), importances=tuple(Importance), words=item_words,
            levels={level.digit: level.id for level in standard.levels},
        )  # fmt: skip


def _search(standard: Standard) -> Search:
    row = next((row.id for row in standard.ranges if row.code == request.args.get("range")), None)
    importance = _IMPORTANCE.get(request.args.get("importance", ""))
    return Search(request.args.get("q", "").strip()[:100], row, importance, request.args.get("level", type=int))


@blueprint.get("/report")
@requires("standard.read")
def report(standard_id: UUID) -> ResponseReturnValue:
    """Hold the table of each level against its rules."""
    with transaction(g.actor.organisation) as session:
        standard = standards.get(session, standard_id)
        rules = point_table.rules_of(standard)
        return _report(session, standard, Entries(rules.model_dump()))


def _report(session: Session, standard: Standard, form: Entries) -> str:
    form.values["version"] = str(standard.version)
    return render_template(
        "pages/standards/report.html", standard=standard, form=form, levels=table_report.report(session, standard),
        told=standard_words, rules=point_table.rules_of(standard), names=_RULES,
    )  # fmt: skip


@blueprint.post("/report")
@requires("standard.manage")
def set_rules(standard_id: UUID) -> ResponseReturnValue:
    """Set what the table of a draft is held against."""
    with transaction(g.actor.organisation) as session:
        standard, form = standards.get(session, standard_id), Entries(request.form)
        read = {name: form.whole(name, 1 if name.startswith("p") else 0, 10_000) for name in _RULES}
        try:
            rules = TableRules.model_validate(read) if form.sound else None
        except ValidationError as error:
            rules = None
            for one in error.errors(include_url=False, include_input=False):
                form.fault(str(one["loc"][0]), _("This number does not fit here."))
        after = form.whole("version", 0, 10**9) or 0
        if rules and form.done(
            session, lambda: point_table.write_rules(session, standard_id, rules, after=after, by=g.actor)
        ):
            flash(_("The rules of the table are set."), "good")
            return redirect(url_for("point_tables.report", standard_id=standard_id))
        return _report(session, standard, form), 422


@blueprint.route("/new", methods=["GET", "POST"])
@requires("standard.manage")
def new(standard_id: UUID) -> ResponseReturnValue:
    """Add a point to a draft."""
    with transaction(g.actor.organisation) as session:
        return _written(session, standard_id, None)


@blueprint.route("/<uuid:point_id>", methods=["GET", "POST"])
@requires("standard.manage")
def change(standard_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Write a point of a draft anew."""
    with transaction(g.actor.organisation) as session:
        return _written(session, standard_id, point_table.get(session, standard_id, point_id))


@blueprint.post("/<uuid:point_id>/delete")
@requires("standard.manage")
def delete(standard_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Take a point out of a draft."""
    with transaction(g.actor.organisation) as session:
        code = point_table.get(session, standard_id, point_id).code
        point_table.delete(session, standard_id, point_id, by=g.actor)
    flash(_("Point %(code)s is deleted.", code=code), "info")
    return redirect(url_for("point_tables.index", standard_id=standard_id))


def _written(session: Session, standard_id: UUID, point: Point | None) -> ResponseReturnValue:
    standard = standards.get(session, standard_id)
    standards.refuse_fixed(standard)
    tiers = point_table.tiers_of(session, standard)
    if request.method == "GET":
        return _editor(session, standard, point, Entries(_of(session, standard, point)))
    form = Entries(request.form)
    part = _part(form, standard, {**tiers.ranges, **tiers.subranges})
    own, seen = point.id if point else None, form["seen"]
    if part and form.done(
        session, lambda: point_table.write(session, standard_id, part, by=g.actor, point_id=own, seen=seen)
    ):
        flash(_("Point %(code)s is saved.", code=part.code), "good")
        if "another" in request.form:
            return redirect(url_for("point_tables.new", standard_id=standard_id, range=part.range))
        return redirect(url_for("point_tables.index", standard_id=standard_id, range=_root(part.range, standard)))
    if point:
        session.refresh(point)
    return _editor(session, standard, point, form), 422


def _of(session: Session, standard: Standard, point: Point | None) -> dict[str, Any]:
    tiers = point_table.tiers_of(session, standard)
    if point is None:
        lowest = max((level.digit for level in standard.levels), default=5)
        wanted = request.args.get("range", "")
        tier = wanted if wanted in tiers.ranges or wanted in tiers.subranges else ""
        code = point_table.proposed_code(session, standard, tier) if tier else ""
        return {"range": tier, "code": code, "importance": "X", "confidence": "U", "lowest_level": lowest}
    own = {row.id: code for code, row in (*tiers.ranges.items(), *tiers.subranges.items())}
    fields = (name for name in PointPart.model_fields if name != "range")
    return {name: getattr(point, name) for name in fields} | {"range": own[point.subrange_id or point.range_id]}


def _editor(session: Session, standard: Standard, point: Point | None, form: Entries) -> str:
    form.values["seen"] = point_table.mark(point) if point else ""
    tiers = point_table.tiers_of(session, standard)
    named = sorted((*tiers.ranges.items(), *tiers.subranges.items()), key=lambda one: [*map(_order, one[0].split("-"))])
    return render_template(
        "pages/standards/point.html", standard=standard, point=point, form=form, tiers=named, words=item_words,
        importances=tuple(Importance), confidence=_CONFIDENCE,
    )  # fmt: skip


def _order(part: str) -> tuple[int, str]:
    return (int(part), "") if part.isdigit() else (0, part)


def _root(tier: str, standard: Standard) -> str:
    return max((row.code for row in standard.ranges if f"{tier}-".startswith(f"{row.code}-")), key=len)


def _part(form: Entries, standard: Standard, tiers: dict[str, object]) -> PointPart | None:
    digits = {str(level.digit): level.digit for level in standard.levels}
    chosen = {
        "importance": form.choice("importance", _IMPORTANCE), "lowest_level": form.choice("lowest_level", digits),
        "confidence": form.choice("confidence", {one: one for one in _CONFIDENCE}),
        "range": form.choice("range", {code: code for code in tiers}),
    }  # fmt: skip
    for name, value in chosen.items():
        if value is None and name not in form.faults:
            form.fault(name, _("Choose one of the list."))
    name = form.text("name")
    written = {
        "code": form.text("code", most=40), "name": name, "name_en": form.text("name_en", needed=False) or name,
        "path": form.text("path", needed=False), "fact": form.text("fact", most=2000, needed=False),
        "source": form.text("source", needed=False), "currency": form.text("currency", needed=False),
    }  # fmt: skip
    try:
        return PointPart.model_validate(written | chosen) if form.sound else None
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            form.fault(str(one["loc"][0]), _("Use letters, figures and hyphens."))
        return None
