"""The print pipeline."""

import hashlib
import io
import os
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import pytest
from pypdf import PdfReader

from kaoping.certificates.ground import report_ground
from kaoping.itembank.print_errors import DoesNotFit, MissingGlyph, PictureBroken, ResourceRefused
from kaoping.itembank.printing import Limit, Underlay, environment, fill, plain, render
from kaoping.itembank.qr import qr_svg

SHEET = ("print.css",)
DOCUMENT = '<html lang="zh-CN"><head><title>考评</title></head><body><p data-field="name">{}</p></body></html>'
SOURCE = Path(__file__).parents[2] / "src"


def printed(body: str, **given: bytes) -> bytes:
    return render(DOCUMENT.format(body), stylesheets=SHEET, resources=given)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:1/x.png", "https://example.com/x.png", "data:image/png;base64,AAAA",
     "ftp://127.0.0.1/x", "kp:absent", "kp:../qr", "picture.png", "/etc/passwd", "KP:qr"],
)  # fmt: skip
def test_every_address_that_was_not_handed_over_is_refused(address: str) -> None:
    with pytest.raises(ResourceRefused) as refused:
        printed(f'<img alt="" src="{address}">', qr=qr_svg("1"))

    assert address.removeprefix("kp:").removeprefix("/") in refused.value.url


@pytest.mark.parametrize(
    "markup",
    ['<span style="background:url(http://127.0.0.1:1/x.png)">a</span>', '<object data="file:///etc/passwd"></object>',
     '<embed src="file:///etc/passwd">'],
)  # fmt: skip
def test_styles_and_objects_fetch_nothing_either(markup: str) -> None:
    with pytest.raises(ResourceRefused):
        printed(markup)


def test_a_picture_within_a_picture_is_refused() -> None:
    nested = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'

    with pytest.raises(ResourceRefused):
        printed('<img alt="" src="kp:nested">', nested=nested)


CHANNELS = {
    "link to a style sheet": '<link rel="stylesheet" href="{url}">',
    "import": "<style>@import url({url});</style>",
    "typeface": "<style>@font-face{{font-family:X;src:url({url})}} p{{font-family:X}}</style>",
    "background": '<p style="background:url({url})">a</p>',
    "list mark": '<p style="display:list-item;list-style-image:url({url})">a</p>',
    "generated content": "<style>p::before{{content:url({url})}}</style>",
    "picture": '<img alt="" src="{url}">',
    "object": '<object data="{url}"></object>',
    "embedded": '<embed src="{url}">',
    "attached file": '<link rel="attachment" href="{url}">',
    "picture within an SVG in the page": (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}" width="9" height="9"/></svg>'
    ),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_no_channel_out_of_a_document_fetches_anything(channel: str, scheme: str, tmp_path: Path) -> None:
    (secret := tmp_path / "secret.txt").write_text("never printed", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = secret.as_uri() if scheme == "file" else f"http://127.0.0.1:{server.getsockname()[1]}/x"

        with pytest.raises(ResourceRefused) as refused:
            printed(CHANNELS[channel].format(url=url))

        assert refused.value.url == url
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("broken", [b"not a picture", b"\x89PNG\r\n\x1a\nhalf", b"<svg"])
def test_a_page_is_never_printed_without_its_broken_picture(broken: bytes) -> None:
    with pytest.raises(PictureBroken):
        printed('<img alt="" src="kp:broken">', broken=broken)


def test_what_was_handed_over_is_printed() -> None:
    with_code, without = printed('<img alt="" src="kp:qr">', qr=qr_svg("1")), printed("")

    assert len(with_code) > len(without)


def test_the_same_document_gives_the_same_bytes_in_every_process() -> None:
    script = (
        "import hashlib; from kaoping.itembank.printing import render; "
        f"pdf = render({DOCUMENT.format('考评')!r}, stylesheets=('print.css',), resources={{}}); "
        "print(hashlib.sha256(pdf).hexdigest())"
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip

    assert digests == {hashlib.sha256(printed("考评")).hexdigest()}


def test_missing_system_libraries_are_named_with_the_command_that_installs_them(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')", encoding="utf-8")
    script = f"from kaoping.itembank.printing import render; render({DOCUMENT!r}, stylesheets=(), resources={{}})"

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{SOURCE}"},
    )  # fmt: skip

    assert "PangoMissing: Printing needs the Pango library" in ran.stderr
    assert "apt-get install --no-install-recommends libpango-1.0-0" in ran.stderr


def test_a_character_that_the_face_lacks_is_refused_with_its_field() -> None:
    with pytest.raises(MissingGlyph) as refused:
        printed("林𠮷")

    assert (refused.value.field, refused.value.characters) == ("name", "𠮷")


def test_a_bold_word_outside_the_cut_is_refused_not_drawn_in_another_face() -> None:
    with pytest.raises(MissingGlyph) as refused:
        printed('<b class="bold">龘</b>')

    assert refused.value.characters == "龘"


@pytest.mark.parametrize(
    ("limit", "excess"),
    [(Limit("name", right=10), "mm"), (Limit("name", bottom=5), "mm"), (Limit("name", lines=1), "×")],
)
def test_a_field_beyond_its_limit_is_refused(limit: Limit, excess: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        render(DOCUMENT.format("考评" * 60), stylesheets=SHEET, resources={}, limits=[limit])

    assert refused.value.field == "name"
    assert excess in refused.value.excess


def test_a_field_within_its_limits_and_an_absent_field_pass() -> None:
    limits = [Limit("name", right=200, bottom=290, lines=9), Limit("absent", lines=0)]

    assert render(DOCUMENT.format("考评" * 60), stylesheets=SHEET, resources={}, limits=limits)


def test_a_file_claims_both_archival_and_accessible_form() -> None:
    root: Any = PdfReader(io.BytesIO(printed("考评"))).trailer["/Root"]
    metadata = root["/Metadata"].get_data()

    assert b"<pdfaid:part>3</pdfaid:part>" in metadata or b'pdfaid:part="3"' in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]


def test_an_underlay_is_an_artifact_beneath_the_text() -> None:
    pdf = render(DOCUMENT.format("考评"), stylesheets=SHEET, resources={}, underlay=Underlay(report_ground()))

    content = PdfReader(io.BytesIO(pdf)).pages[0].get_contents()

    assert content is not None
    assert content.get_data().startswith(b"/Artifact BMC")


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        fill("micro.svg")


def test_templates_escape_what_they_are_given() -> None:
    assert environment().from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize(("number", "written"), [("20.00", "20"), ("0.50", "0.5"), ("100", "100"), ("0", "0")])
def test_marks_are_written_without_needless_zeros(number: str, written: str) -> None:
    assert plain(Decimal(number)) == written
