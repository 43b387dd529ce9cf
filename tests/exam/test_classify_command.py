"""``kaoping classify``: files in, files out, and refusals that name the place."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from kaoping.scoring.ability import weighted_likelihood
from kaoping.scoring.classification import Cuts, lee, livingston_lewis, rudner
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate
from tests.builders_tables import read_table, write_table

N, K = 120, 20
ITEMS = ItemParameters.logistic(
    np.linspace(0.7, 1.5, K), np.linspace(-2, 2, K), names=tuple(f"I{number}" for number in range(K))
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write items, marks, answers, abilities, scores and components of persons."""
    rng = np.random.default_rng(1)
    answers = simulate(rng.standard_normal(N), ITEMS, rng=rng)
    found = weighted_likelihood(answers, ITEMS)
    persons = [f"P{number}" for number in range(N)]
    paths = {name: tmp_path / f"{name}.csv" for name in ("items", "marks", "answers", "abilities", "scores", "parts")}
    write_items(paths["items"], ITEMS)
    write_table(paths["marks"], [["item", "marks"], *([name, 1.5 if name < "I2" else 1] for name in ITEMS.names)])
    table = answers.answers.tolist()
    write_table(
        paths["answers"], [["person", *ITEMS.names], *([p, *row] for p, row in zip(persons, table, strict=True))]
    )
    estimates = zip(persons, found.theta.tolist(), found.se.tolist(), strict=True)
    write_table(paths["abilities"], [["person", "theta", "se"], *estimates])
    write_table(paths["scores"], [["person", "score"], *zip(persons, map(sum, table), strict=True)])
    parts = rng.multivariate_normal([68, 74], [[100, 50], [50, 120]], N).round(1).tolist()
    write_table(
        paths["parts"], [["person", "theory", "skill"], *([p, *row] for p, row in zip(persons, parts, strict=True))]
    )
    return paths


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["classify", *map(str, said)])


def refusal(folder: Path, *said: object) -> str:
    out = folder / "refused.json"
    done = run(*said, "--report", out)

    assert done.exit_code == 2, done.output
    assert not out.exists()
    return done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").strip()


