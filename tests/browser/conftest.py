"""The real application on a port of its own, and Chromium to look at it."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from kaoping.exam.app import create_app
from kaoping.exam.settings import Settings
from kaoping.itembank.vault import Vault
from tests.browser.visiting import Site, opened
from tests.conftest import CHROMIUM, Database


@pytest.fixture(scope="session")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application, served by threads of this process over the test database."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "secret.key").write_text("not-a-secret-" * 4)
    app = create_app(Settings(data=folder, secure_cookies=False))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def page(site: Site, browser: Browser, vault: Vault) -> Iterator[Page]:
    """A window with nobody logged in; what its console complains of fails the test at the end."""
    with opened(browser, site) as page:
        yield page
