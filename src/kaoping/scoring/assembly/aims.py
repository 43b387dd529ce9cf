"""The objective of a request as costs, columns and rows: what is shared by one form, all forms and their sum."""

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.problem import Aim, Problem
from kaoping.scoring.assembly.rows import RowBuilder, Rule


def auxiliary(problem: Problem, forms: int) -> int:
    """Count the columns that the objective adds: y, or what every goal is missed by below and above."""
    if problem.objective.aim in {Aim.MAXIMIN, Aim.TARGET}:
        return 1
    if problem.objective.aim is Aim.GOALS:
        return 2 * forms * len(problem.objective.weights)
    return 0


def auxiliary_cost(problem: Problem, forms: int) -> Floats:
    """Give the cost of those columns."""
    if problem.objective.aim is Aim.GOALS:
        return np.tile(np.repeat(problem.objective.weights, 2), forms)
    return np.ones(auxiliary(problem, forms))


def lowest_aim(problem: Problem) -> float:
    """Give a value that no form is below at any point: all items that count less than nothing, or zero.

    A solver that knows no lowest value of a maximin finds no forms of a large bank.
    """
    below = np.minimum(problem.objective.coefficients, 0.0).sum(axis=-2) / problem.objective.weights
    return float(below.min(initial=0.0))


def item_cost(problem: Problem, form: int) -> Floats:
    """Give what every item adds to the objective of a form, (n,)."""
    if problem.objective.aim is not Aim.SUM:
        return np.zeros(len(problem.items))
    total: Floats = problem.objective.of_form(form) @ problem.objective.weights
    return total


def add_aims(
    builder: RowBuilder, problem: Problem, form: int, *, start: int, auxiliary_start: int, copies: int = 1
) -> None:
    """Add the rows of the objective for the sum of some forms alike.

    Parameters
    ----------
    form : one of them.
    start : column of the first item.
    auxiliary_start : column of y, or of the first miss of these forms.
    copies : how many forms are added up.
    """
    objective = problem.objective
    if objective.aim in {Aim.SUM, Aim.NONE}:
        return
    coefficients = objective.of_form(form)
    for point, size in enumerate(objective.weights):
        column = coefficients[:, point]
        items = np.flatnonzero(column)
        places, values = start + items, column[items]
        rule = Rule("objective", objective.points[point], form)
        if objective.aim is Aim.MAXIMIN:
            builder.add(np.append(places, auxiliary_start), np.append(values, -copies * size), 0.0, np.inf, rule)
            continue
        target = copies * objective.targets[form, point]
        if objective.aim is Aim.GOALS:
            below = auxiliary_start + 2 * point
            miss = np.append(values, [1.0, -1.0])
            builder.add(np.append(places, [below, below + 1]), miss, target, target, rule)
            continue
        with_y = np.append(places, auxiliary_start)
        builder.add(with_y, np.append(values, -copies * size), -np.inf, target, rule)
        builder.add(with_y, np.append(values, copies * size), target, np.inf, rule)
