"""Options of ``kaoping adaptive`` that the others leave without an effect, refused with what would use them."""

from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from kaoping.exam.cli.measurement import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

USERS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "acceleration": ("criterion", ("progressive", "proportional")),
    "strata": ("criterion", ("stratified",)),
    "by": ("criterion", ("stratified",)),
    "blocking": ("criterion", ("stratified",)),
    "predictive": ("criterion", ("mepv", "mei")),
    "fading": ("exposure", ("eligibility",)),
    "delta": ("stop", ("sprt", "glr")),
    "alpha": ("stop", ("sprt", "glr")),
    "beta": ("stop", ("sprt", "glr")),
    "bounds": ("method", ("map", "ml", "wle")),
    "errors": ("method", ("map", "ml", "wle")),
    "fallback": ("method", ("ml",)),
    "balance": ("content", ()),
    "lowest": ("responses", ()),
    "omitted": ("responses", ()),
    "not_reached": ("responses", ()),
}
"""For options that not every test uses: the option that decides, and its values that use them, any if none is named."""


def refuse_idle(context: click.Context) -> None:
    """Refuse an option on the command line that nothing uses.

    Raises
    ------
    Refused
        With the option, and with what uses it.
    """
    for name, (decisive, users) in USERS.items():
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        chosen = _chosen(context.params, decisive)
        if not given or (chosen & set(users) if users else chosen):
            continue
        option = f"--{name.replace('_', '-')}"
        if not users:
            raise Refused(f"{option} is used with --{decisive} only; give --{decisive} or leave out {option}.")
        there = f"--{decisive} is {', '.join(sorted(chosen))}" if chosen else f"there is no --{decisive}"
        raise Refused(f"{option} is used by --{decisive} {_either(users)} only, and {there}; leave out {option}.")


def _chosen(given: "Mapping[str, Any]", decisive: str) -> "AbstractSet[str]":
    """Give what was chosen by an option; of a name with a number the name."""
    value = given[decisive]
    if decisive == "stop":
        return {name for name, _ in value}
    if decisive == "exposure":
        return {value[0]}
    return set() if value is None else {str(value)}


def _either(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
