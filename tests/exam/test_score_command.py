"""``kaoping score``: abilities from files, every option, and what is refused with its place."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from kaoping.scoring import ability, sum_scores
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix

ITEMS = ItemParameters.reported(
    ["A1", "A2", "A3", "B1", "B2"],
    [model("2pl"), model("3pl"), model("2pl"), model("gpcm", 3), model("grm", 3)],
    [[1.2, -0.5], [0.8, 0.3, 0.2], [1.5, 0.0], [0.8, -0.5, 0.6], [1.1, -0.7, 0.8]],
)
CELLS = "person,B1,A1,A2,A3\nWang,2,1,0,1\nLi,0,1,NA,0\nZhao,2,1,1,1\nQian,1,,0,1\n"
NAMES, CODES = ["B1", "A1", "A2", "A3"], [[2, 1, 0, 1], [0, 1, -1, 0], [2, 1, 1, 1], [1, -1, 0, 1]]
PART = ITEMS.named(NAMES)
ANSWERS = ResponseMatrix(CODES, NAMES, categories=PART.categories)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    answers, items = tmp_path / "R.csv", tmp_path / "items.csv"
    answers.write_text(CELLS)
    write_items(items, ITEMS)
    return answers, items


def run(files: tuple[Path, Path], *more: object) -> Result:
    answers, items = files
    return CliRunner().invoke(main, ["score", str(answers), "--items", str(items), *map(str, more)])


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(("method", "more", "expected"), [
    ("eap", [], lambda: ability.eap(ANSWERS, PART)),
    ("eap", ["--mean", 1, "--sd", 2], lambda: ability.eap(ANSWERS, PART, population=normal(121, mean=1.0, sd=2.0))),
    ("map", [], lambda: ability.maximum_a_posteriori(ANSWERS, PART)),
    ("ml", [], lambda: ability.maximum_likelihood(ANSWERS, PART)),
    ("wle", [], lambda: ability.weighted_likelihood(ANSWERS, PART)),
    ("wle", ["--weight", "warm"], lambda: ability.weighted_likelihood(ANSWERS, PART, weight="warm")),
    ("eapsum", [], lambda: sum_scores.eap_of_sums(ANSWERS, PART)),
])  # fmt: skip
def test_every_method_scores_the_persons_of_the_file(
    files: tuple[Path, Path], method: str, more: list[object], expected: object
) -> None:
    out = files[0].with_name("scores.csv")

    done = run(files, "--method", method, "--out", out, *more)

    assert done.exit_code == 0, done.output
    found, wanted = read(out.read_text()), expected()  # type: ignore[operator]
    assert [row["person"] for row in found] == ["Wang", "Li", "Zhao", "Qian"]
    assert np.allclose([float(row["theta"]) for row in found], wanted.theta, atol=1e-7)
    assert np.allclose([float(row["se"]) for row in found], wanted.se, atol=1e-7)


def test_without_a_file_to_write_the_table_is_printed_and_the_summary_stands_beside_it(
    files: tuple[Path, Path],
) -> None:
    done = run(files, "--method", "ml")

    rows = read(done.stdout)
    assert rows[2] == {"person": "Zhao", "theta": "inf", "se": "inf"}
    assert "1 estimates are infinite" in done.stderr
    assert "4 of 4 persons scored with 4 items (ml)" in done.stderr


def test_a_person_without_answers_has_empty_cells_where_answers_are_all_there_is(files: tuple[Path, Path]) -> None:
    files[0].write_text(CELLS + "Sun,,,,\n")

    likely, mean = (read(run(files, "--method", method).stdout)[-1] for method in ("wle", "eap"))

    assert likely == {"person": "Sun", "theta": "", "se": ""}
    assert float(mean["theta"]) == pytest.approx(0.0, abs=1e-9)
    assert float(mean["se"]) == pytest.approx(1.0, abs=1e-6)


def test_abilities_are_reported_on_a_scale(files: tuple[Path, Path]) -> None:
    done = run(files, "--method", "ml", "--scale", 10, 50, "--bounds", 20, 80, "--decimals", 1)

    rows = read(done.stdout)
    assert [row["scaled"] for row in rows][2] == "80.0"
    assert float(rows[0]["scaled"]) == pytest.approx(50 + 10 * float(rows[0]["theta"]), abs=0.05)
    assert float(rows[0]["se_scaled"]) == pytest.approx(10 * float(rows[0]["se"]))


def test_an_infinite_ability_needs_a_scale_with_bounds(files: tuple[Path, Path]) -> None:
    out = files[0].with_name("scores.csv")

    done = run(files, "--method", "ml", "--scale", 10, 50, "--out", out)

    assert done.exit_code == 2
    assert "give it a lowest and a highest value" in done.stderr
    assert not out.exists()


def test_plausible_values_stand_behind_and_do_not_change_with_the_run(files: tuple[Path, Path]) -> None:
    first, second = (run(files, "--plausible", 2, "--seed", 3).stdout for _ in range(2))

    assert first == second
    assert list(read(first)[0]) == ["person", "theta", "se", "pv1", "pv2"]
    assert read(first)[0]["pv1"] != read(first)[0]["pv2"]


def test_groups_have_their_own_populations(files: tuple[Path, Path]) -> None:
    group, populations = files[0].with_name("g.csv"), files[0].with_name("p.csv")
    group.write_text("group\nmen\nwomen\nmen\nwomen\n")
    populations.write_text("group,mean,sd\nwomen,1,0.5\nmen,0,1\n")

    done = run(files, "--group", group, "--populations", populations)

    grids = [normal(121), normal(121, mean=1.0, sd=0.5)]
    grouped = ResponseMatrix(CODES, NAMES, categories=PART.categories, groups=["men", "women"] * 2)
    wanted = ability.eap(grouped, PART, population=grids)
    assert np.allclose([float(row["theta"]) for row in read(done.stdout)], wanted.theta, atol=1e-7)


def test_the_grid_of_another_program_can_be_asked_for(files: tuple[Path, Path]) -> None:
    done = run(files, "--grid", -2, 2, 9)

    nodes = np.linspace(-2, 2, 9)
    grid = normal(9, limit=2.0)
    assert np.allclose(grid.nodes, nodes)
    wanted = ability.eap(ANSWERS, PART, population=grid)
    assert np.allclose([float(row["theta"]) for row in read(done.stdout)], wanted.theta)


def test_the_table_of_sums_and_the_report_are_written_beside(files: tuple[Path, Path]) -> None:
    files[0].write_text("B1,A1\n2,1\n0,1\n1,0\n")
    table, report = files[0].with_name("sums.csv"), files[0].with_name("r.json")

    done = run(files, "--method", "eapsum", "--table", table, "--report", report, "--out", files[0].with_name("s.csv"))

    assert done.exit_code == 0, done.output
    rows = read(table.read_text())
    assert [row["score"] for row in rows] == ["0", "1", "2", "3"]
    assert sum(float(row["expected"]) for row in rows) == pytest.approx(1.0)
    assert [float(row["observed"]) for row in rows] == pytest.approx([0, 2 / 3, 0, 1 / 3])
    facts = json.loads(report.read_text())
    assert facts["persons"] == facts["scored"] == 3
    assert 0 < facts["reliability"] < 1


@pytest.mark.parametrize(("cells", "place", "reason"), [
    ("person,A1\nWang,x\n", "row 2, column 2 (A1)", "“x” is not a category"),
    ("person,B1\nWang,3\n", "row 2, column 2 (B1)", "“3” is not one of the 3 categories of this item"),
    ("person,A1\nWang,1\nWang,0\n", "row 3, column 1", "“Wang” occurs a second time"),
    ("person,A1,A1\nWang,1,0\n", "row 1, column 3", "“A1” occurs a second time"),
    ("person,A1,C9\nWang,1,0\n", "items.csv", "it has no row for item C9"),
    ("person,A1\nWang,1,0\n", "row 2", "has 3 cells"),
])  # fmt: skip
def test_what_cannot_be_scored_is_refused_with_its_place(
    files: tuple[Path, Path], cells: str, place: str, reason: str
) -> None:
    files[0].write_text(cells)
    out = files[0].with_name("scores.csv")

    done = run(files, "--out", out)

    assert done.exit_code == 2
    assert place in done.stderr
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not out.exists()


@pytest.mark.parametrize("more", [
    ["--bounds", 0, 100],
    ["--table", "t.csv"],
    ["--populations", "p.csv"],
    ["--sd", 0],
    ["--grid", 2, -2, 9],
])  # fmt: skip
def test_options_that_contradict_each_other_are_refused(files: tuple[Path, Path], more: list[object]) -> None:
    assert run(files, *more).exit_code == 2
