"""`kaoping analyse`: files in, files out, and one sentence with status 2 when something cannot be used."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from tests.builders_tables import read_table, write_table


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["analyse", *(str(folder / one) if "." in one else one for one in arguments)])


def choices(folder: Path, *, n: int = 300, k: int = 6) -> np.ndarray:
    """Write raw choices R.csv and their key.csv (item I6 has a wrong key), and give which were right by the key."""
    rng = np.random.default_rng(12)
    right = rng.standard_normal((n, 1)) + rng.standard_normal((n, k)) > np.linspace(-0.8, 0.5, k)
    picked = np.where(right, "A", rng.choice(list("BCD"), (n, k)))
    picked[0, 0], picked[1, 1] = "*", ""
    items = [f"I{item + 1}" for item in range(k)]
    write_table(folder / "R.csv", [["person", *items], *([f"P{row}", *cells] for row, cells in enumerate(picked))])
    keys = [[item, "B" if item == "I6" else "A", 4] for item in items]
    write_table(folder / "key.csv", [["item", "key", "options"], *keys])
    return picked


def test_raw_choices_are_marked_by_the_key_and_analysed(tmp_path: Path) -> None:
    picked = choices(tmp_path)

    result = run(tmp_path, "R.csv", "--key", "key.csv", "--omitted", "*", "--out", "i.csv", "--report", "r.json",
                 "--plots", str(tmp_path / "plots"))  # fmt: skip

    assert result.exit_code == 0, result.output
    rows = read_table(tmp_path / "i.csv")
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [row["item"] for row in rows] == ["I1", "I2", "I3", "I4", "I5", "I6"]
    assert float(rows[2]["facility"]) == pytest.approx(np.mean(picked[:, 2] == "A"))
    assert float(rows[2]["facility_low"]) < float(rows[2]["facility"]) < float(rows[2]["facility_high"])
    assert float(rows[0]["omitted"]) == pytest.approx(1 / 300)
    assert rows[1]["n"] == "299"
    assert rows[0]["guess"] == "0.25"
    assert "A: probably a wrong key" in rows[5]["flags"]
    assert report["complete"] == 299
    assert report["reliability"]["alpha"]["low"] < report["reliability"]["alpha"]["value"]
    assert len(report["conditional_sem"]["sem"]) == 7
    assert report["options"]["I1"]["choices"][0]["option"] == "A"
    assert {path.name for path in (tmp_path / "plots").iterdir()} == {
        "items.svg", "scores.svg", *(f"options-I{item}.svg" for item in range(1, 7)),
    }  # fmt: skip
    assert "Alpha 0." in result.output
    assert "probably a wrong key" in result.output


def test_categories_and_marks_are_analysed_without_a_key(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    given = rng.integers(1, 4, (60, 3)) + (rng.standard_normal((60, 1)) > 0)
    write_table(tmp_path / "R.csv", [["I1", "I2", "I3"], *given.tolist()])
    write_table(tmp_path / "m.csv", [["item", "marks"], ["I3", 6], ["I1", 3], ["I2", 1.5]])

    result = run(tmp_path, "R.csv", "--lowest", "1", "--marks", "m.csv", "--out", "i.csv", "--report", "r.json")

    assert result.exit_code == 0, result.output
    rows = read_table(tmp_path / "i.csv")
    assert [float(row["worth"]) for row in rows] == [3, 1.5, 6]
    assert [float(row["intended_weight"]) for row in rows] == pytest.approx([3 / 10.5, 1.5 / 10.5, 6 / 10.5])
    assert float(rows[0]["mean"]) == pytest.approx((given[:, 0] - 1).mean())
    assert json.loads((tmp_path / "r.json").read_text())["reliability"]["kr21"] is None
    assert rows[0]["guess"] == ""


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    choices(tmp_path)

    for name in ("a.json", "b.json"):
        run(tmp_path, "R.csv", "--key", "key.csv", "--omitted", "*", "--report", name)

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_test_too_small_for_correlations_has_reasons_instead(tmp_path: Path) -> None:
    write_table(tmp_path / "R.csv", [["I1", "I2"], [1, 0], [0, 1], [1, 1]])

    result = run(tmp_path, "R.csv", "--report", "r.json")

    report = json.loads((tmp_path / "r.json").read_text())
    assert result.exit_code == 0
    assert report["reasons"]["alpha"] == "Alpha needs at least 10 answers; there are 3."
    assert (
        report["item_statistics"][0]["reasons"]["item_rest"] == "Discrimination needs at least 10 answers; there are 3."
    )


@pytest.mark.parametrize(("responses", "key", "sentence"), [
    ("I1,I2\n1,0\n0,x\n", None, "R.csv, row 3, column 2 (I2): “x” is not a category"),
    ("I1,I2\n1,0\n1,1\n", None, "R.csv, column 1: every answer to item I1 (2) is 1; leave this item out of the file."),
    ("I1,I1\n1,0\n", None, "R.csv, row 1, column 2: “I1” occurs a second time"),
    ("I1,I2\nA,B\nB,E\n", "item,key,options\nI1,A,4\nI2,B,4\n",
     "R.csv, row 3, column 2 (I2): “E” is not one of the options A, B, C, D."),
    ("I1,I2\nA,B\nA,C\n", "item,key\nI1,A\nI2,B\n",
     "R.csv, column 1: every answer to item I1 (2) is right; leave this item out of the file."),
    ("I1,I2\nA,B\n", "item,key\nI1,A\n", "key.csv cannot be read: it has no key for item I2."),
    ("I1\nA\n", "item,key\nI1,A\nI9,B\n", "key.csv, row 3, column 1 (item): “I9” is no item of"),
    ("I1\nA\n", "item,key\nI1,\n", "key.csv, row 2, column 2 (key): “” is no option."),
    ("I1\nA\n", "item,key,options\nI1,yes,4\n", "“4” options cannot be named after the key; write them"),
    ("I1\nA\n", "item,key,options\nI1,E,4\n", "“E” names E, which is not one of the options A, B, C, D."),
    ("I1\nA\n", "item,key,options\nI1,E,A|B\n", "“E” names E, which is not one of the options A, B."),
    ("I1\nA\n", "item,answer\nI1,A\n", "key.csv cannot be read: it has no column key"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_sentence_status_2_and_no_file(
    tmp_path: Path, responses: str, key: str | None, sentence: str
) -> None:
    (tmp_path / "R.csv").write_text(responses, encoding="utf-8")
    if key:
        (tmp_path / "key.csv").write_text(key, encoding="utf-8")
    before = set(tmp_path.iterdir())

    result = run(tmp_path, "R.csv", *(("--key", "key.csv") if key else ()), "--out", "i.csv", "--report", "r.json")

    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert sentence in result.output
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("marks", "sentence"), [
    ("item,marks\nI1,2\n", "m.csv cannot be read: it has no marks for item I2."),
    ("item,marks\nI1,2\nI2,two\n", "m.csv, row 3, column 2 (marks): “two” is not a number; write one such as 0.5."),
    ("item,marks\nI1,2\nI2,0\n", "“0” is not above 0; an item that is worth nothing cannot be analysed."),
])  # fmt: skip
def test_marks_that_cannot_be_used_are_refused(tmp_path: Path, marks: str, sentence: str) -> None:
    write_table(tmp_path / "R.csv", [["I1", "I2"], [1, 0], [0, 1]])
    (tmp_path / "m.csv").write_text(marks)

    result = run(tmp_path, "R.csv", "--marks", "m.csv")

    assert result.exit_code == 2
    assert sentence in result.output


def test_several_options_may_be_right_and_names_may_be_numbers(tmp_path: Path) -> None:
    rows = [[1, "b"], [2, "c"], [3, "a"], [4, "b"]] * 10
    write_table(tmp_path / "R.csv", [["I1", "I2"], *rows])
    write_table(tmp_path / "key.csv", [["item", "key", "options"], ["I1", "1|2", 4], ["I2", "b", "a|b|c"]])

    result = run(tmp_path, "R.csv", "--key", "key.csv", "--out", "i.csv")

    found = read_table(tmp_path / "i.csv")
    assert result.exit_code == 0, result.output
    assert [(row["facility"], row["guess"]) for row in found] == [("0.5", "0.5"), ("0.5", str(1 / 3))]
