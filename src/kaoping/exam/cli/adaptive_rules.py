"""From the options of ``kaoping adaptive`` to the rules of an adaptive test."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.measurement import FileUnreadable, Refused, Row, read_item_rows, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.adaptive import (
        AdaptiveTest,
        Balance,
        Bank,
        Control,
        Criterion,
        Estimator,
        ShadowRules,
        Stopping,
        SympsonHetter,
    )
    from kaoping.scoring.parameters import ItemParameters

CRITERIA = ("mfi", "mlwi", "mpwi", "mepv", "mei", "kl", "klp", "gdi", "gdip", "bopt", "thopt", "random", "progressive",
            "proportional", "stratified")  # fmt: skip
BALANCES = ("constrained", "multinomial", "priority")
METHODS = ("eap", "map", "ml", "wle")
FEWEST_SIMULATED = 2000
"""Persons in each round of Sympson and Hetter's iteration."""
STOPS = {"se": None, "information": None, "change": None, "sprt": "", "glr": "", "confidence": 0.95}
"""Rules of stopping: None if a number has to follow, "" if none may, a number if it may be left out."""
EXPOSURES = {"none": "", "randomesque": 5, "falling": 5, "sympson-hetter": None, "eligibility": None, "chances": ""}
CLASSIFYING = {"sprt", "glr", "confidence"}
BY_LOT = {"sympson-hetter", "eligibility", "chances"}


class Numbers(click.ParamType[Any]):
    """Numbers that rise, such as ``-1,0,1``."""

    name = "NUMBER,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Read them."""
        try:
            found = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"“{value}” is no list of numbers; write such as -1,0,1", param, ctx)
        if list(found) != sorted(set(found)) or not all(abs(one) < float("inf") for one in found):
            self.fail(f"“{value}” does not rise from number to number", param, ctx)
        return found


class Named(click.ParamType[Any]):
    """A name and, after a colon, a number."""

    known: dict[str, Any]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        """Read both."""
        if isinstance(value, tuple):
            return value
        name, colon, text = str(value).partition(":")
        if name not in self.known:
            self.fail(f"“{value}” is not one of {', '.join(self.known)}", param, ctx)
        default = self.known[name]
        if not colon and default is not None:
            return name, default
        if not text or default == "":
            self.fail(f"“{value}” is not understood; write {name}{'' if default == '' else ':NUMBER'}", param, ctx)
        try:
            return name, type(default)(text) if default is not None else float(text)
        except ValueError:
            kind = "a whole number" if isinstance(default, int) else "a number"
            self.fail(f"“{value}”: {text} is not {kind}", param, ctx)


class Stops(Named):
    """A rule of stopping."""

    name = "RULE[:NUMBER]"
    known = STOPS


class Exposures(Named):
    """A control of exposure."""

    name = "CONTROL[:NUMBER]"
    known = EXPOSURES


@dataclass(frozen=True)
class Options:
    """What was said of the test; the names are those of the options."""

    file: Path
    mean: float
    sd: float
    criterion: str
    acceleration: float
    strata: int
    by: str
    blocking: bool
    predictive: bool
    exposure: tuple[str, Any]
    chances: Path | None
    levels: tuple[float, ...] | None
    fading: float
    most_uses: int | None
    areas: Path | None
    content: Path | None
    balance: str
    shadow: Path | None
    enemies: Path | None
    length: int
    shortest: int
    stop: tuple[tuple[str, Any], ...]
    cuts: tuple[float, ...] | None
    delta: float
    alpha: float
    beta: float
    method: str
    bounds: tuple[float, float]
    fallback: str
    errors: str
    nodes: tuple[float, float, int] | None
    start: float | None
    spread: float
    first: str | None


@dataclass(frozen=True)
class Made:
    """The test, Sympson and Hetter's iteration if there was one, and the chances of admission, (g, k)."""

    test: "AdaptiveTest"
    calibrated: "SympsonHetter | None"
    chances: Any


