"""The words of comparisons between groups of candidates."""

from typing import Final

from flask_babel import gettext as _

from kaoping.exam.results.functioning import Differential, Outcome, SizeClass
from kaoping.exam.results.groupings import Grouping
from kaoping.itembank.errors import N_

NAMES: Final = {
    Grouping.REGION: N_("Region of the batch (province)"),
    Grouping.SEX: N_("Sex"),
    Grouping.AGE: N_("Age"),
}
_GROUPS: Final = {
    "male": N_("men"), "female": N_("women"), "younger": N_("the younger"), "older": N_("the older"),
}  # fmt: skip
_SIZES: Final = {
    SizeClass.NEGLIGIBLE: N_("A: negligible"), SizeClass.MODERATE: N_("B: moderate"), SizeClass.LARGE: N_("C: large"),
}  # fmt: skip
_TONES: Final = {SizeClass.NEGLIGIBLE: "good", SizeClass.MODERATE: "warn", SizeClass.LARGE: "bad"}


def grouping(one: Differential) -> str:
    """Name what tells the groups apart."""
    return str(_(NAMES[one.grouping]))


def group(name: str) -> str:
    """Name a group; regions go by their code."""
    return str(_(_GROUPS[name])) if name in _GROUPS else str(_("region %(code)s", code=name))


def size(one: Differential) -> str:
    """Name the class of ETS."""
    return str(_(_SIZES[one.size])) if one.size else ""


def tone(one: Differential) -> str:
    """Say how a class is shown."""
    return _TONES[one.size] if one.size else ""


def direction(compared: str, delta: float) -> str:
    """Say for whom an item is harder, from a comparison as findings name it."""
    _grouping, focal, reference = compared.split(":")
    harder, easier = (focal, reference) if delta < 0 else (reference, focal)
    return str(_("harder for %(one)s than for %(other)s", one=group(harder), other=group(easier)))


def meaning(one: Differential) -> str:
    """Say what was found in words."""
    if one.outcome is Outcome.TOO_FEW:
        told = {"reference": one.n_reference, "focal": one.n_focal, "least": one.least}
        return str(
            _("Too few: %(reference)d and %(focal)d persons answered, %(least)d of either group are needed.", **told)
        )
    if one.outcome is Outcome.NOT_COMPARABLE or one.delta is None:
        return str(_("Cannot be compared: at equal scores all answers of a group are alike."))
    if one.size is SizeClass.NEGLIGIBLE:
        return str(_("Candidates of equal score are right about equally often in both groups."))
    told_direction = direction(one.compared, one.delta)
    return str(_("At equal score it is %(direction)s.", direction=told_direction))
