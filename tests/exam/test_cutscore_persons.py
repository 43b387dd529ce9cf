"""``kaoping cutscore contrasting``, ``borderline`` and ``map``: files in, files out, and refusals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from kaoping.scoring.cut_scores import Paper, borderline_regression, contrasting, place
from kaoping.scoring.cut_scores.cuts import estimated
from tests.builders_cut_scores import ITEMS, items_file, marks_file, ratings_file
from tests.builders_tables import read_table, write_table

GRADED = [(f"P{n}", 4 + 3 * (n % 4) + (n * 7 % 5) / 2, n % 4) for n in range(40)]


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["cutscore", *map(str, said)])


def refusal(folder: Path, *said: object) -> str:
    before = set(folder.rglob("*"))

    done = run(*said, "--out", folder / "out.csv")

    assert done.exit_code == 2
    assert set(folder.rglob("*")) == before
    return " ".join(done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").split())


def facts(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def groups_file(folder: Path) -> Path:
    rng = np.random.default_rng(4)
    rows: list[list[object]] = []
    for name, mean in (("fail", 45), ("pass", 60), ("good", 75)):
        rows += [[round(score), name] for score in rng.normal(mean, 8, 60)]
    return write_table(folder / "g.csv", [["score", "group"], *rows])


@pytest.mark.parametrize("method", ["logistic", "normal", "midpoint", "empirical"])
def test_three_groups_have_two_cuts(method: str, tmp_path: Path) -> None:
    file, out, report, plots = groups_file(tmp_path), tmp_path / "o.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(
        "contrasting", file, "--groups", "fail,pass,good", "--method", method, "--base-rate", "0.4", "--total", 100,
        "--pass-mark", "pass=60", "--out", out, "--report", report, "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    rows = read_table(file)
    scores = {name: [float(row["score"]) for row in rows if row["group"] == name] for name in ("fail", "pass", "good")}
    expected = contrasting(scores["fail"], scores["pass"], method=method, base_rate=0.4)
    found = read_table(out)
    assert [row["level"] for row in found] == ["pass", "good"]
    assert float(found[0]["cut"]) == pytest.approx(expected.cut.value)
    assert float(found[0]["se"]) > 0
    assert [one["lower"] for one in facts(report)["boundaries"]] == ["fail", "pass"]
    assert {file.name for file in plots.iterdir()} == {"groups-pass.svg", "groups-good.svg"}
    assert "of level pass" in done.output


def test_groups_that_cannot_be_used_are_named_with_their_place(tmp_path: Path) -> None:
    file = groups_file(tmp_path)

    assert refusal(tmp_path, "contrasting", file, "--groups", "fail,pass") == (
        "g.csv, row 122, column 2 (group): “good” is not one of fail, pass; correct it or name it in --groups."
    )
    assert refusal(tmp_path, "contrasting", file, "--groups", "good,pass,fail") == (
        "No cut between good and pass: the mean score of the upper group is not above that of the lower "
        f"{_means(file)}."
    )
    assert refusal(tmp_path, "contrasting", file, "--groups", "fail,fail") == "--groups fail,fail names a group twice."
    lone = write_table(tmp_path / "g.csv", [["score", "group"], [4, "a"]])
    assert refusal(tmp_path, "contrasting", lone, "--groups", "a") == (
        "--groups a names one group; a cut lies between two, such as --groups fail,pass."
    )
    assert "neither equal nor sample nor a share" in run("contrasting", lone, "--groups", "a", "--base-rate", 2).stderr


def _means(file: Path) -> str:
    rows = read_table(file)
    means = [np.mean([float(row["score"]) for row in rows if row["group"] == name]) for name in ("pass", "good")]
    return f"({means[0]:.4g} and {means[1]:.4g})"


def test_a_regression_on_grades_gives_cuts_of_stations_and_of_the_whole(tmp_path: Path) -> None:
    header = ["person", "station", "score", "grade"]
    rows = [
        [name, station, score + shift, grade]
        for name, score, grade in GRADED
        for station, shift in (("A", 0), ("B", 1))
    ]
    file, out, stations = write_table(tmp_path / "p.csv", [header, *rows]), tmp_path / "o.csv", tmp_path / "s.csv"

    done = run(
        "borderline", file, "--grade", 1, "--pass-mark", 15, "--total", 40, "--out", out, "--stations", stations,
        "--plots", tmp_path / "plots", "--report", tmp_path / "r.json",
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    expected = borderline_regression([row[1] for row in GRADED], [row[2] for row in GRADED], borderline=1).whole
    found = read_table(out)
    assert [row["level"] for row in found] == ["A", "B", "all stations"]
    assert float(found[0]["cut"]) == pytest.approx(expected.value)
    assert float(found[2]["cut"]) == pytest.approx(2 * expected.value + 1)
    assert [row["station"] for row in read_table(stations)] == ["A", "B"]
    assert {file.name for file in (tmp_path / "plots").iterdir()} == {"station-A.svg", "station-B.svg"}
    assert "The pass mark of 15 lies" in done.output
    assert "EXTRAPOLATED" not in done.output
    beyond = run("borderline", file, "--grade", -1)
    assert "Station A: THE CUT IS EXTRAPOLATED, as the grades given are 0 to 3." in beyond.output


@pytest.mark.parametrize("method", ["median", "mean"])
def test_borderline_persons_have_a_middle(method: str, tmp_path: Path) -> None:
    file, out = write_table(tmp_path / "p.csv", [["person", "score", "grade"], *GRADED]), tmp_path / "o.csv"

    done = run("borderline", file, "--grade", 1, "--method", method, "--out", out)

    assert done.exit_code == 0, done.stderr
    scores = [score for _, score, grade in GRADED if grade == 1]
    assert float(read_table(out)[0]["cut"]) == pytest.approx(getattr(np, method)(scores))
    assert refusal(tmp_path, "borderline", file, "--grade", 9, "--method", method) == (
        "p.csv cannot be read: it has 0 persons with the grade 9, and two are needed; choose another --grade."
    )


def test_graded_persons_that_cannot_be_used_are_named_with_their_place(tmp_path: Path) -> None:
    file = write_table(tmp_path / "p.csv", [["station", "score", "grade"], ["A", 4, 1], ["A", 5, 2]])

    assert refusal(tmp_path, "borderline", file, "--grade", 1) == (
        "p.csv cannot be read: it has stations and no column person; name the person in each row."
    )
    write_table(file, [["person", "station", "score", "grade"], ["P", "A", 4, 1], ["P", "A", 5, 2]])
    assert refusal(tmp_path, "borderline", file, "--grade", 1) == (
        "p.csv, row 3, column 1 (person): “P” has a score in this station in row 2 as well; keep one of the two."
    )
    write_table(file, [["person", "station", "score", "grade"], ["P", "A", 4, 1], ["Q", "A", 5, 2]])
    assert refusal(tmp_path, "borderline", file, "--grade", 1, "--method", "mean") == (
        "--method mean is for one score of each person; use regression, or a file of one station."
    )
    write_table(file, [["score", "grade"], [5, 1], [4, 2], [3, 3]])
    assert refusal(tmp_path, "borderline", file, "--grade", 1) == (
        "The regression gives no cut: scores do not rise with grades; the best grade has to have the highest number."
    )


def test_a_cut_in_logits_is_placed_on_a_paper(tmp_path: Path) -> None:
    out, report, plots = tmp_path / "o.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(
        "map", items_file(tmp_path), "--marks", marks_file(tmp_path), "--theta", 0.1, "--se", 0.15, "--pass-mark", 60,
        "--mean", 0.2, "--sd", 0.9, "--out", out, "--report", report, "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    paper = Paper.of(ITEMS, np.full(20, 5.0))
    population = paper.population(0.2, 0.9)
    expected = place(estimated(0.1, 0.15, source="stated"), paper, pass_mark=60, population=population)
    (row,) = read_table(out)
    assert float(row["gap_marks"]) == pytest.approx(expected.gap_marks)
    assert float(row["shift"]) == pytest.approx(expected.shift)
    assert float(row["passing"]) == pytest.approx(expected.rates.passing)
    assert facts(report)["within_interval"] == expected.within_error
    assert [file.name for file in plots.iterdir()] == ["paper.svg"]
    side, mend = ("above", "easier") if expected.gap_marks > 0 else ("below", "harder")
    assert f"The pass mark of 60 lies {abs(expected.gap_marks):.1f} marks {side} the cut" in done.output
    assert f"have to become {mend} by {abs(expected.gap_marks):.1f} marks" in done.output.replace("has to", "have to")


def test_the_report_of_a_panel_leads_to_another_paper(tmp_path: Path) -> None:
    report, out = tmp_path / "r.json", tmp_path / "o.csv"
    harder = tmp_path / "paper.csv"
    write_items(harder, ITEMS.rescaled(1.0, 0.5))
    items, marks = items_file(tmp_path), marks_file(tmp_path)
    run("angoff", ratings_file(tmp_path), "--marks", marks, "--report", report)

    done = run(
        "map", harder, "--marks", marks, "--from", report, "--booklet", items, "--booklet-marks", marks,
        "--pass-mark", 60, "--out", out,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    cut = next(one for one in facts(report)["cuts"] if (one["average"], one["round"]) == ("mean", "2"))
    (row,) = read_table(out)
    # The judges have an ability of .2 in mind; on a paper half a logit harder it is expected to get less.
    assert float(row["theta"]) == pytest.approx(Paper.of(ITEMS, np.full(20, 5.0)).ability_at(cut["cut"]))
    assert float(row["cut"]) < cut["cut"] - 5
    assert refusal(tmp_path, "map", harder, "--from", report, "--pass-mark", 12) == (
        "The panel's cut is of 100 marks and the paper has 20; give the items and marks that the panel judged as "
        "--booklet and --booklet-marks."
    )


def test_levels_and_averages_of_a_report_are_chosen(tmp_path: Path) -> None:
    report, items = tmp_path / "r.json", items_file(tmp_path)
    rows: list[list[object]] = [["judge", "page", "level"]]
    rows += [
        [f"J{judge}", page + judge, level] for level, page in (("basic", 6), ("skilled", 12)) for judge in range(4)
    ]
    run("bookmark", write_table(tmp_path / "b.csv", rows), "--items", items, "--report", report)
    said = ("map", items, "--from", report, "--pass-mark", 12)

    done = run(*said, "--level", "skilled", "--average", "median")

    assert done.exit_code == 0, done.stderr
    assert "of level skilled" in done.output
    rows[-1][1] = 3
    crossed = run("bookmark", write_table(tmp_path / "c.csv", rows), "--items", items)
    assert "Judge J3 has the bookmark of level skilled not after that of basic." in crossed.output
    assert refusal(tmp_path, *said) == (
        "r.json cannot be read: it has the levels basic, skilled; choose one with --level."
    )
    assert refusal(tmp_path, *said, "--level", "expert") == (
        "r.json cannot be read: it has no level expert; there are basic, skilled."
    )
    assert refusal(tmp_path, *said, "--level", "basic", "--booklet", items) == (
        "The panel's cut is in logits already; leave out --booklet."
    )


def test_what_map_cannot_use_is_refused(tmp_path: Path) -> None:
    items, broken = items_file(tmp_path), tmp_path / "r.json"
    short = write_table(tmp_path / "m.csv", [["item", "marks"], ["I1", 5]])
    strange = write_table(tmp_path / "n.csv", [["item", "marks"], ["X", 5]])
    said = ("map", items, "--pass-mark", 12)

    assert refusal(tmp_path, *said) == "Say the panel's cut once: by --from, by --theta or by --cut."
    assert refusal(tmp_path, *said, "--theta", 1, "--cut", 3) == (
        "Say the panel's cut once: by --from, by --theta or by --cut."
    )
    assert refusal(tmp_path, *said, "--theta", 0, "--marks", short) == (
        "m.csv cannot be read: it has no marks for item I2 of items.csv."
    )
    assert refusal(tmp_path, *said, "--theta", 0, "--marks", strange) == (
        "n.csv cannot be read: it has item X, which items.csv has not."
    )
    assert refusal(tmp_path, *said, "--theta", 0, "--booklet-marks", short) == (
        "--booklet-marks are the marks of --booklet; give both or neither."
    )
    assert refusal(tmp_path, "map", items, "--theta", 0, "--pass-mark", 20) == (
        "No ability has the expected score 20; the paper has 20 marks."
    )
    assert refusal(tmp_path, *said, "--from", broken, "--se", 1) == (
        "--se belongs to --theta or --cut; the report has its own."
    )
    assert refusal(tmp_path, *said, "--from", broken) == "r.json cannot be read: No such file or directory."
    broken.write_text("{", encoding="utf-8")
    assert refusal(tmp_path, *said, "--from", broken) == (
        "r.json cannot be read: it is not JSON; give the --report of kaoping cutscore."
    )
    broken.write_text('{"cuts": []}', encoding="utf-8")
    assert refusal(tmp_path, *said, "--from", broken) == (
        "r.json cannot be read: it has no cuts; give the --report of kaoping cutscore."
    )
    broken.write_text('{"cuts": [{"level": ""}]}', encoding="utf-8")
    assert refusal(tmp_path, *said, "--from", broken) == (
        "r.json cannot be read: its cuts lack value, unit or error; write the report again."
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["map", "i.csv", "--theta", "0", "--pass-mark", "nan"], "nan is not a finite number."),
        (["map", "i.csv", "--theta", "nan", "--pass-mark", "12"], "nan is not a finite number."),
        (["map", "i.csv", "--theta", "0", "--se", "inf", "--pass-mark", "12"], "inf is not a finite number."),
        (["borderline", "p.csv", "--grade", "nan"], "nan is not a finite number."),
        (["borderline", "p.csv", "--grade", "1", "--total", "nan"], "nan is not a finite number."),
        (["borderline", "p.csv", "--grade", "1", "--pass-mark", "nan"], "“nan” is not a mark;"),
        (["contrasting", "p.csv", "--groups", "a,b", "--cost-of-passing", "nan"], "nan is not a finite number."),
        (["hofstee", "p.csv", "--scores", "s.csv", "--total", "inf"], "inf is not a finite number."),
        (["bookmark", "p.csv", "--items", "i.csv", "--rp", "nan"], "nan is not a finite number."),
    ],
)
def test_options_that_are_no_finite_numbers_are_refused(said: list[str], sentence: str) -> None:
    done = run(*said)

    assert done.exit_code == 2
    assert sentence in done.stderr