def test_of(parameters: "ItemParameters", options: Options, rng: Any) -> Made:
    """Make the test, with chances of admission simulated if they were asked for."""
    from kaoping.scoring.adaptive import AdaptiveTest, Admission, Start, sympson_hetter

    _refuse_idle(options)
    bank = _bank(parameters, options)
    test = AdaptiveTest(
        bank,
        _stopping(options),
        criterion=_criterion(options),
        balance=_balance(bank, options),
        shadow=_shadow(bank, options),
        estimator=_estimator(options),
        start=Start(options.start, options.spread, tuple(options.first.split(",")) if options.first else ()),
        most_uses=options.most_uses,
    )
    name, value = options.exposure
    if name != "sympson-hetter":
        control = _control(bank, options)
        return Made(test.with_exposure(control), None, control.chances if isinstance(control, Admission) else None)
    abilities = rng.normal(options.mean, options.sd, FEWEST_SIMULATED)
    found = sympson_hetter(test, value, abilities, rng=rng, cuts=options.levels or ())
    return Made(test.with_exposure(found.admission), found, found.admission.chances)


def _refuse_idle(options: Options) -> None:
    """Refuse options that the others leave without an effect."""
    names = {name for name, _ in options.stop}
    if len(names) < len(options.stop) or len(names & CLASSIFYING) > 1:
        raise Refused("Give every rule of stopping once, and one of sprt, glr and confidence.")
    if names & CLASSIFYING and options.cuts is None:
        raise Refused(f"--stop {(names & CLASSIFYING).pop()} needs --cuts, such as --cuts 0,1.")
    if options.levels and options.exposure[0] not in BY_LOT:
        raise Refused("--levels is for --exposure sympson-hetter, eligibility or chances; leave it out.")
    if (options.chances is None) != (options.exposure[0] != "chances"):
        raise Refused("--chances FILE and --exposure chances go together; give both or neither.")
    if options.areas is not None and options.content is None:
        raise Refused("--areas says where items belong and --content what is wanted of it; give both or neither.")


def _bank(parameters: "ItemParameters", options: Options) -> "Bank":
    from kaoping.scoring.adaptive import Bank, trapezoid
    from kaoping.scoring.grids import normal_grid

    if options.nodes is None:
        population = normal_grid(parameters, mean=options.mean, sd=options.sd, most_answers=options.length)
    else:
        population = trapezoid(*options.nodes, mean=options.mean, sd=options.sd)
    return Bank(parameters, _areas(parameters, options), _enemies(parameters, options), population)


def _areas(parameters: "ItemParameters", options: Options) -> list[str]:
    """Read the area of every item, from a file of its own or from the bank; none if nothing is said of areas."""
    if options.content is None:
        return []
    source = options.areas or options.file
    rows = _every_item(parameters, source, ["area"])
    for name in parameters.names:
        if not rows[name]["area"]:
            raise rows[name].refuse("area", "is no area; give every item one")
    return [rows[name]["area"] for name in parameters.names]


def _every_item(parameters: "ItemParameters", file: Path, columns: list[str]) -> dict[str, Row]:
    rows = read_item_rows(file, columns, parameters.names)
    for name in parameters.names:
        if name not in rows:
            raise FileUnreadable(file=file, reason=f"it has no row for item {name}")
    return rows


def _enemies(parameters: "ItemParameters", options: Options) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for row in read_rows(options.enemies, ["group", "item"]) if options.enemies else []:
        if row["item"] not in parameters.names:
            raise row.refuse("item", f"is no item of {options.file}")
        if not row["group"]:
            raise row.refuse("group", "is no group; name the group whose items are enemies")
        groups.setdefault(row["group"], []).append(row["item"])
    return list(groups.values())


