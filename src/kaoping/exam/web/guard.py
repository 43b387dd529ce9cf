"""Who may open a page: every route declares it, and a route that declares nothing stays shut."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user

from kaoping.exam import db
from kaoping.exam.people.access import allow, may
from kaoping.exam.web.actor import find_actor, log_in_first

View = TypeVar("View", bound=Callable[..., Any])

#: Declarations beside the actions of `kaoping.exam.people.access`.
PUBLIC = "public"
CANDIDATE = "candidate"
OWN = "own account"
#: Actions whose pages show items of the bank: closed ones are there for their readers alone.
_OF_ITEMS = ("item.", "twin.", "statistics.", "work.")
#: Routes of libraries: static files, and log-in pages that guard themselves.
_LIBRARIES = ("static", "bootstrap.", "security.")


def requires(action: str) -> Callable[[View], View]:
    """Declare that a view is for members of staff whose roles allow an action."""

    def declare(view: View) -> View:
        view.__dict__["needs"] = action
        return view

    return declare


def public(view: View) -> View:
    """Declare that anybody may open a view; a member of staff who is logged in keeps the header."""
    return requires(PUBLIC)(view)


def candidate(view: View) -> View:
    """Declare that a view is for candidates: it checks the sitting token itself, and no staff account is looked at."""
    return requires(CANDIDATE)(view)


def own_account(view: View) -> View:
    """Declare that a view shows what belongs to the account that is logged in, with or without roles."""
    return requires(OWN)(view)


def needs(app: Flask, endpoint: str) -> str | None:
    """Give what a route declares."""
    if endpoint.startswith(_LIBRARIES):
        return PUBLIC
    declared: str | None = app.view_functions[endpoint].__dict__.get("needs")
    return declared


def _stand() -> Any:
    g.actor = None
    db.reader.set(None)
    if request.endpoint is None:
        return None
    declared = needs(current_app, request.endpoint)
    if declared is None:
        raise RuntimeError(f"the route {request.endpoint} declares neither an action nor public")
    if declared == CANDIDATE or request.endpoint in {"static", "bootstrap.static"}:
        return None
    g.actor = find_actor()
    if declared == OWN:
        return None if current_user.is_authenticated else log_in_first()
    return None if declared == PUBLIC else _check(declared)


def _check(action: str) -> Any:
    if g.actor is None:
        return log_in_first()
    allow(g.actor, action)
    if action.startswith(_OF_ITEMS) and not may(g.actor, "item.close"):
        db.reader.set(g.actor.id)
    return None


def init_app(app: Flask) -> None:
    """Check every request before its view."""
    app.before_request(_stand)
