"""Archived papers: officers' passphrases, archiving, and openings to which three officers consent."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import TextArea

from kaoping.exam.db import transaction
from kaoping.exam.people import organisations
from kaoping.exam.people.access import ROLES, may
from kaoping.exam.people.names import names
from kaoping.exam.results import archiving as finished
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.navigation import Duty, Section
from kaoping.exam.web.refusals import Places, attempt
from kaoping.exam.web.watermark import seen
from kaoping.itembank import archiving, markdown, opening
from kaoping.itembank.archives import ArchiveHolder, ArchiveOpening, OpeningState, PaperArchive
from kaoping.itembank.errors import N_
from kaoping.itembank.opening import LONGEST_REASON
from kaoping.itembank.trail import database_time
from kaoping.itembank.viewing import LONGEST_PURPOSE, SHORTEST_PURPOSE

blueprint = Blueprint("archives", __name__, url_prefix="/archives")

SECTIONS = (Section(N_("Archived papers"), "archives.index", "archive.read"),)
DUTIES = (
    Duty(
        N_("%(num)d opening of an archived paper waits for your consent"),
        N_("%(num)d openings of archived papers wait for your consent"),
        N_("Consent or refuse"),
        "archives.index",
        "archive.consent",
        opening.count_waiting,
    ),
)


class PassphraseForm(Form):
    """The officer's own passphrase for shares of archived papers."""

    role = SelectField(lazy_gettext("For which role you hold"))
    passphrase = PasswordField(
        lazy_gettext("Archive passphrase"),
        description=lazy_gettext(
            "At least 12 characters, such as five words that do not belong together. Nobody can reset it: keep it "
            "where you keep what must not be lost."
        ),
        validators=[InputRequired(lazy_gettext("Enter the passphrase."))],
    )
    repeated = PasswordField(
        lazy_gettext("The same once more"),
        validators=[EqualTo("passphrase", lazy_gettext("The two passphrases differ; type them again."))],
    )


class AskForm(Form):
    """What a paper is opened for."""

    purpose = StringField(
        lazy_gettext("What the paper is opened for"),
        description=lazy_gettext("Such as the appeal of a candidate with its number; it is kept with your name."),
        validators=[
            InputRequired(lazy_gettext("Say what the paper is opened for.")),
            Length(SHORTEST_PURPOSE, LONGEST_PURPOSE, lazy_gettext("Use 4 to 200 characters.")),
        ],
        widget=TextArea(),
    )


class ConsentForm(Form):
    """The passphrase that opens the officer's share."""

    passphrase = PasswordField(
        lazy_gettext("Your archive passphrase"), validators=[InputRequired(lazy_gettext("Enter the passphrase."))]
    )


