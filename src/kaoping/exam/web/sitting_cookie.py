"""The candidate's cookie, and the proof that a request comes from our own page.

Candidates have no staff session and no form token: their cookie is never sent from foreign pages (``SameSite=Strict``),
and whatever changes something has to name this installation as its origin, the API by a header of its own as well.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from kaoping.exam.delivery.errors import ForeignRequest

COOKIE = "kp_sitting"
HEADER = "X-Kaoping-Sitting"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_HALF_A_DAY = 12 * 3600


def token() -> str:
    """Give the token that the browser sent, empty if none."""
    return request.cookies.get(COOKIE, "")


def keep(response: Response, value: str) -> Response:
    """Put a new token into the browser."""
    secure = current_app.extensions["kaoping.settings"].secure_cookies
    response.set_cookie(COOKIE, value, max_age=_HALF_A_DAY, httponly=True, samesite="Strict", secure=secure, path="/")
    return response


def require_own_origin() -> None:
    """Refuse a change that was not sent by a page of this installation."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    own = urlsplit(origin).netloc == request.host if origin else request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not own or (request.path.startswith("/api/") and HEADER not in request.headers):
        raise ForeignRequest


def guard(blueprint: Blueprint) -> None:
    """Let a blueprint of candidates' views stand on this proof in place of form tokens."""

    def exempt(state: BlueprintSetupState) -> None:
        state.app.extensions["csrf"].exempt(blueprint)

    blueprint.record_once(exempt)
    blueprint.before_request(require_own_origin)
