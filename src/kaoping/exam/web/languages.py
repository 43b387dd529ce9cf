"""Languages: which one a reader gets, and the catalogues, read from the ``.po`` fragments once at start.

Message ids are English. Every area of the program keeps its own fragment ``translations/<locale>/<area>.po``; they are
merged in memory, so that no compiled file can be older than its source.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, Domain
from werkzeug.datastructures import LanguageAccept

FRAGMENTS = Path(__file__).parent.parent / "translations"
COOKIE = "kaoping_language"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface: ``code`` in addresses and cookies, ``tag`` in HTML, ``locale`` for Babel."""

    code: str
    tag: str
    locale: str
    name: str


CHINESE = Language("zh", "zh-Hans", "zh_Hans_CN", "\u4e2d\u6587")
ENGLISH = Language("en", "en", "en", "English")
LANGUAGES = {language.code: language for language in (CHINESE, ENGLISH)}


@cache
def catalogue(locale: str) -> Translations:
    """Merge the fragments of a locale."""
    return translations_of(sorted((FRAGMENTS / locale).glob("*.po")), locale)


def translations_of(fragments: Iterable[Path], locale: str) -> Translations:
    """Read fragments, a later one over an earlier one."""
    merged = Catalog(locale=locale)
    for message in (message for fragment in fragments for message in _messages(fragment, locale)):
        merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def _messages(fragment: Path, locale: str) -> Iterator[Message]:
    with fragment.open("rb") as file:
        yield from (message for message in read_po(file, locale=locale) if message.id)


class _Fragments(Domain):
    """The domain that Flask-Babel asks, with the merged catalogues in its cache."""

    def __init__(self) -> None:
        super().__init__(translation_directories=[])
        self.cache = {(language.locale, "messages"): catalogue(language.locale) for language in LANGUAGES.values()}


class _Babel(Babel):
    domain_instance = None

    def __init__(self, app: Flask, timezone: str) -> None:
        self.domain_instance = _Fragments()
        super().__init__(app, locale_selector=lambda: language().locale, default_timezone=timezone)


def accepted(header: LanguageAccept) -> Language | None:
    """Choose from what a browser accepts, by the primary tag: ``zh-CN`` and ``zh-Hans`` both mean Chinese."""
    for tag, quality in header:
        primary = tag.split("-")[0].lower()
        if quality and primary in LANGUAGES:
            return LANGUAGES[primary]
    return None


def language() -> Language:
    """Give the reader's language: address, then cookie, then account, then browser, then Chinese."""
    known: Language | None = g.get("language")
    if known is None:
        known = g.language = _chosen() or accepted(request.accept_languages) or CHINESE
    return known


def _chosen() -> Language | None:
    wishes = (request.args.get("lang"), request.cookies.get(COOKIE), _of_account())
    return next((LANGUAGES[wish] for wish in wishes if wish in LANGUAGES), None)


def _of_account() -> str | None:
    return getattr(g.get("account"), "language", None)


def keep(response: Response, wish: str | None) -> Response:
    """Keep a chosen language in the reader's browser; no choice leaves what was."""
    if wish in LANGUAGES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, wish or "", max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def init_app(app: Flask, timezone: str) -> None:
    """Give the application its languages."""
    _Babel(app, timezone)
    app.after_request(lambda response: keep(response, request.args.get("lang")))
