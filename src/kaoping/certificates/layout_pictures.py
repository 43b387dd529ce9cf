"""Pictures of layouts: a ground or a logo, drawn anew so that only the picture stays, found by the digest of its bytes.

A ground is mixed with white until every dark ink of the palette reads on it with a contrast of 4.5 to 1.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from kaoping.certificates.errors import LayoutPictureUnusable
from kaoping.certificates.layout_models import LayoutPicture
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record

MEGABYTE = 1024 * 1024
#: Largest file in megabytes, and longest side in pixels, of an upload.
LIMIT, SIDE = 5, 6000
_GROUND, _LOGO = (1654, 2339), (1200, 1200)
#: The lowest value of a channel of a ground: white paper with 14 parts in 100 of the picture.
PALEST = 220


def prepared(data: bytes, *, ground: bool) -> Image.Image:
    """Draw an upload anew, within the size that print needs; a ground in pale colours.

    Raises
    ------
    LayoutPictureUnusable : it is no picture, or too large; nothing is unpacked before its size is known.
    """
    refused = LayoutPictureUnusable(megabytes=LIMIT, side=SIDE)
    if len(data) > LIMIT * MEGABYTE:
        raise refused
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as picture:
            if max(picture.size) > SIDE:
                raise refused
            whole = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise refused from error
    whole.thumbnail(_GROUND if ground else _LOGO)
    return _pale(whole) if ground else whole


def _pale(picture: Image.Image) -> Image.Image:
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat.point(lambda value: PALEST + value * (255 - PALEST) // 255)


def written(picture: Image.Image) -> bytes:
    """Write a prepared picture as a plain PNG; the same picture gives the same bytes."""
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def store(
    session: Session, data: bytes, *, name: str, ground: bool, by: Actor, at: datetime | None = None
) -> LayoutPicture:
    """Take in a ground or a logo; the same picture again gives the same row."""
    drawn = prepared(data, ground=ground)
    content = written(drawn)
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalars(select(LayoutPicture).where(LayoutPicture.digest == digest)).one_or_none()
    if known is not None:
        return known
    row = LayoutPicture(
        organisation_id=by.organisation, digest=digest, name=name[:80], ground=ground, width=drawn.width,
        height=drawn.height, content=content, uploaded_by=by.id, uploaded_at=at or database_time(session),
    )  # fmt: skip
    session.add(row)
    record(session, "layout_picture_stored", row, by=by, at=row.uploaded_at, digest=digest)
    return row


def listed(session: Session) -> Sequence[LayoutPicture]:
    """Give the pictures of the organisation without their content, the newest first."""
    query = select(LayoutPicture).options(defer(LayoutPicture.content)).order_by(LayoutPicture.uploaded_at.desc())
    return session.scalars(query).all()


def contents(session: Session, digests: Iterable[str]) -> dict[str, bytes]:
    """Give the pictures with these digests, as files; unknown ones are left out."""
    wanted = list(digests)
    if not wanted:
        return {}
    query = select(LayoutPicture.digest, LayoutPicture.content).where(LayoutPicture.digest.in_(wanted))
    return {row.digest: row.content for row in session.execute(query)}
