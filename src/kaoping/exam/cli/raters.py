"""``kaoping raters``: how severe raters are, how far they agree, and what persons' fair scores are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli import rater_report as report_of
from kaoping.exam.cli.measurement import Measuring, Outputs, Refused, generator, path_option
from kaoping.exam.cli.rating_files import ITEM, PERSON, RATER, ROLES, Columns, read_anchors, read_ratings

if TYPE_CHECKING:
    from kaoping.scoring.raters import Bias, Elements, ExactAgreement, ManyFacet, Persons

COMMON = "common"
UNUSUAL = (0.5, 1.5)
"""Mean squares outside which a rater is named: productive for measurement between [Linacre 2002]."""
UNWEIGHTED = "Weights count in the model alone; shares, coefficients and pairs of agreement count every rating once."
NAMED = 10
"""Most raters that a line of the summary names."""


@click.command("raters", cls=Measuring)
@click.argument("ratings", type=click.Path(path_type=Path))
@click.option(
    "--column", multiple=True, metavar="ROLE=NAME", help="Name in the header of person, rater, item, rating, weight."
)
@click.option(
    "--items", default="", help="Columns of items, separated by commas, if each has its own; all others if not said."
)
@click.option(
    "--facet", multiple=True, help="A further column with measures of its own, such as occasion; may be repeated."
)
@click.option(
    "--scale", default="", metavar="LOW:HIGH", help="The ratings that can be given; those that occur if not said."
)
@click.option(
    "--steps", default=COMMON, help="Facet whose elements have thresholds of their own, such as item; common."
)
@click.option(
    "--interaction", multiple=True, metavar="A:B", help="Pair of columns with measures in the model; may be repeated."
)
@click.option(
    "--bias", multiple=True, metavar="A:B", help="Pair of columns to test for bias after the model; may be repeated."
)
@click.option("--adjust", type=click.Choice(["none", "bonferroni", "bh"]), default="none", help="Adjust p of bias.")
@path_option("--anchors", help="CSV with facet, element, measure: severities known from elsewhere.")
@click.option(
    "--extreme",
    type=click.Choice(["refuse", "adjust"]),
    default="refuse",
    help="Raters who gave one end of the scale only.",
)
@click.option("--exchangeable", is_flag=True, help="Persons were assigned at random: compare raters who share nobody.")
@click.option("--no-model", is_flag=True, help="Agreement and components alone.")
@click.option(
    "--weights", type=click.Choice(["none", "linear", "quadratic"]), default="quadratic", help="For the kappa of pairs."
)
@click.option("--least", type=click.IntRange(1), default=10, help="Pairs of raters need so many common ratings.")
@click.option("--seed", type=int, default=0, help="Seed of the bootstrap intervals of alpha.")
@click.option("--nested", multiple=True, metavar="A:B", help="For components: A is nested in B, such as rater:person.")
@click.option(
    "--decide", multiple=True, metavar="A=N,B=N", help="What the mean over so many is worth, such as rater=2,item=5."
)
@click.option(
    "--fixed", multiple=True, help="For --decide: facets, separated by commas, whose elements are all there are."
)
@path_option("--out", help="CSV to write, a row for each element of each facet.")
@path_option("--persons", help="CSV to write, a row for each person, with fair scores.")
@path_option("--bias-out", help="CSV to write, a row for each combination tested for bias.")
@path_option("--agreement", help="CSV to write, coefficients of agreement over all and by item.")
@path_option("--pairs", help="CSV to write, a row for every two raters with common ratings.")
@path_option("--components", help="CSV to write, variance components of persons, raters, items.")
@path_option("--report", help="JSON to write: model, separation, agreement, bias, decisions.")
@path_option("--plots", help="Folder for pictures (SVG): map, severities, categories, bias.")
def raters(ratings: Path, **said: Any) -> None:
    """Measure the severity and agreement of raters, and persons' scores with fair severity."""
    Command(ratings, said).run()


