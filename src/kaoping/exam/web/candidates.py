"""The candidate's pages: log-in, rules, the sitting, and the confirmation. No staff account is looked at here."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import Form, StringField, ValidationError
from wtforms.validators import InputRequired

from kaoping.exam.db import transaction
from kaoping.exam.delivery import english_sheet, entering, files, folds, pictures, sheet, sitting
from kaoping.exam.delivery.entering import Entry
from kaoping.exam.delivery.errors import EntryRefused, NotEntered, TooManyTries
from kaoping.exam.delivery.folds import SittingState
from kaoping.exam.delivery.models import Step, StepVerb
from kaoping.exam.delivery.sheet import SheetItem
from kaoping.exam.delivery.sitting import Desk
from kaoping.exam.people import identity
from kaoping.exam.web import posted_answers, sitting_cookie
from kaoping.exam.web.actor import show_organisation
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import candidate
from kaoping.exam.web.languages import CHINESE, ENGLISH, language
from kaoping.itembank import marking
from kaoping.itembank.items import ItemType
from kaoping.itembank.rules import Section

blueprint = Blueprint("candidates", __name__, url_prefix="/exam")

DOORS = {"candidate": "candidates.log_in"}
sitting_cookie.guard(blueprint)


@blueprint.url_value_preprocessor
def _take_files(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let a file be larger than other requests; this is said before anything of the request is read."""
    if endpoint == "candidates.answer":
        request.max_content_length = files.LARGEST_REQUEST


_TICKET_DIGITS = 12


