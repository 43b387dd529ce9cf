"""The documents of layouts by what they print: how they are read, begun, and checked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from kaoping.certificates import layout_checks, layout_sheets, layout_start, layouts
from kaoping.certificates.layout_checks import Fault
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layout_sheets import Form, SheetLayout
from kaoping.certificates.layouts import Language, Layout

Document = Layout | SheetLayout


@dataclass(frozen=True, slots=True)
class _Kind:
    start: Callable[[Language], Document]
    read: Callable[[object], Document]
    faults: Callable[[Any], list[Fault]]


#: The forms of flowing sheets.
FORMS = {
    LayoutKind.SCORE_REPORT: layout_sheets.REPORT,
    LayoutKind.ADMISSION_TICKET: layout_sheets.TICKET,
    LayoutKind.BATCH_REGISTER: layout_sheets.REGISTER,
}


def _sheet(form: Form) -> _Kind:
    return _Kind(lambda _language: layout_sheets.usual(form), layout_sheets.read, partial(layout_sheets.faults, form))


_KINDS = {LayoutKind.SKILL_LEVEL: _Kind(layout_start.official, layouts.read, layout_checks.faults)} | {
    kind: _sheet(form) for kind, form in FORMS.items()
}


def start_of(kind: LayoutKind, language: Language) -> Document:
    """Give what a design starts from; flowing sheets are Chinese."""
    return _KINDS[kind].start(language)


def read_as(kind: LayoutKind, document: object) -> Document:
    """Read a document; raises `LayoutUnreadable`."""
    return _KINDS[kind].read(document)


def faults_of(kind: LayoutKind, document: Document) -> list[Fault]:
    """Give what is wrong with it."""
    return _KINDS[kind].faults(document)
