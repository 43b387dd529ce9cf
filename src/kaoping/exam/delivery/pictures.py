"""Pictures for candidates: only those of items on their own paper."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Picture
from kaoping.itembank.papers import Slot


def of_paper(session: Session, paper_id: UUID, picture_id: UUID) -> tuple[bytes, str]:
    """Give the file and media type of a picture that a paper shows."""
    on_paper = exists().where(Slot.paper_id == paper_id, Slot.item_id == Picture.item_id)
    picture = session.scalar(select(Picture).where(Picture.id == picture_id, on_paper))
    if picture is None:
        raise Missing(what=N_("picture"))
    return picture.content, picture.media_type
