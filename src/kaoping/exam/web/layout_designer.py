"""The designer of a layout: numbers, a list of elements, a picture of the page as it will be printed.

Every button works without script; with it the picture follows the numbers, and arrow keys or the mouse move an element.
"""

import base64
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kaoping.certificates import designing, layout_pictures, layout_samples, wording
from kaoping.certificates.layout_documents import FORMS, Document, faults_of, read_as
from kaoping.certificates.layout_models import CertificateLayout, LayoutState
from kaoping.certificates.layout_sheets import BLOCK_WORDS, MOST_NOTES
from kaoping.certificates.layouts import SIZES, GroundKind, Layout, PageSize
from kaoping.exam.db import transaction
from kaoping.exam.filing import filings
from kaoping.exam.results import layout_previews
from kaoping.exam.web import layout_form, layout_words, sheet_form
from kaoping.exam.web.errors import sentence_of
from kaoping.exam.web.guard import requires
from kaoping.exam.web.layout_form import LEVELS, Draft, wish
from kaoping.exam.web.sheet_form import SheetDraft
from kaoping.itembank.errors import Conflict, Invalid, KaopingError

blueprint = Blueprint("layout_designer", __name__, url_prefix="/certificates/layouts/<uuid:layout_id>/design")


@blueprint.get("")
@requires("layout.design")
def design(layout_id: UUID) -> ResponseReturnValue:
    """Show the designer of a draft; of another state, its page."""
    with transaction(g.actor.organisation) as session:
        row = designing.find(session, layout_id)
        if row.state is not LayoutState.DRAFT:
            return redirect(url_for("layouts.show", layout_id=layout_id))
        return _page(session, row, _stored(row), seen=row.saves)


@blueprint.post("")
@requires("layout.design")
def act(layout_id: UUID) -> ResponseReturnValue:
    """Save, preview, or change the list of elements; everything but saving stores nothing."""
    deed, opened = request.form.get("act", "save"), None
    with transaction(g.actor.organisation) as session:
        draft = _sent(designing.find(session, layout_id))
    if deed == "save":
        return _save(layout_id, draft)
    if deed != "preview" and isinstance(draft, Draft):
        opened = layout_form.changed(draft, deed, request.form.get("new_kind", ""))
    with transaction(g.actor.organisation) as session:
        return _page(session, designing.find(session, layout_id), draft, seen=_seen(), opened=opened, unsaved=True)


@blueprint.post("/preview")
@requires("layout.design")
def preview(layout_id: UUID) -> ResponseReturnValue:
    """Draw what stands in the form, for the script: the picture as text, and what is wrong."""
    with transaction(g.actor.organisation) as session:
        row = designing.find(session, layout_id)
        layout, slips = _sent(row).read()
        told = [layout_words.slip(one.name, one.kind) for one in slips]
        told += _faults(row, layout)
        picture, refusal = _drawn(session, row, layout)
    return {"picture": picture, "faults": [*told, *([refusal] if refusal else [])]}


def _save(layout_id: UUID, draft: Draft | SheetDraft) -> ResponseReturnValue:
    layout, _slips = draft.read()
    purpose, refusal = draft.purpose(), None
    if layout is not None and purpose is not None:
        try:
            with transaction(g.actor.organisation) as session:
                designing.save(session, layout_id, layout, purpose, seen=_seen(), by=g.actor)
        except (Invalid, Conflict) as refused:
            refusal = sentence_of(refused)
        else:
            flash(_("The draft is saved."), "good")
            return redirect(url_for("layout_designer.design", layout_id=layout_id))
    elif purpose is None:
        refusal = _("Enter the day, such as 2026-01-31.")
    with transaction(g.actor.organisation) as session:
        row = designing.find(session, layout_id)
        return _page(session, row, draft, seen=_seen(), unsaved=True, refusal=refusal), 422


def _seen() -> int:
    return request.form.get("seen", 0, type=int)


def _faults(row: CertificateLayout, layout: Document | None) -> list[str]:
    return [layout_words.fault(one) for one in faults_of(row.kind, layout)] if layout else []


def _stored(row: CertificateLayout) -> Draft | SheetDraft:
    document = read_as(row.kind, row.document)
    if isinstance(document, Layout):
        return layout_form.draft_of(row, document)
    return sheet_form.draft_of(row, document, FORMS[row.kind])


def _sent(row: CertificateLayout) -> Draft | SheetDraft:
    return sheet_form.sent(request.form, FORMS[row.kind]) if row.kind in FORMS else layout_form.sent(request.form)


def _drawn(session: Session, row: CertificateLayout, layout: Document | None) -> tuple[str | None, str | None]:
    """Draw the layout with the sample asked for: a picture as a data address, or why there is none."""
    if layout is None:
        return None, None
    try:
        chosen = wish(request.values, layout_pictures.contents(session, layout.digests))
        drawn = layout_previews.drawn(row.kind, layout, chosen)
    except KaopingError as refused:
        return None, sentence_of(refused)
    return f"data:image/png;base64,{base64.b64encode(drawn).decode()}", None


def _page(
    session: Session, row: CertificateLayout, draft: Draft | SheetDraft, *, seen: int, opened: int | None = None,
    unsaved: bool = False, refusal: str | None = None,
) -> str:  # fmt: skip
    layout, slips = draft.read()
    picture, undrawn = _drawn(session, row, layout)
    more: dict[str, Any] = {
        "slips": slips, "faults": faults_of(row.kind, layout) if layout else [], "picture": picture,
        "undrawn": undrawn, "opened": opened, "unsaved": unsaved, "refusal": refusal,
    }  # fmt: skip
    if isinstance(draft, SheetDraft):
        template, size = "pages/layouts/sheet.html", None
        more |= {"sheet": FORMS[row.kind], "block_words": BLOCK_WORDS, "most_notes": MOST_NOTES}
    else:
        template, size = (
            "pages/layouts/design.html",
            SIZES[PageSize(draft.page) if draft.page in set(PageSize) else PageSize.A4],
        )
    return render_template(
        template, row=row, draft=draft, seen=seen, size=size, words=layout_words, form=layout_form,
        samples=layout_samples.WORDS, chosen=wish(request.values, {}), levels=LEVELS, level_names=wording.LEVELS,
        standards=filings.choices(session), pictures=layout_pictures.listed(session), grounds=GroundKind, **more,
    )  # fmt: skip
