"""``kaoping dif``: files in, files out, and refusals that name the place."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.scoring.dif import Design, mantel_haenszel
from tests.builders_dif import two_groups
from tests.builders_tables import read_table, write_table

METHODS = ["mh", "gmh", "std", "bd", "logistic", "sibtest", "crossing", "lord", "raju", "lr"]


def files(folder: Path, *, named: bool = True) -> tuple[Path, Path]:
    answers = two_groups(n=400, k=8, harder={2: 1.2})
    persons = [f"P{number}" for number in range(800)]
    table, groups = folder / "R.csv", folder / "g.csv"
    rows = [[name, *row] for name, row in zip(persons, answers.answers.tolist(), strict=True)]
    names = [answers.group_names[group] for group in answers.group]
    pairs = list(zip(persons, names, strict=True))
    write_table(table, [["person", *answers.items], *rows])
    write_table(groups, [["person", "group"], *reversed(pairs)] if named else [["group"], *([name] for name in names)])
    return table, groups


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["dif", *map(str, said)])


def refusal(folder: Path, *said: object) -> str:
    out = folder / "out.csv"
    done = run(*said, "--out", out)

    assert done.exit_code == 2
    assert not out.exists()
    return done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").strip()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_writes_table_report_and_pictures(method: str, tmp_path: Path) -> None:
    table, groups = files(tmp_path)
    out, report, plots = tmp_path / "dif.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(
        table, "--group", groups, "--method", method, "--reference", "r", "--out", out, "--report", report,
        "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    rows = read_table(out)
    assert [row["item"] for row in rows] == [f"I{number}" for number in range(1, 9)]
    assert all(np.isfinite(float(row[name])) for row in rows for name in ("statistic", "df", "p", "effect"))
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert (facts["method"], facts["reference"], facts["focal"]) == (method, "r", ["f"])
    assert [row["item"] for row in rows if row["flagged"] == "1"] == facts["flagged"]
    drawn = {file.stem for file in plots.iterdir()}
    assert drawn == {"effects", *(f"curves-{item}" for item in facts["flagged"])}
    assert "I3" in facts["flagged"] or method == "bd"


def test_the_table_holds_what_the_function_gives(tmp_path: Path) -> None:
    table, groups = files(tmp_path, named=False)
    out = tmp_path / "dif.csv"

    done = run(
        table, "--group", groups, "--method", "mh", "--no-continuity", "--purify", "--adjust", "bh", "--match", "rest",
        "--out", out,
    )  # fmt: skip

    design = Design(purify=True, adjust="bh", match="rest")
    found = mantel_haenszel(two_groups(n=400, k=8, harder={2: 1.2}), design, continuity=False)
    rows = read_table(out)
    assert [float(row["statistic"]) for row in rows] == found.statistic.tolist()
    assert [row["class"] for row in rows] == list(found.classes)
    assert "8 items, 400 of r (reference) and 400 of f (focal)." in done.output
    assert "1 flagged: I3." in done.output
    assert "the flags stand still." in done.output


def test_anchors_come_from_a_file(tmp_path: Path) -> None:
    table, groups = files(tmp_path)
    write_table(tmp_path / "a.csv", [["item"], ["I1"], ["I4"], ["I5"], ["I6"]])
    report = tmp_path / "r.json"

    done = run(
        table, "--group", groups, "--method", "lr", "--model", "rasch", "--anchors", tmp_path / "a.csv",
        "--report", report,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["anchors"] == ["I1", "I4", "I5", "I6"]
    assert facts["options"] == {"models": "rasch"}


def test_what_the_files_lack_is_named_with_its_place(tmp_path: Path) -> None:
    table, groups = files(tmp_path)
    short, empty, twice, strange = (tmp_path / f"{name}.csv" for name in ("short", "empty", "twice", "strange"))
    write_table(short, [["group"], ["r"], ["f"]])
    write_table(empty, [["person", "group"], ["P0", "r"], ["P1", ""]])
    write_table(twice, [["person", "group"], ["P0", "r"], ["P0", "f"]])
    write_table(strange, [["item"], ["I1"], ["I99"]])
    mh = ("--method", "mh")

    assert refusal(tmp_path, table, "--group", short, *mh) == (
        "short.csv cannot be read: it has 2 groups and R.csv has 800 persons; name the persons or give as many groups."
    )
    assert refusal(tmp_path, table, "--group", empty, *mh) == (
        "empty.csv, row 3, column 2 (group): “” is no group; give every person one."
    )
    assert refusal(tmp_path, table, "--group", twice, *mh) == (
        "twice.csv, row 3, column 1: “P0” occurs a second time; give each its own name."
    )
    write_table(twice, [["person", "group"], ["P0", "r"]])
    assert refusal(tmp_path, table, "--group", twice, *mh) == (
        "twice.csv cannot be read: it has no group for person P1 of R.csv."
    )
    assert refusal(tmp_path, table, "--group", groups, *mh, "--anchors", strange) == (
        "strange.csv, row 3, column 1 (item): “I99” is no item of the table of answers; use the names in its header."
    )
    assert refusal(tmp_path, table, "--group", groups, *mh, "--focal", "x") == (
        "The groups cannot be compared: there is no group x; there are r, f."
    )


def test_an_option_for_another_method_is_refused(tmp_path: Path) -> None:
    table, groups = files(tmp_path)

    assert refusal(tmp_path, table, "--group", groups, "--method", "mh", "--kind", "uniform") == (
        "--kind is for the method logistic; leave it out with mh."
    )
    assert refusal(tmp_path, table, "--group", groups, "--method", "std", "--model", "rasch") == (
        "--model is for the method lord and raju and lr; leave it out with std."
    )
    assert refusal(tmp_path, table, "--group", groups, "--method", "lord", "--model", "3pl") == (
        "--model 3pl cannot be used with lord; use rasch or 2pl."
    )
