"""What the pages of a draft's parts share: the page, saving it, and the refusal of what is published."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.exam.web import item_words, standard_words
from kaoping.exam.web.entries import Entries
from kaoping.itembank import standards
from kaoping.itembank.figures import whole
from kaoping.itembank.models import Standard


def editor(standard: Standard, template: str, form: Entries, **facts: Any) -> str:
    """Write the page of one part of a draft."""
    form.values["version"] = str(standard.version)
    return render_template(
        f"pages/standards/{template}.html", standard=standard, form=form, told=standard_words, words=item_words, **facts
    )


def saved(
    session: Session, standard: Standard, form: Entries, deed: Callable[[int], object], page: Callable[[], str], *,
    onward: str = "",
) -> ResponseReturnValue:  # fmt: skip
    """Do what a form asks for; what is refused comes back with everything that was typed."""
    seen = whole(form["version"])
    if not form.faults and form.done(session, lambda: deed(-1 if seen is None else seen)):
        flash(_("Saved in the draft of %(code)s.", code=standard.code), "good")
        return redirect(onward or url_for("standards.show", standard_id=standard.id))
    session.refresh(standard)
    return page(), 422 if form.faults else 409


def draft(session: Session, standard_id: UUID) -> Standard:
    """Give a standard that may be written on; a published one is refused with the rule's name."""
    standard = standards.get(session, standard_id)
    standards.refuse_fixed(standard)
    return standard
