"""All messages of the program, as Babel finds them in code and templates."""

from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_from_dir

import kaoping
from kaoping.exam.web import languages

PACKAGE = Path(kaoping.__file__).parent
_KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2),
}  # fmt: skip
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true"}}


def messages() -> Iterator[tuple[str, str]]:
    """Give every message id (of plurals the singular) with the place where it is written."""
    found = extract_from_dir(str(PACKAGE), _METHODS, _OPTIONS, keywords=_KEYWORDS)
    for file, line, message, _comments, _context in found:
        yield (message[0] if isinstance(message, tuple) else message), f"{file}:{line}"


def not_written_in(catalogue: dict[str, str]) -> list[str]:
    """Name the messages that a catalogue lacks."""
    return sorted({f"{place}: {message}" for message, place in messages() if not catalogue.get(message)})


def chinese() -> dict[str, str]:
    """Give the Chinese of every message, of plurals under both."""
    found: dict[str, str] = {}
    for fragment in sorted((languages.FRAGMENTS / "zh_Hans_CN").glob("*.po")):
        for entry in polib.pofile(str(fragment)):
            said = entry.msgstr_plural.get(0) or entry.msgstr
            found |= dict.fromkeys(filter(None, (entry.msgid, entry.msgid_plural)), said)
    return found
