"""``kaoping simulate``: items in, answers out, the same for the same seed."""

import csv
from pathlib import Path

import numpy as np
import pytest

from kaoping.exam.cli.item_files import write_items
from kaoping.exam.cli.measurement import read_responses
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from tests.exam.test_link_command import refusal, run

ITEMS = ItemParameters.reported(
    ["A", "B", "C", "D", "E", "F"],
    [model("2pl"), model("3pl"), model("grm", 4), model("gpcm", 3), model("nominal", 3), model("rasch")],
    [[1.0, 0.0], [1.2, 0.5, 0.2], [1.0, -1.0, 0.0, 1.0], [0.8, -0.5, 0.5], [0.5, 1.0, 0.2, -0.3], [1.0, 0.3]],
)


def bank(folder: Path) -> Path:
    file = folder / "items.csv"
    write_items(file, ITEMS)
    return file


def test_answers_of_every_model_and_true_abilities_are_written(tmp_path: Path) -> None:
    out, theta = tmp_path / "R.csv", tmp_path / "theta.csv"

    done = run(
        "simulate", "--items", bank(tmp_path), "--persons", 4000, "--mean", 0.5, "--sd", 0.8, "--seed", 3,
        "--out", out, "--theta", theta,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    assert "4000 persons, 6 items, 24000 answers." in done.output
    table = read_responses(out)
    assert table.items == ITEMS.names
    assert table.categories.tolist() == ITEMS.categories.tolist()
    true = np.array([float(row["theta"]) for row in csv.DictReader(theta.read_text(encoding="utf-8").splitlines())])
    assert true.mean() == pytest.approx(0.5, abs=0.05)
    assert true.std() == pytest.approx(0.8, abs=0.05)
    assert table.answers.mean(axis=0) == pytest.approx(ITEMS.expected(true).mean(axis=1), abs=0.05)


def test_a_seed_gives_the_same_file(tmp_path: Path) -> None:
    one, again, other = (tmp_path / f"{name}.csv" for name in ("one", "again", "other"))
    for file, seed in ((one, 1), (again, 1), (other, 2)):
        run("simulate", "--items", bank(tmp_path), "--persons", 50, "--seed", seed, "--out", file)

    assert one.read_bytes() == again.read_bytes() != other.read_bytes()


def test_designs_are_read_back_with_their_three_kinds_of_empty_cell(tmp_path: Path) -> None:
    out, theta = tmp_path / "R.csv", tmp_path / "theta.csv"

    design = ("--missing", "booklets:3", "--omitted", 0.1, "--not-reached", 0.1)
    begin = ("simulate", "--items", bank(tmp_path), "--persons", 900, "--groups", "a:0:1,b:0.5:1:2", "--seed", 3)
    run(*begin, *design, "--out", out, "--theta", theta)

    codes = np.asarray(read_responses(out, omitted="O", not_reached="R").codes)
    assert {-1, -2, -3} <= set(np.unique(codes))
    assert (codes == -1).mean() == pytest.approx(1 / 3, abs=1e-9)
    rows = list(csv.DictReader(theta.read_text(encoding="utf-8").splitlines()))
    assert [row["group"] for row in rows] == ["a"] * 450 + ["b"] * 450
    assert {(row["group"], row["weight"]) for row in rows} == {("a", "1.0"), ("b", "2.0")}


def test_a_share_of_cells_is_left_out(tmp_path: Path) -> None:
    out = tmp_path / "R.csv"

    run("simulate", "--items", bank(tmp_path), "--persons", 2000, "--missing", 0.25, "--seed", 3, "--out", out)

    assert (np.asarray(read_responses(out).codes) == -1).mean() == pytest.approx(0.25, abs=0.02)


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    begin = ("simulate", "--items", bank(tmp_path), "--persons", 3, "--seed", 1)

    assert "“a:0” is not a group of its own" in refusal(tmp_path, *begin, "--groups", "a:0")
    assert "“a:1:1” is not a group of its own" in refusal(tmp_path, *begin, "--groups", "a:0:1,a:1:1")
    assert "is not a number" in refusal(tmp_path, *begin, "--groups", "a:x:1")
    assert "“often” is neither a share" in refusal(tmp_path, *begin, "--missing", "often")
    assert refusal(tmp_path, *begin, "--missing", "booklets:9") == (
        "The table of answers cannot be used: booklets of 2 out of 9 blocks cannot be made of 6 items."
    )
    assert refusal(tmp_path, *begin, "--groups", "a:0:1,b:0:1,c:0:1,d:0:1") == (
        "3 persons cannot be divided into 4 groups."
    )
