"""Headers of every answer: a content security policy without exception, a request id, and no trace of private pages."""

import secrets

from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
#: Letters and digits that cannot be mistaken for each other on the telephone.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"


def policy(nonce: str) -> str:
    """Write the policy: nothing is loaded but our own files; ``data:`` pictures are Bootstrap's marks of a choice."""
    return _POLICY.format(nonce=nonce)


def _open() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)
    g.request_id = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))


def _close(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = policy(g.csp_nonce)
    response.headers["X-Request-Id"] = g.request_id
    response.headers.extend(_FIXED)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    _keep(response)
    return response


def _keep(response: Response) -> None:
    if request.endpoint in {"static", "bootstrap.static"}:
        versioned = "public, max-age=31536000, immutable"
        response.headers["Cache-Control"] = versioned if "v" in request.args else "public, max-age=300"
    else:
        response.headers.setdefault("Cache-Control", "no-store")


def init_app(app: Flask) -> None:
    """Set the headers on every answer, also on errors."""
    app.before_request(_open)
    app.after_request(_close)
