"""Photos of candidates: any JPEG or PNG becomes a one-inch 一寸 JPEG, 25 × 35 mm at 300 dots per inch.

Nothing else of the file is kept: no place, no camera, no thumbnail.
"""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from kaoping.exam.people.errors import PhotoTooLarge, PhotoTooSmall, PhotoUnreadable

MEGABYTE = 1024 * 1024
LIMIT = 5
#: 25 × 35 mm at 300 dots per inch.
SIZE = (295, 413)
LEAST = (200, 280)
#: A small file may unfold to a huge picture; a camera of today stays under this.
PIXELS = 50_000_000
DOTS_PER_INCH = (300, 300)
#: Faces stand above the middle, so more is cut from the bottom.
_CENTRE = (0.5, 0.35)


def normalised(data: bytes) -> bytes:
    """Turn a photo file into the JPEG that is kept: upright, cut to 5 : 7, no place or camera data left.

    Raises
    ------
    PhotoTooLarge, PhotoUnreadable, PhotoTooSmall : with the measure that is missed.
    """
    if len(data) > LIMIT * MEGABYTE:
        raise PhotoTooLarge(megabytes=len(data) / MEGABYTE, limit=LIMIT)
    picture = _opened(data)
    if picture.width < LEAST[0] or picture.height < LEAST[1]:
        raise PhotoTooSmall(width=picture.width, height=picture.height, least_width=LEAST[0], least_height=LEAST[1])
    written = BytesIO()
    cut = ImageOps.fit(picture, SIZE, Image.Resampling.LANCZOS, centering=_CENTRE)
    cut.save(written, "JPEG", quality=92, dpi=DOTS_PER_INCH, optimize=True)
    return written.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as file:
            if file.width * file.height > PIXELS:
                raise PhotoUnreadable
            upright = ImageOps.exif_transpose(file)
            return _on_white(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise PhotoUnreadable from None


def _on_white(picture: Image.Image) -> Image.Image:
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
