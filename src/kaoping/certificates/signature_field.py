"""What a page must hold before it is signed: the field of the signature, tagged, and the file that goes with it.

A field that the signing library adds itself has no place in the tagged structure, and the page would no longer be
PDF/UA. So each is made beforehand: with words for people who do not see it, a ``Form`` element and its reference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

SIGNATURE, ARCHIVE = "Seal", "Archive"
MIME_OF_CREDENTIAL = "application/vc+ld+json"
# Print with the page, and let nobody move it (ISO 32000-1, table 165).
_PRINT_LOCKED = 4 + 128
_SIGNED_APPEND_ONLY = 3
_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Field:
    """A place for a signature: its name, its words, and what is seen there (a form of ``size`` points, or nothing)."""

    name: str
    words: str
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    appearance: bytes = b""


def box_of(left: float, top: float, size: float, *, height: float = 297.0) -> tuple[float, float, float, float]:
    """Turn a square in millimetres from the top left of a page into points from its bottom left.

    >>> [round(edge) for edge in box_of(137, 233, 40)]
    [388, 68, 502, 181]
    """
    edges = (left, height - top - size, left + size, height - top)
    first, second, third, fourth = (round(edge * _POINTS_PER_MM, 3) for edge in edges)
    return first, second, third, fourth


def add_fields(pdf: pikepdf.Pdf, fields: Iterable[Field]) -> None:
    """Put empty signature fields on the first page, each tagged as the last element of the document."""
    page, widgets = pdf.pages[0].obj, []
    for field in fields:
        widgets.append(_widget(pdf, page, field))
        _tag(pdf, page, widgets[-1], field.words)
    page.Annots = pdf.make_indirect(Array([*page.get("/Annots", []), *widgets]))
    page.Tabs = Name.S
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(widgets), SigFlags=_SIGNED_APPEND_ONLY))


def _widget(pdf: pikepdf.Pdf, page: Any, field: Field) -> Any:
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(field.name), TU=String(field.words),
            F=_PRINT_LOCKED, Rect=Array(field.box), P=page,
        )
    )  # fmt: skip
    if field.appearance:
        left, bottom, right, top = field.box
        shown = pikepdf.Stream(pdf, field.appearance, Type=Name.XObject, Subtype=Name.Form, Resources=Dictionary())
        shown.BBox = Array([0, 0, round(right - left, 3), round(top - bottom, 3)])
        widget.AP = Dictionary(N=shown)
    return widget


def _tag(pdf: pikepdf.Pdf, page: Any, widget: Any, words: str) -> None:
    """Give an annotation its element in the structure and its row in the parent tree."""
    root = pdf.Root.StructTreeRoot
    document = root.K[0] if isinstance(root.K, Array) else root.K
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=document, Pg=page, Alt=String(words)))
    element.K = pdf.make_indirect(Dictionary(Type=Name.OBJR, Obj=widget, Pg=page))
    document.K = Array([*(document.K if isinstance(document.K, Array) else [document.K]), element])
    rows = root.ParentTree.Nums
    place = max((int(rows[i]) for i in range(0, len(rows), 2)), default=-1) + 1
    rows.append(place)
    rows.append(element)
    root.ParentTreeNextKey, widget.StructParent = place + 1, place


def attach(pdf: pikepdf.Pdf, content: bytes, *, name: str, words: str, mime: str = MIME_OF_CREDENTIAL) -> None:
    """Attach a file as the source of the page (PDF/A-3), its bytes as they are."""
    embedded = pikepdf.Stream(pdf, content, Type=Name.EmbeddedFile, Subtype=Name(f"/{mime}"))
    embedded.Params = Dictionary(Size=len(content))
    spec = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec, F=String(name), UF=String(name), Desc=String(words), AFRelationship=Name.Source,
            EF=Dictionary(F=embedded, UF=embedded),
        )
    )  # fmt: skip
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(name), spec])))
    pdf.Root.AF = Array([spec])