class Command:
    """One run: what was asked for, and what was read."""

    def __init__(self, file: Path, said: dict[str, Any]) -> None:
        self.said = said
        self.interactions = [_pair("--interaction", one) for one in said["interaction"]]
        self.biases = [_pair("--bias", one) for one in said["bias"]]
        self.decisions = [_numbers(one) for one in said["decide"]]
        self.nested = dict(_pair("--nested", one) for one in said["nested"])
        self.fixed = [name.strip() for one in said["fixed"] for name in one.split(",") if name.strip()]
        self._refuse_idle()
        named = dict(_assigned("--column", one) for one in said["column"])
        if unknown := [role for role in named if role not in ROLES]:
            raise Refused(f"--column {unknown[0]}=… names no role; the roles are {', '.join(ROLES)}.")
        self._refuse_facets(named)
        items = [name.strip() for name in said["items"].split(",") if name.strip()]
        pairs = [name for pair in (*self.interactions, *self.biases) for name in pair]
        further = [name for name in dict.fromkeys([*said["facet"], *pairs]) if name not in {PERSON, RATER, ITEM}]
        columns = Columns(named, items, further)
        self.ratings, self.taken = read_ratings(file, columns, scale=_scale(said["scale"]))
        self.facets = [*(name for name in (RATER, ITEM) if name in self.ratings.facets), *said["facet"]]
        self._refuse_unknown()

    def _refuse_idle(self) -> None:
        """Refuse options that would do nothing."""
        said = self.said
        model = ("out", "persons", "bias_out", "plots", "anchors")
        if said["no_model"] and (asked := [name for name in (*model, "bias", "interaction") if said[name]]):
            raise Refused(f"--{asked[0].replace('_', '-')} needs the model; leave out --no-model.")
        if said["bias_out"] and not said["bias"]:
            raise Refused("--bias-out needs to know which pair; add such as --bias rater:item.")
        if said["fixed"] and not said["decide"]:
            raise Refused("--fixed is for --decide; add such as --decide rater=2.")

    def _refuse_facets(self, named: Mapping[str, str]) -> None:
        """Refuse further facets that are none, or that are said twice."""
        facets, roles = self.said["facet"], {named.get(role, role): role for role in ROLES}
        roles |= {role: role for role in (PERSON, RATER, ITEM)}
        for place, name in enumerate(facets):
            if name in roles:
                raise Refused(f"--facet {name}: this is the {roles[name]}, not a further column; leave it out.")
            if name in facets[:place]:
                raise Refused(f"--facet {name} is said twice; say it once.")
        for place, pair in enumerate(self.interactions):
            if set(pair) in map(set, self.interactions[:place]):
                raise Refused(f"--interaction {':'.join(pair)} is said twice; say it once.")

    def _refuse_unknown(self) -> None:
        """Refuse names that components and decisions do not have, or that are said twice."""
        nested = [_pair("--nested", one) for one in self.said["nested"]]
        for option, names, also in (
            *(("--decide", list(one), ()) for one in self.decisions),
            ("--fixed", self.fixed, ()),
            ("--nested", [name for name, _ in nested], ()),
            *(("--nested", [above], (PERSON,)) for _, above in nested),
        ):
            known = [*also, *self.facets]
            for place, name in enumerate(names):
                if name not in known:
                    raise Refused(f"{option}: {name} is no facet of the components; there are {', '.join(known)}.")
                if name in names[:place]:
                    raise Refused(f"{option}: {name} is said twice; say it once.")

    def run(self) -> None:
        """Calculate everything, write everything, and tell the main things."""
        said = self.said
        facts: dict[str, Any] = {"ratings": self.ratings.n, "persons": len(self.ratings.persons)}
        facts |= {name: len(elements) for name, elements in self.ratings.facets.items()}
        lines = [self._counted()]
        if (self.ratings.weight != 1).any():
            facts["weights"] = UNWEIGHTED
            lines.append(UNWEIGHTED)
        with Outputs() as outputs:
            self._agreement(outputs)
            facts |= self._components(outputs)
            if not said["no_model"]:
                results = Results(self)
                results.write(outputs)
                facts |= results.facts()
                lines += results.lines()
            outputs.json(said["report"], facts)
        for line in lines:
            click.echo(line)

    def _counted(self) -> str:
        counts = [f"{len(names)} of {name}" for name, names in self.ratings.facets.items()]
        taken = f" Columns taken as items: {', '.join(self.taken)}." if self.taken else ""
        return f"{self.ratings.n} ratings of {len(self.ratings.persons)} persons; {', '.join(counts)}.{taken}"

    def _agreement(self, outputs: Outputs) -> None:
        from kaoping.scoring.raters.agreement import agreement, pairs_of_raters

        said, by = self.said, ITEM if ITEM in self.ratings.facets else ""
        if said["agreement"]:
            found = agreement(self.ratings, by=by, rng=generator(said["seed"]))
            outputs.csv(said["agreement"], report_of.AGREEMENT, report_of.agreement_rows(found))
        if said["pairs"]:
            pairs = pairs_of_raters(self.ratings, weights=said["weights"], least=said["least"])
            outputs.csv(said["pairs"], report_of.PAIRS, report_of.pair_rows(pairs))

    def _components(self, outputs: Outputs) -> dict[str, Any]:
        from kaoping.scoring.raters.generalizability import components, decide

        if not self.said["components"] and not self.decisions:
            return {}
        found = components(self.ratings, self.facets, nested=self.nested)
        outputs.csv(self.said["components"], report_of.COMPONENTS, report_of.component_rows(found))
        decided = [decide(found, numbers, fixed=self.fixed) for numbers in self.decisions]
        variances = dict(zip(found.labels(), found.variance.tolist(), strict=True))
        return {"components": variances, "decisions": [report_of.decision_facts(one) for one in decided]}


