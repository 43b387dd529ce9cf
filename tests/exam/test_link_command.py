"""``kaoping link`` and ``kaoping simulate``: files in, files out, and refusals that name the place."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import read_items, write_items
from kaoping.scoring.linking import Form, equate_true_scores, link
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

A, B = 1.25, -0.5
NAMES = [f"I{number}" for number in range(1, 13)]
ITEMS = ItemParameters.logistic(np.linspace(0.8, 1.5, 12), np.linspace(-1.5, 1.5, 12), names=NAMES)


def files(folder: Path, *, errors: bool = False, harder: float = 0.0) -> tuple[Path, Path]:
    moved = ITEMS.rescaled(A, B)
    rows = np.array([[shown["a"], shown["b"]] for _, _, shown in moved.table()])
    rows[3, 1] += harder
    target = ItemParameters.logistic(rows[:, 0], rows[:, 1], names=NAMES)
    known = [[0.1, 0.08]] * 12 if errors else []
    x, y = folder / "x.csv", folder / "y.csv"
    write_items(x, ITEMS, known)
    write_items(y, target, known)
    return x, y


def run(*said: object) -> Result:
    return CliRunner().invoke(main, list(map(str, said)))


def refusal(folder: Path, *said: object) -> str:
    before = set(folder.rglob("*"))

    done = run(*said, "--out", folder / "out.csv")

    assert done.exit_code == 2
    assert set(folder.rglob("*")) == before
    return done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").strip()


def facts(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("method", ["mean-mean", "mean-sigma", "mean-gmean", "haebara", "stocking-lord"])
def test_every_method_writes_items_report_and_pictures(method: str, tmp_path: Path) -> None:
    x, y = files(tmp_path, errors=True)
    out, report, plots = tmp_path / "out.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run("link", "--from", x, "--to", y, "--method", method, "--out", out, "--report", report, "--plots", plots)

    assert done.exit_code == 0, done.stderr
    found = facts(report)
    assert found["A"] == pytest.approx(A, abs=1e-6)
    assert found["B"] == pytest.approx(B, abs=1e-6)
    assert found["se"]["A"] > 0
    assert [one["item"] for one in found["residuals"]] == NAMES
    assert (found["criterion"] is None) == method.startswith("mean")
    carried, wanted = read_items(out), read_items(y)
    assert all(np.allclose(mine, theirs, atol=1e-5) for mine, theirs in zip(carried.values, wanted.values, strict=True))
    first = next(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert float(first["se_a"]) == pytest.approx(0.1 / A, abs=1e-6)
    assert float(first["se_b"]) == pytest.approx(0.08 * A, abs=1e-6)
    assert {file.name for file in plots.iterdir()} == {"difficulties.svg", "test-curves.svg"}
    assert "A = 1.250000, B = -0.500000 by 12 of 12 common items." in done.output


def test_without_standard_errors_there_are_none(tmp_path: Path) -> None:
    x, y = files(tmp_path)
    report, equated = tmp_path / "r.json", tmp_path / "e.csv"

    done = run(
        "link", "--from", x, "--to", y, "--method", "haebara", "--symmetric", "--report", report,
        "--equate", "true", "--equated", equated,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    assert facts(report)["se"] is None
    rows = list(csv.DictReader(equated.read_text(encoding="utf-8").splitlines()))
    assert {row["see"] for row in rows} == {""}


def test_an_item_that_drifts_is_left_out_and_named(tmp_path: Path) -> None:
    x, y = files(tmp_path, harder=1.5)
    report = tmp_path / "r.json"

    done = run("link", "--from", x, "--to", y, "--method", "stocking-lord", "--screen", "--report", report)

    found = facts(report)
    assert [one["item"] for one in found["screening"]["removed"]] == ["I4"]
    assert found["screening"]["settled"]
    assert found["A"] == pytest.approx(A, abs=1e-6)
    assert "Left out: I4." in done.output


@pytest.mark.parametrize("how", ["true", "observed"])
def test_scores_are_equated_as_the_functions_do(how: str, tmp_path: Path) -> None:
    x, y = files(tmp_path, errors=True, harder=0.4)
    equated = tmp_path / "e.csv"

    done = run("link", "--from", x, "--to", y, "--method", "haebara", "--equate", how, "--equated", equated)

    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(equated.read_text(encoding="utf-8").splitlines()))
    assert [row["score"] for row in rows] == [str(score) for score in range(13)]
    assert all(float(row["see"]) > 0 for row in rows[1:-1])
    if how == "true":
        line = link(Form(read_items(x)), Form(read_items(y)), method="haebara")
        assert np.allclose([float(row["equated"]) for row in rows], equate_true_scores(line).equated)


def test_nominal_items_have_no_picture_and_other_methods_are_refused(tmp_path: Path) -> None:
    items = ItemParameters.reported(
        ["A", "B"], [model("nominal", 3)] * 2, [[0.5, 1.2, 0.3, -0.2], [0.8, 1.5, 0.1, 0.4]]
    )
    x, y, plots = tmp_path / "x.csv", tmp_path / "y.csv", tmp_path / "plots"
    write_items(x, items)
    write_items(y, items.rescaled(A, B))
    both = ("link", "--from", x, "--to", y)

    done = run(*both, "--method", "haebara", "--plots", plots)

    assert done.exit_code == 0, done.stderr
    assert not list(plots.iterdir())
    assert refusal(tmp_path, *both, "--method", "mean-mean") == (
        "The method mean-mean is not defined for item A (nominal); use haebara."
    )


def test_what_cannot_be_used_is_named_with_its_place(tmp_path: Path) -> None:
    x, y = files(tmp_path, errors=True)
    broken, strange, other = (tmp_path / f"{name}.csv" for name in ("broken", "strange", "other"))
    broken.write_text("item,model,a,b,se_a,se_b\nI1,2pl,1.0,0.0,0.1,-2\nI2,2pl,1.0,0.5,,0.1\n", encoding="utf-8")
    strange.write_text("item\nI1\nI99\n", encoding="utf-8")
    other.write_text("item,model,a,b\nJ1,2pl,1.0,0.0\n", encoding="utf-8")
    both = ("link", "--from", x, "--to", y, "--method", "haebara")

    assert refusal(tmp_path, "link", "--from", broken, "--to", y, "--method", "haebara") == (
        "broken.csv, row 2, column 6 (se_b): “-2” is no standard error; write a number of 0 or more."
    )
    assert refusal(tmp_path, *both, "--anchors", strange) == (
        "strange.csv, row 3, column 1 (item): “I99” is no item of x.csv; name items that are in both files."
    )
    assert refusal(tmp_path, "link", "--from", x, "--to", other, "--method", "haebara") == (
        "Linking needs at least 2 common items; there are 0."
    )
    assert refusal(tmp_path, *both, "--limit", "2") == "--limit is for --screen; give both or neither."
    assert refusal(tmp_path, *both, "--equate", "true") == (
        "--equate says how and --equated where to; give both or neither."
    )
    assert refusal(tmp_path, "link", "--from", x, "--to", y, "--method", "mean-mean", "--symmetric") == (
        "--symmetric is for haebara and stocking-lord; leave it out with mean-mean."
    )
    assert refusal(tmp_path, *both, "--report", tmp_path / "nowhere" / "r.json").startswith(
        "nowhere/r.json cannot be written"
    )
