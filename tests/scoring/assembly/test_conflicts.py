"""Why there are no forms: the sets of rules named conflict, none of them is needless, and the repairs help."""

from dataclasses import replace

import numpy as np
import pytest

from kaoping.scoring.assembly.conflicts import LINES, Explanation, explain
from kaoping.scoring.assembly.highs import Search
from kaoping.scoring.assembly.parallel import NoForms, assemble_forms
from kaoping.scoring.assembly.problem import HARD, Aim, Constraint, Problem, Stimulus
from kaoping.scoring.assembly.repairs import repaired
from tests.scoring.assembly.enumeration import best, count, drawn, places

LEVEL = 40


def a_blueprint(**changes: tuple[float, float]) -> Problem:
    """Make a request as a standard gives it: 120 items, three levels of which two make a domain, a length."""
    n = 3 * LEVEL
    limits = {
        "length": (30.0, 30.0),
        "basic": (8.0, 12.0),
        "middle": (8.0, 12.0),
        "high": (8.0, 12.0),
        "domain": (16.0, 24.0),
    }
    items = {
        "length": np.arange(n), "basic": np.arange(LEVEL), "middle": np.arange(LEVEL, 2 * LEVEL),
        "high": np.arange(2 * LEVEL, n), "domain": np.arange(2 * LEVEL),
    }  # fmt: skip
    rules = tuple(count(name, items[name], *changes.get(name, limit)) for name, limit in limits.items())
    return Problem(tuple(f"Q{item}" for item in range(n)), constraints=rules, include=places(0), exclude=places(5, 6))


def explained(problem: Problem, **said: object) -> Explanation:
    found = explain(problem, **said)  # type: ignore[arg-type]
    assert found is not None
    assert len(found.reasons) <= LINES
    return found


def only(problem: Problem, rules: set[str]) -> Problem:
    """Leave those rules alone."""
    nothing = np.zeros(0, dtype=np.int64)
    return replace(
        problem,
        constraints=tuple(one for one in problem.constraints if one.name in rules and one.price == HARD),
        enemies=tuple(group for number, group in enumerate(problem.enemies) if f"enemies[{number}]" in rules),
        together=tuple(group for number, group in enumerate(problem.together) if f"all_or_none[{number}]" in rules),
        stimuli=tuple(
            one if f"stimulus {one.name}" in rules else replace(one, least=0, most=len(one.items))
            for one in problem.stimuli
        ),
        include=problem.include if "include" in rules else nothing,
        exclude=problem.exclude if "exclude" in rules else nothing,
        most_use=problem.most_use if "use" in rules else places(problem.forms),
        least_use=problem.least_use if "use" in rules else places(0),
    )


def test_a_request_that_can_be_met_has_no_conflict() -> None:
    assert explain(a_blueprint()) is None


def test_levels_that_do_not_fit_the_length_are_named_with_it() -> None:
    found = explained(a_blueprint(basic=(12, 12), middle=(10, 10), high=(10, 10)))

    assert set(found.rules) == {"length", "basic", "middle", "high"}
    assert [(repair.rule, repair.change) for repair in found.repairs] == [("basic", "lower limit from 12 to 10")]
    assert str(found.conflicts[0].reasons[1]) == (
        "basic asks for at least 12 items, and the other rules named here leave room for 10; "
        "ask for 10 or change one of those."
    )


def test_parts_that_exceed_their_whole_are_named_with_it() -> None:
    found = explained(a_blueprint(basic=(11, 12), middle=(9, 12), domain=(16, 19)))

    assert set(found.rules) == {"basic", "middle", "domain"}
    assert "domain allows at most 19 items, and the other rules named here need 20" in found.message


def test_a_constraint_beyond_the_pool_is_named_alone_with_what_there_is() -> None:
    found = explained(a_blueprint(high=(50, 60)))

    assert (found.rules, found.bounds) == (("high",), ())
    assert "high asks for at least 50 items, and 40 can be used; write 10 more or ask for 40." in found.message


def test_exclusions_are_named_beside_the_constraint_that_lacks_items_and_are_not_lifted() -> None:
    problem = replace(a_blueprint(), exclude=np.arange(87, 120))

    found = explained(problem)

    assert (found.rules, found.bounds) == (("high",), ("exclude",))
    assert "Of the 40 items that count here 33 are excluded." in found.message
    assert [(repair.rule, repair.after) for repair in found.repairs] == [("high", 7.0)]


def test_exclusions_are_lifted_if_nothing_else_may_be_changed() -> None:
    problem = replace(a_blueprint(), exclude=np.arange(87, 120))

    found = explained(problem, hard=["high"])

    assert [(repair.rule, len(repair.items)) for repair in found.repairs] == [("exclude", 1)]
    assert explain(repaired(problem, found.repairs)) is None


def test_included_enemies_are_named_and_one_of_them_let_go() -> None:
    found = explained(replace(a_blueprint(), include=places(0, 1), enemies=(places(0, 1, 2), places(8, 9))))

    assert (found.rules, found.bounds) == (("enemies[0]",), ("include",))
    assert "these of them must be in every form: Q0, Q1." in found.message
    assert [(repair.rule, len(repair.items)) for repair in found.repairs] == [("include", 1)]


