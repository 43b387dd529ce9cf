"""Previews of layouts, drawn in a confined process whatever they print."""

from kaoping.certificates import layout_samples, sandbox
from kaoping.certificates.layout_documents import Document
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_samples import Wish
from kaoping.certificates.layouts import Layout
from kaoping.exam.results import sheet_samples


def drawn(kind: LayoutKind, document: Document, wish: Wish) -> bytes:
    """Draw a sample by a layout, as PNG.

    Raises
    ------
    LayoutTooCostly, DoesNotFit, MissingGlyph, LayoutPictureMissing
    """
    if isinstance(document, Layout):
        return sandbox.confined(layout_samples.picture, document, wish)
    return sandbox.confined(sheet_samples.picture, kind, document, wish)
