"""Whether a certificate can be printed, asked before its number is taken: what does not fit is not issued.

The page is laid out with a number of the same form. Ideographs have one width and digits another, so records of the
same shape fit alike, and of each shape one page is laid out in a process.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from kaoping.certificates import layout_print
from kaoping.certificates.layout_choice import Design
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.photo import prepared
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.certificates.statement import Award

SHAPES: Final = 512
_IDEOGRAPHS: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_ANY: Final = "中"
_NUMBER: Final = "S" + "0" * 21


def require(
    award: Award, *, imprint: Imprint, photo: bytes | None, english: bool, design: Design | None = None
) -> None:  # fmt: skip
    """Refuse an award whose sheet could not be drawn: by its layout, or by the official form.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    if photo:
        prepared(photo)
    if design is None:
        _require_shape(shape(award), imprint, english)
    else:
        _require_design(shape(award), imprint, design)


def shape(award: Award) -> Award:
    """Give an award with the same measures: one ideograph for all, one digit for all.

    >>> _IDEOGRAPHS.sub(_ANY, "阿依古丽·买买提")
    '中中中中·中中中'
    """
    name, number = _IDEOGRAPHS.sub(_ANY, award.name), re.sub(r"\d", "0", award.id_number)
    return replace(award, name=name, id_number=number)


@lru_cache(SHAPES)
def _require_design(award: Award, imprint: Imprint, design: Design) -> None:
    layout_print.pdf(design.layout, Sheet(award, _NUMBER, imprint, pictures=design.pictures))


@lru_cache(SHAPES)
def _require_shape(award: Award, imprint: Imprint, english: bool) -> None:  # noqa: FBT001 - a key of the cache
    certificate_pdf(award, _NUMBER, imprint=imprint, english=english)