def _shadow(bank: "Bank", options: Options) -> "ShadowRules | None":
    """Read the rules that every test keeps."""
    from kaoping.scoring.adaptive import ShadowRules
    from kaoping.scoring.assembly.problem_files import read_problem

    return None if options.shadow is None else ShadowRules(read_problem(options.shadow), bank)


def _balance(bank: "Bank", options: Options) -> "Balance | None":
    from kaoping.scoring.adaptive import Balance

    if options.content is None:
        return None
    rows = read_rows(options.content, ["area", "share"], unique="area")
    targets: dict[str, float] = {}
    for row in rows:
        if row["area"] not in bank.area_names:
            raise row.refuse("area", "is the area of no item")
        targets[row["area"]] = row.number("share")
        if not 0 <= targets[row["area"]] <= 1:
            raise row.refuse("share", "is not a share from 0 to 1")
    if lacking := [name for name in bank.area_names if name not in targets]:
        raise FileUnreadable(file=options.content, reason=f"it has no share for area {lacking[0]}; write 0 if none")
    total = sum(targets.values())
    if abs(total - 1) > 1e-6:  # noqa: PLR2004 - shares are written with a few digits
        raise FileUnreadable(file=options.content, reason=f"its shares sum to {total:g}; they have to sum to 1")
    return Balance(targets, options.length, options.balance)


def _estimator(options: Options) -> "Estimator":
    from kaoping.scoring.adaptive import Estimator

    return Estimator(options.method, options.bounds, options.fallback, options.errors)


def _criterion(options: Options) -> "Criterion":
    from kaoping.scoring import adaptive

    match options.criterion:
        case "progressive":
            return adaptive.Progressive(options.length, options.acceleration)
        case "proportional":
            return adaptive.Proportional(options.length, options.acceleration)
        case "stratified":
            return adaptive.Stratified(options.length, options.strata, options.by, options.blocking)
        case "mepv":
            return adaptive.ExpectedVariance(options.predictive)
        case "mei":
            return adaptive.ExpectedInformation(_estimator(options), predictive=options.predictive)
        case name:
            return adaptive.criterion(name, options.length)


def _control(bank: "Bank", options: Options) -> "Control":
    from kaoping.scoring import adaptive

    name, value = options.exposure
    match name:
        case "randomesque" | "falling":
            return adaptive.Randomesque(value, falling=name == "falling")
        case "eligibility":
            return adaptive.Eligibility(value, options.levels or (), options.fading)
        case "chances":
            return adaptive.Admission(_chances(bank, options), options.levels or ())
        case _:
            return adaptive.Best()


def _chances(bank: "Bank", options: Options) -> Any:
    """Read the chances of admission, a list for every range of abilities."""
    assert options.chances is not None  # noqa: S101 - `_refuse_idle` saw to it
    ranges = len(options.levels or ()) + 1
    columns = ["chance"] if ranges == 1 else [f"chance{number}" for number in range(1, ranges + 1)]
    rows = _every_item(bank.parameters, options.chances, columns)
    for row in rows.values():
        for column in columns:
            if not 0 <= row.number(column) <= 1:
                raise row.refuse(column, "is not a chance from 0 to 1")
    return [[rows[name].number(column) for name in bank.names] for column in columns]


def _stopping(options: Options) -> "Stopping":
    from kaoping.scoring import adaptive

    cuts, risks = options.cuts or (), (options.delta, options.alpha, options.beta)
    rules: list[Any] = []
    for name, value in options.stop:
        match name:
            case "se":
                rules.append(adaptive.StandardError(value))
            case "information":
                rules.append(adaptive.LittleInformation(value))
            case "change":
                rules.append(adaptive.SmallChange(value))
            case "sprt":
                rules.append(adaptive.SequentialRatio(cuts, *risks))
            case "glr":
                rules.append(adaptive.GeneralisedRatio(cuts, *risks))
            case _:
                rules.append(adaptive.ConfidenceInterval(cuts, value))
    return adaptive.Stopping(options.length, options.shortest, tuple(rules))
