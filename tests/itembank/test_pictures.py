"""Pictures of items."""

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from kaoping.itembank import pictures, printing
from kaoping.itembank.pictures import AlternativeMissing, NotAPicture, PictureTooLarge, PictureTooWide
from tests.builders import NOON, an_actor
from tests.builders_bank import a_picture_file, an_item


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_is_drawn_anew_and_sealed(session: Session, kind: str, media_type: str) -> None:
    item, author = an_item(session), an_actor(session, "item_writer")
    data = a_picture_file(kind)

    picture = pictures.store(session, item.id, data, alternative=" 电路图 ", by=author, at=NOON)

    assert (picture.media_type, picture.width, picture.height, picture.alternative) == (media_type, 40, 30, "电路图")
    assert Image.open(io.BytesIO(picture.content)).format == kind
    assert picture.content not in picture.content_sealed
    assert [each.id for each in pictures.of_item(session, item.id)] == [picture.id]


def test_place_and_camera_do_not_come_along(session: Session) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    data = a_picture_file("JPEG", exif=exif.tobytes())

    picture = pictures.store(session, an_item(session).id, data, alternative="图", by=an_actor(session), at=NOON)

    assert b"SecretCamera" in data
    assert b"SecretCamera" not in picture.content
    assert not Image.open(io.BytesIO(picture.content)).getexif()


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image, _ = pictures.opened(a_picture_file("JPEG", exif=exif.tobytes()))

    assert image.size == (30, 40)


def test_what_hides_behind_a_picture_is_left_behind(session: Session) -> None:
    data = a_picture_file() + b"<script>alert(1)</script>"

    picture = pictures.store(session, an_item(session).id, data, alternative="图", by=an_actor(session), at=NOON)

    assert b"script" not in picture.content


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureTooLarge) as caught:
        pictures.opened(a_picture_file() + bytes(6 * 1024 * 1024))

    assert caught.value.megabytes == "6.0"


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(PictureTooWide) as caught:
        pictures.opened(a_picture_file(size=(4001, 2)))

    assert (caught.value.width, caught.value.height) == (4001, 2)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<svg viewBox='0 0 1 1'/>", a_picture_file("GIF")])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        pictures.opened(data)


def test_half_a_picture_is_refused_also_after_something_was_printed() -> None:
    printing.press()
    data = a_picture_file("JPEG", size=(400, 400))

    with pytest.raises(NotAPicture):
        pictures.opened(data[: len(data) // 2])


@pytest.mark.parametrize("alternative", ["  ", "图" * 301])
def test_a_picture_needs_words_for_those_who_do_not_see_it(session: Session, alternative: str) -> None:
    item = an_item(session)

    with pytest.raises(AlternativeMissing):
        pictures.store(session, item.id, a_picture_file(), alternative=alternative, by=an_actor(session), at=NOON)