class Results:
    """The fitted model and everything that is read from it."""

    def __init__(self, command: Command) -> None:
        from kaoping.scoring.raters import Panel, bias, elements, exact_agreement, halo, many_facet, persons, tendencies

        said, ratings = command.said, command.ratings
        panel = Panel(
            facets=tuple(command.facets),
            steps=said["steps"],
            interactions=tuple(command.interactions),
            anchors=read_anchors(said["anchors"], ratings) if said["anchors"] else {},
            extreme=said["extreme"],
            exchangeable=said["exchangeable"],
        )
        adjust: Any = "" if said["adjust"] == "none" else said["adjust"]
        self.command, self.found = command, many_facet(ratings, panel)
        self.tables: dict[str, Elements] = {name: elements(self.found, name) for name in panel.facets}
        self.persons: Persons = persons(self.found)
        self.used, self.halo = tendencies(self.found), halo(self.found)
        self.agreed: ExactAgreement = exact_agreement(self.found)
        self.biases: list[Bias] = [bias(self.found, pair, adjust=adjust) for pair in command.biases]

    def write(self, outputs: Outputs) -> None:
        """Write tables and pictures."""
        said = self.command.said
        rows = report_of.element_rows(self.found, self.tables.values(), self.used, self.halo, self.agreed)
        outputs.csv(said["out"], report_of.ELEMENTS, rows)
        outputs.csv(said["persons"], report_of.PERSONS, report_of.person_rows(self.persons))
        outputs.csv(said["bias_out"], report_of.BIAS, report_of.bias_rows(self.biases))
        if said["plots"]:
            outputs.pictures(said["plots"], pictures(self.found, self.tables, self.persons, self.biases))

    def facts(self) -> dict[str, Any]:
        """Tell what the report holds of the model."""
        from kaoping.scoring.raters import category_use

        able = self.persons.abilities
        return {
            "model": report_of.model_facts(self.found),
            "separation": {**self._separations(), "eap_reliability": able.eap_reliability},
            "categories": report_of.category_facts(category_use(self.found)),
            "exact_agreement": report_of.agreement_facts(self.agreed),
            "bias": {":".join(one.facets): report_of.bias_facts(one) for one in self.biases},
        }

    def _separations(self) -> dict[str, Any]:
        from kaoping.scoring.errors import NotEnoughData
        from kaoping.scoring.raters import separation

        able = self.persons.abilities
        found: dict[str, Any] = {}
        measured = {name: (one.measure, one.se, not any(one.anchored)) for name, one in self.tables.items()}
        for name, (measure, se, zero_sum) in {**measured, PERSON: (able.wle, able.se, False)}.items():
            try:
                found[name] = report_of.separation_facts(separation(measure, se, zero_sum=zero_sum))
            except NotEnoughData:
                found[name] = None
        return found

    def lines(self) -> list[str]:
        """Tell the main things on the screen."""
        table, (n, observed, expected) = self.tables[RATER], self.agreed.total
        order = table.measure.argsort().tolist()
        mildest, hardest = order[0], order[-1]
        fitted, names, measure = self.found, table.names, table.measure
        lines = [
            f"Log-likelihood {fitted.log_likelihood:.2f}, {fitted.n_free} parameters, {fitted.iterations} passes.",
            (
                f"Severity from {measure[mildest]:.2f} ({names[mildest]}) to {measure[hardest]:.2f} ({names[hardest]}) "
                f"logits; reliability of persons {self.persons.abilities.eap_reliability:.2f}."
            ),
        ]
        if n:
            lines.append(f"Exact agreement {observed / n:.1%} of {n:.0f} pairs; the model expects {expected / n:.1%}.")
        low, high = UNUSUAL
        noisy = [name for name, infit in zip(table.names, table.fit.infit.tolist(), strict=True) if infit > high]
        muted = [name for name, infit in zip(table.names, table.fit.infit.tolist(), strict=True) if infit < low]
        lines += [f"Infit above {high}: {_listed(noisy)}."] if noisy else []
        lines += [f"Infit below {low}: {_listed(muted)}."] if muted else []
        for one in self.biases:
            test = one.homogeneity
            lines.append(
                f"Bias {':'.join(one.facets)}: chi-square {test.chi_square:.1f} on {test.df} df, p {test.p:.3g}; "
                f"{int((one.p < 0.05).sum())} of {len(one.names)} combinations below .05."  # noqa: PLR2004
            )
        return lines