class RefusalForm(Form):
    """Why an opening is refused."""

    reason = TextAreaField(
        lazy_gettext("Why the opening is refused"),
        validators=[
            InputRequired(lazy_gettext("Say why the opening is refused.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("Say it in at most %(max)d characters.")),
        ],
    )


@blueprint.get("/")
@requires("archive.read")
def index() -> ResponseReturnValue:
    """List the archived papers, those that could be archived, and who holds shares."""
    with transaction(g.actor.organisation) as session:
        opening.shut(session, by=g.actor)
        held, rows = archiving.holders(session), archiving.listed(session)
        people = {one.account_id for ones in held.values() for one in ones}
        return render_template(
            "pages/archives/index.html", rows=rows, ready=finished.ready(session), held=held,
            moment=database_time(session), names=names(session, people), mine=_mine(held),
        )  # fmt: skip


@blueprint.get("/passphrase")
@requires("archive.consent")
def passphrase() -> ResponseReturnValue:
    """Ask for the officer's own passphrase."""
    return render_template("pages/archives/passphrase.html", form=_passphrase_form())


@blueprint.post("/passphrase")
@requires("archive.consent")
def hold() -> ResponseReturnValue:
    """Set the passphrase for papers that are archived from now on."""
    form = _passphrase_form()
    places: Places = {archiving.PassphraseTooShort: "passphrase"}
    if not form.validate() or attempt(form, lambda: _held(form), places=places) is None:
        return render_template("pages/archives/passphrase.html", form=form), 422
    flash(_("Your archive passphrase is set. It opens your share of every paper that is archived from now on."), "good")
    return redirect(url_for("archives.index"))


@blueprint.post("/papers/<uuid:paper_id>")
@requires("archive.make")
def archive(paper_id: UUID) -> ResponseReturnValue:
    """Archive a paper whose exams are closed and final."""
    with transaction(g.actor.organisation) as session:
        row = finished.archive(session, paper_id, by=g.actor)
        flash(_("Paper %(code)s is archived; three officers together can open it.", code=row.paper.code), "good")
    return redirect(url_for("archives.show", archive_id=row.id))


@blueprint.get("/<uuid:archive_id>")
@requires("archive.read")
def show(archive_id: UUID) -> ResponseReturnValue:
    """Show an archived paper with its openings, without content."""
    with transaction(g.actor.organisation) as session:
        opening.shut(session, by=g.actor)
        return _page(session, archiving.find(session, archive_id))


@blueprint.post("/<uuid:archive_id>/openings")
@requires("archive.ask")
def ask(archive_id: UUID) -> ResponseReturnValue:
    """Ask for an opening."""
    form = AskForm()
    places: Places = {opening.OpeningUnexplained: "purpose"}
    row = attempt(form, lambda: _asked(archive_id, form), places=places) if form.validate() else None
    if row is None:
        with transaction(g.actor.organisation) as session:
            return _page(session, archiving.find(session, archive_id), asking=form), 422
    flash(_("The opening is asked for. It needs the consent of three officers."), "good")
    return redirect(url_for("archives.show", archive_id=archive_id))


@blueprint.post("/openings/<uuid:opening_id>/consent")
@requires("archive.consent")
def consent(opening_id: UUID) -> ResponseReturnValue:
    """Consent to an opening with one's passphrase."""
    form = ConsentForm()
    places: Places = {opening.PassphraseWrong: "passphrase"}
    row = attempt(form, lambda: _consented(opening_id, form), places=places) if form.validate() else None
    if row is None:
        return _again(opening_id, consenting=form)
    flash(_("The paper is open.") if row.opened_at else _("Your consent is given; others are still needed."), "good")
    return redirect(url_for("archives.show", archive_id=row.archive_id))


@blueprint.post("/openings/<uuid:opening_id>/refuse")
@requires("archive.consent")
def refuse(opening_id: UUID) -> ResponseReturnValue:
    """Refuse an opening for a reason."""
    form = RefusalForm()
    row = attempt(form, lambda: _refused(opening_id, form), places={}) if form.validate() else None
    if row is None:
        return _again(opening_id, refusing=form)
    flash(_("The opening is refused."), "good")
    return redirect(url_for("archives.show", archive_id=row.archive_id))


@blueprint.get("/openings/<uuid:opening_id>/paper")
@requires("archive.read")
def read(opening_id: UUID) -> ResponseReturnValue:
    """Show an open paper with its content and keys, under the reader's watermark."""
    with transaction(g.actor.organisation) as session:
        document, _trace = opening.read(session, opening_id, by=g.actor)
        seen(session)
        return render_template(
            "pages/archives/paper.html", document=document, opening=opening.find(session, opening_id),
            md=markdown,
        )  # fmt: skip


def _mine(held: dict[str, list[ArchiveHolder]]) -> ArchiveHolder | None:
    return next((one for ones in held.values() for one in ones if one.account_id == g.actor.id), None)


def _passphrase_form() -> PassphraseForm:
    form = PassphraseForm()
    form.role.choices = choices(*((role, _(ROLES[role])) for role in archiving.ROLES if role in g.actor.roles))
    return form


def _held(form: PassphraseForm) -> ArchiveHolder:
    with transaction(g.actor.organisation) as session:
        return archiving.hold(session, form.role.data, form.passphrase.data or "", by=g.actor)


def _asked(archive_id: UUID, form: AskForm) -> ArchiveOpening:
    with transaction(g.actor.organisation) as session:
        hours = organisations.parameter(organisations.own(session, by=g.actor), "consent_hours")
        return opening.ask(session, archive_id, form.purpose.data or "", hours=hours, by=g.actor)


def _consented(opening_id: UUID, form: ConsentForm) -> ArchiveOpening:
    with transaction(g.actor.organisation) as session:
        hours = organisations.parameter(organisations.own(session, by=g.actor), "opening_hours")
        return opening.consent(session, opening_id, form.passphrase.data or "", hours=hours, by=g.actor)


def _refused(opening_id: UUID, form: RefusalForm) -> ArchiveOpening:
    with transaction(g.actor.organisation) as session:
        return opening.refuse(session, opening_id, form.reason.data or "", by=g.actor)


def _again(opening_id: UUID, **forms: Form) -> ResponseReturnValue:
    with transaction(g.actor.organisation) as session:
        row = opening.find(session, opening_id)
        return _page(session, archiving.find(session, row.archive_id), **forms), 422


def _page(session: Session, row: PaperArchive, **forms: Form) -> str:
    moment = database_time(session)
    people = {row.archived_by}
    for one in row.openings:
        people |= {one.requested_by, *(each.person_id for each in one.consents)}
        people |= {one.refused_by} if one.refused_by else set()
    latest = row.openings[0] if row.openings else None
    waiting = latest if latest and latest.state(moment) is OpeningState.WAITING else None
    needed = waiting is not None and opening.may_consent(session, waiting, g.actor)
    current = {OpeningState.WAITING, OpeningState.OPEN}
    free = latest is None or latest.state(moment) not in current
    return render_template(
        "pages/archives/show.html", row=row, moment=moment, names=names(session, people), needed=needed,
        waiting=waiting, free=free and may(g.actor, "archive.ask"),
        asking=forms.get("asking") or AskForm(formdata=None),
        consenting=forms.get("consenting") or ConsentForm(formdata=None),
        refusing=forms.get("refusing") or RefusalForm(formdata=None),
    )  # fmt: skip
