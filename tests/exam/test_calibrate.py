"""``kaoping calibrate``: from a table of answers to a file of items, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import read_items
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.builders_tables import write_table

ITEMS = ItemParameters.reported(
    ["A1", "A2", "A3", "B1", "B2"],
    [model("2pl"), model("2pl"), model("2pl"), model("gpcm", 3), model("grm", 3)],
    [[1.2, -0.5], [0.8, 0.3], [1.5, 0.0], [0.8, -0.5, 0.6], [1.1, -0.7, 0.8]],
)
EVERY_LINE = {"A1": "2pl", "A2": "2pl", "A3": "2pl", "B1": "gpcm", "B2": "grm"}


def drawn(n: int = 600) -> ResponseMatrix:
    rng = np.random.default_rng(5)
    return simulate(rng.standard_normal(n), ITEMS, rng=rng, presented=rng.random((n, 5)) < 0.9)


def table(folder: Path, responses: ResponseMatrix, *, name: str = "R.csv") -> Path:
    rows = [
        [person, *("" if cell < 0 else cell for cell in row)]
        for person, row in zip(responses.persons, responses.answers, strict=True)
    ]
    return write_table(folder / name, [["person", *responses.items], *rows])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["calibrate", *map(str, arguments)])


def models_file(folder: Path) -> Path:
    file = folder / "M.csv"
    file.write_text("item,model\n" + "".join(f"{item},{form}\n" for item, form in EVERY_LINE.items()))
    return file


def test_items_report_and_pictures_are_written(tmp_path: Path) -> None:
    responses = drawn()
    out, report, plots = tmp_path / "items.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(
        table(tmp_path, responses),
        "--models",
        models_file(tmp_path),
        "--out",
        out,
        "--report",
        report,
        "--plots",
        plots,
    )

    assert done.exit_code == 0, done.output
    expected = calibrate(responses, EVERY_LINE)
    found = read_items(out)
    assert all(np.allclose(mine, theirs) for mine, theirs in zip(found.values, expected.parameters.values, strict=True))
    facts = json.loads(report.read_text())
    assert facts["loglik"] == pytest.approx(expected.log_likelihood)
    assert (facts["parameters"], facts["persons"], facts["items"], facts["converged"]) == (12, 600, 5, True)
    assert {"aic", "bic", "iterations", "log_posterior", "reliability", "seconds"} <= facts.keys()
    assert {file.name for file in plots.iterdir()} >= {"wright.svg", "information.svg", "item-A1.svg"}
    assert "12 free parameters" in done.stdout
    assert "In brackets: standard errors" in done.stdout


def test_known_items_keep_their_parameters_and_groups_are_told(tmp_path: Path) -> None:
    responses = drawn()
    groups = tmp_path / "g.csv"
    groups.write_text("person,group\n" + "".join(f"{n + 1},{'early' if n < 300 else 'late'}\n" for n in range(600)))
    known = tmp_path / "known.csv"
    known.write_text("item,model,a,b\nA1,2pl,1.2,-0.5\nA2,2pl,0.8,0.3\nZ9,2pl,1,0\n")
    out, report = tmp_path / "items.csv", tmp_path / "r.json"

    done = run(
        table(tmp_path, responses), "--models", models_file(tmp_path), "--group", groups, "--fix", known,
        "--out", out, "--report", report,
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert next(read_items(out).table()) == ("A1", "2pl", {"a": 1.2, "b": pytest.approx(-0.5)})
    assert [group["group"] for group in json.loads(report.read_text())["groups"]] == ["early", "late"]
    assert "Group late: mean" in done.stdout


def test_a_prior_is_read_and_used(tmp_path: Path) -> None:
    responses = drawn().take(items=np.arange(3))

    done = run(table(tmp_path, responses), "--prior", "a:lognormal(0, 0.3)", "--out", tmp_path / "items.csv")

    assert done.exit_code == 0, done.output
    free = calibrate(responses)
    assert np.std([row["a"] for _, _, row in read_items(tmp_path / "items.csv").table()]) < np.std(free.reported("a"))


@pytest.mark.parametrize(("arguments", "said"), [
    (["--prior", "c:gamma(1,2)"], "“c:gamma(1,2)” is not a prior; write one like c:normal-logit(-1.1,0.5)"),
    (["--prior", "c:beta(0,2)"], "spreads and the numbers of a beta density are above 0"),
    (["--prior", "c:beta(5,17)"], "no free parameter is called c, so it can have no prior"),
    (["--model", "3pl"], "item B1: 3pl describes items of two categories, not 3"),
    (["--models", "nowhere.csv"], "nowhere.csv cannot be read"),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_sentence_and_leaves_no_file(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    wanted = ["--model", "gpcm"] if "--model" not in arguments else []

    done = run(table(tmp_path, drawn()), *wanted, *arguments, "--out", tmp_path / "items.csv")

    assert done.exit_code == 2
    assert said in done.stderr.replace("\n", " ")
    assert not (tmp_path / "items.csv").exists()


@pytest.mark.parametrize(("cell", "said"), [
    ("x", "row 3, column 2 (A1): “x” is not a category"), ("0", None),
])  # fmt: skip
def test_a_malformed_cell_is_named_by_row_and_column(tmp_path: Path, cell: str, said: str | None) -> None:
    lines = table(tmp_path, drawn()).read_text().splitlines()
    lines[2] = ",".join(["2", cell, *lines[2].split(",")[2:]])
    file = tmp_path / "bad.csv"
    file.write_text("\n".join(lines))

    done = run(file, "--model", "gpcm")

    assert done.exit_code == (2 if said else 0), done.output
    assert said is None or said in done.stderr


def test_a_constant_item_is_named(tmp_path: Path) -> None:
    responses = drawn()
    answers = responses.answers.copy()
    answers[:, 1] = 1

    done = run(table(tmp_path, ResponseMatrix(answers, responses.items)), "--model", "gpcm")

    assert done.exit_code == 2
    assert "A2" in done.stderr


def test_a_person_without_a_group_is_named(tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    groups.write_text("person,group\n1,early\n")

    done = run(table(tmp_path, drawn()), "--model", "gpcm", "--group", groups)

    assert done.exit_code == 2
    assert "it has no group for person 2" in done.stderr
