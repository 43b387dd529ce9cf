"""``kaoping integrity times``: files in, files out, and refusals that name the place."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from tests.builders_tables import read_table, write_table
from tests.builders_times import Exam, an_exam


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["integrity", "times", *map(str, said)])


def exam() -> Exam:
    return an_exam(300, 12, seed=5)


def files(folder: Path) -> tuple[Path, Path, Path]:
    """Times in which the first ten persons guess six items within three seconds, answers, and items."""
    drawn = exam()
    seconds = drawn.times.seconds.copy()
    seconds[:10, :6] = np.random.default_rng(1).uniform(1, 3, (10, 6))
    table, answers, items = folder / "T.csv", folder / "R.csv", folder / "items.csv"
    names, persons = drawn.times.items, drawn.times.persons
    rows = zip(persons, seconds.tolist(), drawn.answers.answers.tolist(), strict=True)
    both = [([person, *times], [person, *codes]) for person, times, codes in rows]
    write_table(table, [["person", *names], *(times for times, _ in both)])
    write_table(answers, [["person", *names], *(codes for _, codes in reversed(both))])
    write_items(items, drawn.items)
    return table, answers, items


def test_everything_is_written_and_the_persons_who_guessed_are_flagged(tmp_path: Path) -> None:
    table, answers, items = files(tmp_path)
    names = ("persons.csv", "answers.csv", "items-out.csv", "clean.csv", "r.json")
    out, flagged, times_out, clean, report = (tmp_path / name for name in names)

    done = run(
        table, "--answers", answers, "--items", items, "--out", out, "--answers-out", flagged, "--items-out", times_out,
        "--cleaned", clean, "--report", report, "--plots", tmp_path / "plots",
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    persons = {row["person"]: row for row in read_table(out)}
    guessed = [f"P{number}" for number in range(1, 11)]
    assert all(persons[name]["flagged_rapid"] == "1" for name in guessed)
    assert sum(row["flagged_rapid"] == "1" for row in persons.values()) < 20
    assert float(persons["P1"]["effort"]) == pytest.approx(0.5, abs=0.1)
    cleared = {row["person"]: row for row in read_table(clean)}
    rapid = {(row["person"], row["item"]) for row in read_table(flagged) if row["rapid"] == "1"}
    assert rapid
    assert all(cleared[person][item] == "" for person, item in rapid)
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["calibration"]["converged"]
    assert abs(facts["second_level"]["correlation"] - 0.4) < 0.3
    assert [one["screening"] for one in facts["screenings"]][:2] == ["time pattern", "rapid guessing"]
    assert "never a verdict" in facts["weighing"]
    assert {"residuals", "speed-ability", "times-I1"} <= {file.stem for file in (tmp_path / "plots").iterdir()}
    assert "chance alone gives about" in done.stdout


def test_times_alone_are_enough_and_known_parameters_give_the_same_again(tmp_path: Path) -> None:
    table, _, _ = files(tmp_path)
    known, first, second = tmp_path / "times.csv", tmp_path / "1.csv", tmp_path / "2.csv"

    one = run(table, "--out", first, "--items-out", known)
    other = run(table, "--known", known, "--out", second)

    assert (one.exit_code, other.exit_code) == (0, 0)
    assert read_table(first) == read_table(second)
    assert float(read_table(known)[0]["se_alpha"]) > 0


def test_the_cells_of_speed_are_empty_where_no_item_tells_of_it(tmp_path: Path) -> None:
    table, known, out = (tmp_path / name for name in ("T.csv", "times.csv", "p.csv"))
    write_table(table, [["person", "I1", "I2", "I3"], ["P1", 60, 50, ""], ["P2", 60, 50, 40]])
    parameters = [["I1", 4, 2, 0, 0.3], ["I2", 4, 2, 0, 0.3], ["I3", 4, 2, 1, 0.3]]
    write_table(known, [["item", "beta", "alpha", "phi", "sigma"], *parameters])

    done = run(table, "--known", known, "--out", out)

    assert done.exit_code == 0, done.stderr
    found = [[row[name] for name in ("speed", "se_speed", "df")] for row in read_table(out)]
    assert found[0] == ["", "", "2"]
    assert found[1][2] == "2"
    assert "" not in found[1]


def test_persons_and_items_without_answers_are_left_out_and_counted(tmp_path: Path) -> None:
    table, answers, _ = files(tmp_path)
    rows = [list(row.values()) for row in read_table(answers)]
    write_table(answers, [["person", *exam().times.items[:-1]], *(row[:-1] for row in rows[2:])])

    done = run(table, "--answers", answers)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("2 persons and 1 items of the times are not among the answers")
    assert "298 persons, 11 items" in done.stdout


def test_milliseconds_are_the_same_times(tmp_path: Path) -> None:
    table, _, _ = files(tmp_path)
    rows = read_table(table)
    milli = tmp_path / "ms.csv"
    values = [[row["person"], *(1000 * float(row[item]) for item in list(row)[1:])] for row in rows]
    write_table(milli, [list(rows[0]), *values])

    for file, unit in ((table, "seconds"), (milli, "milliseconds")):
        assert run(file, "--unit", unit, "--out", tmp_path / f"{unit}.csv").exit_code == 0

    pairs = zip(read_table(tmp_path / "seconds.csv"), read_table(tmp_path / "milliseconds.csv"), strict=True)
    assert all(float(one["chi_square"]) == pytest.approx(float(other["chi_square"])) for one, other in pairs)


@pytest.mark.parametrize("threshold", ["nt20", "fixed:3", "mixture", "cumulative"])
def test_every_threshold_can_be_asked_for(threshold: str, tmp_path: Path) -> None:
    table, answers, _ = files(tmp_path)
    out = tmp_path / "items.csv"

    done = run(table, "--answers", answers, "--threshold", threshold, "--items-out", out, "--null", "empirical")

    assert done.exit_code == 0, done.stderr
    rows = read_table(out)
    assert all(row["threshold"] or row["no_threshold"] for row in rows)


def test_zeros_are_left_out_and_counted_if_that_is_said(tmp_path: Path) -> None:
    table, _, _ = files(tmp_path)
    rows = [list(row.values()) for row in read_table(table)]
    rows[4][3], rows[5][3], rows[6][2] = "0", "2000", ""
    write_table(table, [["person", *exam().times.items], *rows])
    report = tmp_path / "r.json"

    done = run(table, "--least", 1, "--most", 1800, "--report", report)

    assert done.exit_code == 0, done.stderr
    assert json.loads(report.read_text(encoding="utf-8"))["left_out"] == {"too_short": 1, "too_long": 1}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "T.csv, row 3, column 4 (I3): “0” is no time; empty the cell, or say --least 1"),
        ("-4", "T.csv, row 3, column 4 (I3): “-4” is below zero; leave the cell empty"),
        ("1m20", "T.csv, row 3, column 4 (I3): “1m20” is no time in seconds; leave the cell empty"),
        ("inf", "T.csv, row 3, column 4 (I3): “inf” is no time in seconds; leave the cell empty"),
    ],
)
def test_a_cell_that_is_no_time_is_refused_with_its_place(text: str, sentence: str, tmp_path: Path) -> None:
    table, _, _ = files(tmp_path)
    rows = [list(row.values()) for row in read_table(table)]
    rows[1][3] = text
    write_table(table, [["person", *exam().times.items], *rows])

    done = run(table, "--out", tmp_path / "out.csv")

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    table, _, items = files(tmp_path)
    others = tmp_path / "others.csv"
    write_table(others, [["person", "I1", "I2"], ["X1", 1, 0], ["X2", 0, 1]])
    known = tmp_path / "known.csv"
    write_table(known, [["item", "beta", "alpha", "phi", "sigma"], ["I1", 4, -1, 1, 0.3]])

    cases = [
        ((table, "--items", items), "give --answers as well"),
        ((table, "--cleaned", tmp_path / "c.csv"), "give them as --answers"),
        ((table, "--threshold", "cumulative"), "needs --answers"),
        ((table, "--threshold", "fixed:0"), "is no threshold"),
        ((table, "--answers", others), "it has no person X1"),
        ((table, "--known", known), "row 2, column 3 (alpha): “-1” is not positive"),
        ((tmp_path / "none.csv",), "cannot be read"),
    ]
    for said, sentence in cases:
        done = run(*said)
        assert done.exit_code == 2, said
        assert sentence in done.stderr, done.stderr


def test_known_parameters_have_to_hold_every_item(tmp_path: Path) -> None:
    table, _, _ = files(tmp_path)
    known = tmp_path / "known.csv"
    write_table(known, [["item", "beta", "alpha", "phi", "sigma"], ["I1", 4, 2, 1, 0.3], ["I2", 4, 2, 1, 0.4]])

    assert "is another spread of speed than in the first row" in run(table, "--known", known).stderr
    write_table(known, [["item", "beta", "alpha", "phi", "sigma"], ["I1", 4, 2, 1, 0.3]])
    assert "it has no parameters for item I2 of the times" in run(table, "--known", known).stderr
