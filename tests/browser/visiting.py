"""Visiting pages as somebody, and what a page has to be: quiet console, no policy violation, usable by everybody.

A test of an area needs three lines::

    @pytest.mark.browser
    def test_the_item_list_is_sound(page: Page, site: Site) -> None:
        visit(page, "/items", "item_writer")
        sound(page)
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.web.staff import Staff, a_member, session_of

WIDTHS = {"desk": (1440, 900), "phone": (390, 844), "zoom": (320, 568)}
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_SIZES = {"runOnly": ["target-size"]}


@dataclass(frozen=True)
class Site:
    """The running application and its address."""

    app: Flask
    address: str


_SITES: WeakKeyDictionary[Page, Site] = WeakKeyDictionary()
_TROUBLES: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


@contextlib.contextmanager
def opened(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a window that listens to its console, and check at the end that it stayed quiet."""
    context = browser.new_context(base_url=site.address, locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    _SITES[page], troubles = site, _TROUBLES.setdefault(page, [])
    page.on("console", lambda message: _listen(message, troubles))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert not troubles, "\n".join(troubles)


def _listen(message: ConsoleMessage, troubles: list[str]) -> None:
    if message.type == "error" and "status of 4" not in message.text:
        troubles.append(f"{message.text} ({message.location.get('url')})")


def pardon(page: Page, *words: str) -> None:
    """Take complaints of the console back that a test caused on purpose, such as a cut network."""
    troubles = _TROUBLES[page]
    troubles[:] = [trouble for trouble in troubles if not any(word in trouble for word in words)]


def visit(page: Page, path: str, as_role: str | Staff | None = None, *, language: str = "zh") -> Page:
    """Go to a page: as a visitor, as a new member of staff with one role, or as a given member."""
    if as_role is not None:
        enter(page, a_member(as_role) if isinstance(as_role, str) else as_role)
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    return page


def enter(page: Page, staff: Staff) -> None:
    """Log a member in, as the log-in page would have done a moment ago."""
    site = _SITES[page]
    signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    name, value = site.app.config["SESSION_COOKIE_NAME"], signer.dumps(session_of(staff))
    page.context.add_cookies([{"name": name, "value": value, "url": site.address, "httpOnly": True, "sameSite": "Lax"}])


def sound(page: Page, name: str = "") -> None:
    """Check a page: at no width anything scrolls sideways, and at the outer ones no rule of WCAG 2.2 AA is broken.

    Between them the layout is that of the narrow one, so that there only what depends on the width is looked at; and
    the same of an English page at the wide one, which differs from the Chinese by its words alone.
    """
    english = page.evaluate("document.documentElement.lang") == "en"
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        picture(page, f"{name}-{width}")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), (
            f"{page.url} scrolls sideways at {across}"
        )
        broken = _broken(page, _RULES if width == "zoom" or (width == "desk" and not english) else _SIZES)
        assert not broken, f"{page.url} at {across}: {_told(broken)}"


def _broken(page: Page, options: dict[str, list[str]]) -> list[dict[str, object]]:
    """Ask axe for broken rules; a page keeps the checker from one question to the next, which is half of the time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    broken: list[dict[str, object]] = page.evaluate(
        "options => axe.run(options).then(found => found.violations)", options
    )
    return broken


def _told(broken: list[dict[str, object]]) -> str:
    return "\n".join(f"{rule['id']}: {rule['help']}: {[node['html'] for node in rule['nodes']]}" for rule in broken)  # type: ignore[attr-defined]


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder ``KAOPING_TEST_PICTURES``, if it is set and the picture has a name."""
    folder = os.environ.get("KAOPING_TEST_PICTURES")
    if folder and not name.startswith("-"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