def write_text(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


SCORES = ("scores", "--cut", 11, "--maximum", K)
EVERY: dict[str, tuple[object, ...]] = {
    "rudner": ("abilities", "--cut", "-0.5,0.5"),
    "lee": ("abilities", "--items", "items", "--cut", 8, "--cut", 13),
    "guo": ("answers", "--items", "items", "--cut", 0),
    "livingston-lewis": (*SCORES, "--reliability", 0.8),
    "hanson-brennan": (*SCORES, "--reliability", 0.8),
    "huynh": SCORES,
    "subkoviak": (*SCORES, "--reliability", 0.8),
    "components": ("parts", "--cut", 60, "--reliability", "theory=0.85,skill=0.7"),
}
PICTURES = {"subkoviak": {"cuts"}, "guo": {"cuts", "decisions"}, "components": {"components"}}
JUDGED = [method for method in EVERY if method != "subkoviak"]


def asked(files: dict[str, Path], method: str) -> list[object]:
    return [files.get(str(word), word) for word in EVERY[method]] + ["--method", method]


@pytest.mark.parametrize("method", EVERY)
def test_every_method_writes_indices_report_and_pictures(method: str, files: dict[str, Path], tmp_path: Path) -> None:
    table, report, plots = tmp_path / "t.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(*asked(files, method), "--table", table, "--report", report, "--plots", plots)

    assert done.exit_code == 0, done.output
    rows, facts = read_table(table), json.loads(report.read_text(encoding="utf-8"))
    assert rows[-1][next(iter(rows[0]))] == "all"
    index = "consistency" if method == "subkoviak" else "accuracy"
    assert float(rows[-1][index]) == facts["together"][index]
    assert 0.5 < facts["together"][index] < 1
    assert (rows[0]["accuracy"] == "") == (method == "subkoviak")
    assert (rows[0]["kappa"] == "") == (method == "guo")
    assert {file.stem for file in plots.iterdir()} == PICTURES.get(method, {"cuts", "decisions", "scale"})


@pytest.mark.parametrize("method", JUDGED)
def test_every_person_has_a_decision_and_how_sure_it_is(method: str, files: dict[str, Path], tmp_path: Path) -> None:
    out, report = tmp_path / "o.csv", tmp_path / "r.json"

    done = run(*asked(files, method), "--out", out, "--report", report, "--sure", 0.8)

    assert done.exit_code == 0, done.output
    rows, facts = read_table(out), json.loads(report.read_text(encoding="utf-8"))
    assert [row["person"] for row in rows] == [f"P{number}" for number in range(N)]
    for row in rows:
        chances = {name[2:]: float(cell) for name, cell in row.items() if name.startswith("p_")}
        assert sum(chances.values()) == pytest.approx(1.0)
        assert chances[row["decision"]] == float(row["right"])
        assert (row["unsure"] == "1") == (float(row["right"]) < 0.8)
    assert [row["person"] for row in rows if row["unsure"] == "1"] == facts["cases"]["unsure"]
    assert f"({100 * facts['cases']['unsure_share']:.1f} % of persons)" in done.output


def test_the_files_hold_what_the_functions_give(files: dict[str, Path], tmp_path: Path) -> None:
    out, table = tmp_path / "o.csv", tmp_path / "t.csv"
    given = read_table(files["abilities"])
    theta, se = ([float(row[name]) for row in given] for name in ("theta", "se"))
    found = rudner(theta, se, Cuts.of([-0.5, 0.5], ["fail", "pass", "merit"]))

    done = run(*asked(files, "rudner"), "--names", "fail, pass, merit", "--out", out, "--table", table)

    assert done.exit_code == 0, done.output
    assert found.cases is not None
    assert [float(row["right"]) for row in read_table(out)] == found.cases.right.tolist()
    assert {row["decision"] for row in read_table(out)} == {"fail", "pass", "merit"}
    assert [float(row["accuracy"]) for row in read_table(table)] == [
        *(one.accuracy for one in found.by_cut),
        found.together.accuracy,
    ]
    near = found.by_cut[0].at_cut
    assert near is not None
    assert float(read_table(table)[0]["near_share"]) == near.share
    assert "Cut -0.5: accuracy" in done.output


def test_scores_of_persons_and_counts_of_scores_say_the_same(files: dict[str, Path], tmp_path: Path) -> None:
    scores = [int(row["score"]) for row in read_table(files["scores"])]
    counts = write_table(
        tmp_path / "c.csv", [["score", "count"], *([score, scores.count(score)] for score in range(K + 1))]
    )
    out, report = tmp_path / "o.csv", tmp_path / "r.json"

    done = run(
        counts, "--method", "livingston-lewis", "--cut", 11, "--maximum", K, "--reliability", 0.8,
        "--step", 1, "--out", out, "--report", report,
    )  # fmt: skip

    found = livingston_lewis(scores, [11], reliability=0.8, maximum=K, step=1)
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert done.exit_code == 0, done.output
    assert facts["together"]["accuracy"] == pytest.approx(found.together.accuracy)
    assert (facts["length"], facts["true_scores"]["matched"]) == (found.length, found.true_scores.matched)
    assert facts["persons"] == N
    assert [float(row["score"]) for row in read_table(out)] == sorted(set(scores))


def test_lee_of_a_population_takes_half_marks_and_a_grid(files: dict[str, Path], tmp_path: Path) -> None:
    out, report = tmp_path / "o.csv", tmp_path / "r.json"
    worth = [3 if name < "I2" else 2 for name in ITEMS.names]

    done = run(
        "--method", "lee", "--items", files["items"], "--marks", files["marks"], "--cut", 13.5, "--mean", 0.2,
        "--out", out, "--report", report,
    )  # fmt: skip

    found = lee(ITEMS, [13.5], marks=worth, unit=0.5, mean=0.2)
    assert done.exit_code == 0, done.output
    assert json.loads(report.read_text(encoding="utf-8"))["together"]["accuracy"] == found.together.accuracy
    assert {row["score"] for row in read_table(out)} >= {"13.5", "14.0"}
    gridded = run("--method", "lee", "--items", files["items"], "--cut", 11, "--grid", -4, 4, 81)
    assert gridded.exit_code == 0, gridded.output


def test_a_curve_has_a_row_for_every_cut_tried(files: dict[str, Path], tmp_path: Path) -> None:
    curve = tmp_path / "c.csv"

    done = run("--method", "lee", "--items", files["items"], "--cut", 11, "--curve", curve)

    rows = {float(row["cut"]): row for row in read_table(curve)}
    assert done.exit_code == 0, done.output
    assert float(rows[11.0]["accuracy"]) == lee(ITEMS, [11]).together.accuracy
    assert 15 < len(rows) < 21


@pytest.mark.parametrize("method", ["rudner", "lee", "livingston-lewis", "huynh", "components"])
def test_persons_can_be_drawn_again_for_standard_errors(method: str, files: dict[str, Path], tmp_path: Path) -> None:
    tables = [tmp_path / f"{number}.csv" for number in range(2)]

    for table in tables:
        done = run(*asked(files, method), "--bootstrap", 20, "--seed", 3, "--table", table)
        assert done.exit_code == 0, done.output

    assert tables[0].read_bytes() == tables[1].read_bytes()
    assert all(0 < float(row["se_accuracy"]) < 0.1 for row in read_table(tables[0]))


def test_components_with_errors_of_persons_need_no_reliability(files: dict[str, Path], tmp_path: Path) -> None:
    table = write_table(
        tmp_path / "e.csv",
        [["person", "theory", "se_theory", "skill", "se_skill"], ["A", 70, 5, 66, 4], ["B", 59, 5, 90, 4]],
    )
    out = tmp_path / "o.csv"

    done = run(table, "--method", "components", "--cut", "theory=60,skill=60", "--out", out)

    assert done.exit_code == 0, done.output
    first, second = read_table(out)
    assert (first["decision"], second["decision"]) == ("pass", "fail")
    assert float(first["right"]) == pytest.approx(0.9772499 * 0.9331928)
    chosen = run(files["parts"], "--method", "components", "--component", "skill", "--cut", 60, "--reliability", 0.7)
    assert "theory" not in chosen.output


def test_persons_who_could_not_be_scored_are_left_out(tmp_path: Path) -> None:
    table = write_text(tmp_path / "a.csv", "person,theta,se\nA,0.5,0.3\nB,,\nC,-1,0.4\n")
    report = tmp_path / "r.json"

    done = run(table, "--method", "rudner", "--cut", 0, "--report", report)

    facts = json.loads(report.read_text(encoding="utf-8"))
    assert (facts["persons"], facts["left_out"]) == (2, ["B"])
    assert "1 persons without an ability are left out." in done.output


@pytest.mark.parametrize(
    ("text", "said", "sentence"),
    [
        (
            "person,theta,se\nA,0.5,0.3\nB,inf,inf\n",
            ("--method", "rudner", "--cut", 0),
            "x.csv, row 3, column 2 (theta): “inf” is not finite; score with wle or eap, or leave this person out.",
        ),
        (
            "person,theta,se\nA,0.5,-0.3\n",
            ("--method", "rudner", "--cut", 0),
            "x.csv, row 2, column 3 (se): “-0.3” is no standard error; write a number from 0 on.",
        ),
        (
            "person,theta,se\nA,,\n",
            ("--method", "rudner", "--cut", 0),
            "x.csv cannot be read: nobody in it has an ability.",
        ),
        (
            "score,count\n3,x\n",
            ("--method", "huynh", "--cut", 3, "--maximum", 10),
            "x.csv, row 2, column 2 (count): “x” is not a whole number of at most nine digits; write one such as 12.",
        ),
        (
            "score,count\n3,-1\n",
            ("--method", "huynh", "--cut", 3, "--maximum", 10),
            "x.csv, row 2, column 2 (count): “-1” is no number of persons; write a whole number from 0 on.",
        ),
        (
            "score\n3\n12\n",
            ("--method", "huynh", "--cut", 3, "--maximum", 10),
            "The table of scores cannot be used: they run from 3 to 12, outside 0 to 10.",
        ),
        (
            "person,theory,skill\nA,70,x\n",
            ("--method", "components", "--cut", 60, "--reliability", 0.8),
            "x.csv, row 2, column 3 (skill): “x” is not a number; write one such as 0.5.",
        ),
        (
            "person,theory,skill,se_skill\nA,70,60,3\n",
            ("--method", "components", "--cut", 60),
            "x.csv cannot be read: it has no column se_theory, though se_skill is there.",
        ),
        (
            "person,theory\nA,70\n",
            ("--method", "components", "--cut", "skill=60", "--reliability", 0.8),
            "--cut names skill, which is no component; there are theory.",
        ),
        (
            "person,theory,skill\nA,70,60\n",
            ("--method", "components", "--cut", "skill=60", "--reliability", 0.8),
            "--cut gives no number for component theory.",
        ),
        (
            "person,theory,skill\nA,70,60\n",
            ("--method", "components", "--cut", "60,50", "--reliability", 0.8),
            "--cut takes one number for all components, or theory=… once for each.",
        ),
        (
            "person,theory\nA,70\n",
            ("--method", "components", "--cut", 60),
            "This method needs --reliability, or columns se_… with standard errors.",
        ),
    ],
)
def test_what_a_table_lacks_is_named_with_its_place(
    text: str, said: tuple[object, ...], sentence: str, tmp_path: Path
) -> None:
    assert refusal(tmp_path, write_text(tmp_path / "x.csv", text), *said) == sentence


@pytest.mark.parametrize(
    ("method", "said", "sentence"),
    [
        ("rudner", ("--flat",), "--flat is for the method guo; leave it out with rudner."),
        ("rudner", ("--grid", -4, 4, 81), "--grid is for a population; leave it out, or the file of persons."),
        ("lee", ("--mean", 1), "--mean is for a population; leave it out, or the file of persons."),
        ("lee", ("--bootstrap", 20, "--cut", 99), "not above 20, the marks of the paper."),
        ("guo", ("--bootstrap", 20), "--bootstrap draws persons anew; give a table of abilities or scores"),
        ("subkoviak", ("--out", "o.csv"), "This method judges no single persons or scores; leave --out out."),
        ("components", ("--curve", "c.csv"), "--curve is for one scale; leave it out with components."),
        ("components", ("--names", "a,b,c"), "--names gives two levels for components: failed and passed."),
        ("rudner", ("--names", "a,b"), "2 cuts make 3 levels, each with a name of its own."),
        ("rudner", ("--cut", "-2"), "they fall; give them from the lowest to the highest."),
        ("rudner", ("--cut", "theory=1"), "--cut theory=… is for the method components; write the number alone."),
        ("huynh", ("--maximum", 20.5), "is the number of items for huynh; give a whole number."),
        ("livingston-lewis", ("--reliability", "0.8,0.7"), "--reliability takes one number for this method"),
        ("livingston-lewis", ("--reliability", 1), "A reliability of 1 cannot be used"),
    ],
)
def test_options_that_do_not_belong_are_refused(
    method: str, said: tuple[object, ...], sentence: str, files: dict[str, Path], tmp_path: Path
) -> None:
    assert sentence in refusal(tmp_path, *asked(files, method), *said)


@pytest.mark.parametrize("cut", ["x", "=3", "inf", "1,,2"])
def test_a_cut_that_is_no_number_is_refused(cut: str, files: dict[str, Path]) -> None:
    done = run(files["abilities"], "--method", "rudner", "--cut", cut)

    assert done.exit_code == 2
    assert "is not a number such as 60" in done.stderr


def test_what_is_missing_is_asked_for(files: dict[str, Path], tmp_path: Path) -> None:
    def lacking(*said: Any) -> str:
        return refusal(tmp_path, *said)

    assert lacking("--method", "rudner", "--cut", 0) == "This method needs --items, or a table of abilities."
    assert lacking("--method", "huynh", "--cut", 3) == "This method needs a table of scores."
    assert lacking("--method", "guo", "--cut", 0) == "This method needs a table of answers."
    assert lacking(files["scores"], "--method", "huynh", "--cut", 3) == "This method needs --maximum."
    assert (
        lacking(files["scores"], "--method", "subkoviak", "--cut", 3, "--maximum", K)
        == "This method needs --reliability."
    )
    assert lacking("--method", "components", "--cut", 3).startswith("This method needs a table of scores with")


def test_marks_that_have_no_common_unit_are_refused(files: dict[str, Path], tmp_path: Path) -> None:
    odd = write_table(tmp_path / "m.csv", [["item", "marks"], *([name, "1.0001"] for name in ITEMS.names)])
    none = write_table(tmp_path / "n.csv", [["item", "marks"], *([name, 0] for name in ITEMS.names)])

    assert "m.csv cannot be read: its marks need a unit of 1/10000" in refusal(
        tmp_path, "--method", "lee", "--items", files["items"], "--cut", 5, "--marks", odd
    )
    assert "n.csv, row 2, column 2 (marks): “0” is no highest mark" in refusal(
        tmp_path, "--method", "lee", "--items", files["items"], "--cut", 5, "--marks", none
    )


@pytest.mark.parametrize("option", ["--mean", "--sd", "--sure", "--maximum", "--minimum", "--step"])
def test_an_option_that_is_no_number_is_refused(option: str, files: dict[str, Path]) -> None:
    done = run("--method", "livingston-lewis", files["scores"], "--cut", 11, option, "nan")

    assert done.exit_code == 2
    assert done.stderr.strip().endswith(f"Invalid value for '{option}': nan is not a finite number.")


def test_a_seed_below_zero_and_an_infinite_grid_are_refused(files: dict[str, Path]) -> None:
    seeded = run("--method", "huynh", files["scores"], "--cut", 11, "--maximum", K, "--seed", -1)
    wide = run("--method", "rudner", "--items", files["items"], "--cut", 0, "--grid", "-inf", 4, 9)
    bounded = run("--method", "huynh", files["scores"], "--cut", 11, "--maximum", K, "--sure", 1.5)

    assert [done.exit_code for done in (seeded, wide, bounded)] == [2, 2, 2]
    assert "-1 is not in the range x>=0." in seeded.stderr
    assert "-inf is not a finite number." in wide.stderr
    assert "1.5 is not in the range 0<=x<=1." in bounded.stderr
