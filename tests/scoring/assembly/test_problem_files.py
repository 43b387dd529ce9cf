"""Requests from files: every field is read, and everything that cannot be meant is refused by its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kaoping.scoring.assembly.problem import HARD, Aim, BadProblem, Over
from kaoping.scoring.assembly.problem_files import problem_of, read_problem

Content = dict[str, Any]


def a_request() -> Content:
    return {
        "schema": "ata-instance/1",
        "n_items": 5,
        "n_forms": 2,
        "item_ids": ["a", "b", "c", "d", "e"],
        "coef": {"info": [0.1, 0.2, 0.3, 0.4, 0.5], "words": [10, 20, 30, None, 50]},
        "constraints": [
            {"id": "C1", "kind": "count", "items": [0, 1, 2, 3, 4], "lb": 2, "ub": 2, "label": "length"},
            {"id": "C2", "kind": "sum", "coef": "words", "items": [0, 1, 2, 4], "ub": 80, "forms": [1], "price": 0.5},
            {"id": "C3", "over": "stimulus", "items": [0], "lb": 0},
        ],
        "enemies": [[0, 1]],
        "all_or_none": [[2, 3]],
        "include": [4],
        "exclude": [0],
        "stimuli": {"ids": ["T"], "items": [[2, 3]], "min_per": 1, "max_per": [2]},
        "use": {"min": 0, "max": [1, 1, 1, 1, 2], "stimulus_max": 1, "overlap": 1},
        "objective": {"type": "maximin", "coef": ["info"], "rel": [2.0]},
    }


def test_every_field_is_read() -> None:
    problem = problem_of(a_request())

    length, words, texts = problem.constraints
    assert (length.label, length.low, length.high, length.price, length.forms) == ("length", 2, 2, HARD, None)
    assert (words.values.tolist(), words.low, words.high, words.price, words.forms) == (
        [10, 20, 30, 50], -np.inf, 80, 0.5, (1,),
    )  # fmt: skip
    assert texts.over is Over.STIMULUS
    assert [group.tolist() for group in (*problem.enemies, *problem.together)] == [[0, 1], [2, 3]]
    assert (problem.include.tolist(), problem.exclude.tolist()) == ([4], [0])
    assert (problem.overlap, problem.tie.tolist()) == (1, [])
    assert [(one.name, one.items.tolist(), one.least, one.most) for one in problem.stimuli] == [("T", [2, 3], 1, 2)]
    assert (problem.most_use.tolist(), problem.most_stimulus_use) == ([1, 1, 1, 1, 2], 1)
    assert (problem.objective.aim, problem.objective.weights.tolist()) == (Aim.MAXIMIN, [2.0])


def test_a_tie_is_read_and_what_only_informs_is_not() -> None:
    problem = problem_of(a_request() | {"tie": {"coef": "info"}, "use": {}, "overlap_max": 0})

    assert problem.tie.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert problem.overlap is None


def test_what_is_not_said_is_not_asked() -> None:
    problem = problem_of({"schema": "ata-instance/1", "n_items": 2})

    assert (problem.items, problem.forms, problem.constraints) == (("0", "1"), 1, ())
    assert problem.objective.aim is Aim.NONE


def test_coefficients_and_targets_may_differ_by_form() -> None:
    content = a_request() | {
        "coef": {"x": [1, 2, 3, 4, 5], "y": [5, 4, 3, 2, 1]}, "constraints": [],
        "objective": {"type": "minimax_target", "coef": {"0": ["x"], "1": ["y"]}, "target": {"0": [4], "1": [6]}},
    }  # fmt: skip

    objective = problem_of(content).objective

    assert objective.of_form(1)[:, 0].tolist() == [5, 4, 3, 2, 1]
    assert objective.targets.tolist() == [[4], [6]]


def constraint(**changes: Any) -> Callable[[Content], Any]:
    return lambda content: content["constraints"][1].update(changes)


def field(**changes: Any) -> Callable[[Content], Any]:
    return lambda content: content.update(changes)


def aim(**changes: Any) -> Callable[[Content], Any]:
    return lambda content: content.update(objective={"type": "maximin", "coef": ["info"]} | changes)


REFUSED: list[tuple[Callable[[Content], Any], str]] = [
    (field(schema="ata-instance/2"), "schema: it must be “ata-instance/1”, not “ata-instance/2”."),
    (field(n_items=6), "n_items: it says 6, and item_ids names 5."),
    (field(n_items=0, item_ids=[], coef={}, constraints=[]), "item_ids: the pool is empty."),
    (field(n_items=None, item_ids=None), "item_ids: it is missing; list the items, or say how many in n_items."),
    (field(item_ids=["a", "a", "c", "d", "e"]), "items: item a is listed twice."),
    (field(item_ids=["a", ["b"], "c", "d", "e"]), "item_ids: it must list the ids of items as texts."),
    (field(n_forms=0), "n_forms: at least one form must be asked for."),
    (field(n_forms=1.5), "n_forms: “1.5” is not a whole number from 0 on."),
    (field(n_forms=True), "n_forms: “True” is not a whole number from 0 on."),
    (field(coef=[1]), "coef: it must be an object."),
    (field(constraints="all"), "constraints: it must be a list."),
    (field(constraints=[7]), "constraints[0]: it must be an object."),
    (constraint(id="C1"), "constraints[1]: the id C1 is taken by another constraint."),
    (constraint(kind="mean"), "constraints[1] (C2): kind is “mean”; there are count and sum."),
    (constraint(over="text"), "constraints[1] (C2): over is “text”; there are item and stimulus."),
    (constraint(coef="wrods"), "constraints[1] (C2).coef: there is no attribute “wrods”; there are info, words."),
    (
        constraint(over="stimulus", items=[0]),
        "constraints[1] (C2).coef: attributes are of items; count stimuli without one.",
    ),
    (constraint(coef=None), "constraints[1] (C2): a sum needs the name of an attribute in coef."),
    (constraint(items=None), "constraints[1] (C2).items: it is missing, and must be a list."),
    (constraint(items=[0, 0]), "constraints[1] (C2).items: it names a place twice."),
    (constraint(items=["a"]), "constraints[1] (C2).items: it must list places by whole numbers counted from 0."),
    (constraint(items=[5], coef="info"), "constraints[1] (C2).items: it names 5, and there are 5, counted from 0."),
    (constraint(items=[-1], coef="info"), "constraints[1] (C2).items: it names -1, and there are 5, counted from 0."),
    (constraint(items=[3]), "constraint C2: item d has no value of the attribute."),
    (constraint(lb=90), "constraint C2: the lower limit 90 lies above the upper limit 80."),
    (constraint(lb="2"), "constraints[1] (C2).lb: “2” is not a number."),
    (constraint(ub=True), "constraints[1] (C2).ub: “True” is not a number."),
    (constraint(forms=[2]), "constraints[1] (C2).forms: it names 2, and there are 2, counted from 0."),
    (constraint(forms="both"), "constraints[1] (C2).forms: it must be a list."),
    (constraint(price=-1), "constraint C2: its price -1 must be above 0."),
    (field(coef={"info": [1, 2]}, constraints=[]), "coef.info: it has 2 values for 5 items."),
    (field(coef={"info": [1, 2, "3", 4, 5]}, constraints=[]), "coef.info: “3” of item c is not a number."),
    (field(coef={"info": [1, None, 3, 4, 5]}, constraints=[]), "objective: item b has no parameters to take it from."),
    (field(enemies=[[0, 9]]), "enemies[0]: it names 9, and there are 5, counted from 0."),
    (field(enemies=[0, 1]), "enemies[0]: it must be a list."),
    (field(all_or_none=[[9]]), "all_or_none[0]: it names 9, and there are 5, counted from 0."),
    (field(include=[9]), "include: it names 9, and there are 5, counted from 0."),
    (field(exclude=9), "exclude: it must be a list."),
    (field(stimuli=[1]), "stimuli: it must be an object."),
    (field(stimuli={"items": [[9]]}), "stimuli.items[0]: it names 9, and there are 5, counted from 0."),
    (field(stimuli={"ids": ["T"], "items": [[0], [1]]}), "stimuli.ids: it names 1 stimuli, and items has 2."),
    (field(stimuli={"ids": ["T", "T"], "items": [[0], [1]]}), "stimuli.ids: T is listed twice."),
    (
        field(stimuli={"items": [[0, 1]], "min_per": 2, "max_per": 1}),
        "stimulus 0: its least number of items exceeds its most.",
    ),
    (field(stimuli={"items": [[0, 1]], "min_per": [1, 1]}), "stimuli.min_per: it has 2 values for 1 stimuli."),
    (field(use={"max": -1}), "use.max: it must be a whole number from 0 on, or one for each item."),
    (field(use={"max": [1, 1]}), "use.max: it has 2 values for 5 items."),
    (field(use={"min": 3}), "use.min: item a must be used more often than use.max or n_forms allow."),
    (field(use={"min": 1, "max": 0}), "use.min: item a must be used more often than use.max or n_forms allow."),
    (field(use={"overlap": 1.5}), "use.overlap: “1.5” is not a whole number from 0 on."),
    (field(use={"overlap": 0}), "overlap: two forms may share 0 items, and 1 must be in every form."),
    (field(tie={"coef": "uses"}), "tie.coef: there is no attribute “uses”; there are info, words."),
    (field(tie={"coef": "words"}), "tie: every item needs a value of the attribute."),
    (field(use={"stimulus_max": -1}), "use.stimulus_max: “-1” is not a whole number from 0 on."),
    (field(use=3), "use: it must be an object."),
    (aim(type="best"), "objective.type: it is “best”; there are max_sum, maximin, minimax_target, goals, none."),
    (aim(coef=["inf"]), "objective.coef: there is no attribute “inf”; there are info, words."),
    (aim(coef=[]), "objective.coef: it must name one attribute or more, as many in every form."),
    (aim(coef={"0": ["info"]}), "objective.coef: it has nothing for form 1, counted from 0."),
    (aim(coef=["words"]), "objective: item d has no parameters to take it from."),
    (aim(rel=[1, 2]), "objective.rel: it must have 1 numbers, one for each attribute in coef."),
    (aim(rel=[0]), "objective: the relative sizes of its points must be above 0."),
    (aim(type="goals"), "objective.target: it is missing, and must be a list."),
    (aim(type="goals", target=["x"]), "objective.target: it must have 1 numbers, one for each attribute in coef."),
]


@pytest.mark.parametrize(("spoil", "sentence"), REFUSED, ids=[sentence[:60] for _, sentence in REFUSED])
def test_what_cannot_be_meant_is_refused_by_its_place(spoil: Callable[[Content], Any], sentence: str) -> None:
    content = a_request()
    spoil(content)

    with pytest.raises(BadProblem) as caught:
        problem_of(content)

    assert str(caught.value) == sentence


TEXTS: list[tuple[bytes, str]] = [
    (b"", "line 1, column 1: it is not JSON: expecting value."),
    (b"{,}", "line 1, column 2: it is not JSON: expecting property name enclosed in double quotes."),
    (b"[1]", "it must be one JSON object."),
    (b"\xff\xfe{}", "it is not text in UTF-8."),
    (b'{"schema": NaN}', "it holds NaN, which is not a number; write null where there is none."),
    (b'{"schema": -Infinity}', "it holds -Infinity, which is not a number; write null where there is none."),
    (b"[" * 100_000, "its lists are nested too deeply."),
    (b'{"schema": "ata-instance/1", "n_items": 1, "coef": {"x": [1e999]}, "constraints": [{"coef": "x", "items": []}]}',
     "coef.x: “inf” of item 0 is not a number."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), TEXTS, ids=[sentence[:30] for _, sentence in TEXTS])
def test_what_is_no_request_is_refused(tmp_path: Path, text: bytes, sentence: str) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(text)

    with pytest.raises(BadProblem) as caught:
        read_problem(file)

    assert str(caught.value).endswith(sentence)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadProblem, match=r"nowhere.json: it cannot be read \(no such file or directory\)."):
        read_problem(tmp_path / "nowhere.json")


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text("\ufeff" + json.dumps(a_request()), encoding="utf-8")

    assert read_problem(tmp_path / "problem.json").items == ("a", "b", "c", "d", "e")
