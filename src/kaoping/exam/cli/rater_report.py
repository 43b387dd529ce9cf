"""What `kaoping raters` writes: rows of its tables and the facts of its report."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaoping.scoring.raters import (
        Bias,
        CategoryUse,
        Elements,
        ExactAgreement,
        ManyFacet,
        Persons,
        Separation,
        Tendencies,
        Tendency,
    )
    from kaoping.scoring.raters.agreement import PairOfRaters, Statistic
    from kaoping.scoring.raters.generalizability import Components, Decision

ELEMENTS = (
    "facet", "element", "measure", "se", "n", "observed", "fair", "infit", "infit_z", "outfit", "outfit_z",
    "centrality", "centrality_z", "discrimination", "discrimination_z", "halo", "halo_z", "agreement",
    "agreement_expected",
    "anchored", "extreme",
)  # fmt: skip
PERSONS = (
    "person", "n", "observed", "fair", "wle", "se", "eap", "sd", "infit", "infit_z", "outfit", "outfit_z",
)  # fmt: skip
BIAS = (
    "facet", "element", "other_facet", "other_element", "n", "observed", "expected", "bias", "se", "t", "p", "extreme",
)  # fmt: skip
AGREEMENT = ("scope", "statistic", "value", "low", "high", "n", "reason")
PAIRS = ("rater", "other", "n", "exact", "adjacent", "difference", "kappa", "se", "low", "high")
COMPONENTS = ("effect", "levels", "df", "mean_square", "variance", "se", "share")


def element_rows(
    found: "ManyFacet", tables: Iterable["Elements"], used: "Tendencies", halo: "Tendency", agreed: "ExactAgreement"
) -> Iterator[list[Any]]:
    """Give a row for each element of each facet, then for interactions and thresholds their measures."""
    own = set()
    for table in tables:
        own.add(table.facet)
        fit = table.fit
        columns = [
            table.names, table.measure, table.se, _counts(table.n), table.observed, table.fair, fit.infit, fit.infit_z,
            fit.outfit, fit.outfit_z, *_tendencies(table, used, halo), *_agreement(table, agreed),
            map(int, table.anchored), map(int, table.extreme),
        ]  # fmt: skip
        yield from ([table.facet, *row] for row in zip(*columns, strict=True))
    empty = [None] * (len(ELEMENTS) - 4)
    for term in found.structure.terms:
        if term.name not in own:
            errors = found.errors_of(term.name)
            for label, value in found.measures(term.name).items():
                yield [term.name, label, value, errors[label], *empty]


def _counts(n: Any) -> list[float | int]:
    """Give sums of weights as whole numbers where they are."""
    return [int(one) if one == int(one) else one for one in n.tolist()]


def _tendencies(table: "Elements", used: "Tendencies", halo: "Tendency") -> list[Iterable[Any]]:
    """Give centrality, discrimination and halo with their z for raters, nothing for other facets."""
    nothing: Iterable[Any] = [None] * len(table.names)
    if table.facet != "rater":
        return [nothing] * 6
    central = used.centrality
    first: list[Iterable[Any]] = [nothing, nothing] if central is None else [central.value, central.z]
    return [*first, used.discrimination.value, used.discrimination.z, halo.value, halo.z]


def _agreement(table: "Elements", agreed: "ExactAgreement") -> list[list[Any]]:
    if table.facet != "rater":
        return [[None] * len(table.names)] * 2
    shares = (agreed.observed, agreed.expected)
    return [
        [value / n if n else None for value, n in zip(part.tolist(), agreed.opportunities.tolist(), strict=True)]
        for part in shares
    ]


def person_rows(found: "Persons") -> Iterator[Sequence[Any]]:
    """Give a row for each person."""
    able, fit = found.abilities, found.fit
    return zip(
        found.names, _counts(found.n), found.observed, found.fair, able.wle, able.se, able.eap, able.sd, fit.infit,
        fit.infit_z, fit.outfit, fit.outfit_z, strict=True,
    )  # fmt: skip


def bias_rows(tables: Iterable["Bias"]) -> Iterator[list[Any]]:
    """Give a row for each combination of each pair of facets."""
    for table in tables:
        first, second = table.facets
        columns = (
            _counts(table.n), table.observed, table.expected, table.bias, table.se, table.t, table.p,
            map(int, table.extreme),
        )  # fmt: skip
        for (one, other), *row in zip(table.names, *columns, strict=True):
            yield [first, one, second, other, *row]


def agreement_rows(found: Iterable["Statistic"]) -> Iterator[list[Any]]:
    """Give a row for each coefficient of agreement."""
    for one in found:
        yield [one.scope, one.name, one.value, one.low, one.high, one.n or None, one.reason]


def pair_rows(found: Iterable["PairOfRaters"]) -> Iterator[list[Any]]:
    """Give a row for every two raters."""
    for one in found:
        kappa = one.kappa
        last = [None] * 4 if kappa is None else [kappa.kappa, kappa.se, kappa.low, kappa.high]
        yield [one.first, one.second, one.n, one.exact, one.adjacent, one.difference, *last]


def component_rows(found: "Components") -> Iterator[Sequence[Any]]:
    """Give a row for each variance component; the share is that of the sum of what is not negative."""
    values = found.variance.tolist()
    total = sum(max(value, 0.0) for value in values)
    unknown = [None] * len(values)
    shares = [max(value, 0.0) / total if total else None for value in values]
    columns = (unknown if one is None else one for one in (found.df, found.mean_square))
    errors = unknown if found.standard_error is None else found.standard_error
    return zip(found.labels(), found.levels, *columns, values, errors, shares, strict=True)


def model_facts(found: "ManyFacet") -> dict[str, Any]:
    """Tell the model and how well it was estimated."""
    panel = found.structure.panel
    return {
        "facets": [term.name for term in found.structure.terms if len(term.facets) == 1 and term.name != "steps"],
        "steps": panel.steps,
        "interactions": [":".join(pair) for pair in panel.interactions],
        "exchangeable": panel.exchangeable,
        "log_likelihood": found.log_likelihood,
        "deviance": -2 * found.log_likelihood,
        "parameters": found.n_free,
        "aic": found.aic,
        "bic": found.bic,
        "converged": found.converged,
        "iterations": found.iterations,
        "step": found.step,
        "nodes": len(found.population.nodes),
        "population": {"mean": found.mean, "sd": found.sd, "se_mean": found.se_mean, "se_sd": found.se_sd},
    }


def separation_facts(found: "Separation") -> dict[str, Any]:
    """Tell how well elements are told apart."""
    return dict(vars(found))


def agreement_facts(found: "ExactAgreement") -> dict[str, Any]:
    """Tell how often raters agreed exactly, and how often the model expects them to."""
    n, observed, expected = found.total
    shares = {"observed": observed / n, "expected": expected / n} if n else {"observed": None, "expected": None}
    return {"pairs": n, **shares, "rasch_kappa": found.kappa}


def category_facts(found: Iterable["CategoryUse"]) -> list[dict[str, Any]]:
    """Tell how the categories of every scale were used, and whether they are in order."""
    return [{**vars(one), "ordered": one.ordered} for one in found]


def bias_facts(found: "Bias") -> dict[str, Any]:
    """Tell whether all bias may be zero, and of each element whether its own may."""
    return {
        "combinations": len(found.names),
        "homogeneity": vars(found.homogeneity),
        "along": {facet: {name: vars(one) for name, one in found.along(facet).items()} for facet in found.facets},
    }


def decision_facts(found: "Decision") -> dict[str, Any]:
    """Tell what a measurement by so many raters and items would be worth."""
    return {**vars(found), "n": dict(found.n)}
