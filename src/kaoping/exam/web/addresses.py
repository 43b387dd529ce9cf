"""Addresses to go back to: only our own."""

from urllib.parse import urlsplit

from flask import request, url_for


def own_address(wish: str | None) -> str:
    """Give the path of an address of ours, or the start page."""
    if not wish:
        return url_for("shell.home")
    parts = urlsplit(wish)
    if parts.netloc not in {"", request.host} or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("shell.home")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
