"""Whether a certificate can be printed, asked before its number is taken: what does not fit is not issued.

The page is laid out with a number of the same form. Ideographs have one width and digits another, so records of the
same shape fit alike: of each shape one page is laid out, in a process by the official form, in a batch by a layout.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final
from uuid import UUID

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
#: A shape and what is printed beside it that fit a layout, by its id, so that no pictures are held.
Fit = tuple[Award, Imprint, UUID]


def require(award: Award, *, imprint: Imprint, photo: bytes | None, english: bool) -> None:
    """Refuse an award whose sheet could not be drawn by the official form.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    if photo:
        prepared(photo)
    _require_shape(shape(award), imprint, english)


def require_design(
    award: Award, design: Design, *, imprint: Imprint, photo: bytes | None, known: set[Fit]
) -> None:  # fmt: skip
    """Refuse an award whose sheet could not be drawn by its layout; ``known`` is what was found to fit before.

    Raises
    ------
    DoesNotFit, MissingGlyph, PhotoUnusable, NotForDemonstration
    """
    if photo:
        prepared(photo)
    like = shape(award)
    fit = (like, imprint, design.layout_id)
    if fit not in known:
        layout_print.pdf(design.layout, Sheet(like, _NUMBER, imprint, pictures=design.pictures))
        known.add(fit)


def shape(award: Award) -> Award:
    """Give an award with the same measures: one ideograph for all, one digit for all.

    >>> _IDEOGRAPHS.sub(_ANY, "阿依古丽·买买提")
    '中中中中·中中中'
    """
    name, number = _IDEOGRAPHS.sub(_ANY, award.name), re.sub(r"\d", "0", award.id_number)
    return replace(award, name=name, id_number=number)


@lru_cache(SHAPES)
def _require_shape(award: Award, imprint: Imprint, english: bool) -> None:  # noqa: FBT001 - a key of the cache
    certificate_pdf(award, _NUMBER, imprint=imprint, english=english)
