"""Long lists in pages."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number and that of the last one."""

    number: int
    last: int


def page_of(count: int, size: int) -> Page:
    """Give the page that the address asks for with ``page=``, within what there is."""
    last = max(1, -(-count // size))
    return Page(min(max(request.args.get("page", 1, type=int), 1), last), last)
