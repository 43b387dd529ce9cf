"""Public verification of certificates: by QR code, by number, name and identity tail, or by the file.

Nobody logs in for it.
"""

import base64
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kaoping.certificates import face_fields, file_checking, verdicts
from kaoping.certificates.file_errors import FileTooHard, FileTooLarge, TooManyFiles
from kaoping.certificates.verification import Face
from kaoping.exam import published, signing
from kaoping.exam.db import transaction
from kaoping.exam.results import file_answers, verifying
from kaoping.exam.results.verifying import Answer
from kaoping.exam.web.certificate_words import ACTS, KINDS, LINES
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import public
from kaoping.exam.web.verdict_words import FIELDS, words_of

blueprint = Blueprint("verify", __name__)

DOORS = {"verify": "verify.ask"}


@blueprint.get("/verify")
@public
def ask() -> ResponseReturnValue:
    """Ask for number and name."""
    return render_template("pages/verify/ask.html", entered={})


@blueprint.post("/verify")
@public
def check() -> ResponseReturnValue:
    """Answer a query by number and name."""
    entered = {name: request.form.get(name, "").strip()[:100] for name in ("number", "name", "tail")}
    missing = [name for name in ("number", "name") if not entered[name]]
    if missing:
        return render_template("pages/verify/ask.html", entered=entered, missing=missing), 422
    with transaction() as session:
        answer = verifying.ask_by_number(
            session,
            entered["number"],
            name=entered["name"],
            tail=entered["tail"],
            keys=signing.published(current_app.extensions["kaoping.settings"], session),
            address=request.remote_addr or "",
        )
    return _page(answer, entered)


@blueprint.post("/verify/file")
@public
def check_file() -> ResponseReturnValue:
    """Answer about a file; it is read while no transaction is open, and not kept."""
    sent, address = request.files.get("file"), request.remote_addr or ""
    if sent is None or not sent.filename:
        return _refused(_("Choose a file."), 422)
    settings = current_app.extensions["kaoping.settings"]
    with transaction() as session:
        until = file_answers.admit(session, address=address)
        trust = published.trust_pem(session, settings)
    if until:
        return _blocked(until)
    try:
        report = file_checking.check(sent.read(), trust_pem=trust)
    except (FileTooLarge, FileTooHard, TooManyFiles) as refused:
        return _refused(sentence_of(refused), 503 if isinstance(refused, TooManyFiles) else 422)
    with transaction() as session:
        answer = file_answers.answer(session, report, keys=signing.published(settings, session), address=address)
    words = words_of(answer.face.kind if answer.face else None)
    return render_template("pages/verify/file.html", answer=answer, words=words, **_found(answer.face))


def _found(face: Face | None) -> dict[str, Any]:
    """Give what a page needs that shows what the register holds."""
    if face is None:
        return {}
    return {
        "face": face, "verdict": verdicts.of_face(face), "picture": _picture(face), "lines": LINES, "kinds": KINDS,
        "acts": ACTS, "fields": FIELDS, "labels": face_fields.labels(face.kind),
    }  # fmt: skip


def _refused(sentence: str, status: int) -> ResponseReturnValue:
    return render_template("pages/verify/ask.html", entered={}, refusal=sentence), status


@blueprint.get("/v/<query_key>")
@public
def scanned(query_key: str) -> ResponseReturnValue:
    """Answer a scanned QR code."""
    with transaction() as session:
        keys = signing.published(current_app.extensions["kaoping.settings"], session)
        answer = verifying.ask_by_key(session, query_key, keys=keys, address=request.remote_addr or "")
    return _page(answer, {})


@blueprint.get("/s/<secret>")
@public
def shared(secret: str) -> ResponseReturnValue:
    """Show what the holder of a certificate shares by a link."""
    with transaction() as session:
        keys = signing.published(current_app.extensions["kaoping.settings"], session)
        answer = verifying.ask_by_link(session, secret, keys=keys, address=request.remote_addr or "")
    page = make_response(_page(answer, {}))
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


@blueprint.get("/verify/issuer.pem")
@public
def issuer() -> ResponseReturnValue:
    """Publish what files are checked against without this installation: ``kaoping verify --trust issuer.pem``."""
    with transaction() as session:
        content = published.trust_pem(session, current_app.extensions["kaoping.settings"])
    headers = {"Content-Disposition": 'attachment; filename="issuer.pem"'}
    return Response(content, mimetype="application/x-pem-file", headers=headers)


@blueprint.get("/verify/keys.json")
@public
def keys() -> ResponseReturnValue:
    """Publish every key of the issuer with its revocation."""
    with transaction() as session:
        found = published.keys(session, current_app.extensions["kaoping.settings"])
    return current_app.response_class(found.model_dump_json(exclude_none=True), mimetype="application/json")


def _page(answer: Answer, entered: dict[str, str]) -> ResponseReturnValue:
    if answer.come_back:
        return _blocked(answer.come_back)
    if answer.face is None:
        return render_template("pages/verify/nothing.html", answer=answer, entered=entered), 404
    words = words_of(answer.face.kind)
    return render_template("pages/verify/face.html", answer=answer, words=words, **_found(answer.face))


def _blocked(until: datetime) -> ResponseReturnValue:
    return render_template("pages/verify/blocked.html", come_back=until), 429


def _picture(face: Face) -> str | None:
    """Give the photograph as an address of its own, so that no second request names the secret."""
    if face.photo is None:
        return None
    kind = "png" if face.photo.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(face.photo).decode()}"
