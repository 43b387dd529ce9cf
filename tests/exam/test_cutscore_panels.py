"""``kaoping cutscore angoff``, ``bookmark``, ``ebel``, ``hofstee`` and ``beuk``: files in, files out, and refusals."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.scoring.cut_scores import Ratings, angoff, hofstee
from kaoping.scoring.cut_scores.distributions import Distribution
from tests.builders_cut_scores import (
    ITEMS,
    answers_file,
    items_file,
    marks_file,
    ratings,
    ratings_file,
    scores_file,
)
from tests.builders_tables import read_table, write_table


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


def table(file: Path, text: str) -> Path:
    return write_table(file, [line.split(",") for line in text.split()])


def test_ratings_become_cuts_tables_report_and_pictures(tmp_path: Path) -> None:
    out, report, judges, feedback = (tmp_path / name for name in ("o.csv", "r.json", "j.csv", "f.csv"))
    plots = tmp_path / "plots"

    done = run(
        "angoff", ratings_file(tmp_path), "--marks", marks_file(tmp_path), "--items", items_file(tmp_path),
        "--responses", answers_file(tmp_path), "--pass-mark", 60, "--out", out, "--report", report,
        "--judges", judges, "--feedback", feedback, "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    last = np.array([[row[3] for row in ratings() if row[0] == f"J{judge}" and row[2] == 2] for judge in range(1, 7)])
    expected = angoff(Ratings.complete(5 * last.astype(float), maxima=np.full(20, 5.0)))
    row = next(row for row in read_table(out) if (row["round"], row["average"]) == ("2", "mean"))
    assert float(row["cut"]) == pytest.approx(expected.mean.value)
    assert float(row["se"]) == pytest.approx(expected.mean.se)
    assert float(row["percent"]) == pytest.approx(expected.mean.value)
    found = facts(report)
    assert (found["total"], found["judges"], found["items"]) == (100, 6, 20)
    assert found["rounds"][1]["convergence"]["converging"]
    assert found["pass_marks"][0]["gap_marks"] == pytest.approx(60 - expected.mean.value)
    people = read_table(judges)
    assert [one["judge"] for one in people] == [f"J{number}" for number in range(1, 7)] * 2
    assert all(0.5 < float(one["index"]) <= 1 and 0 <= float(one["pass_rate"]) <= 1 for one in people)
    assert all(0 < float(one["facility"]) < 1 for one in read_table(feedback))
    assert sum(5 * float(one["at_cut"]) for one in read_table(feedback)[20:]) == pytest.approx(expected.mean.value)
    assert {file.name for file in plots.iterdir()} == {"judges.svg", "items.svg"}
    assert "the judges came together" in done.output
    assert "The pass mark of 60 lies" in done.output


def test_percent_and_marks_are_other_ways_to_write_the_same_ratings(tmp_path: Path) -> None:
    cuts = []
    for scale, factor in (("share", 1), ("percent", 100), ("marks", 5)):
        rows = [[*row[:3], factor * float(str(row[3]))] for row in ratings()]
        out = tmp_path / f"{scale}.csv"
        done = run(
            "angoff", ratings_file(tmp_path, rows), "--marks", marks_file(tmp_path), "--scale", scale, "--out", out
        )
        assert done.exit_code == 0, done.stderr
        cuts.append([float(row["cut"]) for row in read_table(out)])

    assert cuts[1] == pytest.approx(cuts[0])
    assert cuts[2] == pytest.approx(cuts[0])


def test_levels_have_cuts_of_their_own_and_have_to_rise(tmp_path: Path) -> None:
    rows = "judge,item,level,rating A,1,basic,.6 A,2,basic,.7 B,1,basic,.5 B,2,basic,.6 "
    rows += "A,1,skilled,.5 A,2,skilled,.6 B,1,skilled,.4 B,2,skilled,.6"
    file = table(tmp_path / "r.csv", rows)
    out = tmp_path / "o.csv"

    done = run("angoff", file, "--levels", "basic,skilled", "--pass-mark", "basic=1.2", "--out", out)

    assert done.exit_code == 0, done.stderr
    assert {row["level"] for row in read_table(out)} == {"basic", "skilled"}
    assert "THE CUTS DO NOT RISE: basic 1.20 and skilled 1.05" in done.output
    assert "The pass mark of 1.2 is the cut of level basic; nothing has to change." in done.output
    assert "Judge A has no higher cut at level skilled than at basic." in done.output
    assert refusal(tmp_path, "angoff", file, "--pass-mark", 1) == (
        "There are several levels; write --pass-mark basic=1."
    )
    assert refusal(tmp_path, "angoff", file, "--pass-mark", "expert=1") == (
        "There is no level expert for --pass-mark; there are basic, skilled."
    )
    assert refusal(tmp_path, "angoff", file, "--levels", "basic") == (
        "r.csv, row 6, column 3 (level): “skilled” is not one of basic; correct it or name it in --levels."
    )
    assert refusal(tmp_path, "angoff", file, "--levels", "basic,skilled,expert") == (
        "r.csv cannot be read: it has nothing of level expert."
    )


def test_what_did_not_change_is_neither_a_fall_nor_a_failure_to_come_together(tmp_path: Path) -> None:
    rows = "judge,item,round,level,rating"
    for level in ("basic", "skilled"):
        for number in (1, 2):
            rows += "".join(f" {judge},{item},{number},{level},.5" for judge in "AB" for item in (1, 2))

    done = run("angoff", table(tmp_path / "r.csv", rows), "--levels", "basic,skilled")

    assert done.exit_code == 0, done.stderr
    assert "the judges are as far apart as before, with a standard deviation of 0.00; the cut moved by" in done.output
    assert "DID NOT COME TOGETHER" not in done.output
    assert "Judge A has no higher cut at level skilled than at basic." in done.output


def test_a_pass_mark_beyond_the_marks_of_the_paper_is_refused(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "judge,item,rating A,1,.6 A,2,.7 B,1,.5 B,2,.6")

    assert refusal(tmp_path, "angoff", file, "--pass-mark", 60) == "--pass-mark 60 is beyond the 2 marks of the paper."


def test_judges_at_tables_and_judges_who_rate_different_items(tmp_path: Path) -> None:
    rows = "judge,item,table,rating A,1,x,.6 A,2,x,.7 B,1,x,.5 B,2,x,.7 B,3,x,.4 C,2,y,.6 C,3,y,.5 D,1,y,.5 D,3,y,.5"
    file = table(tmp_path / "r.csv", rows)
    out = tmp_path / "o.csv"

    done = run("angoff", file, "--incomplete", "--out", out)

    assert done.exit_code == 0, done.stderr
    assert {row["source"] for row in read_table(out)} == {"judges at tables", "judges at tables and items"}
    assert refusal(tmp_path, "angoff", file) == (
        "r.csv cannot be read: judge A has no rating of item 3; add it, or say --incomplete if judges rate different "
        "items."
    )
    table(file, rows.replace("A,2,x", "A,2,y"))
    assert refusal(tmp_path, "angoff", file, "--incomplete") == (
        "r.csv, row 3, column 3 (table): “y” is another table than judge A had before (x)."
    )


@pytest.mark.parametrize(
    ("rows", "said", "sentence"),
    [
        (
            "judge,item,rating A,1,65 A,2,.4 B,1,.5 B,2,.5", [],
            "r.csv, row 2, column 3 (rating): “65” is not between 0 and 1; write a probability such as 0.6, or say {}.",
        ),
        (
            "judge,item,rating A,1,-.1 A,2,.4 B,1,.5 B,2,.5", [],
            "r.csv, row 2, column 3 (rating): “-.1” is not between 0 and 1.",
        ),
        (
            "judge,item,rating A,1,.7 A,2,.4 B,1,.5 B,2,.5", ["--scale", "percent"],
            "r.csv, row 2, column 3 (rating): “.7” seems to be a share; write percent, such as 35 for 0.35.",
        ),
        (
            "judge,item,rating A,1,x A,2,.4 B,1,.5 B,2,.5", [],
            "r.csv, row 2, column 3 (rating): “x” is not a number; write one such as 0.5.",
        ),
        (
            "judge,item,rating A,1,.5 A,1,.4 B,1,.5 B,2,.5", [],
            "r.csv, row 3, column 2 (item): “1” is rated by this judge in row 2 as well; keep one of the two.",
        ),
        (
            "judge,item,rating A,1,.5 A,2,.4", [],
            "A panel's cut needs at least 2 judges; there are 1. Without more there is no standard error.",
        ),
        (
            "judge,item,rating A,1,.5 ,2,.4 B,1,.4 B,2,.3", [],
            "r.csv, row 3, column 1 (judge): “” is no name; give every row one.",
        ),
        (
            "judge,rating A,.5 B,.4", [], "r.csv cannot be read: it has no column item; name it in the first row.",
        ),
        (
            "judge,item,rating A,1,.5 A,2,.4 B,1,.4 B,2,.3", ["--levels", "a,b"],
            "r.csv cannot be read: it has no column level, though --levels names some.",
        ),
        (
            "judge,item,rating A,1,.5 A,9,.4 B,1,.4 B,9,.3", ["--marks", "m.csv"],
            "r.csv, row 3, column 2 (item): “9” is no item of m.csv; correct the name or give it marks.",
        ),
        (
            "judge,item,rating A,1,.5 B,1,.4", ["--marks", "m.csv"],
            "r.csv cannot be read: it has no rating of item 2, which m.csv names.",
        ),
        (
            "judge,item,rating A,1,7 A,2,1 B,1,4 B,2,1", ["--marks", "m.csv", "--scale", "marks"],
            "r.csv, row 2, column 3 (rating): “7” is not between 0 and 5, the marks of item 1.",
        ),
        (
            "judge,item,rating A,1,.5 A,2,.4 B,1,.4 B,2,.3", ["--items", "items.csv"],
            "items.csv cannot be read: it has no item 1, which the judges rated.",
        ),
        (
            "judge,item,rating A,1,.5 A,2,.4 B,1,.4 B,2,.3", ["--responses", "R.csv"],
            "R.csv cannot be read: it has no item 1, which the judges rated.",
        ),
    ],
)  # fmt: skip
def test_ratings_that_cannot_be_used_are_named_with_their_place(
    rows: str, said: list[str], sentence: str, tmp_path: Path
) -> None:
    file = table(tmp_path / "r.csv", rows)
    table(tmp_path / "m.csv", "item,marks 1,5 2,2")
    items_file(tmp_path)
    answers_file(tmp_path)
    named = [str(tmp_path / one) if one.endswith(".csv") else one for one in said]

    assert refusal(tmp_path, "angoff", file, *named) == sentence.format("--scale percent")


def bookmarks_file(folder: Path, pages: Iterable[int] = (8, 9, 10, 12)) -> Path:
    return write_table(folder / "b.csv", [["judge", "page"], *([f"J{n}", page] for n, page in enumerate(pages))])


def test_a_booklet_is_written_and_bookmarks_in_it_become_a_cut(tmp_path: Path) -> None:
    items, marks = items_file(tmp_path), marks_file(tmp_path)
    booklet, out, report, plots = (tmp_path / name for name in ("booklet.csv", "o.csv", "r.json", "plots"))

    made = run("booklet", "--items", items, "--marks", marks, "--out", booklet)
    done = run(
        "bookmark", bookmarks_file(tmp_path), "--items", items, "--marks", marks, "--average", "mean",
        "--scores", scores_file(tmp_path), "--pass-mark", 60, "--out", out, "--report", report, "--plots", plots,
    )  # fmt: skip

    assert (made.exit_code, done.exit_code) == (0, 0), made.stderr + done.stderr
    pages = [float(row["location"]) for row in read_table(booklet)]
    assert pages == sorted(pages)
    logits, in_marks = read_table(out)
    assert float(logits["cut"]) == pytest.approx(np.mean([pages[place - 2] for place in (8, 9, 10, 12)]))
    assert float(in_marks["cut"]) == pytest.approx(5 * ITEMS.expected(np.array([float(logits["cut"])])).sum())
    assert float(in_marks["pass_rate"]) == pytest.approx(1 - np.ceil(float(in_marks["cut"])) / 100)
    assert [one["page"] for one in facts(report)["bookmarks"][0]["judges"]] == [8, 9, 10, 12]
    assert [file.name for file in plots.iterdir()] == ["booklet.svg"]


def test_a_bookmark_outside_of_the_booklet_is_named_with_its_place(tmp_path: Path) -> None:
    items = items_file(tmp_path)

    assert refusal(tmp_path, "bookmark", bookmarks_file(tmp_path, [8, 22]), "--items", items) == (
        "b.csv, row 3, column 2 (page): “22” is not a page from 2 to 21 of this booklet with --place before."
    )
    assert refusal(tmp_path, "bookmark", bookmarks_file(tmp_path, [8]), "--items", items) == (
        "A panel's cut needs at least 2 judges; there are 1. Without more there is no standard error."
    )
    twice = write_table(tmp_path / "b.csv", [["judge", "page"], ["A", 4], ["A", 5]])
    assert refusal(tmp_path, "bookmark", twice, "--items", items) == (
        "b.csv, row 3, column 1 (judge): “A” has a bookmark in row 2 as well; keep one of the two."
    )


SORTED = "judge,item,relevance,difficulty A,1,high,easy A,2,low,hard B,1,high,easy B,2,high,hard"
GRID = "judge,relevance,difficulty,percent A,high,easy,90 A,high,hard,60 A,low,hard,40 B,high,easy,80 B,high,hard,50"


def test_a_grid_becomes_a_cut(tmp_path: Path) -> None:
    items, grid = table(tmp_path / "s.csv", SORTED), table(tmp_path / "g.csv", GRID)
    together = table(tmp_path / "t.csv", "item,relevance,difficulty 1,high,easy 2,high,hard")
    out, cells, plots = tmp_path / "o.csv", tmp_path / "c.csv", tmp_path / "plots"

    done = run(
        "ebel", items, "--grid", grid, "--pass-mark", 1, "--out", out, "--cells", cells, "--report",
        tmp_path / "r.json", "--plots", plots,
    )  # fmt: skip
    same = run("ebel", together, "--grid", grid)

    assert (done.exit_code, same.exit_code) == (0, 0), done.stderr + same.stderr
    assert float(read_table(out)[0]["cut"]) == pytest.approx((0.9 + 0.4 + 0.8 + 0.5) / 2)
    assert [(row["relevance"], row["difficulty"]) for row in read_table(cells)] == [
        ("high", "easy"), ("high", "hard"), ("low", "hard"),
    ]  # fmt: skip
    assert "kappa" in done.output
    assert "kappa" not in same.output
    assert [file.name for file in plots.iterdir()] == ["grid.svg"]


def test_a_grid_of_levels_has_a_cut_for_each(tmp_path: Path) -> None:
    items = table(tmp_path / "s.csv", "item,relevance,difficulty 1,high,easy 2,high,hard")
    rows = "judge,level,relevance,difficulty,percent "
    for level, more in (("basic", 0), ("skilled", 20)):
        rows += f"A,{level},high,easy,{60 + more} A,{level},high,hard,{40 + more} "
        rows += f"B,{level},high,easy,{70 + more} B,{level},high,hard,{30 + more} "
    out = tmp_path / "o.csv"

    done = run("ebel", items, "--grid", table(tmp_path / "g.csv", rows), "--pass-mark", "skilled=1.5", "--out", out)

    assert done.exit_code == 0, done.stderr
    cuts = {row["level"]: float(row["cut"]) for row in read_table(out) if row["average"] == "mean"}
    assert cuts == pytest.approx({"basic": 1.0, "skilled": 1.4})
    assert "The pass mark of 1.5 lies 0.1 marks above the cut of level skilled" in done.output
    assert "THE CUTS DO NOT RISE" not in done.output


def test_a_grid_with_holes_or_shares_is_refused(tmp_path: Path) -> None:
    items, grid = table(tmp_path / "s.csv", SORTED), table(tmp_path / "g.csv", GRID.replace(" A,low,hard,40", ""))

    assert refusal(tmp_path, "ebel", items, "--grid", grid) == (
        "s.csv, row 3, column 3 (relevance): “low” and hard is a cell for which judge A has no percentage in g.csv."
    )
    table(grid, "judge,relevance,difficulty,percent A,high,easy,.9 B,high,easy,.8")
    assert refusal(tmp_path, "ebel", items, "--grid", grid) == (
        "g.csv, row 2, column 4 (percent): “.9” seems to be a share; write percent, such as 35 for 0.35."
    )
    table(grid, "judge,relevance,difficulty,percent A,high,easy,190 B,high,easy,80")
    assert refusal(tmp_path, "ebel", items, "--grid", grid) == (
        "g.csv, row 2, column 4 (percent): “190” is not a percentage from 0 to 100."
    )
    table(grid, GRID + " C,high,easy,70")
    assert refusal(tmp_path, "ebel", items, "--grid", grid) == (
        "s.csv cannot be read: judge C of g.csv has not sorted item 1; let every judge sort every item."
    )


LIMITS = "judge,lowest_cut,highest_cut,lowest_fail,highest_fail A,40,60,20,60 B,44,64,30,70 C,38,62,25,50"


def test_limits_become_the_compromise_of_hofstee(tmp_path: Path) -> None:
    file, out, plots = table(tmp_path / "h.csv", LIMITS), tmp_path / "o.csv", tmp_path / "plots"
    rows = [[40, 60, 0.2, 0.6], [44, 64, 0.3, 0.7], [38, 62, 0.25, 0.5]]

    done = run(
        "hofstee", file, "--scores", scores_file(tmp_path), "--total", 100, "--pass-mark", 60, "--out", out,
        "--report", tmp_path / "r.json", "--plots", plots,
    )  # fmt: skip
    again = [
        run("hofstee", file, "--scores", scores_file(tmp_path), "--average", "median", "--seed", 3, "--bootstrap", 100)
        for _ in range(2)
    ]

    assert done.exit_code == 0, done.stderr
    expected = hofstee(rows, Distribution.of(np.arange(100)))
    assert float(read_table(out)[0]["cut"]) == pytest.approx(expected.cut.value)
    assert float(read_table(out)[0]["se"]) == pytest.approx(expected.cut.se)
    assert [file.name for file in plots.iterdir()] == ["hofstee.svg"]
    assert again[0].output == again[1].output
    assert again[0].exit_code == 0


def test_a_compromise_that_cannot_be_is_refused(tmp_path: Path) -> None:
    scores = ("--scores", scores_file(tmp_path))
    file = table(tmp_path / "h.csv", LIMITS.replace("A,40,60", "A,60,40"))
    beuk = table(tmp_path / "k.csv", "judge,cut,pass_rate A,50,60 B,60,80 C,55,75")

    assert refusal(tmp_path, "hofstee", file, *scores) == (
        "h.csv, row 2, column 3 (highest_cut): “40” is below lowest_cut (60); exchange the two."
    )
    table(file, "judge,lowest_cut,highest_cut,lowest_fail,highest_fail A,70,80,10,30 B,72,82,10,30")
    assert refusal(tmp_path, "hofstee", file, *scores) == (
        "The judges' line does not meet the curve of these persons: even the lowest acceptable cut, 71, fails 71.0 % "
        "of them, more than the 30.0 % that are accepted."
    )
    ended = run("hofstee", file, *scores, "--outside", "end")
    assert "THE CURVE MISSES THE LINE: the cut is the end of the line" in ended.output
    assert run("beuk", beuk, *scores, "--plots", tmp_path / "p", "--report", tmp_path / "k.json").exit_code == 0
    table(beuk, "judge,cut,pass_rate A,50,.6 B,60,.8")
    assert refusal(tmp_path, "beuk", beuk, *scores) == (
        "k.csv, row 3, column 3 (pass_rate): “.8” seems to be a share; write percent, such as 35 for 0.35."
    )
    bad = table(tmp_path / "s.csv", "score,count 4,-1 5,3")
    assert refusal(tmp_path, "hofstee", file, "--scores", bad) == (
        "s.csv, row 2, column 2 (count): “-1” is not a number of persons; write one from 0 up."
    )


def test_answers_that_are_marks_are_shares_of_the_full_marks_though_nobody_reached_them(tmp_path: Path) -> None:
    rows = table(tmp_path / "r.csv", "judge,item,rating A,1,.5 A,2,.4 A,3,.6 B,1,.4 B,2,.3 B,3,.6")
    marks = table(tmp_path / "m.csv", "item,marks 1,4 2,5 3,1")
    answers = table(tmp_path / "R.csv", "person,1,2,3 P1,1,1,1 P2,2,0,0 P3,3,1,1")
    feedback = tmp_path / "f.csv"

    done = run("angoff", rows, "--marks", marks, "--responses", answers, "--feedback", feedback)

    assert done.exit_code == 0, done.stderr
    assert [float(row["facility"]) for row in read_table(feedback)] == pytest.approx([0.5, 2 / 3, 2 / 3], abs=1e-3)
    assert "The highest answer that was given counts as the full marks of these items: 2." in done.stdout