def pictures(
    found: "ManyFacet", tables: "dict[str, Elements]", everybody: "Persons", biases: "Sequence[Bias]"
) -> dict[str, bytes]:
    """Draw the map, the elements of every facet, the categories and the bias."""
    from kaoping.exam.figures import raters as figures
    from kaoping.exam.figures.drawing import Words

    drawn = {"map": figures.variable_map(everybody.abilities.wle, tables, Words("All facets on one scale", "Logits"))}
    for name, table in tables.items():
        words = Words(f"Measures: {name}", "Logits", "Measures with 95 % intervals, the highest above.")
        drawn[f"measures-{name}"] = figures.measures(table, words)
    for name, curves in figures.category_scales(found).items():
        title = f"Categories{f' of {name}' if name else ''}"
        words = Words(title, "Ability less all measures (logits)", "Chance of each rating.")
        drawn[f"categories{f'-{name}' if name else ''}"] = figures.category_curves(curves, words)
    for one in biases:
        words = Words(f"Bias: {' by '.join(one.facets)}", one.facets[1], "Warm: more severe than usual; cold: milder.")
        drawn[f"bias-{'-'.join(one.facets)}"] = figures.bias_map(one, words)
    return drawn


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def _assigned(option: str, text: str) -> tuple[str, str]:
    first, sign, second = (part.strip() for part in text.partition("="))
    if not (first and sign and second):
        raise Refused(f"{option} {text} is not of the form A=B.")
    return first, second


def _pair(option: str, text: str) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 2 or not all(parts):  # noqa: PLR2004 - a pair
        raise Refused(f"{option} {text} is not a pair; write two columns as in rater:item.")
    return parts[0], parts[1]


def _numbers(text: str) -> dict[str, int]:
    found = dict[str, int]()
    for part in text.split(","):
        name, number = _assigned("--decide", part)
        if not number.isascii() or not number.isdigit() or not int(number):
            raise Refused(f"--decide {text}: {number} is not a positive whole number.")
        if name in found:
            raise Refused(f"--decide {text}: {name} is said twice; say it once.")
        found[name] = int(number)
    return found


def _scale(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    low, _, high = text.partition(":")
    try:
        ends = int(low), int(high)
    except ValueError:
        raise Refused(f"--scale {text} is not of the form LOW:HIGH, such as 1:5.") from None
    if ends[0] >= ends[1]:
        raise Refused(f"--scale {text}: the first number has to be the lower one.")
    return ends
