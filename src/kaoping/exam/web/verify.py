"""Public verification of certificates: by QR code, or by number, name and identity tail. Nobody logs in for it."""

import base64

from cryptography.hazmat.primitives import serialization
from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.results import verifying
from kaoping.exam.results.verifying import Answer
from kaoping.exam.web.guard import public

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
            keys=signing.published(current_app.extensions["kaoping.settings"]),
            address=request.remote_addr or "",
        )
    return _page(answer, entered)


@blueprint.get("/v/<query_key>")
@public
def scanned(query_key: str) -> ResponseReturnValue:
    """Answer a scanned QR code."""
    with transaction() as session:
        keys = signing.published(current_app.extensions["kaoping.settings"])
        answer = verifying.ask_by_key(session, query_key, keys=keys, address=request.remote_addr or "")
    return _page(answer, {})


@blueprint.get("/verify/keys.json")
@public
def keys() -> ResponseReturnValue:
    """Publish the keys that signatures are checked with."""
    found = signing.published(current_app.extensions["kaoping.settings"])
    raw = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return jsonify(
        {
            "keys": [
                {"kid": name, "kty": "OKP", "crv": "Ed25519", "x": _base64url(key.public_bytes(*raw))}
                for name, key in found.items()
            ]
        }
    )


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _page(answer: Answer, entered: dict[str, str]) -> ResponseReturnValue:
    if answer.come_back:
        return render_template("pages/verify/blocked.html", answer=answer), 429
    if answer.face is None:
        return render_template("pages/verify/nothing.html", answer=answer, entered=entered), 404
    photo = base64.b64encode(answer.face.photo).decode() if answer.face.photo else None
    kind = "png" if answer.face.photo and answer.face.photo.startswith(b"\x89PNG") else "jpeg"
    return render_template("pages/verify/face.html", answer=answer, face=answer.face, photo=photo, kind=kind)