def test_enemies_are_given_up_last_of_all() -> None:
    problem = replace(a_blueprint(), include=places(0, 1), exclude=places(9), enemies=(places(0, 1),))

    found = explained(problem, hard=["include"])

    assert [repair.rule for repair in found.repairs] == ["enemies[0]"]
    assert explain(repaired(problem, found.repairs)) is None


def test_groups_of_enemies_that_cover_a_level_are_named_with_it() -> None:
    halves = (np.arange(80, 100), np.arange(100, 120))

    roomy = a_blueprint(basic=(8, 20), middle=(8, 20), domain=(16, 40))
    found = explained(replace(roomy, enemies=(places(1, 2), *halves)))

    assert found.rules == ("high", "enemies[1]", "enemies[2]")
    assert [(repair.rule, repair.after) for repair in found.repairs] == [("high", 2.0)]


def test_an_item_both_included_and_excluded_is_named() -> None:
    found = explained(replace(a_blueprint(), exclude=places(0)))

    assert (found.rules, found.bounds) == ((), ("include", "exclude"))
    assert "or are excluded: Q0." in found.message


def test_more_forms_than_items_are_counted_and_fewer_proposed() -> None:
    length = a_blueprint()
    problem = replace(length, forms=5, most_use=places(1), constraints=length.constraints[:1], include=places())

    found = explained(problem)

    assert (found.rules, found.bounds, found.forms) == (("length",), ("use",), 3)
    assert "30 items in each of 5 forms, 150 in all, and 118 can be used; write 32 more" in found.message


def test_a_part_of_an_item_is_no_item() -> None:
    problem = Problem(tuple("abc"), constraints=(Constraint("marks", np.arange(3), np.full(3, 2.0), low=3, high=3),))

    found = explained(problem)

    assert found.rules == ("marks",)
    assert found.conflicts[0].whole
    assert [repair.after for repair in found.repairs] in ([2.0], [4.0])


def test_forms_that_their_sum_does_not_contradict_are_looked_at_one_by_one() -> None:
    problem = Problem(
        tuple("abcd"), forms=2, constraints=(count("length", np.arange(4), 2, 2),), most_use=places(1),
        enemies=(places(0, 1), places(0, 2), places(1, 2)),
    )  # fmt: skip

    found = explained(problem)

    assert set(found.rules) == {"length", "enemies[0]", "enemies[1]", "enemies[2]"}
    assert found.forms == 1


def test_two_conflicts_without_a_common_rule_are_both_told() -> None:
    found = explained(a_blueprint(high=(50, 60), domain=(90, 95)))

    assert [conflict.rules for conflict in found.conflicts] == [("high",), ("domain",)]


def test_a_text_that_asks_for_more_than_its_limit_is_named() -> None:
    rules = (count("text", places(0, 1, 2), 1, 1),)
    problem = Problem(tuple("abcd"), constraints=rules, stimuli=(Stimulus("T", places(0, 1, 2), 2, 3),))

    assert explained(problem).rules == ("text", "stimulus T")


def test_wishes_never_conflict() -> None:
    assert explain(Problem(tuple("ab"), constraints=(count("wish", np.arange(2), 5, price=1.0),))) is None


@pytest.mark.parametrize("seed", range(24))
def test_every_set_conflicts_and_no_rule_in_it_is_needless(seed: int) -> None:
    """Judged by writing all forms down: of the set alone there are none, without any of its rules there are.

    Of several forms this is said of their sum, and may be too much for the forms themselves.
    """
    rng = np.random.default_rng(seed)
    hard = tuple(
        count(f"K{number}", np.sort(rng.permutation(6)[:3]), *np.sort(rng.integers(0, 4, 2))) for number in range(4)
    )
    problem = drawn(seed, Aim.NONE, forms=1 + seed % 2, include=places(0))
    problem = replace(problem, constraints=(*problem.constraints, *hard), exclude=places(6))

    found = explain(problem, seconds=60.0)

    assert (found is None) == (best(problem) is not None)
    for conflict in found.conflicts if found else ():
        rules = {*conflict.rules, *conflict.bounds}
        assert best(only(problem, rules)) is None
        if problem.forms == 1:
            assert all(best(only(problem, rules - {rule})) is not None for rule in rules)


@pytest.mark.parametrize("seed", range(24))
def test_after_the_repairs_there_are_forms(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    hard = tuple(
        count(f"K{number}", np.sort(rng.permutation(6)[:3]), *np.sort(rng.integers(0, 4, 2))) for number in range(4)
    )
    problem = drawn(seed, Aim.NONE, forms=1 + seed % 3, n=6, include=places(0))
    problem = replace(problem, constraints=(*problem.constraints, *hard), exclude=places(5))
    found = explain(problem, seconds=60.0)

    if found is not None:
        assert found.repairs
        assert best(repaired(problem, found.repairs)) is not None


def test_the_engine_and_the_explanation_agree() -> None:
    problem = a_blueprint(basic=(12, 12), middle=(10, 10), high=(10, 10))

    with pytest.raises(NoForms):
        assemble_forms(problem, Search(seconds=20.0))
    mended = repaired(problem, explained(problem).repairs)
    assert len(assemble_forms(mended, Search(seconds=20.0)).forms[0]) == 30
