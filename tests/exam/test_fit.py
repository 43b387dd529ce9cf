"""``kaoping fit``: from answers and items to tables, report and pictures, and what it refuses."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from kaoping.scoring.ability import Abilities, eap, maximum_a_posteriori, weighted_likelihood
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.fit import model_fit, pair_dependence, pattern_likelihood, s_x2
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

TRUE = ItemParameters.logistic(np.full(8, 1.2), np.linspace(-1, 1, 8), names=[f"I{number}" for number in range(8)])


def drawn(n: int = 500, sd: float = 1.0) -> ResponseMatrix:
    rng = np.random.default_rng(8)
    return simulate(sd * rng.standard_normal(n), TRUE, rng=rng)


def table(folder: Path, responses: ResponseMatrix) -> Path:
    file = folder / "R.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["person", *responses.items])
        for person, row in zip(responses.persons, responses.answers, strict=True):
            writer.writerow([person, *("" if cell < 0 else cell for cell in row)])
    return file


def items_file(folder: Path, responses: ResponseMatrix, model: str = "2pl") -> tuple[Path, ItemParameters]:
    found = calibrate(responses, model, errors="none")
    write_items(folder / "items.csv", found.parameters)
    return folder / "items.csv", found.parameters


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["fit", *map(str, arguments)])


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


def column(file: Path, name: str) -> list[float]:
    return [float(row[name]) for row in rows(file)]


def test_tables_report_and_pictures_are_written(tmp_path: Path) -> None:
    responses = drawn()
    items, parameters = items_file(tmp_path, responses)
    targets = {name: tmp_path / f"{name}.csv" for name in ("out", "persons", "pairs")}
    report, plots = tmp_path / "r.json", tmp_path / "plots"

    named = [part for name, file in targets.items() for part in (f"--{name}", file)]
    done = run(table(tmp_path, responses), "--items", items, *named, "--report", report, "--plots", plots)

    assert done.exit_code == 0, done.output
    by_score, whole = s_x2(responses, parameters), model_fit(responses, parameters)
    likelihood = pattern_likelihood(responses, parameters, theta=eap(responses, parameters).theta)
    assert column(targets["out"], "s_x2") == pytest.approx(by_score.statistic)
    assert column(targets["persons"], "lz_star") == pytest.approx(likelihood.lz_star, rel=1e-5, abs=1e-5)
    assert column(targets["pairs"], "x2") == pytest.approx(pair_dependence(responses, parameters).chi_square)
    facts = json.loads(report.read_text())
    assert facts["model_fit"]["statistic"] == pytest.approx(whole.statistic)
    assert facts["model_fit"]["df"] == 8 + 28 - 16
    assert (facts["persons"], facts["complete"], facts["reasons"]) == (500, 500, {})
    assert {file.name for file in plots.iterdir()} >= {"mean-squares.svg", "residuals.svg", "item-I0.svg"}
    assert "M2 " in done.stdout


def test_the_spread_of_a_rasch_population_is_estimated_and_counted(tmp_path: Path) -> None:
    responses = drawn(1000, sd=1.5)
    items, _ = items_file(tmp_path, responses, "rasch")

    run(table(tmp_path, responses), "--items", items, "--report", tmp_path / "r.json")

    facts = json.loads((tmp_path / "r.json").read_text())
    expected = calibrate(responses, "rasch")
    assert facts["population"]["sd"] == pytest.approx(expected.sd[0], rel=1e-3)
    assert (facts["parameters"], facts["population"]["estimated"]) == (9, ["sd"])
    assert facts["model_fit"]["statistic"] == pytest.approx(model_fit(responses, expected).statistic, rel=1e-3)


def test_items_known_before_the_calibration_are_not_counted_as_free(tmp_path: Path) -> None:
    responses = drawn()
    items, parameters = items_file(tmp_path, responses)
    write_items(tmp_path / "known.csv", parameters.take(np.arange(3)))

    run(table(tmp_path, responses), "--items", items, "--fix", tmp_path / "known.csv", "--report", tmp_path / "r.json")

    facts = json.loads((tmp_path / "r.json").read_text())
    assert facts["parameters"] == 5 * 2 + 2
    assert facts["population"]["estimated"] == ["mean", "sd"]


def test_persons_with_unknown_answers_are_left_out_where_they_have_to_be_and_counted(tmp_path: Path) -> None:
    answers = drawn().answers.copy()
    answers[:100, 3] = -1
    answers[0] = -1
    responses = ResponseMatrix(answers, TRUE.names)
    items, parameters = items_file(tmp_path, responses.take(persons=np.arange(1, 500)))

    done = run(
        table(tmp_path, responses), "--items", items, "--persons", tmp_path / "p.csv", "--out", tmp_path / "o.csv",
        "--report", tmp_path / "r.json",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "r.json").read_text())["complete"] == 400
    found = rows(tmp_path / "p.csv")
    assert [found[0][name] for name in ("answers", "zh", "u3")] == ["0", "", ""]
    assert (found[1]["zh"] != "", found[1]["u3"]) == (True, "")
    assert column(tmp_path / "o.csv", "n")[3] == 400
    whole = responses.take(persons=np.arange(100, 500))
    assert column(tmp_path / "o.csv", "s_x2") == pytest.approx(s_x2(whole, parameters).statistic)


def test_a_statistic_that_cannot_be_is_named_with_its_reason_and_the_others_are_given(tmp_path: Path) -> None:
    responses = drawn().take(items=np.arange(3))
    items, _ = items_file(tmp_path, responses)

    done = run(
        table(tmp_path, responses), "--items", items, "--statistics", "m2,infit", "--report", tmp_path / "r.json"
    )

    facts = json.loads((tmp_path / "r.json").read_text())
    assert done.exit_code == 0
    assert facts["model_fit"] is None
    assert "nothing is left to test" in facts["reasons"]["m2"]
    assert "Not calculated (m2)" in done.stdout


def test_abilities_are_taken_from_a_file(tmp_path: Path) -> None:
    responses = drawn(60)
    items, parameters = items_file(tmp_path, responses)
    theta = np.linspace(-2, 2, 60)
    lines = [f"{person},{value}" for person, value in zip(responses.persons, theta, strict=True)]
    (tmp_path / "s.csv").write_text("person,theta\n" + "\n".join(lines))

    done = run(
        table(tmp_path, responses), "--items", items, "--scores", tmp_path / "s.csv", "--method", "wle",
        "--persons", tmp_path / "p.csv",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    expected = pattern_likelihood(responses, parameters, theta=theta, estimator="wle")
    assert column(tmp_path / "p.csv", "lz_star") == pytest.approx(expected.lz_star)


@pytest.mark.parametrize(
    ("method", "estimate"),
    [("eap", eap), ("map", maximum_a_posteriori), ("wle", weighted_likelihood)],
)
def test_abilities_are_estimated_as_asked(
    tmp_path: Path, method: str, estimate: Callable[[ResponseMatrix, ItemParameters], Abilities]
) -> None:
    responses = drawn(60)
    items, parameters = items_file(tmp_path, responses)

    run(table(tmp_path, responses), "--items", items, "--method", method, "--persons", tmp_path / "p.csv")

    expected = estimate(responses, parameters).theta
    assert column(tmp_path / "p.csv", "theta") == pytest.approx(expected, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cell": "x"}, "row 2, column 2 (I0): “x” is not a category"),
        ({"cell": "2"}, "row 2, column 2 (I0): “2”"),
        ({"header": "person,I0,I1,I2,I3,I4,I5,I6,Z"}, "it has no parameters for item Z of the answers"),
        ({"options": ["--statistics", "x"]}, "“x” is not a statistic"),
        ({"options": ["--method", "ml"]}, "persons have no highest point of the likelihood; use --method wle"),
        ({"options": ["--scores", "few.csv"]}, "it has no ability for person 2"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    responses = drawn(60)
    items, _ = items_file(tmp_path, responses)
    header, first, *others = table(tmp_path, responses).read_text().splitlines()
    cells = first.split(",")
    cells[1] = change.get("cell", cells[1])
    (tmp_path / "R.csv").write_text("\n".join([change.get("header", header), ",".join(cells), *others]))
    (tmp_path / "few.csv").write_text("person,theta\n1,0.5\n")

    done = run("R.csv", "--items", items, "--out", "o.csv", "--report", "r.json", *change.get("options", []))

    assert done.exit_code == 2
    assert sentence in done.output
    assert not (tmp_path / "o.csv").exists()
    assert not (tmp_path / "r.json").exists()
