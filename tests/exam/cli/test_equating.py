"""``kaoping equate``: files in, files out; what cannot be used is one sentence, status 2, and no file."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.scoring import equating

COUNTS_X, COUNTS_Y = (2, 9, 20, 30, 25, 10, 4), (4, 12, 25, 28, 20, 8, 3)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["equate", *map(str, arguments)])


def written(folder: Path, name: str, *lines: str) -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def forms(tmp_path: Path) -> tuple[str | Path, ...]:
    x, y = (
        written(tmp_path, name, "score,count", *(f"{score},{count}" for score, count in enumerate(counts)))
        for name, counts in (("x.csv", COUNTS_X), ("y.csv", COUNTS_Y))
    )
    return "--x", x, "--y", y


@pytest.fixture
def groups(tmp_path: Path) -> tuple[str | Path, ...]:
    rng = np.random.default_rng(1)
    files = []
    for name, able in (("p.csv", 0.0), ("q.csv", 0.3)):
        theta = rng.normal(able, 1, 800)
        anchor = rng.binomial(5, 1 / (1 + np.exp(-theta)))
        total = anchor + rng.binomial(7, 1 / (1 + np.exp(-theta)))
        rows = (f"{number},{a},{b}" for number, (a, b) in enumerate(zip(total, anchor, strict=True)))
        files.append(written(tmp_path, name, "person,total,anchor", *rows))
    return "--x", files[0], "--y", files[1], "--design", "neat"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def design() -> equating.EquivalentGroups:
    x, y = (equating.Frequencies(range(7), counts) for counts in (COUNTS_X, COUNTS_Y))
    return equating.EquivalentGroups(x, y)


@pytest.mark.parametrize("method", ["identity", "mean", "linear", "equipercentile", "circle-arc", "kernel"])
def test_equivalent_groups_are_equated_by_every_method(forms: tuple[str | Path, ...], method: str) -> None:
    done = run(*forms, "--method", method)

    assert done.exit_code == 0, done.output
    function = {"circle-arc": equating.circle_arc}.get(method) or getattr(equating, method)
    expected = function(design())
    assert [row["score"] for row in rows(done.stdout)] == list("0123456")
    assert np.allclose([float(row["equated"]) for row in rows(done.stdout)], expected.equated, atol=1e-9)
    assert np.allclose([float(row["see"]) for row in rows(done.stdout)], expected.see, atol=1e-9)


@pytest.mark.parametrize("method", [
    "tucker", "levine", "levine-true", "braun-holland", "frequency", "chained-linear", "chained-equipercentile",
    "kernel", "kernel-chained", "circle-arc",
])  # fmt: skip
def test_groups_with_an_anchor_are_equated_by_every_method(groups: tuple[str | Path, ...], method: str) -> None:
    done = run(*groups, "--method", method, "--smooth", "3", "--weight", "0.4")

    assert done.exit_code == 0, done.output
    assert len(rows(done.stdout)) == 13
    assert all(np.isfinite(float(row["see"])) for row in rows(done.stdout))


def test_a_single_group_is_equated_from_one_file(tmp_path: Path) -> None:
    pairs = written(tmp_path, "pairs.csv", "x,y", *(f"{score % 7},{(score * 3) % 8}" for score in range(60)))

    done = run("--x", pairs, "--design", "single", "--method", "linear")

    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("7 scores were equated by the method linear: e(x) = ")


def test_results_and_picture_go_where_they_are_asked_to(forms: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = run(*forms, "--method", "linear", "--out", tmp_path / "e.csv", "--plots", tmp_path / "plots")

    assert (done.exit_code, done.stdout) == (0, "")
    assert rows((tmp_path / "e.csv").read_text())[0]["score"] == "0"
    assert b"<svg" in (tmp_path / "plots" / "equating.svg").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"x.csv", "y.csv", "e.csv", "plots"}


@pytest.mark.parametrize("more", [[], ["--smooth", "2"], ["--smooth", "aic", "--parametric"]])
def test_one_seed_gives_one_result(forms: tuple[str | Path, ...], more: list[str]) -> None:
    asked = [*forms, "--method", "equipercentile", "--bootstrap", "30", *more]

    first, second, other = run(*asked, "--seed", "4"), run(*asked, "--seed", "4"), run(*asked, "--seed", "5")

    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout != other.stdout


def test_scores_that_are_not_listed_were_reached_by_nobody(tmp_path: Path, forms: tuple[str | Path, ...]) -> None:
    sparse = written(tmp_path, "sparse.csv", "count,score", "5,8", "7,2", "", "6,4")

    done = run("--x", sparse, *forms[2:], "--method", "mean", "--range-x", "0:9")

    assert [row["score"] for row in rows(done.stdout)] == list("0123456789")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["score,count", "0,4", "1,x"], ", row 3, column 2 (count): “x” is not a whole number of at most nine digits"),
        (["score,count", "0,4", "1.5,2"], ", row 3, column 1 (score): “1.5” is not a whole number"),
        (["score,count", "0,4", "1234567890,2"], ", row 3, column 1 (score): “1234567890” is not a whole number"),
        (["score,count", "0,4", "1,"], ", row 3, column 2 (count): “” is not a whole number"),
        (["score,count", "0,4", "1"], ", row 3 has 1 cells and the header 2; give every row as many."),
        (["score,count", "0,4", "1,5", "+0,1"], ", row 4, column 1 (score): “+0” stands in an earlier row as well;"),
        (["score,count", "0,4", "1,-5"], ", row 3, column 2 (count): “-5” is not a number of persons; write one"),
        (["score,n", "0,4"], " cannot be read: it has no column count; name it in the first row."),
        (["score,count,count", "0,4,1"], ", row 1, column 3: “count” occurs a second time"),
        (["score,count"], " cannot be read: it has a header and no rows."),
        ([""], " cannot be read: it is empty."),
        (["score,count", '0,"4'], " cannot be read: row 2 is not CSV"),
        (["score,count", "0,4", "999999999,5"], " cannot be read: 0 to 999999999 are more than 10000 possible scores."),
        (["score,count", "0,1"], " cannot be read: it holds 1 persons, and at least 2 are needed."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_with_its_place(
    forms: tuple[str | Path, ...], tmp_path: Path, lines: list[str], sentence: str
) -> None:
    bad = written(tmp_path, "bad.csv", *lines)

    done = run("--x", bad, *forms[2:], "--method", "mean", "--out", tmp_path / "e.csv", "--plots", tmp_path / "plots")

    assert done.exit_code == 2
    assert done.output.startswith(f"Error: {bad}{sentence}")
    assert done.output.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"x.csv", "y.csv", "bad.csv"}


def test_text_that_is_not_utf_8_is_refused(forms: tuple[str | Path, ...], tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes("score,count\n0,四\n".encode("gbk"))

    done = run("--x", bad, *forms[2:], "--method", "mean")

    assert done.exit_code == 2
    assert done.output == f"Error: {bad} cannot be read: it is not UTF-8; save it as CSV in UTF-8.\n"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--method", "tucker"], "The design equivalent knows no method tucker; it knows identity, mean"),
        (["--method", "linear", "--smooth", "9"], "determine at most 6 powers; 9 were asked for."),
        (["--method", "linear", "--smooth", "two"], "neither a number of powers nor one of aic, bic, lr."),
        (["--method", "circle-arc", "--low", "0-0"], "0-0 is not two whole numbers with a colon between."),
        (["--method", "circle-arc", "--low", "5:5"], "do not enclose"),
        (
            ["--method", "mean", "--range-x", "0:3"],
            "x.csv, row 6, column 1 (score): “4” lies outside 0 to 3; correct it, or",
        ),
        (["--method", "mean", "--bootstrap", "9", "--parametric"], "say how to smooth by --smooth."),
        (["--method", "guess"], "'guess' is not one of"),
    ],
)
def test_a_request_that_cannot_be_met_is_status_2(
    forms: tuple[str | Path, ...], tmp_path: Path, more: list[str], sentence: str
) -> None:
    done = run(*forms, *more, "--out", tmp_path / "e.csv")

    assert done.exit_code == 2
    assert sentence in done.output
    assert not (tmp_path / "e.csv").exists()


def test_form_y_is_asked_for(forms: tuple[str | Path, ...]) -> None:
    done = run(*forms[:2], "--method", "mean")

    assert (done.exit_code, done.output) == (
        2, "Error: The design equivalent needs the scores on form Y as well: --y FILE.\n",
    )  # fmt: skip


def test_nothing_is_left_where_a_file_cannot_be_written(forms: tuple[str | Path, ...], tmp_path: Path) -> None:
    below_a_file = tmp_path / "x.csv" / "plots"

    done = run(*forms, "--method", "mean", "--out", tmp_path / "e.csv", "--plots", below_a_file)

    assert done.exit_code == 2
    assert done.output == f"Error: {below_a_file} cannot be written: Not a directory. No result was written.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"x.csv", "y.csv"}
