"""Pictures of items: taken in as PNG, JPEG or WebP, drawn anew so that only the picture stays, sealed at rest."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from kaoping.itembank import authoring, content
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Picture
from kaoping.itembank.trail import database_time, record

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_SIDE = 4000
LONGEST_ALTERNATIVE = 300
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class PictureTooLarge(ItemBankError, Invalid):
    """The file has too many bytes."""

    sentence = N_("The picture has %(megabytes)s MB; at most 5 MB can be taken. Save it smaller and upload it again.")


class PictureTooWide(ItemBankError, Invalid):
    """The picture has too many pixels on a side."""

    sentence = N_("The picture has %(width)s × %(height)s pixels; a side has at most 4,000. Scale it down.")


class NotAPicture(ItemBankError, Invalid):
    """The file is damaged or of another kind."""

    sentence = N_("This file is not a PNG, JPEG or WebP picture; save it as one of these and upload it again.")


class PictureMissing(ItemBankError, Invalid):
    """No file was chosen."""

    sentence = N_("Choose the file of the picture first.")


class AlternativeMissing(ItemBankError, Invalid):
    """Candidates who do not see the picture need its text."""

    sentence = N_("Describe the picture in up to 300 characters for candidates who cannot see it.")


def store(
    session: Session, item_id: UUID, data: bytes, *, alternative: str, by: Actor, at: datetime | None = None
) -> Picture:
    """Take in a picture for an item."""
    item = authoring.get(session, item_id)
    if not data:
        raise PictureMissing(code=item.code)
    if not 0 < len(alternative.strip()) <= LONGEST_ALTERNATIVE:
        raise AlternativeMissing(code=item.code)
    image, kind = opened(data)
    picture = Picture(
        organisation_id=by.organisation, item_id=item.id, media_type=MEDIA_TYPES[kind], width=image.width,
        height=image.height, alternative=alternative.strip(), content=_drawn_anew(image, kind),
        created_at=at or database_time(session),
    )  # fmt: skip
    session.add(picture)
    record(session, "picture_stored", picture, by=by, at=picture.created_at, item=item.code)
    return picture


def get(session: Session, picture_id: UUID) -> Picture:
    """Give a picture of the session's organisation."""
    picture = session.get(Picture, picture_id)
    if picture is None:
        raise Missing(what=N_("picture"))
    return picture


def of_item(session: Session, item_id: UUID) -> Sequence[Picture]:
    """Give the pictures of an item in the order in which they came."""
    return session.scalars(select(Picture).where(Picture.item_id == item_id).order_by(Picture.created_at)).all()


def answered_on(session: Session, bodies: Iterable[dict[str, Any]]) -> Sequence[Picture]:
    """Give the pictures on which some bodies are answered, without the files."""
    wanted = {picture_id for body in bodies for _, picture_id in content.pictures_of(body)}
    if not wanted:
        return ()
    return session.scalars(select(Picture).where(Picture.id.in_(wanted)).options(defer(Picture.content_sealed))).all()


def opened(data: bytes) -> tuple[Image.Image, str]:
    """Decode a picture, turned upright; its size is checked before its pixels are read."""
    if len(data) > LARGEST_BYTES:
        raise PictureTooLarge(megabytes=f"{len(data) / 1024**2:.1f}")
    try:
        with Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES)) as image:
            if max(image.size) > LARGEST_SIDE:
                raise PictureTooWide(width=image.width, height=image.height)
            return ImageOps.exif_transpose(image), str(image.format)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise NotAPicture from None


def redrawn(data: bytes) -> tuple[bytes, str]:
    """Give a picture drawn anew and its media type: nothing but the pixels comes along."""
    image, kind = opened(data)
    return _drawn_anew(image, kind), MEDIA_TYPES[kind]


def _drawn_anew(image: Image.Image, kind: str) -> bytes:
    """Encode the pixels alone: place, camera, author and whatever hides behind the picture do not come along."""
    mode = "RGB" if kind == "JPEG" else "RGBA"
    clean = Image.new(mode, image.size)
    clean.paste(image.convert(mode))
    written = io.BytesIO()
    clean.save(written, kind, quality=88) if kind != "PNG" else clean.save(written, kind, optimize=True)
    return written.getvalue()
