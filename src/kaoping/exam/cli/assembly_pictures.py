"""The pictures of ``kaoping assemble``: objective by form, shared items, use of items."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaoping.scoring.arrays import Floats
    from kaoping.scoring.assembly.problem import Problem
    from kaoping.scoring.assembly.solution import Solution


def pictures(asked: "Problem", found: "Solution") -> dict[str, bytes]:
    """Draw what the forms have of the objective, and of several forms which items they share and how often."""
    from kaoping.exam.figures import assembly
    from kaoping.exam.figures.drawing import Words
    from kaoping.scoring.assembly.problem import Aim

    drawn = {} if asked.objective.aim is Aim.NONE else {"objective": _objective(asked, found)}
    if len(found.forms) > 1:
        words = Words("Items that two forms share", "Form", "Number of common items of every pair of forms.")
        drawn["overlap"] = assembly.overlap(found.forms, words)
        words = Words("Use of items", "Forms that an item is in", "Number of items by the number of their forms.")
        drawn["use"] = assembly.use(found.forms, len(asked.items), words, vertical="Items")
    return drawn


def _objective(asked: "Problem", found: "Solution") -> bytes:
    """Draw what each form has at every point, beside the target, or beside the bound where there is no target."""
    from kaoping.exam.figures import assembly
    from kaoping.exam.figures.drawing import Words
    from kaoping.scoring.assembly.problem import Aim

    objective = asked.objective
    values = [objective.of_form(form)[list(items)].sum(axis=0) for form, items in enumerate(found.forms)]
    targets = bool(objective.targets.size)
    aims = objective.targets.mean(axis=0) if targets else _bounds(asked, found, values)
    name = "target" if targets else "bound of the poorest form" if objective.aim is Aim.MAXIMIN else "bound of the mean"
    if len(aims) == 1:
        words = Words(f"Objective: {objective.points[0]}", "Form", "What every form has, and the dashed line.")
        return assembly.forms([float(one[0]) for one in values], words, vertical="Value", aim=float(aims[0]), name=name)
    words = Words("Objective by form", "Point", "What every form has at the points of the objective.")
    return assembly.points(values, objective.points, words, vertical="Value", aims=aims, aim=name)


def _bounds(asked: "Problem", found: "Solution", values: list["Floats"]) -> "Floats":
    """(p,) give what the bound means at every point.

    Of a maximin every point has its share of the bound; of a sum the bound is divided among forms and points as the
    forms found divide it.
    """
    from kaoping.scoring.assembly.problem import Aim

    objective = asked.objective
    if objective.aim is Aim.MAXIMIN:
        bound: Floats = objective.weights * found.bound
        return bound
    mean: Floats = sum(values[1:], values[0]) / len(values)
    return mean * (found.bound / found.objective if found.objective else 1.0)
