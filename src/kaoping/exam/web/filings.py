"""Filings: list, entering from the authority's notice, confirming, ending."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.db import transaction
from kaoping.exam.filing import errors, filings
from kaoping.exam.filing.filings import Choice, Evidence, Notice
from kaoping.exam.filing.models import Filing
from kaoping.exam.people.names import names
from kaoping.exam.web.context import level_name
from kaoping.exam.web.forms import CheckBoxes, Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank import turns
from kaoping.itembank.errors import N_

blueprint = Blueprint("filings", __name__, url_prefix="/filings")

SECTIONS = (Section(N_("Filings"), "filings.index", "filing.read"),)
DUTIES = (
    Duty(
        N_("%(num)d filing waits for confirmation"),
        N_("%(num)d filings wait for confirmation"),
        N_("Look at it"),
        "filings.index",
        "filing.confirm",
        filings.count_entered,
    ),
)

_DAY = InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))
_PLACES: Places = {
    errors.FilingKnown: "number",
    errors.RegionUnknown: "regions",
    errors.FilingReversed: "ends_on",
    errors.LevelNotOfStandard: "digits",
    errors.EvidenceUnusable: "evidence",
}


class FilingForm(Form):
    """What the authority's notice says."""

    number = StringField(
        lazy_gettext("Number of the notice"),
        validators=[InputRequired(lazy_gettext("Enter the number as it stands on the notice.")), Length(max=120)],
    )
    authority = StringField(
        lazy_gettext("Authority"),
        validators=[InputRequired(lazy_gettext("Enter the authority that issued the notice.")), Length(max=120)],
    )
    standard_code = SelectField(lazy_gettext("Standard"))
    digits = CheckBoxes(lazy_gettext("Levels"), coerce=int)
    regions = StringField(
        lazy_gettext("Regions"),
        validators=[InputRequired(lazy_gettext("Enter at least one region.")), Length(max=400)],
        description=lazy_gettext("Codes of 2, 4 or 6 digits (GB/T 2260) with spaces between; 99 covers all of 99."),
    )
    starts_on = DateField(lazy_gettext("First day"), validators=[_DAY])
    ends_on = DateField(lazy_gettext("Last day"), validators=[_DAY])
    evidence = FileField(
        lazy_gettext("Notice as a file"),
        validators=[FileRequired(lazy_gettext("Choose the file of the notice."))],
        description=lazy_gettext("PDF, PNG or JPEG, at most %(most)d MB; it is kept encrypted.", most=filings.LIMIT),
    )

    def offer(self, offered: list[Choice]) -> None:
        """Let standards and their levels be chosen."""
        self.standard_code.choices = choices(*((one.code, _title(one)) for one in offered))
        levels = {digit: level_name(level) for one in offered for digit, level in one.levels.items()}
        self.digits.choices = choices(*sorted(levels.items(), reverse=True))

    def notice(self) -> Notice:
        """Give what was typed."""
        said = self.data
        return Notice(
            said["number"], said["authority"], said["standard_code"], said["digits"] or (),
            said["regions"].replace(",", " ").replace("，", " ").split(), said["starts_on"], said["ends_on"],
        )  # fmt: skip


class EndForm(Form):
    """The early end of a filing."""

    last_day = DateField(lazy_gettext("Last day on which it holds"), validators=[_DAY])
    reason = TextAreaField(
        lazy_gettext("Reason"), validators=[InputRequired(lazy_gettext("Say why it ends.")), Length(max=1000)]
    )


def _title(choice: Choice) -> str:
    return f"{choice.name if language() is CHINESE else choice.name_en} ({choice.code})"


def _form() -> FilingForm:
    form = FilingForm()
    with transaction(g.actor.organisation) as session:
        form.offer(filings.choices(session))
    return form


@blueprint.get("/")
@requires("filing.read")
def index() -> ResponseReturnValue:
    """List the filings."""
    with transaction(g.actor.organisation) as session:
        return render_template(
            "pages/filings/index.html", listed=filings.listed(session), titles=_titles(filings.choices(session)),
            today=_today(),
        )  # fmt: skip


