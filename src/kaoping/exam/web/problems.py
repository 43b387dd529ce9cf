"""Whether an answer is a page or, for programs, a problem document (RFC 9457)."""

from flask import request


def wants_problem() -> bool:
    """Whether a program asked: an address under ``/api/``, or a script of a page."""
    return (
        request.path.startswith("/api/")
        or request.headers.get("Sec-Fetch-Dest") == "empty"
        or request.accept_mimetypes.best == "application/json"
    )