class EntryForm(Form):
    """What a candidate enters to log in."""

    ticket = StringField(
        lazy_gettext("Ticket number"),
        description=lazy_gettext("12 digits, the first line of the admission ticket"),
        validators=[InputRequired(lazy_gettext("Enter the ticket number."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("As on your identity document; a dot within the name may be left out"),
        validators=[InputRequired(lazy_gettext("Enter your name."))],
        render_kw={"autocomplete": "name"},
    )
    secret = StringField(
        lazy_gettext("Last six of the identity document, or room code"),
        description=lazy_gettext("The invigilator reads the room code out; capital and small letters are the same"),
        validators=[InputRequired(lazy_gettext("Enter the last six characters, or the room code."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def validate_ticket(self, field: StringField) -> None:
        """Say what is wrong with the number before anything is looked up."""
        digits = identity.normalised(field.data or "")
        if not re.fullmatch(r"[0-9]*", digits):
            raise ValidationError(gettext("A ticket number has digits only."))
        if len(digits) != _TICKET_DIGITS:
            raise ValidationError(gettext("A ticket number has 12 digits; you entered %(length)d.", length=len(digits)))


@blueprint.errorhandler(NotEntered)
def _log_in_first(_: NotEntered) -> ResponseReturnValue:
    return redirect(url_for("candidates.log_in", again=1), 303)


def _desk(session: Session) -> Desk:
    """Find the candidate's desk, and put the organisation at hand for the layout."""
    found = sitting.desk(session, sitting_cookie.token())
    show_organisation(session, found.application.organisation_id)
    return found


@blueprint.get("/login")
@candidate
def log_in() -> ResponseReturnValue:
    """Ask for ticket, name and code."""
    again = "again" in request.args
    return render_template("pages/candidates/log_in.html", form=EntryForm(), refusal=None, again=again)


@blueprint.post("/login")
@candidate
def enter() -> ResponseReturnValue:
    """Log in and go on to the rules."""
    form = EntryForm(request.form)
    if not form.validate():
        return render_template("pages/candidates/log_in.html", form=form, refusal=None, again=False), 422
    with transaction() as session:
        outcome = entering.enter(
            session, ticket=form.ticket.data or "", name=form.name.data or "", secret=form.secret.data or "",
            address=request.remote_addr or "",
        )  # fmt: skip
    if isinstance(outcome, Entry):
        return sitting_cookie.keep(make_response(redirect(url_for("candidates.rules"), 303)), outcome.token)
    return _refused(form, outcome)


def _refused(form: EntryForm, refusal: EntryRefused) -> ResponseReturnValue:
    page = render_template("pages/candidates/log_in.html", form=form, refusal=sentence_of(refusal), again=False)
    return page, 429 if isinstance(refusal, TooManyTries) else 403


@blueprint.get("/rules")
@candidate
def rules() -> ResponseReturnValue:
    """Show who sits here and what will happen."""
    return _rules()


def _rules(*, pledge_missing: bool = False) -> ResponseReturnValue:
    with transaction() as session:
        found = _desk(session)
        if found.sitting is not None:
            return redirect(url_for("candidates.sit"), 303)
        person = found.application.person
        english = _english(session, found)
        items = _in_language(english) or sheet.of(session, found.application.paper_id)
        page = render_template(
            "pages/candidates/rules.html", desk=found, exam=found.application.exam, person=person, items=items,
            counts=[(section, len(group)) for section, group in _sections(items)],
            scoring=sheet.rules(items), identity=identity.masked(person.identity), photo=person.photo,
            pledge_missing=pledge_missing, bilingual=bool(english),
        )  # fmt: skip
        return page, 422 if pledge_missing else 200


@blueprint.post("/start")
@candidate
def start() -> ResponseReturnValue:
    """Start the sitting; before the exam opens, back to the rules to wait."""
    if "pledge" not in request.form:
        return _rules(pledge_missing=True)
    with transaction() as session:
        found = _desk(session)
        if found.at < found.window.opens_at:
            return redirect(url_for("candidates.rules"), 303)
        sitting.start(session, sitting_cookie.token())
    return redirect(url_for("candidates.sit"), 303)


@blueprint.get("/sitting")
@candidate
def sit() -> ResponseReturnValue:
    """Show the whole paper on one page, with what was saved so far."""
    with transaction() as session:
        found = _desk(session)
        if found.sitting is None:
            return redirect(url_for("candidates.rules"), 303)
        if not found.running:
            return redirect(url_for("candidates.done"), 303)
        english = _english(session, found)
        items = _in_language(english) or sheet.of(session, found.sitting.paper_id)
        shown = {"bilingual": bool(english), "items_tag": ENGLISH.tag if items is english else CHINESE.tag}
        stored = files.of_sitting(session, found.sitting.id)
        return render_template(
            "pages/candidates/sitting.html", files=stored, accepted=files.accepted, **_sitting(found, items), **shown
        )


def _english(session: Session, found: Desk) -> tuple[SheetItem, ...]:
    """Give the candidate's paper in English, if the exam offers it."""
    return english_sheet.of(session, found.application.exam_id, found.application.paper_id)


def _in_language(english: tuple[SheetItem, ...]) -> tuple[SheetItem, ...]:
    """Give the English items where the page is read in English: items follow the language of the page."""
    return english if language() is ENGLISH else ()


def _sections(items: tuple[SheetItem, ...]) -> list[tuple[Section, list[SheetItem]]]:
    return [(section, list(group)) for section, group in groupby(items, key=lambda item: item.section)]


def _no_numbers(items: tuple[SheetItem, ...], answers: dict[int, Any]) -> set[str]:
    typed = ((item, given) for item, given in _given(items, answers) if item.type is ItemType.NUMERIC and given)
    return {item.place for item, given in typed if not _is_number(str(given), (item.unit, *item.units))}


def _given(items: tuple[SheetItem, ...], answers: dict[int, Any]) -> Iterator[tuple[SheetItem, Any]]:
    """Give items and sub-questions with what was answered to each."""
    for item in items:
        given = answers.get(item.slot)
        yield item, given
        if item.parts:
            yield from zip(item.parts, given or [None] * len(item.parts), strict=False)


def _is_number(text: str, units: tuple[str, ...]) -> bool:
    return any(marking.number(text, unit=unit) is not None for unit in units)


def _sitting(found: Desk, items: tuple[SheetItem, ...]) -> dict[str, Any]:
    steps = found.sitting.steps if found.sitting else []
    return {
        "desk": found, "exam": found.application.exam, "items": items, "answers": folds.answers(steps),
        "flags": folds.flags(steps), "sequences": folds.sequences(steps, found.epoch),
        "latest": _latest(steps), "saved_at": folds.last_saved_at(steps),
        "no_numbers": _no_numbers(items, folds.answers(steps)),
        "zone": current_app.extensions["kaoping.settings"].timezone,
        "left": int(sitting.remaining(found).total_seconds()),
        "groups": _sections(items),
    }  # fmt: skip


def _latest(steps: list[Step]) -> dict[str, dict[str, int]]:
    """Give what the server knows of every slot, so that the page can tell what it still has to send."""
    return {
        f"{verb}:{slot}": {
            "epoch": word.epoch, "sequence": word.sequence, "at": int(word.at.timestamp() * 1000)
        }
        for verb in (StepVerb.ANSWER, StepVerb.FLAG)
        for slot, word in folds.latest(steps, verb).items()
    }  # fmt: skip


@blueprint.post("/answers/<int:slot>")
@candidate
def answer(slot: int) -> ResponseReturnValue:
    """Save one answer from a page without script, then show the same item again."""
    with transaction() as session:
        found = _desk(session)
        items = sheet.of(session, found.application.paper_id)
        item = next((item for item in items if item.slot == slot), None)
        response = posted_answers.of(item, request.form, lambda one: _file(session, one)) if item else None
        sitting.answer(session, sitting_cookie.token(), slot, response, sequence=sitting.next_sequence(found, slot))
    return redirect(url_for("candidates.sit", _anchor=f"item-{slot}"), 303)


def _file(session: Session, item: SheetItem) -> str | None:
    """Take a file that is sent with a form, and name it by its id."""
    sent = request.files.get(f"file-{item.place}")
    if not sent:
        return None
    token, name, data = sitting_cookie.token(), sent.filename or "", sent.read()
    return str(files.take(session, token, item.slot, item.part, name=name, data=data).id)


@blueprint.post("/submit")
@candidate
def submit() -> ResponseReturnValue:
    """Hand the paper in."""
    with transaction() as session:
        sitting.submit(session, sitting_cookie.token())
    return redirect(url_for("candidates.done"), 303)


@blueprint.get("/done")
@candidate
def done() -> ResponseReturnValue:
    """Confirm what the server holds."""
    with transaction() as session:
        found = _desk(session)
        if found.sitting is None or found.running:
            return redirect(url_for("candidates.rules"), 303)
        return render_template(
            "pages/candidates/done.html", desk=found, exam=found.application.exam,
            submitted=found.state is SittingState.SUBMITTED, answers=folds.answers(found.sitting.steps),
            items=sheet.of(session, found.sitting.paper_id), last=found.sitting.steps[-1],
        )  # fmt: skip


@blueprint.get("/pictures/<uuid:picture_id>")
@candidate
def picture(picture_id: UUID) -> ResponseReturnValue:
    """Show a picture of the candidate's own paper."""
    with transaction() as session:
        found = _desk(session)
        content, media_type = pictures.of_paper(session, found.application.paper_id, picture_id)
    return Response(content, mimetype=media_type, headers={"Cache-Control": "private, max-age=3600"})
