"""The practice pool: how many items each pool has, and their release by two persons from the secure one."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.people.access import allow
from kaoping.exam.people.names import names
from kaoping.exam.practice import errors, releasing
from kaoping.exam.practice.models import Release
from kaoping.exam.practice.releasing import LONGEST
from kaoping.exam.web import item_words
from kaoping.exam.web.forms import Form
from kaoping.exam.web.guard import requires
from kaoping.exam.web.listing import page_of
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.errors import N_

blueprint = Blueprint("practice_pool", __name__, url_prefix="/items/practice")

SECTIONS = (Section(N_("Practice pool"), "practice_pool.index", "practice.read", ("practice_sets",)),)
DUTIES = (
    Duty(
        N_("%(num)d release to practice waits for a decision"),
        N_("%(num)d releases to practice wait for a decision"),
        N_("Decide on the release"),
        "practice_pool.index",
        "practice.decide",
        releasing.count_waiting,
    ),
)

SHOWN = 25
_BETWEEN = re.compile(r"[\s,;，；、]+")
_AT_MOST = Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters."))
_PLACES: Places = {
    errors.ReleaseNamesNothing: "codes",
    errors.ReleasedItemsUnknown: "codes",
    errors.NotReleasable: "codes",
    errors.StillToBeSat: "codes",
}


class ReleaseForm(Form):
    """Which items move to practice, and why."""

    codes = TextAreaField(
        lazy_gettext("Codes of the items to release"),
        description=lazy_gettext("Codes with spaces or commas between."),
        validators=[InputRequired(lazy_gettext("Name at least one item."))],
    )
    reason = TextAreaField(
        lazy_gettext("Why they may become public"),
        description=lazy_gettext("It is kept encrypted."),
        validators=[InputRequired(lazy_gettext("Say why the items may become public.")), _AT_MOST],
    )

    @property
    def named(self) -> list[str]:
        """The codes that were typed."""
        return [code for code in _BETWEEN.split(self.codes.data or "") if code]


class RefuseForm(Form):
    """Why items stay secure."""

    reason = TextAreaField(
        lazy_gettext("Why the items stay secure"),
        validators=[InputRequired(lazy_gettext("Say why the items stay secure.")), _AT_MOST],
    )


@blueprint.get("/")
@requires("practice.read")
def index() -> ResponseReturnValue:
    """Count both pools, and list the releases, the newest first."""
    return _index(ReleaseForm(formdata=None, data={"codes": request.args.get("codes", "")}))


@blueprint.post("/")
@requires("practice.propose")
def propose() -> ResponseReturnValue:
    """Propose a release; what is refused is told at its place, with all that was typed."""
    form = ReleaseForm()
    row = attempt(form, lambda: _proposed(form), places=_PLACES) if form.validate() else None
    if row is None:
        return _index(form), 422
    flash(_("Release %(number)d is proposed. Another person decides on it.", number=row.number), "good")
    return redirect(url_for("practice_pool.show", release_id=row.id))


@blueprint.get("/releases/<uuid:release_id>")
@requires("practice.read")
def show(release_id: UUID) -> ResponseReturnValue:
    """Show a release: what it names, what is alike and stays secure, and what was decided."""
    return _page(release_id, RefuseForm())


@blueprint.post("/releases/<uuid:release_id>/release")
@requires("practice.decide")
def release(release_id: UUID) -> ResponseReturnValue:
    """Let the items go to practice; what has changed since the proposal is told on the page."""
    form = RefuseForm(formdata=None)
    row = attempt(form, lambda: _released(release_id), places={})
    if row is None:
        return _page(release_id, form), 409
    moved = ngettext(
        "%(num)d item is for practice now. It stands in no new paper any more.",
        "%(num)d items are for practice now. They stand in no new paper any more.", len(row.items),
    )  # fmt: skip
    flash(moved, "good")
    return redirect(url_for("practice_pool.show", release_id=release_id))


@blueprint.post("/releases/<uuid:release_id>/refuse")
@requires("practice.decide")
def refuse(release_id: UUID) -> ResponseReturnValue:
    """Keep the items secure for a reason."""
    form = RefuseForm()
    row = attempt(form, lambda: _refused(release_id, form), places={}) if form.validate() else None
    if row is None:
        return _page(release_id, form), 422
    flash(_("Release %(number)d is refused; its items stay secure.", number=row.number), "good")
    return redirect(url_for("practice_pool.show", release_id=release_id))


def _proposed(form: ReleaseForm) -> Release:
    with transaction(g.actor.organisation) as session:
        return releasing.propose(session, form.named, reason=form.reason.data or "", by=g.actor)


def _released(release_id: UUID) -> Release:
    with transaction(g.actor.organisation) as session:
        _require_other(session, release_id)
        return releasing.release(session, release_id, by=g.actor)


def _refused(release_id: UUID, form: RefuseForm) -> Release:
    with transaction(g.actor.organisation) as session:
        _require_other(session, release_id)
        return releasing.refuse(session, release_id, form.reason.data or "", by=g.actor)


def _require_other(session: Session, release_id: UUID) -> None:
    allow(g.actor, "practice.decide", releasing.find(session, release_id))


def _index(form: ReleaseForm) -> str:
    with transaction(g.actor.organisation) as session:
        total = releasing.count(session)
        page = page_of(total, SHOWN)
        rows = releasing.listed(session, limit=SHOWN, offset=(page.number - 1) * SHOWN)
        return render_template(
            "pages/practice_pool/index.html", form=form, rows=rows, total=total, page=page,
            pools=releasing.pools(session), names=names(session, {row.proposed_by for row in rows}), words=item_words,
        )  # fmt: skip


def _page(release_id: UUID, form: RefuseForm) -> str:
    with transaction(g.actor.organisation) as session:
        row = releasing.find(session, release_id)
        more: dict[str, Any] = {"alike": releasing.alike(session, row)}
        people = names(session, filter(None, [row.proposed_by, row.decided_by]))
        return render_template(
            "pages/practice_pool/show.html", row=row, form=form, names=people, words=item_words, **more
        )  # fmt: skip
