"""Walking over the routes of the application."""

from collections.abc import Iterator
from html.parser import HTMLParser

from flask import Flask
from werkzeug.routing import Rule

from kaoping.exam.people.access import ACTIONS, ROLES
from kaoping.exam.web.guard import needs

#: Routes of which an answer without session says nothing: they need a step before them.
_AFTER_A_STEP = {
    f"security.{name}" for name in ("two_factor_token_validation", "two_factor_rescue", "mf_recovery", "tf_select")
}


def plain_pages(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Give the routes that show a page without arguments, and what each needs."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and not _machines(rule):
            yield rule, needs(app, rule.endpoint) or "undeclared"


def _machines(rule: Rule) -> bool:
    return rule.rule.startswith("/api/") or rule.endpoint.startswith("health.") or rule.endpoint in _AFTER_A_STEP


def role_for(need: str) -> str:
    """Give a role that may open a page; anybody for pages without an action."""
    return next(role for role in ROLES if role in ACTIONS.get(need, ROLES))


class Words(HTMLParser):
    """The words of a page that its own language should cover: not those in marked content or another language."""

    _VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "use", "path", "circle", "rect", "wbr", "source"})
    _TOLD = frozenset({"alt", "aria-label", "title", "placeholder", "data-label"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.found: list[str] = []

    @property
    def foreign(self) -> bool:
        """Whether the present place is marked as another language."""
        return any(self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        marked = tag != "html" and ("data-content" in given or (given.get("lang") or "").startswith("zh"))
        if not (self.foreign or marked):
            self.found += [value or "" for name, value in attrs if name in self._TOLD]
        if tag not in self._VOID:
            self.open.append(marked)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.foreign and data.strip():
            self.found.append(data.strip())


def words(page: str) -> list[str]:
    """Give the words of a page outside content."""
    parser = Words()
    parser.feed(page)
    return parser.found


def han(texts: list[str]) -> list[str]:
    """Give the texts with a Han character in them."""
    return [text for text in texts if any("\u3400" <= letter <= "\u9fff" for letter in text)]
