"""``kaoping classify``: how far decisions by cuts can be trusted, from files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli import classification_report as reporting
from kaoping.exam.cli.classification_inputs import (
    Asked,
    Prepared,
    by_guo,
    by_lee,
    by_rudner,
    by_scores,
    read_components,
)
from kaoping.exam.cli.measurement import Measuring, Outputs, Refused, generator, path_option
from kaoping.exam.cli.numbers import Finite

if TYPE_CHECKING:
    from kaoping.scoring.classification import Agreement, Bootstrap, Cases, Conjunction, CutCurve, Cuts

POPULATION = ("items", "mean", "sd", "grid")
METHODS: dict[str, tuple[str, ...]] = {
    "rudner": POPULATION,
    "lee": (*POPULATION, "marks", "true_cut"),
    "guo": ("items", "mean", "sd", "flat", "lowest", "omitted", "not_reached"),
    "livingston-lewis": ("reliability", "maximum", "minimum", "moments", "step"),
    "hanson-brennan": ("reliability", "maximum", "moments"),
    "huynh": ("maximum",),
    "subkoviak": ("reliability", "maximum"),
    "components": ("reliability", "component"),
}
"""Methods, and the options that are theirs."""
OF_A_POPULATION = {"rudner": POPULATION, "lee": ("mean", "sd", "grid")}
"""Options that say nothing where persons are given."""
SHARED = {"file", "method", "cut", "names", "sure", "bootstrap", "seed", "out", "table", "curve", "report", "plots"}
"""Options of every method."""


class Named(click.ParamType[Any]):
    """Numbers with or without names, such as ``60``, ``60,80`` or ``theory=60,skill=70``."""

    name = "NUMBER,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[tuple[str, float]]:
        """Read the text."""
        found = []
        for part in str(value).split(","):
            label, equals, number = part.rpartition("=")
            try:
                read = float(number)
            except ValueError:
                read = float("nan")
            if not abs(read) < float("inf") or (equals and not label.strip()):
                self.fail(f"“{part}” is not a number such as 60, nor a named one such as theory=60", param, ctx)
            found.append((label.strip(), read))
        return found


@click.command(cls=Measuring)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--method", type=click.Choice(list(METHODS)), required=True, help="Method; the handbook says which.")
@click.option("--cut", type=Named(), multiple=True, required=True, help="Cut, several, or theory=60 of a component.")
@click.option("--names", help="Names of the levels, lowest first, separated by commas.")
@click.option("--sure", type=Finite(0, 1), default=0.9, show_default=True, help="Sure from here on.")
@path_option("--items", help="CSV of items with known parameters, as kaoping calibrate writes it.")
@path_option("--marks", help="For lee: CSV with item and marks, its highest mark; halves are allowed.")
@click.option("--true-cut", type=Named(), help="For lee: abilities at which levels truly begin.")
@click.option("--mean", type=Finite(), default=0.0, help="Mean of the population, in logits (0).")
@click.option("--sd", type=Finite(0, min_open=True), default=1.0, help="Its standard deviation (1).")
@click.option(
    "--grid", type=(Finite(), Finite(), click.IntRange(3)), help="Lowest and highest ability and number of nodes."
)
@click.option("--flat", is_flag=True, help="For guo: take the likelihood alone, without a population.")
@click.option("--lowest", type=click.Choice(["0", "1"]), default="0", help="For guo: the lowest category in the file.")
@click.option("--omitted", help="For guo: what a cell holds if the person left the item out.")
@click.option("--not-reached", help="For guo: what a cell holds if the person did not come as far.")
@click.option("--reliability", type=Named(), help="Reliability of the scores, or theory=0.85,skill=0.7 of components.")
@click.option("--maximum", type=Finite(), help="Highest possible score; the number of items where errors are binomial.")
@click.option("--minimum", type=Finite(), default=0.0, help="For livingston-lewis: lowest possible score (0).")
@click.option(
    "--step", type=Finite(), help="For livingston-lewis: distance of possible scores; cuts are then not rounded."
)
@click.option("--moments", type=click.IntRange(2, 4), default=4, help="Most moments that true scores keep (4).")
@click.option("--component", multiple=True, help="For components: a column; all but person and se_… if not given.")
@click.option("--bootstrap", type=click.IntRange(20), help="Standard errors from so many samples of persons.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, help="Number from which samples are drawn; the same gives the same."
)
@path_option("--out", help="CSV to write, a row for each person or score: decision, and how sure it is.")
@path_option("--table", help="CSV to write, a row for each cut and one for all together.")
@path_option("--curve", help="CSV to write: the indices if the cut were another.")
@path_option(
    "--report", help="JSON to write: indices, tables of levels, indeterminate cases, how true scores were fitted."
)
@path_option("--plots", help="Folder for pictures (SVG): along the scale, over all cuts, by score.")
@click.pass_context
def classify(ctx: click.Context, /, **said: Any) -> None:
    """Tell how accurate and consistent decisions by cuts are, and how sure each of them is."""
    _refuse_foreign(ctx, said["method"])
    if said["method"] == "components":
        _by_components(said)
    else:
        _by_one_scale(said)


def _refuse_foreign(ctx: click.Context, method: str) -> None:
    """Refuse an option that is for other methods, or for a population where persons are given."""
    source = click.core.ParameterSource.COMMANDLINE
    for name in (name for name in ctx.params if ctx.get_parameter_source(name) == source):
        option = f"--{name.replace('_', '-')}"
        if name not in {*METHODS[method], *SHARED}:
            takers = " and ".join(key for key, own in METHODS.items() if name in own)
            raise Refused(f"{option} is for the method {takers}; leave it out with {method}.")
        if ctx.params["file"] and name in OF_A_POPULATION.get(method, ()):
            raise Refused(f"{option} is for a population; leave it out, or the file of persons.")


def _by_one_scale(said: dict[str, Any]) -> None:
    from kaoping.scoring.classification import over_cuts

    prepared, cuts, sure = _prepared(said), _cuts(said), said["sure"]
    found = prepared.measure(cuts)
    named = reporting.agreements(found)
    drawn = _drawn(said, prepared, cuts)
    wanted = said["curve"] or said["plots"]
    curve = over_cuts(lambda cut: prepared.measure([cut]), prepared.tried) if wanted else None
    cases = reporting.case_table(found.cases, cuts.names, sure, prepared=prepared) if found.cases else None
    facts = {"method": said["method"], **reporting.facts(found, prepared, sure, drawn)}
    with Outputs() as outputs:
        _write_cases(outputs, said["out"], cases)
        outputs.csv(said["table"], *reporting.index_table(named, drawn))
        if curve:
            outputs.csv(said["curve"], *reporting.curve_table(curve))
            outputs.pictures(said["plots"], _pictures(found, prepared, curve) if said["plots"] else {})
        outputs.json(said["report"], facts)
    for line in reporting.lines(named, found.cases, prepared, sure):
        click.echo(line)
    if prepared.left_out:
        click.echo(f"{len(prepared.left_out)} persons without an ability are left out.")


def _prepared(said: dict[str, Any]) -> Prepared:
    asked = Asked(
        table=said["file"],
        items=said["items"],
        marks=said["marks"],
        mean=said["mean"],
        sd=said["sd"],
        grid=said["grid"],
        true_cuts=[value for _, value in said["true_cut"]] if said["true_cut"] else None,
        flat=said["flat"],
        answers={
            "lowest": int(said["lowest"]),
            "omitted": said["omitted"],
            "not_reached": said["not_reached"],
        },
        reliability=_one_reliability(said["reliability"]),
        maximum=said["maximum"],
        minimum=said["minimum"],
        moments=said["moments"],
        step=said["step"],
    )
    methods = {"rudner": by_rudner, "lee": by_lee, "guo": by_guo}
    if method := methods.get(said["method"]):
        return method(asked)
    return by_scores(asked, said["method"])


def _one_reliability(given: list[tuple[str, float]] | None) -> float | None:
    if given is None:
        return None
    if len(given) > 1 or given[0][0]:
        raise Refused("--reliability takes one number for this method; names are for components.")
    return given[0][1]


def _cuts(said: dict[str, Any]) -> "Cuts":
    from kaoping.scoring.classification import Cuts

    given = [one for several in said["cut"] for one in several]
    if named := [label for label, _ in given if label]:
        raise Refused(f"--cut {named[0]}=… is for the method components; write the number alone.")
    return Cuts.of([value for _, value in given], _level_names(said["names"]))


def _level_names(text: str | None) -> list[str]:
    return [] if text is None else [part.strip() for part in text.split(",")]


def _drawn(said: dict[str, Any], prepared: Prepared, cuts: "Cuts") -> "Bootstrap | None":
    from kaoping.scoring.classification import bootstrap

    if said["bootstrap"] is None:
        return None
    if not prepared.n:
        raise Refused("--bootstrap draws persons anew; give a table of abilities or scores, or leave it out.")

    def measure(weights: Any) -> tuple["Agreement", ...]:
        found = prepared.measure(cuts, weights)
        return (*found.by_cut, found.together)

    return bootstrap(measure, prepared.n, rng=generator(said["seed"]), replications=said["bootstrap"])


def _by_components(said: dict[str, Any]) -> None:
    from kaoping.scoring.classification import bootstrap

    if said["curve"]:
        raise Refused("--curve is for one scale; leave it out with components.")
    measure, n = _component_measure(said)
    drawn = None
    if said["bootstrap"]:

        def once(weights: Any) -> tuple["Agreement", ...]:
            one = measure(weights)
            return (*one.apart, one.together)

        drawn = bootstrap(once, n, rng=generator(said["seed"]), replications=said["bootstrap"])
    _report_components(said, measure(None), drawn)


def _component_measure(said: dict[str, Any]) -> tuple[Callable[[Any], "Conjunction"], int]:
    """Give the function that judges the components from weights, and the number of persons."""
    from kaoping.scoring import classification

    if said["file"] is None:
        raise Refused("This method needs a table of scores with a column for each component.")
    persons, names, scores, errors = read_components(said["file"], said["component"])
    cuts = _of_each(said["cut"], names, "--cut")
    common: dict[str, Any] = {"names": names, "persons": persons}
    if errors is not None:
        if said["reliability"]:
            raise Refused("The table has standard errors; leave --reliability out, or the columns se_….")
        return lambda weights: classification.conjunction(scores, errors, cuts, weights=weights, **common), len(scores)
    if not said["reliability"]:
        raise Refused("This method needs --reliability, or columns se_… with standard errors.")
    trusted = _of_each([said["reliability"]], names, "--reliability")

    def measure(weights: Any) -> "Conjunction":
        rng = generator(said["seed"]) if weights is None else None
        return classification.estimated_conjunction(scores, trusted, cuts, weights=weights, rng=rng, **common)

    return measure, len(scores)


def _report_components(said: dict[str, Any], found: "Conjunction", drawn: "Bootstrap | None") -> None:
    named, sure = reporting.component_agreements(found), said["sure"]
    levels = _level_names(said["names"]) or ["fail", "pass"]
    if len(levels) != 2:  # noqa: PLR2004 - fail and pass
        raise Refused("--names gives two levels for components: failed and passed.")
    cases = reporting.case_table(found.cases, levels, sure) if found.cases else None
    facts = {"method": said["method"], "levels": levels, **reporting.component_facts(found, sure, drawn)}
    with Outputs() as outputs:
        _write_cases(outputs, said["out"], cases)
        outputs.csv(said["table"], *reporting.index_table(named, drawn, first="component"))
        outputs.json(said["report"], facts)
        outputs.pictures(said["plots"], _component_pictures(found) if said["plots"] else {})
    for line in reporting.lines(named, found.cases, None, sure):
        click.echo(line)


def _of_each(given: Sequence[list[tuple[str, float]]], names: Sequence[str], option: str) -> list[float]:
    """Give one number for each component: the same for all, or the one that is named."""
    pairs = [one for several in given for one in several]
    if len(pairs) == 1 and not pairs[0][0]:
        return [pairs[0][1]] * len(names)
    known = dict(pairs)
    if "" in known or len(known) != len(pairs):
        raise Refused(f"{option} takes one number for all components, or {names[0]}=… once for each.")
    for label in known:
        if label not in names:
            raise Refused(f"{option} names {label}, which is no component; there are {', '.join(names)}.")
    if lacking := [name for name in names if name not in known]:
        raise Refused(f"{option} gives no number for component {lacking[0]}.")
    return [known[name] for name in names]


def _write_cases(outputs: Outputs, out: Path | None, cases: Any) -> None:
    if out is not None and cases is None:
        raise Refused("This method judges no single persons or scores; leave --out out.")
    if cases is not None:
        outputs.csv(out, *cases)


def _pictures(found: Any, prepared: Prepared, curve: "CutCurve") -> dict[str, bytes]:
    from kaoping.exam.figures import classification as figures
    from kaoping.exam.figures.drawing import Words

    cuts = found.cuts.values
    over = Words("By cut", prepared.axis, "Accuracy, consistency and kappa by cut.")
    drawn = {"cuts": figures.over_cuts(curve, over, marked=cuts, vertical="Index")}
    if found.points is not None:
        along = Words("Along the scale", prepared.axis, "Both fall towards the cuts.")
        drawn["scale"] = figures.along_scale(
            found.points, along, cuts=cuts, vertical="Chance", persons=bool(prepared.n) and prepared.label == "theta"
        )
    if found.cases is not None:
        values = _positions(found.cases, prepared)
        axis = "Score" if prepared.label == "score" else "Ability"
        words = Words("How sure each decision is", axis, "Chance of truly belonging to each level.")
        drawn["decisions"] = figures.decisions(
            values,
            found.cases,
            words,
            cuts=cuts if axis in prepared.axis else (),
            names=found.cuts.names,
            vertical="Chance",
        )
    return drawn


def _positions(cases: "Cases", prepared: Prepared) -> list[float]:
    return list(cases.labels) if prepared.label == "score" else list(prepared.values)


def _component_pictures(found: "Conjunction") -> dict[str, bytes]:
    from kaoping.exam.figures import classification as figures
    from kaoping.exam.figures.drawing import Words

    words = Words("Components", "Share of persons", "Accuracy and consistency of each decision.")
    return {"components": figures.components(found, words, whole="all together")}
