"""The holder's photograph, brought to one size: 25 mm x 35 mm at 300 dots per inch."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from kaoping.certificates.errors import PhotoUnusable

SIZE = (295, 413)
_CENTRING = (0.5, 0.2)  # heads stand in the upper part of a portrait
_WHITE = (255, 255, 255)
_PLAIN_JPEG = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
_END_OF_JPEG = b"\xff\xd9"


def prepared(photo: bytes) -> bytes:
    """Crop a photograph to 5:7 and write it as a plain JPEG without metadata; the same picture gives the same bytes.

    What has been prepared before is given back as it is. Raises `PhotoUnusable` for what is not a picture, or is
    smaller than half the printed resolution.
    """
    try:
        with Image.open(io.BytesIO(photo), formats=["JPEG", "PNG"]) as picture:
            if _is_prepared(picture) and photo.endswith(_END_OF_JPEG):
                return photo
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise PhotoUnusable from error
    if upright.width < SIZE[0] // 2 or upright.height < SIZE[1] // 2:
        raise PhotoUnusable
    flat = Image.new("RGB", upright.size, _WHITE)
    flat.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    ImageOps.fit(flat, SIZE, Image.Resampling.LANCZOS, centering=_CENTRING).save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def _is_prepared(picture: Image.Image) -> bool:
    """Whether a picture is one of ours by its head: size, colours, and nothing beside them."""
    return (picture.format, picture.size, picture.mode) == ("JPEG", SIZE, "RGB") and set(picture.info) <= _PLAIN_JPEG
