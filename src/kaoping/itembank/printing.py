"""From a template to a PDF: one pipeline for certificates, papers, tickets and reports.

Jinja fills a template of ``templates/print``; WeasyPrint sets it as PDF/A-3a; the measured page is held against the
limits of its fields; a ground may be put beneath it; PDF/UA-1 is claimed beside PDF/A. Nothing is read from disk or
network but the package's own faces and style sheets: every picture is handed over in memory under a ``kp:`` name.
The same input gives the same bytes in every process.
"""

import io
import logging
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pikepdf
from pikepdf import Dictionary, Name
from PIL import ImageFile

from kaoping.itembank import typefaces
from kaoping.itembank.places import Place, places, walk
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph, PangoMissing, PictureBroken, ResourceRefused

TEMPLATES = Path(str(resources.files("kaoping") / "templates" / "print"))
_OPTIONS = {"pdf_variant": "pdf/a-3a", "output_intent": "srgb"}
# Without tags: what is written into the page later could not be tagged.
_OPEN_OPTIONS = {"pdf_variant": "pdf/a-3u", "output_intent": "srgb"}
_PIXELS_PER_MM = 96 / 25.4
#: What a box belongs to that no field is named for.
_TEXT = "text"
# Layout rounds to fractions of a pixel; a hundredth of a millimetre more is no overrun.
_SLACK = 0.01
_FACES = "".join(
    f'@font-face{{font-family:"{family}";src:url("kp:face-{weight}")}}' for weight, family in typefaces.FAMILIES.items()
)
_UA_CLAIM = (TEMPLATES / "pdfua-claim.xml").read_text(encoding="utf-8").strip()
# Pango's font map, shared so that the faces are read once per process, serves one thread at a time.
_PRESS = threading.Lock()


@dataclass(frozen=True)
class Limit:
    """How far the element marked ``data-field`` may reach: millimetres from the top left of its page, and lines."""

    field: str
    top: float = 0.0
    right: float = math.inf
    bottom: float = math.inf
    lines: int | None = None


@dataclass(frozen=True)
class Underlay:
    """A page of PDF shown beneath the first page, or beneath every page, as an artifact that readers pass over."""

    pdf: bytes
    every_page: bool = False


@dataclass(frozen=True)
class OpenPage:
    """A set page on which some fields are left open, and where these stand."""

    pdf: bytes
    places: Mapping[str, Place]


@dataclass(frozen=True)
class _Extent:
    """Where a field stands on its page: millimetres; how many lines it takes."""

    top: float = math.inf
    right: float = 0.0
    bottom: float = 0.0
    lines: int = 0


def plain(number: Decimal) -> str:
    """Write a decimal without needless zeros.

    >>> plain(Decimal("20.00")), plain(Decimal("0.50"))
    ('20', '0.5')
    """
    return format(number.normalize(), "f")


def weight_class(text: str) -> str:
    """Name the class of a heading: ``bold`` where the cut bold face holds the text, else ``regular``."""
    return "bold" if typefaces.covers(text) else "regular"


@cache
def environment() -> jinja2.Environment:
    """Jinja for the print templates: escapes everything, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.filters.update(plain=plain, weight_class=weight_class)
    return made


def fill(template: str, /, **values: object) -> str:
    """Fill a print template."""
    return environment().get_template(template).render(**values)


@cache
def press() -> Any:
    """Give WeasyPrint, or raise `PangoMissing` with the command that installs what it needs."""
    try:
        import weasyprint
    except OSError as missing:
        raise PangoMissing from missing
    # WeasyPrint lets Pillow take half a picture in the whole process; an upload of half a picture is refused here
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _closed_fetcher(served: Mapping[str, bytes]) -> Any:
    """Answer the names handed over; note and refuse every other address."""
    weasyprint = press()

    class ClosedFetcher(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.refused: list[str] = []

        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix("kp:")
            if name == url or name not in served:
                self.refused.append(url)
                raise ValueError(url)
            return weasyprint.urls.URLFetcherResponse(url, served[name])

    return ClosedFetcher()


class _Faults(logging.Handler):
    """WeasyPrint logs a broken picture and prints the page without it; here it is kept, to refuse the page."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith("Failed to"):
            self.messages.append(record.getMessage())


