"""Who printed what candidates get, and when: pale words beneath every page, with a code that leads back to it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.printing import Underlay, fill, put_under, render
from kaoping.itembank.trail import database_time
from kaoping.itembank.viewing import Access


def marked(
    session: Session, pdf: bytes, code: str, items: Iterable[UUID], *, viewer: str, by: Actor, at: datetime | None
) -> bytes:
    """Enter that a person printed a paper, and put their name, the moment and the code of the entry beneath it.

    A paper is read for an hour by a person in a hurry, so the words are paler and fewer than those behind a key.
    Without a ``viewer``, as where the program itself prints, the PDF stays as it is.
    """
    if not viewer:
        return pdf
    trace = viewing.take(session, Access.PAPER, code, items, by=by, at=at or database_time(session))
    return put_under(pdf, ground(viewing.behind(trace, viewer)))


def ground(words: str) -> Underlay:
    """Print the page that lies beneath every other."""
    picture = fill("ground-watermark.svg", words=words).encode()
    page = render(fill("ground.html"), stylesheets=("ground.css",), resources={"watermark": picture})
    return Underlay(page, every_page=True)
