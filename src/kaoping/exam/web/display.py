"""How a reader wants pages to look: theme, contrast, text size; kept in a cookie and with the account."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import Response, current_app, g, request

COOKIE = "kaoping_display"
CHOICES = {"theme": ("light", "dark"), "contrast": ("normal", "more"), "text": ("normal", "large", "larger")}
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Look:
    """A reader's display; the server writes it on the document, so nothing flashes."""

    theme: str = "light"
    contrast: str = "normal"
    text: str = "normal"

    def changed(self, wishes: Mapping[str, Any]) -> "Look":
        """Give the look with the wishes that are among the choices."""
        known = {name: wishes[name] for name, choices in CHOICES.items() if wishes.get(name) in choices}
        return replace(self, **known)

    def stored(self) -> dict[str, str]:
        """Give the look as the account keeps it."""
        return asdict(self)


def look() -> Look:
    """Give the reader's look: from the cookie, else from the account, else the standard."""
    stored = request.cookies.get(COOKIE, "")
    if stored:
        return Look().changed(dict(zip(CHOICES, stored.split("."), strict=False)))
    return Look().changed(getattr(g.get("account"), "appearance", None) or {})


def keep(response: Response, chosen: Look) -> Response:
    """Keep a look in the reader's browser."""
    secure, value = current_app.config["SESSION_COOKIE_SECURE"], ".".join(chosen.stored().values())
    response.set_cookie(COOKIE, value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