@contextmanager
def _complete(fetcher: Any) -> Iterator[None]:
    """Refuse a page that lacks a picture: one that was not handed over, or one that cannot be drawn."""
    logger, faults = logging.getLogger("weasyprint"), _Faults()
    logger.addHandler(faults)
    try:
        yield
    finally:
        logger.removeHandler(faults)
    if fetcher.refused:
        raise ResourceRefused(url=fetcher.refused[0][:200])
    if faults.messages:
        raise PictureBroken(reason=faults.messages[0][:200])


@dataclass(frozen=True)
class _Sheets:
    """Parsed style sheets and what they declared; parsed once per process."""

    css: tuple[Any, ...]
    counters: Any


@cache
def _fonts() -> Any:
    """Load both faces into the one font configuration of this process."""
    weasyprint = press()
    fonts = weasyprint.text.fonts.FontConfiguration()
    faces = {f"face-{weight}": typefaces.file(weight).read_bytes() for weight in typefaces.FAMILIES}
    weasyprint.CSS(string=_FACES, font_config=fonts, url_fetcher=_closed_fetcher(faces))
    return fonts


@cache
def _sheets(names: tuple[str, ...]) -> _Sheets:
    weasyprint = press()
    counters = weasyprint.css.counters.CounterStyle()
    css = tuple(
        weasyprint.CSS(
            string=(TEMPLATES / name).read_text(encoding="utf-8"),
            font_config=_fonts(),
            counter_style=counters,
            url_fetcher=_closed_fetcher({}),
        )
        for name in names
    )
    return _Sheets(css, counters)


def _lay_out(html: str, stylesheets: tuple[str, ...], fetcher: Any, *, hidden: Iterable[str] = ()) -> Any:
    """Set a page; the fields that are hidden keep their room and are not drawn."""
    sheets = _sheets(stylesheets)
    css = [*sheets.css, *(press().CSS(string=f'[data-field="{field}"]{{visibility:hidden}}') for field in hidden)]
    source = press().HTML(string=html, base_url="kp:", url_fetcher=fetcher)
    return source.render(stylesheets=css, font_config=_fonts(), counter_style=sheets.counters, **_OPTIONS)


def _checked(document: Any, limits: Iterable[Limit]) -> list[Any]:
    """Refuse a set document that lacks characters or overruns its limits; give its pages as boxes."""
    pages = [page._page_box for page in document.pages]  # noqa: SLF001 - the only way to measure
    _check_glyphs(pages)
    _check_limits(pages[0], limits)
    return pages


def _check_glyphs(pages: Iterable[Any]) -> None:
    """Refuse a character that its face lacks: never an empty box, never another face."""
    for page in pages:
        for box, field, _ in walk(page, _TEXT):
            if text := getattr(box, "text", ""):
                bold = typefaces.FAMILIES[typefaces.BOLD] in box.style["font_family"]
                weight = typefaces.BOLD if bold else typefaces.REGULAR
                if lacking := typefaces.missing_glyphs(text, weight=weight):
                    raise MissingGlyph(field=field, characters="".join(lacking))


def _grown(extent: _Extent, box: Any, *, marked: bool) -> _Extent:
    """Take one more box into a field's extent."""
    if hasattr(box, "text"):
        return replace(extent, right=max(extent.right, (box.position_x + box.width) / _PIXELS_PER_MM))
    if type(box).__name__ == "LineBox":
        return replace(extent, lines=extent.lines + 1)
    if not marked:
        return extent
    top, height = box.border_box_y() / _PIXELS_PER_MM, box.border_height() / _PIXELS_PER_MM
    return replace(extent, top=min(extent.top, top), bottom=max(extent.bottom, top + height))


def _extents(page: Any) -> dict[str, _Extent]:
    extents: dict[str, _Extent] = {}
    for box, field, _ in walk(page, _TEXT):
        element = getattr(box, "element", None)
        marked = element is not None and element.get("data-field") == field
        extents[field] = _grown(extents.get(field, _Extent()), box, marked=marked)
    return extents


