"""``kaoping assemble``: forms with their gap, why there are none, what is refused, and Ctrl-C in the middle."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.scoring.assembly.problem_files import problem_of
from kaoping.scoring.assembly.verification import verify

Content = dict[str, Any]


def a_request(n: int = 60, forms: int = 1, **changes: Any) -> Content:
    """Ask for forms of nine items from three levels, as precise as possible at three points."""
    rng = np.random.default_rng(7)
    difficulty = rng.normal(size=n)
    information = {}
    for point in (-1, 0, 1):
        solved = 1.0 / (1.0 + np.exp(difficulty - point))
        information[f"info@{point}"] = np.round(solved * (1 - solved), 6).tolist()
    level = np.arange(n) % 3
    rules = [{"id": "C1", "items": list(range(n)), "lb": 9, "ub": 9, "label": "length"}]
    rules += [
        {"id": f"C{number + 2}", "items": np.flatnonzero(level == number).tolist(), "lb": 2, "ub": 4}
        for number in range(3)
    ]
    content: Content = {
        "schema": "ata-instance/1", "n_items": n, "n_forms": forms, "item_ids": [f"Q{item}" for item in range(n)],
        "coef": information, "constraints": rules, "enemies": [[0, 1]], "use": {"max": 1},
        "objective": {"type": "maximin", "coef": list(information)},
    }  # fmt: skip
    return content | changes


def run(folder: Path, content: Content | str, *more: str) -> Result:
    file = folder / "problem.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return CliRunner().invoke(main, ["assemble", str(file), "--out", str(folder / "solution.json"), *more])


def solution(folder: Path) -> Content:
    found: Content = json.loads((folder / "solution.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("forms", [1, 3])
def test_forms_are_written_by_item_ids_with_their_certified_gap(tmp_path: Path, forms: int) -> None:
    content = a_request(forms=forms)

    result = run(tmp_path, content, "--gap", "0.02", "--time-limit", "20")

    found = solution(tmp_path)
    places = [[content["item_ids"].index(name) for name in form] for form in found["forms"]]
    verdict = verify(problem_of(content), places)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert found["status"] == "optimal"
    assert verdict.sound
    assert verdict.objective == found["objective"] <= found["bound"] + 1e-6
    assert found["gap"] <= 0.02
    assert found["seconds"] >= 0
    assert f"{forms} form" in result.stdout


def test_rules_that_conflict_are_named_with_repairs_and_status_3(tmp_path: Path) -> None:
    content = a_request()
    for rule in content["constraints"][1:]:
        rule["lb"] = 4

    result = run(tmp_path, content)

    found = solution(tmp_path)
    assert result.exit_code == 3
    assert found["status"] == "infeasible"
    assert (found["objective"], found["bound"], found["gap"], found["forms"]) == (None, None, None, [])
    assert found["conflicts"] == ["C1", "C2", "C3", "C4"]
    assert sum(repair["from"] - repair["to"] for repair in found["repairs"]) == 3
    assert all(repair["limit"] == "lb" and repair["change"].startswith("lower") for repair in found["repairs"])
    assert "C1 (length) allows at most 9 items" in found["message"]
    assert result.stderr.splitlines()[0] in found["message"]


def test_rules_to_keep_are_not_repaired(tmp_path: Path) -> None:
    content = a_request()
    for rule in content["constraints"][1:]:
        rule["lb"] = 4

    run(tmp_path, content, *[part for name in ("C2", "C3", "C4") for part in ("--keep", name)])

    assert [(repair["constraint"], repair["to"]) for repair in solution(tmp_path)["repairs"]] == [("C1", 12)]


def test_items_let_go_are_written_by_their_ids(tmp_path: Path) -> None:
    run(tmp_path, a_request(include=[0, 1]))

    found = solution(tmp_path)
    assert (found["conflicts"], found["bounds"]) == (["enemies[0]"], ["include"])
    assert found["repairs"][0]["items"] in (["Q0"], ["Q1"])


def test_a_rule_that_is_not_there_cannot_be_kept(tmp_path: Path) -> None:
    result = run(tmp_path, a_request(), "--keep", "C9")

    assert result.exit_code == 2
    assert "--keep: the request has no rule “C9”." in result.stderr


def test_too_little_time_is_status_4_and_said_in_the_file(tmp_path: Path) -> None:
    result = run(tmp_path, a_request(forms=4), "--time-limit", "1e-9")

    found = solution(tmp_path)
    assert result.exit_code == 4
    assert (found["status"], found["forms"]) == ("unknown", [])
    assert "it is not proven that there are none" in found["message"]


def test_a_conflict_is_told_even_if_the_search_had_no_time_for_it(tmp_path: Path) -> None:
    result = run(tmp_path, a_request(include=[0, 1]), "--time-limit", "1e-9")

    assert result.exit_code == 3
    assert solution(tmp_path)["conflicts"] == ["enemies[0]"]


def test_a_place_for_the_result_is_looked_for_before_the_search(tmp_path: Path) -> None:
    result = run(tmp_path, a_request(), "--shortages", str(tmp_path / "nowhere" / "short.csv"))

    assert result.exit_code == 2
    assert "there is no folder" in result.stderr
    assert not (tmp_path / "solution.json").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "line 1, column 2: it is not JSON"),
        (a_request(schema="ata-instance/9"), "schema: it must be “ata-instance/1”"),
        (a_request(coef={}), "there is no attribute “info@-1”; there are none."),
        (a_request(n_items=0, item_ids=[]), "item_ids: the pool is empty."),
        (a_request(n_items=None, item_ids=None), "item_ids: it is missing; list the items, or say how many in n_items"),
        (a_request(objective={"type": "maximin"}), "objective.coef: it is missing, and must be a list."),
        (a_request(n_forms=0), "n_forms: at least one form must be asked for."),
        (a_request(constraints=[{"items": [0], "lb": 2, "ub": 1}]), "the lower limit 2 lies above the upper limit 1."),
        (a_request(constraints=[{"kind": "sum", "items": [0], "coef": "words"}]), "no attribute “words”; there are"),
        (a_request(use={"max": -1}), "use.max: it must be a whole number"),
        (json.dumps(a_request()).replace("0.1", "NaN", 1), "it holds NaN, which is not a number"),
    ],
)  # fmt: skip
def test_a_malformed_request_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, content: Content | str, sentence: str
) -> None:
    result = run(tmp_path, content)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "solution.json").exists()


def test_an_item_without_parameters_is_named(tmp_path: Path) -> None:
    content = a_request()
    content["coef"]["info@0"][7] = None

    result = run(tmp_path, content)

    assert result.exit_code == 2
    assert "item Q7 has no parameters to take it from" in result.stderr


def test_the_same_seed_writes_the_same_forms(tmp_path: Path) -> None:
    forms = []
    for _ in range(2):
        run(tmp_path, a_request(forms=3), "--gap", "0.05", "--seed", "3", "--time-limit", "60")
        forms.append(solution(tmp_path)["forms"])

    assert forms[0] == forms[1]


def test_shortages_rank_what_constraints_count(tmp_path: Path) -> None:
    content = a_request(forms=3)
    content["exclude"] = list(range(0, 54, 3))

    result = run(tmp_path, content, "--time-limit", "5", "--shortages", str(tmp_path / "short.csv"), "--more", "2")

    with (tmp_path / "short.csv").open(newline="") as opened:
        table = list(csv.DictReader(opened))
    assert result.exit_code == 3
    assert table[0]["group"] == "C2"
    assert (table[0]["items"], table[0]["usable"], float(table[0]["forms"])) == ("20", "2", 1.0)
    assert {row["group"] for row in table} == {"C1", "C2", "C3", "C4"}


def test_an_end_that_is_good_enough_is_taken(tmp_path: Path) -> None:
    run(tmp_path, a_request(forms=2), "--close-enough", "0.5", "--time-limit", "30")

    assert solution(tmp_path)["objective"] >= 0.5


def a_target(share: float = 1.0, forms: int = 1) -> Content:
    """Ask for information of 1.7 at every point, which is within reach, or for a multiple of it."""
    content = a_request(forms=forms)
    coef = content["objective"]["coef"]
    return content | {"objective": {"type": "minimax_target", "coef": coef, "target": [1.7 * share] * len(coef)}}


@pytest.mark.parametrize("within", ["0.5%", "0.0085"])
def test_a_target_is_met_as_nearly_as_was_asked_for(tmp_path: Path, within: str) -> None:
    result = run(tmp_path, a_target(), "--within", within, "--time-limit", "20")

    found = solution(tmp_path)
    assert result.exit_code == 0, result.output
    assert found["status"] == "optimal"
    assert found["objective"] - found["bound"] <= 0.0085 + 1e-9
    assert found["seconds"] < 10


def test_a_target_out_of_reach_ends_near_the_best_there_is(tmp_path: Path) -> None:
    run(tmp_path, a_target(2.0, forms=2), "--within", "0.05", "--time-limit", "20")

    found = solution(tmp_path)
    assert found["status"] == "optimal"
    assert 0.5 < found["bound"] <= found["objective"] <= found["bound"] + 0.05


@pytest.mark.parametrize(
    ("within", "sentence"),
    [("1%", "--within a share is of a target"), ("x", "“x” is no distance"), ("-1", "“-1” is not a distance")],
)
def test_a_distance_that_is_none_is_refused(tmp_path: Path, within: str, sentence: str) -> None:
    result = run(tmp_path, a_request(), f"--within={within}")

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_ctrl_c_ends_with_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    file, out = tmp_path / "problem.json", tmp_path / "solution.json"
    file.write_text(json.dumps(a_request(n=400, forms=8)), encoding="utf-8")
    code = (
        "import kaoping.scoring.assembly.parallel as engine, os, signal\n"
        "report = engine._Work.report\n"
        "def interrupted(work):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    report(work)\n"
        "engine._Work.report = interrupted\n"
        "from kaoping.exam.cli import main\n"
        f"main(['assemble', {str(file)!r}, '--out', {str(out)!r}])\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, timeout=120
    )

    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr == "Error: The search was cancelled; nothing was written.\n"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("forms", "drawn"), [(1, {"objective"}), (3, {"objective", "overlap", "use"})])
def test_pictures_are_drawn_of_forms_and_of_nothing_else(tmp_path: Path, forms: int, drawn: set[str]) -> None:
    folder = tmp_path / "pictures"

    found = run(tmp_path, a_request(forms=forms), "--gap", "0.05", "--time-limit", "10", "--plots", str(folder))

    assert found.exit_code == 0, found.output
    assert {file.stem for file in folder.iterdir()} == drawn
    assert all(file.read_bytes().startswith(b"<?xml") for file in folder.iterdir())


def test_without_forms_there_are_no_pictures(tmp_path: Path) -> None:
    rules = [{"id": "C1", "items": [0, 1], "lb": 3, "ub": 3}]

    found = run(tmp_path, a_request(constraints=rules), "--plots", str(tmp_path / "pictures"))

    assert found.exit_code == 3
    assert not (tmp_path / "pictures").exists()
