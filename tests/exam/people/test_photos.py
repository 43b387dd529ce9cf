"""Photos of candidates."""

from io import BytesIO

import pytest
from PIL import Image

from kaoping.exam.people import errors, photos
from tests.builders_registration import a_photo


@pytest.mark.parametrize("size", [(600, 800), (2000, 1000), (295, 413)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_every_photo_becomes_a_one_inch_jpeg(size: tuple[int, int], kind: str) -> None:
    kept = Image.open(BytesIO(photos.normalised(a_photo(size, kind))))

    assert (kept.format, kept.size, kept.mode) == ("JPEG", (295, 413), "RGB")


def test_where_a_photo_was_taken_is_not_kept() -> None:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera 123"
    Image.new("RGB", (600, 800)).save(file, "JPEG", exif=exif)

    kept = photos.normalised(file.getvalue())

    assert b"Camera 123" in file.getvalue()
    assert b"Camera 123" not in kept


def test_a_photo_on_its_side_is_turned_upright() -> None:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (800, 600), "white")
    picture.paste("black", (0, 0, 400, 600))
    picture.save(file, "JPEG", exif=exif)

    kept = Image.open(BytesIO(photos.normalised(file.getvalue()))).convert("L")

    assert kept.getpixel((150, 20)) == pytest.approx(0, abs=20)
    assert kept.getpixel((150, 390)) == pytest.approx(255, abs=20)


def test_transparency_becomes_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (600, 800), (0, 0, 0, 0)).save(file, "PNG")

    assert Image.open(BytesIO(photos.normalised(file.getvalue()))).getpixel((9, 9)) == (255, 255, 255)


def test_a_small_photo_is_refused_with_the_pixels_it_lacks() -> None:
    with pytest.raises(errors.PhotoTooSmall) as caught:
        photos.normalised(a_photo((120, 160)))

    assert (caught.value.width, caught.value.least_width) == (120, 200)


def test_a_file_over_five_megabytes_is_refused_unread() -> None:
    with pytest.raises(errors.PhotoTooLarge):
        photos.normalised(b"\xff\xd8" + bytes(6 * 1024 * 1024))


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", a_photo()[:300], a_photo(kind="GIF"), a_photo((9000, 6000), "PNG")]
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(errors.PhotoUnreadable):
        photos.normalised(data)