@blueprint.get("/new")
@requires("filing.enter")
def new() -> ResponseReturnValue:
    """Ask for what a notice says."""
    return render_template("pages/filings/new.html", form=_form(), most=filings.LIMIT)


@blueprint.post("/")
@requires("filing.enter")
def add() -> ResponseReturnValue:
    """Enter a filing."""
    form = _form()
    filing = attempt(form, lambda: _entered(form), places=_PLACES) if form.validate() else None
    if filing is None:
        return render_template("pages/filings/new.html", form=form, most=filings.LIMIT), 422
    flash(_("Filing %(number)s is entered. Another person confirms it.", number=filing.number), "good")
    return redirect(url_for("filings.show", filing_id=filing.id))


def _entered(form: FilingForm) -> Filing:
    file = form.evidence.data
    with transaction(g.actor.organisation) as session:
        return filings.enter(session, form.notice(), Evidence(file.filename or "", file.read()), by=g.actor)


@blueprint.get("/<uuid:filing_id>")
@requires("filing.read")
def show(filing_id: UUID) -> ResponseReturnValue:
    """Show a filing."""
    return _page(filing_id, EndForm()), 200


def _page(filing_id: UUID, form: EndForm) -> str:
    with transaction(g.actor.organisation) as session:
        filing, offered = filings.find(session, filing_id), filings.choices(session)
        levels = next((one.levels for one in offered if one.code == filing.standard_code), {})
        return render_template(
            "pages/filings/show.html", filing=filing, titles=_titles(offered), levels=levels, form=form,
            today=_today(), names=names(session, filter(None, [filing.entered_by, filing.confirmed_by])),
        )  # fmt: skip


def _today() -> date:
    return datetime.now(turns.ZONE).date()


def _titles(offered: list[Choice]) -> dict[str, str]:
    return {one.code: _title(one) for one in offered}


@blueprint.get("/<uuid:filing_id>/evidence")
@requires("filing.read")
def evidence(filing_id: UUID) -> ResponseReturnValue:
    """Give the notice as a file."""
    with transaction(g.actor.organisation) as session:
        filing = filings.find(session, filing_id)
        kind = {"application/pdf": "pdf", "image/png": "png"}.get(filing.evidence_type, "jpg")
        headers = {
            "Content-Disposition": f'attachment; filename="filing-{filing.id}.{kind}"', "Cache-Control": "no-store",
        }  # fmt: skip
        return Response(filing.evidence, mimetype=filing.evidence_type, headers=headers)


@blueprint.post("/<uuid:filing_id>/confirm")
@requires("filing.confirm")
def confirm(filing_id: UUID) -> ResponseReturnValue:
    """Confirm a filing."""
    with transaction(g.actor.organisation) as session:
        filing = filings.confirm(session, filing_id, by=g.actor)
    flash(_("Filing %(number)s is confirmed; exams within it can be prepared.", number=filing.number), "good")
    return redirect(url_for("filings.show", filing_id=filing_id))


@blueprint.post("/<uuid:filing_id>/end")
@requires("filing.confirm")
def end(filing_id: UUID) -> ResponseReturnValue:
    """End a filing before its time."""
    form = EndForm()
    ended = form.validate() and attempt(form, lambda: _ended(filing_id, form), places={errors.EndOutside: "last_day"})
    if not ended:
        return _page(filing_id, form), 422
    flash(_("Filing %(number)s ends on %(day)s.", number=ended.number, day=ended.last_day.isoformat()), "good")
    return redirect(url_for("filings.show", filing_id=filing_id))


def _ended(filing_id: UUID, form: EndForm) -> Filing:
    with transaction(g.actor.organisation) as session:
        said = form.data
        return filings.end(session, filing_id, last_day=said["last_day"], reason=said["reason"], by=g.actor)
