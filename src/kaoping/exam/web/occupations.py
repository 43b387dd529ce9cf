"""The occupation catalogue: list, enter, change."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.web import standard_words
from kaoping.exam.web.entries import Entries
from kaoping.exam.web.guard import requires
from kaoping.itembank import occupations
from kaoping.itembank.errors import N_
from kaoping.itembank.structure import Occupation

blueprint = Blueprint("occupations", __name__, url_prefix="/occupations")

#: The eight major classes 大类 of the national classification, by number.
CLASSES = {
    1: N_("1 Leaders of organisations"),
    2: N_("2 Professional and technical staff"),
    3: N_("3 Clerks and related staff"),
    4: N_("4 Services to society and daily life"),
    5: N_("5 Agriculture, forestry, animal husbandry and fishery"),
    6: N_("6 Manufacturing"),
    7: N_("7 Military staff"),
    8: N_("8 Others"),
}


@blueprint.get("/")
@requires("standard.read")
def index() -> ResponseReturnValue:
    """List the occupations."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/occupations/index.html", occupations=occupations.listing(session), classes=CLASSES,
            told=standard_words,
        )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@requires("standard.manage")
def new() -> ResponseReturnValue:
    """Enter an occupation."""
    with transaction(g.actor.organisation) as session:
        return _written(session, None, Entries(request.form))


@blueprint.route("/<uuid:occupation_id>", methods=["GET", "POST"])
@requires("standard.manage")
def change(occupation_id: UUID) -> ResponseReturnValue:
    """Write an occupation anew."""
    with transaction(g.actor.organisation) as session:
        found = occupations.get(session, occupation_id)
        return _written(session, found, Entries(request.form if request.method == "POST" else _of(found)))


def _of(found: Occupation) -> dict[str, object]:
    names = ("name", "name_en", "code", "major_class", "definition", "directions")
    return {name: getattr(found, name) for name in names}


def _written(session: Session, found: Occupation | None, form: Entries) -> ResponseReturnValue:
    entry = _entry(form) if request.method == "POST" else None
    own = found.id if found else None
    if entry and form.done(session, lambda: occupations.write(session, entry, by=g.actor, occupation_id=own)):
        flash(_("Occupation %(name)s is in the catalogue.", name=entry.name), "good")
        return redirect(url_for("occupations.index"))
    page = render_template("pages/occupations/change.html", occupation=found, form=form, classes=CLASSES)
    return page, 200 if request.method == "GET" else 422


def _entry(form: Entries) -> occupations.Entry | None:
    name, number = form.text("name", most=100), form.whole("major_class", 1, 8)
    if number is None and not form.faults.get("major_class"):
        form.fault("major_class", _("Choose one of the list."))
    english, code = form.text("name_en", most=200, needed=False), form.text("code", most=20, needed=False)
    definition, directions = form.text("definition", most=2000, needed=False), form.lines("directions", most=100)
    if form.faults or number is None:
        return None
    return occupations.Entry(name, english or name, number, code or None, definition, directions)
