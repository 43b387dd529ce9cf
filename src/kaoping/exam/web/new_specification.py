"""The form of a new specification: standard, level, paper pattern and name, and what each pattern is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kaoping.exam.web import limit_words
from kaoping.exam.web.context import level_name
from kaoping.exam.web.forms import Form, choices
from kaoping.exam.web.languages import CHINESE, language
from kaoping.exam.web.paper_words import section_name
from kaoping.exam.web.refusals import Places
from kaoping.itembank import fitting, patterns, specification, weight_tables
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level, Standard
from kaoping.itembank.patterns import Origin, Pattern
from kaoping.itembank.rules import plain
from kaoping.itembank.structure import SectorModule

#: Where the form says what a use case refuses.
PLACES: Places = {
    specification.NameMissing: "name",
    specification.WeightsIncomplete: "level",
    fitting.NoExactTable: "pattern",
}

_ORIGINS = {
    Origin.KAOPING: N_("Kaoping's own"),
    Origin.CUSTOMARY: N_("Customary; change it to your own scheme"),
    Origin.STANDARD: N_("From the rules of the standard"),
}


class NewSpecificationForm(Form):
    """A new specification of one standard."""

    level = SelectField(lazy_gettext("Level"), coerce=UUID)
    module = SelectField(lazy_gettext("Sector module"), coerce=UUID)
    pattern = RadioField(lazy_gettext("Paper pattern"))
    mode = RadioField(lazy_gettext("How papers come about"), coerce=Mode, default=Mode.BY_POINT)
    name = StringField(
        lazy_gettext("Name of the specification"),
        validators=[
            InputRequired(lazy_gettext("Give the specification a name of at most 100 characters.")),
            Length(max=100),
        ],
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen: the standards, the one that is chosen, and its levels and patterns."""

    standards: list[Standard]
    standard: Standard
    levels: list[Level]
    patterns: dict[str, Pattern]
    modules: list[SectorModule]

    @property
    def others(self) -> list[str]:
        """Components of the levels that no specification of items is made for."""
        listed = (component for level in self.levels for component in level.components)
        return [component for component in dict.fromkeys(listed) if component != "theory"]


def offer(session: Session, standard_id: UUID | None) -> Offer | None:
    """Give what can be chosen for a standard, or for the first; None where no published standard has theory weights."""
    levels = specification.levels(session)
    standards = list(dict.fromkeys(level.standard for level in levels))
    chosen = [standard for standard in standards if standard_id in {None, standard.id}]
    if not standards:
        return None
    if not chosen:
        raise Missing(what=N_("standard"))
    own = [level for level in levels if level.standard is chosen[0]]
    sectors = weight_tables.modules(session, chosen[0].id)
    return Offer(standards, chosen[0], own, patterns.offered(chosen[0]), sectors)


def form_for(offered: Offer) -> NewSpecificationForm:
    """Make the form with the levels and patterns of a standard."""
    form = NewSpecificationForm()
    form.level.choices = choices(*((str(level.id), level_name(level)) for level in offered.levels))
    if offered.modules:
        form.module.choices = choices(*((str(module.id), module_name(module)) for module in offered.modules))
    else:
        del form.module
    form.pattern.choices = choices(*((key, name_of(pattern)) for key, pattern in offered.patterns.items()))
    form.mode.choices = choices(*((mode.value, _(label)) for mode, label in limit_words.MODES.items()))
    form.pattern.data = form.pattern.data or next(iter(offered.patterns))
    return form


def module_name(module: SectorModule) -> str:
    """Name a sector module in the reader's language."""
    return module.name if language() is CHINESE else module.name_en


def name_of(pattern: Pattern) -> str:
    """Name a pattern in the reader's language."""
    return pattern.name if language() is CHINESE else pattern.name_en


def told(mode: str) -> str:
    """Say what a mode is."""
    return str(_(limit_words.MODES_TOLD[Mode(mode)]))


def facts_of(pattern: Pattern) -> Iterable[str]:
    """Say what a pattern's paper holds, how long it is, and where the pattern is from."""
    for rule in pattern.sections:
        yield f"{section_name(rule.section)} {rule.count}\u00a0×\u00a0{plain(rule.marks)}"
    yield str(_("%(items)d items", items=pattern.items))
    yield str(_("%(minutes)d minutes", minutes=pattern.minutes))
    chinese = language() is CHINESE
    if pattern.origin is Origin.PUBLISHED:
        yield str(_("As published in: %(source)s", source=pattern.source if chinese else pattern.source_en))
    else:
        yield str(_(_ORIGINS[pattern.origin]))


def note_of(pattern: Pattern) -> str:
    """Give the note of a pattern in the reader's language."""
    return pattern.note if language() is CHINESE else pattern.note_en
