"""``kaoping integrity preknowledge``: files in, files out, and refusals that name the place."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from tests.builders_tables import read_table, write_table
from tests.builders_times import an_exam

EXPOSED = ",".join(f"I{number}" for number in range(1, 13))
KNOWING = [f"P{number}" for number in range(1, 11)]


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["integrity", "preknowledge", *map(str, said)])


def files(folder: Path) -> dict[str, Path]:
    """Ten persons know twelve of thirty items: all right, in half the time; they came after, as every second did."""
    drawn = an_exam(300, 30, seed=3)
    codes, seconds = np.array(drawn.answers.codes), drawn.times.seconds.copy()
    codes[:10, :12] = 1
    seconds[:10, :12] *= 0.5
    made = {name: folder / f"{name}.csv" for name in ("answers", "times", "items", "groups", "exposed")}
    names, persons = drawn.times.items, drawn.times.persons
    write_table(made["answers"], [["person", *names], *([p, *row] for p, row in zip(persons, codes, strict=True))])
    write_table(made["times"], [["person", *names], *([p, *row] for p, row in zip(persons, seconds, strict=True))])
    groups = [["person", "group"], *([p, "late" if n < 10 or n % 2 else "early"] for n, p in enumerate(persons))]
    write_table(made["groups"], groups)
    write_table(made["exposed"], [["item"], *([name] for name in EXPOSED.split(","))])
    write_items(made["items"], drawn.items)
    return made


def test_who_knew_the_items_is_flagged_and_everything_is_written(tmp_path: Path) -> None:
    made = files(tmp_path)
    out, drift, report, plots = (tmp_path / name for name in ("p.csv", "d.csv", "r.json", "plots"))

    done = run(
        made["answers"], "--items", made["items"], "--exposed", made["exposed"], "--times", made["times"],
        "--group", made["groups"], "--after", "late", "--out", out, "--items-out", drift, "--report", report,
        "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    rows = {row["person"]: row for row in read_table(out)}
    flagged = {name for name, row in rows.items() if row["flagged"] == "1"}
    assert len(flagged & set(KNOWING)) >= 9
    assert len(flagged - set(KNOWING)) <= 10
    assert all(float(rows[name]["speed_gain"]) > 0 for name in KNOWING)
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["flags_by"] == "preknowledge by answers and times"
    assert len(facts["screenings"]) == 5
    assert abs(facts["population"]["mean"]) < 0.3
    assert [row["exposed"] for row in read_table(drift)] == ["1"] * 12 + ["0"] * 18
    drawn = {file.stem for file in plots.iterdir()}
    assert drawn == {"abilities", "answers-times", "drift-answers", "drift-times"}


def test_answers_alone_are_enough_and_names_may_stand_in_the_option(tmp_path: Path) -> None:
    made = files(tmp_path)
    out = tmp_path / "p.csv"

    done = run(made["answers"], "--items", made["items"], "--exposed", EXPOSED, "--null", "empirical", "--out", out)

    assert done.exit_code == 0, done.stderr
    again = ("--seed", 7, "--items", made["items"], "--exposed", EXPOSED)
    texts = []
    for name in ("1.csv", "2.csv"):
        assert run(made["answers"], *again, "--out", tmp_path / name).exit_code == 0
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    rows = read_table(out)
    assert texts[0] == texts[1]
    assert {row["p_times"] for row in rows} == {""}
    assert all(row["p"] == row["p_answers"] for row in rows)


def test_few_exposed_items_are_warned_of(tmp_path: Path) -> None:
    made = files(tmp_path)

    done = run(made["answers"], "--items", made["items"], "--exposed", "I1, I2", "--mean", 0, "--sd", 1)

    assert done.exit_code == 0, done.stderr
    assert "look at times, or give --seed" in done.stdout


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["--exposed", "I1,I99"], "“I99” is no item of the answers, and “I1,I99” is no file"),
        (["--exposed", "none.csv"], "none.csv cannot be read"),
        (["--exposed", ",".join(f"I{number}" for number in range(1, 31))], "30 of 30 items are exposed"),
        (["--exposed", "I1", "--after", "late"], "--group and --after go together"),
        (["--exposed", "I1", "--items-out", "d.csv"], "give --group and --after"),
        (["--exposed", "I1", "--group", "groups", "--after", "never"], "has to be one of two groups"),
    ],
)
def test_what_cannot_be_compared_is_refused(said: list[str], sentence: str, tmp_path: Path) -> None:
    made = files(tmp_path)
    words = [str(made.get(word, word)) for word in said]

    done = run(made["answers"], "--items", made["items"], *words, "--out", tmp_path / "p.csv")

    assert done.exit_code == 2
    assert sentence in done.stderr, done.stderr
    assert not (tmp_path / "p.csv").exists()
