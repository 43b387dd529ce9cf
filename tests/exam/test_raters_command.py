"""``kaoping raters``: files in, files out, and refusals that name the place."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.scoring.raters import Panel, bias, elements, many_facet, persons
from tests.builders_tables import read_table, write_table
from tests.scoring.raters.panels import Drawn, drawn

HEADER = ["person", "rater", "item", "rating"]


def panel() -> Drawn:
    return drawn(np.random.default_rng(12), n=150, raters=5, items=3, thresholds=np.array([-1.0, 0.9]))


def long_rows(truth: Drawn) -> list[list[object]]:
    parts = truth.person, truth.rater, truth.item, truth.category
    return [[f"P{p}", f"R{r}", f"k{i}", 1 + x] for p, r, i, x in zip(*parts, strict=True)]


def file(folder: Path, rows: list[list[object]] | None = None, header: list[str] | None = None) -> Path:
    return write_table(folder / "ratings.csv", [header or HEADER, *(long_rows(panel()) if rows is None else rows)])


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["raters", *map(str, said)])


def refusal(folder: Path, *said: object) -> str:
    out = folder / "out.csv"
    done = run(*said, "--out", out)

    assert done.exit_code == 2, done.output
    assert not out.exists()
    return done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").strip()


def test_every_table_report_and_picture_is_written(tmp_path: Path) -> None:
    names = ("out", "persons", "bias-out", "agreement", "pairs", "components")
    places = {name: tmp_path / f"{name}.csv" for name in names}
    report, plots = tmp_path / "r.json", tmp_path / "plots"
    asked = [part for name, place in places.items() for part in (f"--{name}", place)]

    done = run(
        file(tmp_path),
        *asked,
        "--bias",
        "rater:item",
        "--decide",
        "rater=2,item=3",
        "--report",
        report,
        "--plots",
        plots,
    )

    assert done.exit_code == 0, done.stderr
    assert "900 ratings of 150 persons; 5 of rater, 3 of item." in done.stdout
    assert "Exact agreement" in done.stdout
    rows = read_table(places["out"])
    assert {(row["facet"], row["element"]) for row in rows} == {
        *(("rater", f"R{number}") for number in range(5)), *(("item", f"k{number}") for number in range(3)),
        ("steps", "2"), ("steps", "3"),
    }  # fmt: skip
    assert len(read_table(places["persons"])) == 150
    assert len(read_table(places["bias-out"])) == 15
    assert {row["statistic"] for row in read_table(places["agreement"])} >= {"exact", "krippendorff_ordinal", "icc2"}
    assert len(read_table(places["pairs"])) == 10
    assert [row["effect"] for row in read_table(places["components"])][-1] == "person x rater x item"
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["model"]["converged"] is True
    assert facts["separation"]["rater"]["n"] == 5
    assert facts["decisions"][0]["n"] == {"rater": 2, "item": 3}
    assert set(facts["bias"]["rater:item"]["along"]["rater"]) == {f"R{number}" for number in range(5)}
    drawn_ones = {"map", "measures-rater", "measures-item", "categories", "bias-rater-item"}
    assert {picture.stem for picture in plots.iterdir()} == drawn_ones


def test_the_tables_hold_what_the_functions_give(tmp_path: Path) -> None:
    truth = panel()
    found = many_facet(truth.ratings, Panel(steps="item"))

    done = run(
        file(tmp_path), "--steps", "item", "--out", tmp_path / "o.csv", "--persons", tmp_path / "p.csv", "--bias",
        "rater:item", "--adjust", "bh", "--bias-out", tmp_path / "b.csv",
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    rows = [row for row in read_table(tmp_path / "o.csv") if row["facet"] == "rater"]
    table = elements(found, "rater")
    np.testing.assert_allclose([float(row["measure"]) for row in rows], table.measure, atol=1e-9)
    np.testing.assert_allclose([float(row["fair"]) for row in rows], table.fair + 1, atol=1e-9)
    np.testing.assert_allclose([float(row["infit"]) for row in rows], table.fit.infit, atol=1e-9)
    everybody = [float(row["fair"]) for row in read_table(tmp_path / "p.csv")]
    np.testing.assert_allclose(everybody, persons(found).fair + 1, atol=1e-9)
    tested = bias(found, ("rater", "item"), adjust="bh")
    np.testing.assert_allclose([float(row["p"]) for row in read_table(tmp_path / "b.csv")], tested.p, atol=1e-9)


def test_items_in_columns_of_their_own_and_other_names_give_the_same(tmp_path: Path) -> None:
    truth = panel()
    wide = [["id", "judge", "k0", "k1", "k2"]] + [
        [f"P{truth.person[row]}", f"R{truth.rater[row]}", *(1 + truth.category[row : row + 3])]
        for row in range(0, truth.ratings.n, 3)
    ]
    long_file, wide_file = file(tmp_path), write_table(tmp_path / "wide.csv", wide)

    first = run(long_file, "--out", tmp_path / "long.csv")
    second = run(wide_file, "--column", "person=id", "--column", "rater=judge", "--out", tmp_path / "wide-out.csv")

    assert (first.exit_code, second.exit_code) == (0, 0), second.stderr
    taken = " Columns taken as items: k0, k1, k2."
    assert taken in second.stdout
    assert first.stdout == second.stdout.replace(taken, "")
    assert (tmp_path / "long.csv").read_bytes() == (tmp_path / "wide-out.csv").read_bytes()


def test_measures_of_one_session_anchor_the_next(tmp_path: Path) -> None:
    ratings = file(tmp_path)
    run(ratings, "--out", tmp_path / "first.csv")
    known = [row for row in read_table(tmp_path / "first.csv") if row["facet"] != "item"]
    moved = [[row["facet"], row["element"], float(row["measure"]) + (row["facet"] == "rater")] for row in known]
    anchors = write_table(tmp_path / "anchors.csv", [["facet", "element", "measure"], *moved])

    done = run(ratings, "--anchors", anchors, "--out", tmp_path / "second.csv", "--report", tmp_path / "r.json")

    assert done.exit_code == 0, done.stderr
    rows = {(row["facet"], row["element"]): row for row in read_table(tmp_path / "second.csv")}
    for facet, element, value in moved:
        assert float(rows[str(facet), str(element)]["measure"]) == pytest.approx(value)
        assert rows[str(facet), str(element)]["se"] == "0.0"
    assert json.loads((tmp_path / "r.json").read_text())["separation"]["rater"] is None


def test_interactions_among_anchors_are_passed_over(tmp_path: Path) -> None:
    ratings, first = file(tmp_path), tmp_path / "first.csv"
    run(ratings, "--interaction", "rater:item", "--out", first)
    assert "rater:item" in {row["facet"] for row in read_table(first)}

    done = run(ratings, "--anchors", first, "--out", tmp_path / "second.csv")

    assert done.exit_code == 0, done.stderr


def test_occasions_enter_as_a_facet_or_as_drift(tmp_path: Path) -> None:
    rows = [[*row, f"day{number % 2}"] for number, row in enumerate(long_rows(panel()))]
    ratings = file(tmp_path, rows, [*HEADER, "occasion"])

    as_facet = run(ratings, "--facet", "occasion", "--out", tmp_path / "facet.csv")
    as_drift = run(ratings, "--bias", "rater:occasion", "--out", tmp_path / "o.csv", "--bias-out", tmp_path / "b.csv")

    assert (as_facet.exit_code, as_drift.exit_code) == (0, 0), as_facet.stderr
    assert {row["element"] for row in read_table(tmp_path / "facet.csv") if row["facet"] == "occasion"} == {
        "day0",
        "day1",
    }
    assert not [row for row in read_table(tmp_path / "o.csv") if row["facet"] == "occasion"]
    assert len(read_table(tmp_path / "b.csv")) == 10


def test_empty_cells_are_not_rated_and_weights_count(tmp_path: Path) -> None:
    rows = [[*row, 2] for row in long_rows(panel())]
    rows[3][3], rows[4][3] = "", "NA"

    report = tmp_path / "r.json"
    done = run(file(tmp_path, rows, [*HEADER, "weight"]), "--out", tmp_path / "o.csv", "--report", report)

    assert done.exit_code == 0, done.stderr
    assert "pairs of agreement count every rating once." in done.stdout
    assert json.loads(report.read_text())["weights"].startswith("Weights count in the model alone")
    assert "898 ratings" in done.stdout
    assert sum(int(row["n"]) for row in read_table(tmp_path / "o.csv") if row["facet"] == "rater") == 2 * 898


def test_agreement_needs_no_model(tmp_path: Path) -> None:
    truth = panel()
    apart = [row for row, kept in zip(long_rows(truth), truth.person % 2 == truth.rater % 2, strict=True) if kept]
    ratings = file(tmp_path, apart)

    assert "The rater facet falls into 2 subsets" in refusal(tmp_path, ratings)
    done = run(ratings, "--no-model", "--agreement", tmp_path / "a.csv", "--report", tmp_path / "r.json")

    assert done.exit_code == 0, done.stderr
    assert "model" not in json.loads((tmp_path / "r.json").read_text())
    assert read_table(tmp_path / "a.csv")
    assert run(ratings, "--exchangeable").exit_code == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            (3, 3, "good"),
            "row 5, column 4 (rating): “good” is not a rating, a whole number; leave it empty if nothing was",
        ),
        ((3, 3, "1.5"), "row 5, column 4 (rating): “1.5” is not a rating"),
        ((2, 1, ""), "row 4, column 2 (rater): “” is no name; give every rating one."),
        ((0, 0, ""), "row 2, column 1 (person): “” is no name"),
    ],
)
def test_a_cell_that_is_no_rating_is_named(tmp_path: Path, change: tuple[int, int, str], sentence: str) -> None:
    rows = long_rows(panel())
    row, column, text = change
    rows[row][column] = text

    assert sentence in refusal(tmp_path, file(tmp_path, rows))


def test_a_rating_given_twice_is_named_with_the_first(tmp_path: Path) -> None:
    rows = long_rows(panel())

    said = refusal(tmp_path, file(tmp_path, [*rows, rows[6]]))

    assert said.startswith("ratings.csv, row 902, column 4 (rating): ")
    assert "is a second rating of this person by the same rater, item (the first is in row 8)" in said


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["--scale", "1:2"], "is off the scale 1 to 2; mend it or give another --scale."),
        (["--scale", "3"], "--scale 3 is not of the form LOW:HIGH, such as 1:5."),
        (["--scale", "5:1"], "the first number has to be the lower one."),
        (["--column", "judge=x"], "--column judge=… names no role; the roles are person, rater, item, rating, weight."),
        (["--column", "person"], "--column person is not of the form A=B."),
        (["--column", "person=id"], "it has no column id; name it in the first row."),
        (["--bias", "rater"], "--bias rater is not a pair; write two columns as in rater:item."),
        (["--bias", "rater:day"], "it has no column day; name it in the first row."),
        (["--bias-out", "b.csv"], "--bias-out needs to know which pair"),
        (["--no-model"], "--out needs the model; leave out --no-model."),
        (["--fixed", "item"], "--fixed is for --decide"),
        (["--decide", "rater=two"], "--decide rater=two: two is not a positive whole number."),
        (["--decide", "rater=2,rater=3"], "--decide rater=2,rater=3: rater is said twice; say it once."),
        (["--decide", "judge=2"], "--decide: judge is no facet of the components; there are rater, item."),
        (["--decide", "rater=2", "--fixed", "item,task"], "--fixed: task is no facet of the components"),
        (["--decide", "rater=2", "--fixed", "item", "--fixed", "item"], "--fixed: item is said twice; say it once."),
        (["--nested", "judge:person"], "--nested: judge is no facet of the components; there are rater, item."),
        (["--nested", "rater:day"], "--nested: day is no facet of the components; there are person, rater, item."),
        (["--nested", "rater:person", "--nested", "rater:item"], "--nested: rater is said twice; say it once."),
        (["--facet", "rater"], "--facet rater: this is the rater, not a further column; leave it out."),
        (["--facet", "rating"], "--facet rating: this is the rating, not a further column; leave it out."),
        (["--facet", "day", "--facet", "day"], "--facet day is said twice; say it once."),
        (
            ["--interaction", "rater:item", "--interaction", "item:rater"],
            "--interaction item:rater is said twice; say it once.",
        ),
        (["--steps", "day"], "the ratings have no facet day; there are rater, item."),
        (["--interaction", "rater:rater"], "an interaction is of two facets"),
        (["--bias", "rater:rater"], "bias is of two facets"),
        (["--scale", "1:4"], "No rating is 4, so the threshold of this category is not finite"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path: Path, said: list[str], sentence: str) -> None:
    assert sentence in refusal(tmp_path, file(tmp_path), *said)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            ["judge", "R1", "0.1"],
            "row 2, column 1 (facet): “judge” is no facet of the ratings; there are rater, item and",
        ),
        (["rater", "R9", "0.1"], "row 2, column 2 (element): “R9” does not occur among the ratings as rater"),
        (["rater", "R1", "mild"], "row 2, column 3 (measure): “mild” is not a number"),
        (["steps", "2", "0.1"], "some thresholds of a scale are anchored and 3 is not; anchor all or none."),
    ],
)
def test_anchors_that_fit_no_rating_are_named(tmp_path: Path, row: list[str], sentence: str) -> None:
    anchors = write_table(tmp_path / "anchors.csv", [["facet", "element", "measure"], row])

    assert sentence in refusal(tmp_path, file(tmp_path), "--anchors", anchors)


def test_a_file_without_raters_or_ratings_is_refused(tmp_path: Path) -> None:
    assert "it has no column rater" in refusal(tmp_path, file(tmp_path, [["A", 1]], ["person", "rating"]))
    nothing = file(tmp_path, [["A", "R1", ""]], ["person", "rater", "rating"])
    assert "it has no ratings; give whole numbers" in refusal(tmp_path, nothing)
    assert "no columns of items" in refusal(tmp_path, file(tmp_path, [["A", "R1"]], ["person", "rater"]))


def test_facets_to_be_fixed_are_separated_by_commas(tmp_path: Path) -> None:
    given, worth = file(tmp_path), []
    for number, fixed in enumerate((["--fixed", "rater,item"], ["--fixed", "rater", "--fixed", "item"])):
        report = tmp_path / f"{number}.json"
        done = run(given, "--no-model", "--decide", "rater=2,item=3", *fixed, "--report", report)
        assert done.exit_code == 0, done.output
        worth.append(json.loads(report.read_text())["decisions"])

    assert worth[0] == worth[1]


def test_raters_who_give_one_end_only_are_adjusted_if_asked(tmp_path: Path) -> None:
    rows = [[p, r, i, 3 if r == "R2" else x] for p, r, i, x in long_rows(panel())]
    ratings = file(tmp_path, rows)

    assert "of rater R2 is 3, the end of the scale" in refusal(tmp_path, ratings)
    done = run(ratings, "--extreme", "adjust", "--out", tmp_path / "o.csv")

    assert done.exit_code == 0, done.stderr
    assert [row["element"] for row in read_table(tmp_path / "o.csv") if row["extreme"] == "1"] == ["R2"]
