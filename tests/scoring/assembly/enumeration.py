"""Every set of forms of a tiny pool, written down and judged one by one: what the engines are held against."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from kaoping.scoring.assembly.problem import HARD, Aim, Constraint, Objective, Over, Problem, Stimulus

Form = tuple[int, ...]
POINTS = 2


def places(*items: int) -> np.ndarray:
    return np.array(items, dtype=np.int64)


def count(name: str, items: np.ndarray, low: float = -np.inf, high: float = np.inf, **more: object) -> Constraint:
    return Constraint(name, items, np.ones(len(items)), low=low, high=high, **more)  # type: ignore[arg-type]


def objective(aim: Aim, n: int, forms: int, rng: np.random.Generator) -> Objective:
    """Draw values of items at two points, and targets in the middle of what three items reach."""
    if aim is Aim.NONE:
        return Objective()
    targets = (
        np.round(rng.uniform(1.0, 2.0, (forms, POINTS)), 3) if aim in {Aim.TARGET, Aim.GOALS} else np.zeros((0, 0))
    )
    values = np.round(rng.uniform(0.1, 1.0, (n, POINTS)), 3)
    return Objective(aim, values, np.array([1.0, 0.5]), targets, ("-1", "1"))


def drawn(seed: int, aim: Aim, *, forms: int = 2, n: int = 7, **changes: object) -> Problem:
    """Draw a request with every kind of rule; some such requests have no forms."""
    rng = np.random.default_rng(seed)
    words = np.round(rng.uniform(10, 60, n))
    one, other = rng.permutation(n)[:2], rng.permutation(n)[:2]
    rules: dict[str, object] = {
        "constraints": (
            count("length", np.arange(n), 2, 3),
            count("easy", np.sort(rng.permutation(n)[:4]), 1, 2),
            Constraint("words", np.arange(n), words, high=float(rng.integers(90, 150))),
            count("second form", np.sort(rng.permutation(n)[:3]), 1, forms=(forms - 1,)),
            count("wish", np.sort(rng.permutation(n)[:3]), 2, price=0.05),
        ),
        "enemies": (np.sort(one),),
        "together": (np.sort(other),) if seed % 2 else (),
        "stimuli": (Stimulus("S", np.arange(n - 3, n), 2, 3),) if seed % 3 == 0 else (),
        "most_use": places(1 + seed % 2),
        "objective": objective(aim, n, forms, rng),
    }
    return Problem(tuple(f"i{item}" for item in range(n)), forms=forms, **rules | changes)  # type: ignore[arg-type]


def forms_of(problem: Problem, form: int) -> Iterator[Form]:
    """Give everything that one form may be."""
    items = range(len(problem.items))
    for size in range(len(problem.items) + 1):
        yield from (chosen for chosen in combinations(items, size) if keeps(problem, chosen, form))


def keeps(problem: Problem, chosen: Form, form: int) -> bool:
    """Whether a form keeps the hard rules of one form."""
    inside = set(chosen)
    texts = [stimulus for stimulus in problem.stimuli if inside & set(stimulus.items.tolist())]
    return (
        all(
            missed(problem, one, chosen) < 1e-9
            for one in problem.constraints
            if one.price == HARD and one.holds_in(form)
        )
        and all(len(inside & set(group.tolist())) <= 1 for group in problem.enemies)
        and all(len(inside & set(group.tolist())) in {0, len(group)} for group in problem.together)
        and all(one.least <= len(inside & set(one.items.tolist())) <= one.most for one in texts)
        and inside >= set(problem.include.tolist())
        and not inside & set(problem.exclude.tolist())
    )


def missed(problem: Problem, constraint: Constraint, chosen: Form) -> float:
    """Give by how much a form misses a constraint."""
    inside = set(chosen)
    if constraint.over is Over.STIMULUS:
        inside = {place for place, one in enumerate(problem.stimuli) if inside & set(one.items.tolist())}
    total = sum(value for item, value in zip(constraint.members, constraint.values, strict=True) if int(item) in inside)
    return float(max(0.0, constraint.low - total, total - constraint.high))


def sets_of_forms(problem: Problem) -> Iterator[tuple[Form, ...]]:
    """Give every set of forms that keeps all hard rules."""
    for forms in product(*[list(forms_of(problem, form)) for form in range(problem.forms)]):
        used = np.bincount([item for form in forms for item in form], minlength=len(problem.items))
        most = np.inf if problem.overlap is None else problem.overlap
        apart = all(len(set(one) & set(other)) <= most for one, other in combinations(forms, 2))
        if apart and (used <= problem.most_use).all() and (used >= problem.least_use).all():
            yield forms


def value(problem: Problem, forms: tuple[Form, ...]) -> float:
    """Give the objective of some forms, less or more what missed wishes cost."""
    aim, weights = problem.objective.aim, problem.objective.weights
    price: float = sum(
        one.price * missed(problem, one, form)
        for one in problem.constraints
        if one.price < HARD
        for number, form in enumerate(forms)
        if one.holds_in(number)
    )
    if aim is Aim.NONE:
        return float(price)
    sums = np.array([problem.objective.of_form(number)[list(form)].sum(axis=0) for number, form in enumerate(forms)])
    if aim is Aim.SUM:
        return float((sums * weights).sum()) - price
    if aim is Aim.MAXIMIN:
        return float((sums / weights).min()) - price
    off = np.abs(sums - problem.objective.targets)
    return float((off / weights).max() if aim is Aim.TARGET else (off * weights).sum()) + price


def best(problem: Problem) -> float | None:
    """Give the best objective of all sets of forms; None if there are none."""
    found = [value(problem, forms) for forms in sets_of_forms(problem)]
    if not found:
        return None
    return max(found) if problem.objective.aim.rising else min(found)
