"""Refusals of the print pipeline: each says what stood where and how to mend it."""

from typing import ClassVar

from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError


class PangoMissing(ItemBankError):
    """The system libraries that set type are not installed."""

    sentence: ClassVar[str] = N_(
        "Printing needs the Pango library, which is not installed: run “apt-get install --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” (Debian, Ubuntu) or “brew install pango” (macOS)."
    )


class ResourceRefused(Invalid):
    """A document asked for a picture or file that was not handed to the printer."""

    sentence: ClassVar[str] = N_(
        "The document asks for “%(url)s”, but only pictures handed over with it are printed; upload the picture again."
    )


class PictureBroken(Invalid):
    """A picture that was handed over cannot be drawn."""

    sentence: ClassVar[str] = N_(
        "A picture of the document cannot be drawn: %(reason)s. Upload it again as PNG or SVG."
    )


class FormulaNotDrawn(Invalid):
    """A formula reached the printer as MathML."""

    sentence: ClassVar[str] = N_("A formula was not turned into a picture before printing; report this as a fault.")


class MissingGlyph(Invalid):
    """A character that the typeface cannot draw."""

    sentence: ClassVar[str] = N_(
        "“%(characters)s” in the field “%(field)s” cannot be printed: the typeface lacks it. Write it in another form."
    )


class DoesNotFit(Conflict):
    """A text longer than its place on the page."""

    sentence: ClassVar[str] = N_(
        "The field “%(field)s” does not fit its place on the page by %(excess)s; "
        "shorten it or use an accepted short form."
    )