def _check_limits(page: Any, limits: Iterable[Limit]) -> None:
    """Hold the fields of the first page against their limits."""
    extents = _extents(page)
    for limit in limits:
        if (found := extents.get(limit.field)) is None:
            continue
        excess = max(found.right - limit.right, found.bottom - limit.bottom, limit.top - found.top)
        if excess > _SLACK:
            raise DoesNotFit(field=limit.field, excess=f"{excess:.1f} mm")
        if limit.lines is not None and found.lines > limit.lines:
            raise DoesNotFit(field=limit.field, excess=f"{found.lines - limit.lines} ×")


def _put_under(pdf: pikepdf.Pdf, underlay: Underlay) -> None:
    with pikepdf.open(io.BytesIO(underlay.pdf)) as source:
        form = pdf.copy_foreign(source.pages[0].as_form_xobject())
    for page in pdf.pages if underlay.every_page else pdf.pages[:1]:
        name = page.add_resource(form, Name.XObject, Name("/Ground"))
        page.contents_add(f"/Artifact BMC q {name} Do Q EMC\n".encode(), prepend=True)


def _claim_ua(pdf: pikepdf.Pdf) -> None:
    """Say in the metadata that the file is PDF/UA-1 as well as PDF/A-3a."""
    xmp = pdf.Root.Metadata.read_bytes().decode().replace("</rdf:RDF>", f"{_UA_CLAIM}</rdf:RDF>")
    pdf.Root.Metadata = pikepdf.Stream(pdf, xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _finished(raw: bytes, underlay: Underlay | None, additions: Iterable[Callable[[pikepdf.Pdf], None]]) -> bytes:
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        if underlay:
            _put_under(pdf, underlay)
        for add in additions:
            add(pdf)
        _claim_ua(pdf)
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def put_under(pdf: bytes, underlay: Underlay) -> bytes:
    """Put a ground beneath a finished PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _put_under(opened, underlay)
        out = io.BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def render(
    html: str,
    *,
    stylesheets: tuple[str, ...],
    resources: Mapping[str, bytes],
    limits: Iterable[Limit] = (),
    underlay: Underlay | None = None,
    additions: Iterable[Callable[[pikepdf.Pdf], None]] = (),
) -> bytes:
    """Set a filled template as PDF/A-3a and PDF/UA-1.

    ``stylesheets`` are files of ``templates/print``; ``resources`` are pictures (SVG, PNG, JPEG) that the HTML names
    as ``kp:NAME``; ``additions`` put into the finished file what HTML cannot say. Raises
    `ResourceRefused`, `PictureBroken`, `MissingGlyph`, `DoesNotFit` and `PangoMissing`.
    """
    fetcher = _closed_fetcher(resources)
    with _PRESS, _complete(fetcher):
        document = _lay_out(html, stylesheets, fetcher)
        _checked(document, limits)
        raw = document.write_pdf(**_OPTIONS)
    return _finished(raw, underlay, additions)


def render_open(
    html: str,
    *,
    stylesheets: tuple[str, ...],
    resources: Mapping[str, bytes],
    left_open: tuple[str, ...],
    drawn: tuple[str, ...] = (),
    limits: Iterable[Limit] = (),
    underlay: Underlay | None = None,
) -> OpenPage:
    """Set the same page as `render` does, as PDF/A-3u, with some fields measured and left open.

    A field left open keeps the room that its text in the HTML takes; what is ``drawn`` is measured all the same. A
    field that is not on the page, or whose text is broken over lines, has no place. Raises what `render` raises.
    """
    fetcher = _closed_fetcher(resources)
    with _PRESS, _complete(fetcher):
        document = _lay_out(html, stylesheets, fetcher, hidden=left_open)
        first = _checked(document, limits)[0]
        raw = document.write_pdf(**_OPEN_OPTIONS)
    return OpenPage(put_under(raw, underlay) if underlay else raw, places(first, (*left_open, *drawn)))
