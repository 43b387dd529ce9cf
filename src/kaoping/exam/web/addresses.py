"""Addresses to go back to: only our own."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for


def own_address(wish: str | None) -> str:
    """Give the path of an address of ours that can be opened, or the start page."""
    if not wish:
        return url_for("shell.home")
    parts = urlsplit(wish)
    foreign = parts.netloc not in {"", request.host} or not parts.path.startswith("/") or parts.path.startswith("//")
    if foreign or not _opens(parts.path):
        return url_for("shell.home")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def came_from() -> str | None:
    """Give the page of ours that led to this request; none if it is unknown, or the start page, or this very page."""
    page = own_address(request.referrer)
    path = urlsplit(page).path
    return None if path == url_for("shell.home") or (path == request.path and request.method == "GET") else page


def page_here() -> str:
    """Give the address at which this page can be opened again: where only a form can be sent, the page it stood on."""
    return request.path if request.endpoint is None or _opens(request.path) else own_address(request.referrer)


def changed(address: str, **changes: Any) -> str:
    """Give an address with some of its query changed."""
    parts = urlsplit(address)
    return f"{parts.path}?{urlencode({**dict(parse_qsl(parts.query)), **changes})}"


def _opens(path: str) -> bool:
    """Say whether a path is a page; some addresses take forms alone."""
    return current_app.url_map.bind_to_environ(request.environ).test(path, "GET")
