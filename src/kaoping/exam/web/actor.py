"""Who is at the page: the account of the session, the organisation it works for, and its roles there."""

from uuid import UUID

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from kaoping.exam.people.models import Account, Organisation
from kaoping.exam.web.problems import wants_problem
from kaoping.itembank.actor import Actor

_ORGANISATION = "organisation"


def find_actor() -> Actor | None:
    """Find who asks, with account and organisation at hand for the layout; None: nobody, or no organisation yet."""
    if not current_user.is_authenticated:
        return None
    g.account = current_user._get_current_object()  # noqa: SLF001 - Flask-Login's documented way out of its proxy
    organisation = chosen_organisation(g.account)
    if organisation is None:
        return None
    g.organisation = current_app.extensions["kaoping.accounts"].get_one(Organisation, organisation)
    return Actor(g.account.id, organisation, roles_in(g.account, organisation))


def show_organisation(session: Session, organisation: UUID) -> None:
    """Keep an organisation for the layout where nobody of its staff is logged in.

    It leaves the session: the page that says what went wrong is written after a rollback, which would empty it.
    """
    g.organisation = session.get(Organisation, organisation)
    if g.organisation is not None:
        session.expunge(g.organisation)


def roles_in(account: Account, organisation: UUID) -> frozenset[str]:
    """Give the roles of an account in an organisation."""
    return frozenset(membership.role for membership in account.memberships if membership.organisation == organisation)


def organisations_of(account: Account) -> list[UUID]:
    """Give the organisations that an account works for."""
    return sorted({membership.organisation for membership in account.memberships})


def chosen_organisation(account: Account) -> UUID | None:
    """Give the organisation of the session: the chosen one, or the only one."""
    possible = organisations_of(account)
    chosen = session.get(_ORGANISATION)
    if chosen and UUID(chosen) in possible:
        return UUID(chosen)
    return possible[0] if len(possible) == 1 else None


def choose_organisation(organisation: UUID | None) -> None:
    """Keep the organisation for this session; one of others is ignored at the next request."""
    session[_ORGANISATION] = organisation and str(organisation)


def log_in_first() -> ResponseReturnValue:
    """Send somebody to the log-in page, or to the choice of an organisation, and back afterwards."""
    if wants_problem():
        raise Unauthorized
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=back))
    return redirect(url_for("organisation.choose", next=back) if organisations_of(g.account) else url_for("my.index"))
