"""Markdown of items as safe HTML: formulas become MathML, blanks are marked, pictures are only the item's own.

Markup: CommonMark with tables; ``$…$`` a formula in LaTeX; ``____`` a blank; ``H~2~O`` and ``m^2^``
lower and raise; ``![text](picture:<id>)`` a picture.
HTML in the text is never taken: `problems` names it when an item is saved, and it shows as text if it ever gets in.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import nh3
from latex2mathml import converter, exceptions
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kaoping.itembank.content import BLANK, Problem
from kaoping.itembank.errors import N_

PICTURE = re.compile(r"^picture:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")

#: A lowered or raised run: signs of formulas, or a few Chinese characters.
_SCRIPT = re.compile(r"([~^])(?:[A-Za-z0-9+\-−=()′α-ωΑ-Ω,.]{1,12}|[\u4e00-\u9fff]{1,4})\1")

_MATHML = {
    "math", "mfrac", "mi", "mn", "mo", "mrow", "msqrt", "mroot", "mstyle", "msub", "msup", "msubsup", "mtable", "mtd",
    "mtext", "mtr", "munder", "mover", "munderover", "mspace", "mpadded", "mphantom", "menclose",
}  # fmt: skip
_PROSE = {
    "p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
    "td", "img", "span", "sub", "sup",
}  # fmt: skip
_ATTRIBUTES = {
    "img": {"src", "alt", "class"}, "span": {"class"}, "math": {"display"}, "mo": {"stretchy", "fence", "form"},
    "mi": {"mathvariant"}, "mspace": {"width"}, "mtable": {"columnalign"}, "ol": {"start"},
    "mfrac": {"linethickness"}, "munder": {"accentunder"}, "mover": {"accent"}, "mstyle": {"displaystyle"},
}  # fmt: skip

#: What the converter raises on a formula that it cannot read; its own errors have no common base.
_UNREADABLE: tuple[type[Exception], ...] = (
    IndexError, KeyError, RecursionError, ValueError,
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type)),
)  # fmt: skip

Address = Callable[[UUID], str]


def page_address(picture_id: UUID) -> str:
    """Give the address at which staff see a picture."""
    return f"/items/pictures/{picture_id}"


def html(text: str, *, pictures: Address = page_address) -> str:
    """Render the blocks of a stem or rationale; ``pictures`` gives the address of a picture for this reader."""
    return _clean(_PARSER.render(text, {"pictures": pictures}))


def line(text: str, *, pictures: Address = page_address) -> str:
    """Render one line, such as an option."""
    return _clean(_PARSER.renderInline(text, {"pictures": pictures}))


def blanks(text: str) -> int:
    """Count the blanks that a reader gets: none of code, formulas and pictures, and none behind a backslash."""
    return sum(token.type == "blank" for token in _tokens(_PARSER, text))


def picture_ids(text: str) -> set[UUID]:
    """Name the pictures that a text shows."""
    return {found for token in _tokens(_PARSER, text) if (found := _picture_id(token)) is not None}


def problems(text: str, field: str) -> list[Problem]:
    """List what a text holds that cannot be shown: HTML, foreign pictures, formulas that cannot be read."""
    return [*_markup(text, field), *_foreign(text, field), *_unreadable(text, field)]


def _markup(text: str, field: str) -> Iterator[Problem]:
    sentence = N_("The text holds HTML (%(tag)s), which is not taken; write Markdown, or a formula between $ signs.")
    tags = (token for token in _tokens(_TAKING_HTML, text) if token.type in {"html_inline", "html_block"})
    if first := next(tags, None):
        yield Problem(field=field, sentence=sentence, facts={"tag": first.content.strip()[:40]})


def _foreign(text: str, field: str) -> Iterator[Problem]:
    sentence = N_("The picture %(source)s is not one of this item; upload it here and use its mark.")
    for token in _tokens(_PARSER, text):
        if token.type == "image" and _picture_id(token) is None:
            yield Problem(field=field, sentence=sentence, facts={"source": str(token.attrGet("src"))[:60]})


def _unreadable(text: str, field: str) -> Iterator[Problem]:
    sentence = N_("The formula $%(formula)s$ cannot be read; check its braces and commands.")
    for token in _tokens(_PARSER, text):
        if token.type == "formula" and _mathml(token.content) is None:
            yield Problem(field=field, sentence=sentence, facts={"formula": token.content[:60]})


def _tokens(parser: MarkdownIt, text: str) -> Iterator[Token]:
    for token in parser.parse(text):
        yield token
        yield from token.children or ()


def _picture_id(token: Token) -> UUID | None:
    found = PICTURE.match(str(token.attrGet("src"))) if token.type == "image" else None
    return UUID(found[1]) if found else None


def _mathml(latex: str) -> str | None:
    try:
        return str(converter.convert(latex))
    except _UNREADABLE:
        return None


def _clean(rendered: str) -> str:
    return nh3.clean(
        rendered, tags=_PROSE | _MATHML, attributes=_ATTRIBUTES, url_schemes={"data"}, link_rel=None,
        generic_attribute_prefixes=set(),
    )  # fmt: skip


def _formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    found = re.compile(r"\$([^$\n]+)\$").match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = found[1].strip()
    state.pos = found.end()
    return True


def _script(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    found = _SCRIPT.match(state.src, state.pos)
    if found is None or not _lowers_or_raises(state.src[: state.pos], found[1]):
        return False
    if not silent:
        state.push("script", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _lowers_or_raises(before: str, sign: str) -> bool:
    """Whether a sign follows something to stand at; after a digit, ``~`` writes a range, as in 10~20."""
    return bool(before) and not before[-1].isspace() and not (sign == "~" and before[-1].isdigit())


def _blank(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    found = BLANK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("blank", "", 0)
    state.pos = found.end()
    return True


def _show_formula(_: Any, tokens: list[Token], index: int, *__: Any) -> str:
    return _mathml(tokens[index].content) or f"<code>{nh3.clean_text(tokens[index].content)}</code>"


def _show_script(_: Any, tokens: list[Token], index: int, *__: Any) -> str:
    text = tokens[index].content
    tag = "sub" if text[0] == "~" else "sup"
    return f"<{tag}>{nh3.clean_text(text[1:-1])}</{tag}>"


def _show_blank(*_: Any) -> str:
    return '<span class="k-blank">____</span>'


def _show_picture(_: Any, tokens: list[Token], index: int, __: Any, environment: dict[str, Address]) -> str:
    token = tokens[index]
    found, alternative = _picture_id(token), nh3.clean_text(token.content)
    if found is None:
        return alternative
    return f'<img class="k-picture" src="{environment["pictures"](found)}" alt="{alternative}">'


_SHOWN = {"formula": _show_formula, "blank": _show_blank, "image": _show_picture, "script": _show_script}


def _parser(*, takes_html: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": takes_html, "breaks": True}).enable("table")
    parser.disable(["hr", "reference", "heading", "lheading", "autolink", "link"])
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.before("escape", "blank", _blank)
    parser.inline.ruler.before("escape", "script", _script)
    for name, rule in _SHOWN.items():
        parser.add_render_rule(name, rule)
    return parser


_PARSER = _parser(takes_html=False)
_TAKING_HTML = _parser(takes_html=True)
