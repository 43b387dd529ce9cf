"""Drawing a layout under design: confined in memory and time, and deaf to every address."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaoping.certificates import layout_print, sandbox
from kaoping.certificates.errors import LayoutTooCostly, PhotoUnusable
from kaoping.certificates.layout_print import Sheet
from kaoping.certificates.sandbox import Limits
from kaoping.itembank.errors import Invalid
from kaoping.itembank.printing import render
from tests.certificates.builders import NUMBER, an_award, an_imprint
from tests.certificates.test_layouts import text_of, with_text

SECRET = "KAOPING-SECRET-BYTES"
#: Ten ways to ask a printer for an address; {url} is another machine's page, {file} a file of this one.
CHANNELS = (
    '<img src="{url}">', '<link rel="stylesheet" href="{url}">', '<style>@import "{url}";</style>',
    '<style>p{{background:url("{url}")}}</style><p>x</p>', '<object data="{url}" type="image/png"></object>',
    '<style>@font-face{{font-family:f;src:url("{url}")}}p{{font-family:f}}</style><p>x</p>',
    '<embed src="{url}">', '<link rel="attachment" href="{file}">', '<img src="{file}">',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{url}%22/%3E">',
)  # fmt: skip


@pytest.fixture
def hits() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on this machine and note who comes."""
    came: list[bytes] = []

    class Note(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            came.append(self.rfile.readline())

    with socketserver.TCPServer(("127.0.0.1", 0), Note) as listener:
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.server_address[1]}/x", came
        listener.shutdown()


def test_ten_hostile_channels_fetch_nothing(hits: tuple[str, list[bytes]], tmp_path: Path) -> None:
    url, came = hits
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    asked = [one.format(url=url, file=secret.as_uri()) for one in CHANNELS]

    assert len(asked) == 10
    for one in asked:
        try:
            page = render(f"<html lang=zh><title>x</title><body>{one}", stylesheets=("print.css",), resources={})
        except Invalid:
            continue
        assert SECRET not in text_of(page)
    assert came == []


def test_markup_typed_into_a_layout_is_printed_as_it_was_typed(hits: tuple[str, list[bytes]]) -> None:
    url, came = hits
    layout = with_text(f'<img src="{url}">', lines=8, height="12", leading="1.5", size="6", smallest="6", width="34")

    words = text_of(layout_print.pdf(layout, Sheet(an_award(), NUMBER, an_imprint())))

    assert "<img" in words
    assert came == []


def hungry() -> int:
    return len(bytearray(3 * 1024**3))


def endless() -> None:
    while True:
        pass


def refusing() -> None:
    raise PhotoUnusable


def test_a_drawing_that_takes_too_much_is_killed_and_its_refusals_come_back() -> None:
    for bomb in (hungry, endless):
        with pytest.raises(LayoutTooCostly):
            sandbox.confined(bomb, limits=Limits(megabytes=512, seconds=1, patience=8))
    with pytest.raises(PhotoUnusable):
        sandbox.confined(refusing)
