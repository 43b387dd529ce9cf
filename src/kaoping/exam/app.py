"""The web application: put together from its settings, in the order in which a request passes through."""

from pathlib import Path

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from kaoping.exam.settings import Settings
from kaoping.exam.web import blueprints, context, errors, guard, headers, health, languages, null_characters, security

_HERE = Path(__file__).parent
_MEGABYTE = 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """Build the application. The database and the vault are opened by whoever starts the process."""
    app = Flask("kaoping", template_folder=str(_HERE.parent / "templates"), static_folder=str(_HERE / "web/static"))
    app.config.from_mapping(_configuration(settings))
    app.extensions["kaoping.settings"] = settings
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.trusted_proxies] * 4)  # type: ignore[method-assign]
    Bootstrap5(app)
    headers.init_app(app)
    CSRFProtect(app)
    security.init_app(app)
    languages.init_app(app, settings.timezone)
    guard.init_app(app)
    null_characters.init_app(app)
    context.init_app(app)
    errors.init_app(app)
    health.init_app(app)
    blueprints.init_app(app)
    return app


def serving() -> Flask:
    """Build the application from the environment (``granian --factory kaoping.exam.app:serving``)."""
    return create_app(Settings.load())


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key_file.read_text(encoding="ascii").strip(),
        "SESSION_COOKIE_NAME": "__Host-kaoping" if settings.secure_cookies else "kaoping",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": 12 * _MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * _MEGABYTE,
        "MAX_FORM_PARTS": 5000,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
    }
