"""Log-in of staff: Flask-Security on the account rows, with a second factor and freshness.

`WebAccount` is the only Flask-aware face of an account. Flask-Security commits its own rows (log-in, password, second
factor) in a session of its own: the recorded exception to “only `transaction` commits”.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any, ClassVar

from flask import Flask
from flask_babel import lazy_gettext
from flask_security import LoginForm, RoleMixin, Security, SQLAlchemySessionUserDatastore, UserMixin
from flask_security.forms import RequiredLocalize, TwoFactorVerifyCodeForm
from sqlalchemy.orm import Session, scoped_session
from werkzeug.exceptions import TooManyRequests
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from kaoping.exam import db
from kaoping.exam.delivery import limits
from kaoping.exam.delivery.limits import Limit
from kaoping.exam.people.models import Account
from kaoping.exam.web import languages
from kaoping.itembank.trail import database_time


class WebAccount(Account, UserMixin):  # type: ignore[misc]
    """An account as Flask-Login and Flask-Security know it."""

    roles: ClassVar[list[RoleMixin]] = []  # type: ignore[misc]


class _NoRole(RoleMixin):
    """Flask-Security's own roles are not used: roles are memberships, asked through `kaoping.exam.people.access`."""


#: Failures of one log-in name before it has to wait.
NAME = Limit("account", 8, timedelta(minutes=10))
#: Wrong codes of one account before it has to wait: whoever stole the password has only a million codes to try.
CODE = Limit("second_factor", 8, timedelta(minutes=10))


class NameAndPassword(LoginForm):
    """The log-in form: an e-mail address or log-in name, folded to small letters; too many failures have to wait."""

    email = StringField(  # type: ignore[assignment]
        lazy_gettext("E-mail or log-in name"),
        filters=[lambda name: name and name.strip().lower()],
        validators=[InputRequired(lazy_gettext("Enter your e-mail address or log-in name."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        render_kw={"autocomplete": "current-password"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Check name and password, and count the failures of a name, known or not."""
        _require_tries(NAME, self.email.data or "")
        good: bool = super().validate(**kwargs)
        if not good and self.password.data:
            _count_failure(NAME, self.email.data or "")
        return good


class Code(TwoFactorVerifyCodeForm):
    """The form of the second factor; too many wrong codes of an account have to wait."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the code, and count the failures of the account that it is for."""
        if self.user is None or self.is_setup:
            return bool(super().validate(**kwargs))
        _require_tries(CODE, str(self.user.id))
        good: bool = super().validate(**kwargs)
        if not good:
            _count_failure(CODE, str(self.user.id))
        return good


def _require_tries(limit: Limit, subject: str) -> None:
    with db.transaction() as session:
        if limits.blocked_until(session, limit, limits.subject(limit, subject), at=database_time(session)):
            raise TooManyRequests


def _count_failure(limit: Limit, subject: str) -> None:
    with db.transaction() as session:
        limits.count_failure(session, limit, limits.subject(limit, subject), at=database_time(session))


def init_app(app: Flask) -> None:
    """Give the application its staff log-in."""
    app.config.from_mapping(_configuration(app.config["SECRET_KEY"]))
    sessions: scoped_session[Session] = scoped_session(db.open_session)  # type: ignore[arg-type]
    store = SQLAlchemySessionUserDatastore(sessions, WebAccount, _NoRole)
    security = Security(app, store, login_form=NameAndPassword, two_factor_verify_code_form=Code)
    app.extensions["kaoping.accounts"] = sessions
    app.teardown_appcontext(lambda _: sessions.remove())
    _complete(security.i18n_domain)


def _complete(domain: Any) -> None:
    """Lay our catalogue over Flask-Security's, which lacks most of its Chinese."""
    for language in languages.LANGUAGES.values():
        domain.cache[language.locale, "flask_security"] = languages.catalogue(language.locale)


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _configuration(secret: str) -> dict[str, object]:
    return {
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_SALT": _derived(secret, "password"),
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.show",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_TOTP_SECRETS": {"1": _derived(secret, "totp")},
        "SECURITY_TOTP_ISSUER": "Kaoping",
        "SECURITY_FRESHNESS": timedelta(minutes=60),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "shell.home",
        "SECURITY_POST_LOGOUT_VIEW": "shell.home",
        "SECURITY_POST_CHANGE_VIEW": "account.show",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": str.lower, "case_insensitive": True}}],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_SCRIPT_NONCE_KEY": "csp_nonce",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_FLASH_MESSAGES": True,
    }
