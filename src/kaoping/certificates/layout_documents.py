"""The documents of layouts by what they print: how they are read, begun, and checked."""

from kaoping.certificates import layout_checks, layout_start, layouts
from kaoping.certificates.layout_checks import Fault
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layouts import Language, Layout

Document = Layout

_STARTS = {LayoutKind.SKILL_LEVEL: layout_start.official}
_READERS = {LayoutKind.SKILL_LEVEL: layouts.read}
_CHECKS = {LayoutKind.SKILL_LEVEL: layout_checks.faults}


def start_of(kind: LayoutKind, language: Language) -> Document:
    """Give what a design starts from."""
    return _STARTS[kind](language)


def read_as(kind: LayoutKind, document: object) -> Document:
    """Read a document; raises `LayoutUnreadable`."""
    return _READERS[kind](document)


def faults_of(kind: LayoutKind, document: Document) -> list[Fault]:
    """Give what is wrong with it."""
    return _CHECKS[kind](document)
