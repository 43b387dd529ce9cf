"""Every error becomes an answer here, once: a page with its sentence and a request number, or a problem (RFC 9457)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, NoResultFound
from werkzeug.exceptions import HTTPException

from kaoping.exam.people.access import ROLES
from kaoping.exam.web.addresses import came_from
from kaoping.exam.web.certificate_words import GROUNDS
from kaoping.exam.web.context import moment
from kaoping.exam.web.problems import wants_problem
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, KaopingError, Missing
from kaoping.scoring.errors import ScoringError

BAD_REQUEST, TOO_LARGE, FAULT = 400, 413, 500
_STATUS = ((Missing, 404), (Forbidden, 403), (Conflict, 409), (Invalid, 422))
_TITLES = {
    400: N_("This request is incomplete"),
    401: N_("Log in first"),
    403: N_("This page is for other roles"),
    404: N_("There is nothing at this address"),
    405: N_("This address takes another kind of request"),
    409: N_("This step does not fit any more"),
    413: N_("This file is too large"),
    422: N_("This entry cannot be taken"),
    429: N_("Too many tries"),
    500: N_("This page cannot be opened for the moment"),
}
_SENTENCES = {
    400: N_("Something that this page needs did not arrive. Go back, reload the page and try again."),
    401: N_("This page is for members of staff who are logged in."),
    403: N_("Your roles do not allow this step."),
    404: N_("The address may be old or mistyped."),
    405: N_("Open the page again from the menu."),
    413: N_("A page takes at most %(megabytes)d MB. Choose a smaller file."),
    429: N_("Wait a few minutes, then try again."),
    500: N_("Our system is at fault, not you. What was saved is safe; send again what was not."),
}
#: Codes that errors carry as facts.
_CODES: dict[str, str] = {
    "theory": N_("theory"), "skill": N_("skill"), "review": N_("review"), "adopted": N_("adopted"),
    "rejected": N_("set aside"), **{str(kind): words for kind, words in GROUNDS.items()},
}  # fmt: skip
_EXPIRED = N_("This page was open for too long. Go back, reload it and send again.")

log = structlog.get_logger()


class DoneMeanwhile(Conflict):
    """What is kept once was saved by somebody else, or by another click, at the same moment."""

    sentence = N_(
        "Somebody saved the same at the same moment. Load the page again and look; if something is missing, do it "
        "once more."
    )


def status_of(error: KaopingError | ScoringError) -> int:
    """Give the HTTP status of an error by its kind; an error of no kind, as measurement's, is a conflict."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)


def sentence_of(error: KaopingError | ScoringError) -> str:
    """Write an error's sentence in the reader's language."""
    facts = dict(error.facts)
    what = facts.get("what")
    if isinstance(what, str):
        facts["what"] = gettext(what)
    return str(gettext(type(error).sentence) % {name: _told(value) for name, value in facts.items()})


def _told(fact: Any) -> Any:
    """Write a fact as the reader reads it: a moment, an error within an error, a word for a code."""
    match fact:
        case datetime():
            return moment(fact)
        case KaopingError() | ScoringError():
            return sentence_of(fact)
        case StrEnum():
            return gettext(_CODES[fact]) if fact in _CODES else fact
        case tuple() if all(isinstance(one, StrEnum) for one in fact):
            return gettext(", ").join(str(_told(one)) for one in fact)
    return fact


def _kind(status: int) -> int:
    """Give the status that speaks for those without words of their own."""
    return BAD_REQUEST if status < FAULT else FAULT


def _answer(status: int, sentence: str, code: str, /, **facts: Any) -> ResponseReturnValue:
    title = gettext(_TITLES.get(status, _TITLES[_kind(status)]))
    if wants_problem():
        return _problem(status, title, sentence, code=code, facts=facts)
    roles = [gettext(ROLES[role]) for role in facts.get("roles", ())]
    page = render_template(
        "pages/error.html", status=status, heading=title, sentence=sentence, roles=roles, back=came_from()
    )
    return page, status


def _problem(status: int, title: str, sentence: str, *, code: str, facts: dict[str, Any]) -> ResponseReturnValue:
    plain = {name: value if isinstance(value, int | bool | str) else str(value) for name, value in facts.items()}
    body = {"type": "about:blank", "title": title, "status": status, "detail": sentence, "code": code,
            "request_id": g.get("request_id"), "facts": plain}  # fmt: skip
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response, status


def _ours(error: KaopingError | ScoringError) -> ResponseReturnValue:
    facts = {name: str(value) if isinstance(value, UUID) else value for name, value in error.facts.items()}
    return _answer(status_of(error), sentence_of(error), type(error).__name__, **facts)


def _absent(_: NoResultFound) -> ResponseReturnValue:
    """Answer for what a use case took by its id: an id of nothing, or of another organisation."""
    return _ours(Missing(what=N_("entry")))


def _met(error: IntegrityError) -> ResponseReturnValue:
    """Answer for a deed that two people, or two clicks, did at the same moment; the database kept the first."""
    if not isinstance(error.orig, UniqueViolation):
        raise error
    log.warning("done meanwhile", request_id=g.get("request_id"), constraint=error.orig.diag.constraint_name)
    return _ours(DoneMeanwhile())


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < BAD_REQUEST:
        return error
    status = error.code
    if isinstance(error, CSRFError):
        return _answer(400, gettext(_EXPIRED), "PageExpired")
    limit = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    sentence = gettext(_SENTENCES.get(status, _SENTENCES[_kind(status)]))
    return _answer(
        status, sentence % {"megabytes": limit} if status == TOO_LARGE else sentence, error.name.replace(" ", "")
    )


def _log(cause: Any) -> None:
    """Log what nobody foresaw by its route: Flask's own line holds the address, and with it the secret of a QR code."""
    log.error("request failed", request_id=g.get("request_id"), route=str(request.url_rule or "none"), exc_info=cause)


def init_app(app: Flask) -> None:
    """Answer all errors."""
    app.register_error_handler(KaopingError, _ours)
    app.register_error_handler(ScoringError, _ours)
    app.register_error_handler(NoResultFound, _absent)
    app.register_error_handler(IntegrityError, _met)
    app.register_error_handler(HTTPException, _http)
    app.log_exception = _log  # type: ignore[method-assign, assignment]
