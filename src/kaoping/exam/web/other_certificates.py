"""Certificates that follow from no exam here: the officer chooses the kind, names holder, words and evidence."""

from typing import Final

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from kaoping.certificates import proposals
from kaoping.certificates.errors import LevelBlocked, TermMissing
from kaoping.certificates.kinds import WORDS, CertificateKind
from kaoping.certificates.models import CertificateProposal
from kaoping.exam import clock
from kaoping.exam.db import transaction
from kaoping.exam.people import errors
from kaoping.exam.people.identity import DOCUMENTS
from kaoping.exam.people.models import IdentityType
from kaoping.exam.results import conferring
from kaoping.exam.results.conferring import Claimed, Said
from kaoping.exam.results.errors import (
    EvidenceMissing,
    FaceTooFull,
    HolderUnknown,
    IssuedInFuture,
    LastDayTooEarly,
    WordOfSkillLevel,
)
from kaoping.exam.web import certificate_words as words
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.guard import requires
from kaoping.exam.web.refusals import Places, attempt
from kaoping.itembank.trail import database_time

blueprint = Blueprint("other_certificates", __name__, url_prefix="/certificates/other")

_PLACES: Places = {
    HolderUnknown: "identity", errors.NameEmpty: "name", errors.NameTooLong: "name", errors.NameUnlikely: "name",
    errors.NameDiffers: "name", errors.IdentityEmpty: "identity", errors.IdentityRounded: "identity",
    errors.IdentityLength: "identity", errors.IdentityCharacter: "identity", errors.IdentityDate: "identity",
    errors.IdentityCheckCharacter: "identity", errors.HongKongMacaoPermitShape: "identity",
    errors.TaiwanPermitShape: "identity", errors.PassportShape: "identity", IssuedInFuture: "issued_on",
    LastDayTooEarly: "valid_until", TermMissing: "valid_until", WordOfSkillLevel: "level", LevelBlocked: "level",
    EvidenceMissing: "evidence", FaceTooFull: "occupation",
}  # fmt: skip
#: What the rows of the face hold, Chinese and English; the longest fill two lines.
_TITLE, _TITLE_EN, _AWARD = 50, 90, 16


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=lazy_gettext("Say it in at most %(max)d characters."))


_DAY = InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))


class OtherForm(Form):
    """Everything that one of the kinds says; what a kind has not is taken out."""

    name = StringField(
        lazy_gettext("Name"), validators=[InputRequired(lazy_gettext("Enter the name as on the document."))]
    )
    identity_type = SelectField(
        lazy_gettext("Document"),
        coerce=IdentityType,
        choices=choices(*((kind.value, lazy_gettext(name)) for kind, name in DOCUMENTS.items())),
    )
    identity = StringField(
        lazy_gettext("Identity number"),
        validators=[InputRequired(lazy_gettext("Enter the number of the document."))],
        description=lazy_gettext("Somebody whom the organisation has enrolled; name and number are both compared."),
    )
    occupation = StringField(validators=[InputRequired(lazy_gettext("Say it in words.")), _at_most(_TITLE)])
    specialty = StringField(validators=[_at_most(_TITLE)])
    level = StringField(
        lazy_gettext("Award won"),
        validators=[InputRequired(lazy_gettext("Say it in words.")), _at_most(_AWARD)],
    )
    grade = RadioField(
        lazy_gettext("Level"),
        choices=choices(*((each, each) for each in conferring.PROFESSIONAL_LEVELS)),
        validators=[InputRequired(lazy_gettext("Choose the level."))],
    )
    hours = IntegerField(
        lazy_gettext("Hours of training"),
        validators=[
            InputRequired(lazy_gettext("Enter the hours as a whole number.")),
            NumberRange(1, 9999, message=lazy_gettext("Enter a whole number from %(min)d to %(max)d.")),
        ],
    )
    issued_on = DateField(lazy_gettext("Date of issue"), validators=[_DAY])
    valid_until = DateField(lazy_gettext("Last day of validity"), validators=[_DAY])
    name_en = StringField(lazy_gettext("Name in Latin letters"), validators=[_at_most(_TITLE_EN)])
    occupation_en = StringField(validators=[_at_most(_TITLE_EN)])
    specialty_en = StringField(validators=[_at_most(_TITLE_EN)])
    level_en = StringField(lazy_gettext("Award in English"), validators=[_at_most(_TITLE_EN // 2)])
    evidence = TextAreaField(
        lazy_gettext("What shows it"),
        validators=[
            InputRequired(lazy_gettext("Say what shows it: the document, its number and where it is kept.")),
            _at_most(proposals.LONGEST),
        ],
        description=lazy_gettext(
            "Whoever confirms it checks this: lists, minutes or reports, and where they are kept."
        ),
    )


#: Fields that a kind has beside those of all kinds.
_ALSO: Final = {
    CertificateKind.TRAINING_RECORD: frozenset({"hours"}),
    CertificateKind.COMPETITION_AWARD: frozenset({"level", "level_en"}),
    CertificateKind.PROFESSIONAL_LEVEL: frozenset({"grade"}),
    CertificateKind.PERSON_CERTIFICATION: frozenset({"valid_until"}),
}


@blueprint.get("/")
@requires("certificate.propose")
def propose_page() -> ResponseReturnValue:
    """Ask for one certificate of the chosen kind."""
    kind = _kind()
    return _page(kind, _form(kind, empty=True))


@blueprint.post("/")
@requires("certificate.propose")
def propose() -> ResponseReturnValue:
    """Propose it; what is refused is told at its place, with all that was typed."""
    kind = _kind()
    form = _form(kind)
    done = attempt(form, lambda: _proposed(kind, form), places=_PLACES) if form.validate() else None
    if done is None:
        return _page(kind, form), 422
    flash(_("Proposed. It is issued once another person confirms it."), "good")
    return redirect(url_for("certificate_changes.waiting"))


def _kind() -> CertificateKind:
    asked = request.args.get("kind", type=CertificateKind)
    return asked if asked in _ALSO else conferring.KINDS[0]


def _form(kind: CertificateKind, *, empty: bool = False) -> OtherForm:
    form = OtherForm(formdata=None) if empty else OtherForm()
    for name in set().union(*_ALSO.values()) - _ALSO[kind]:
        del form[name]
    for name, word in words.ASKED[kind].items():
        form[name].label.text = _(word)
    return form


def _proposed(kind: CertificateKind, form: OtherForm) -> CertificateProposal:
    said = form.data
    claimed = Claimed(said["name"], said["identity_type"], said["identity"])
    award = Said(
        kind, said["occupation"], said["issued_on"], specialty=said["specialty"] or "",
        level=said.get("level") or said.get("grade") or "", hours=said.get("hours"),
        valid_until=said.get("valid_until"), name_en=said["name_en"] or "",
        occupation_en=said["occupation_en"] or "", specialty_en=said["specialty_en"] or "",
        level_en=said.get("level_en") or "",
    )  # fmt: skip
    origin = current_app.extensions["kaoping.settings"].origin
    with transaction(g.actor.organisation) as session:
        return conferring.propose(session, claimed, award, evidence=said["evidence"], origin=origin, by=g.actor)


def _page(kind: CertificateKind, form: OtherForm) -> str:
    with transaction(g.actor.organisation) as session:
        unnumbered = conferring.without_rule(session, on=clock.local_date(database_time(session)))
    return render_template(
        "pages/other_certificates/propose.html", form=form, kind=kind, kinds=conferring.KINDS, unnumbered=unnumbered,
        words=words, printed=WORDS[kind].title,
    )  # fmt: skip
