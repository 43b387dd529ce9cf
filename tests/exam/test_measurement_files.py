"""The files of the measurement commands: what is read, what is refused and where, and that results come all or none."""

from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from kaoping.exam.cli import measurement
from kaoping.exam.cli.measurement import MeasurementRefused, Measuring, Outputs
from kaoping.scoring.errors import NoVariation

EMPTY = "leave it empty if it was not presented."
ZERO = "leave out --lowest 1 if they count from 0."


def table(folder: Path, text: str | bytes) -> Path:
    file = folder / "R.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refusal(folder: Path, text: str | bytes, **said: object) -> str:
    with pytest.raises(MeasurementRefused) as caught:
        measurement.read_responses(table(folder, text), **said)  # type: ignore[arg-type]
    return str(caught.value).removeprefix(f"{folder}/")


def test_answers_are_read_with_their_persons_and_items(tmp_path: Path) -> None:
    found = measurement.read_responses(table(tmp_path, "person,I1,I2\nWang,1,0\nLi,NA,2\nZhao,,1.0\n"))

    assert found.items == ("I1", "I2")
    assert found.persons == ("Wang", "Li", "Zhao")
    assert np.asarray(found.codes).tolist() == [[1, 0], [-1, 2], [-1, 1]]
    assert found.categories.tolist() == [2, 3]


def test_persons_need_not_be_named_and_spaces_blank_lines_and_the_mark_of_a_spreadsheet_do_not_matter(
    tmp_path: Path,
) -> None:
    found = measurement.read_responses(table(tmp_path, b"\xef\xbb\xbfI1, I2\r\n1 ,0\r\n\r\n0,1\r\n,\r\n\r\n"))

    assert found.items == ("I1", "I2")
    assert np.asarray(found.codes).tolist() == [[1, 0], [0, 1], [-1, -1]]


def test_categories_may_be_counted_from_one(tmp_path: Path) -> None:
    found = measurement.read_responses(table(tmp_path, "I1,I2\n1,4\n2,1\n"), lowest=1)

    assert np.asarray(found.codes).tolist() == [[0, 3], [1, 0]]


def test_omitted_and_not_reached_have_texts_of_their_own(tmp_path: Path) -> None:
    found = measurement.read_responses(table(tmp_path, "I1,I2\n1,8\n.,1\n"), omitted="8", not_reached=".")

    assert np.asarray(found.codes).tolist() == [[1, -2], [-3, 1]]


@pytest.mark.parametrize(("text", "said", "sentence"), [
    ("I1,I2\n1,0\n1,x\n", {},
     "R.csv, row 3, column 2 (I2): “x” is not a category, a whole number from 0 to 100; " + EMPTY),
    ("person,I1\nA,1.5\n", {},
     "R.csv, row 2, column 2 (I1): “1.5” is not a category, a whole number from 0 to 100; " + EMPTY),
    ("I1\n-1\n", {},
     "R.csv, row 2, column 1 (I1): “-1” is not a category, a whole number from 0 to 100; " + EMPTY),
    ("I1\n1\n0\n", {"lowest": 1},
     "R.csv, row 3, column 1 (I1): “0” is not a category, a whole number from 1 to 101; " + ZERO),
    ("I1,I2\n1,1\n1,3\n", {"categories": {"I2": 3}},
     "R.csv, row 3, column 2 (I2): “3” is not one of the 3 categories of this item."),
    ("I1,I2,I1\n1,1,1\n", {}, "R.csv, row 1, column 3: “I1” occurs a second time; give each its own name."),
    ("person,I1\nA,1\nB,0\nA,1\n", {}, "R.csv, row 4, column 1: “A” occurs a second time; give each its own name."),
    ("person,I1\n,1\n", {}, "R.csv, row 2, column 1 (person): “” is no name; give every person one."),
    ("I1,I2\n1,0\n1\n", {}, "R.csv, row 3 has 1 cells and the header 2; give every row as many."),
    ("I1,I2\n1,0,1\n", {}, "R.csv, row 2 has 3 cells and the header 2; give every row as many."),
    ("", {}, "R.csv cannot be read: it is empty."),
    ("\n\n", {}, "R.csv cannot be read: it is empty."),
    ("I1,I2\n", {}, "R.csv cannot be read: it has a header and no answers."),
    ("person\nA\n", {}, "R.csv cannot be read: it has no items; name them in the first row."),
    ("I1,\n1,0\n", {}, "R.csv cannot be read: row 1, column 2 has no name; give every column one."),
    ("I1;I2\n1;0\n", {}, "R.csv cannot be read: its cells are separated by semicolons; separate them by commas."),
    (b"I1,\xff\n1,0\n", {}, "R.csv cannot be read: it is not UTF-8; save it as CSV in UTF-8."),
    ("I1\n1".encode("utf-16"), {},
     "R.csv cannot be read: it is a workbook or UTF-16; save it as CSV in UTF-8."),
    ('I1\n"1"2\n', {}, "R.csv cannot be read: row 2 is not CSV (',' expected after '\"')."),
    ("person,I1,I2\nA,1,0\nB,1,1\n", {"varying": True},
     "R.csv, column 2: every answer to item I1 (2) is 1; leave this item out of the file."),
    ("I1,I2\n2,1\n1,\n", {"varying": True, "lowest": 1},
     "R.csv, column 2: every answer to item I2 (1) is 1; leave this item out of the file."),
])  # fmt: skip
def test_what_cannot_be_read_is_one_sentence_with_the_place(
    tmp_path: Path, text: str | bytes, said: dict[str, object], sentence: str
) -> None:
    assert refusal(tmp_path, text, **said) == sentence


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasurementRefused, match=r"none.csv cannot be read: No such file or directory\."):
        measurement.read_responses(tmp_path / "none.csv")


def test_raw_answers_are_texts_with_the_lines_they_stand_on(tmp_path: Path) -> None:
    found = measurement.read_cells(table(tmp_path, "person,I1,I2\nA,b,C\n\nB,,d\n"))

    assert found.cells == [["b", "C"], ["", "d"]]
    assert found.lines == [2, 4]
    assert str(found.refuse(1, 1, "is no option")).endswith("row 4, column 3 (I2): “d” is no option.")


def test_rows_are_read_by_the_names_of_their_columns(tmp_path: Path) -> None:
    rows = measurement.read_rows(table(tmp_path, "item,a\nI1,0.5\nI2,y\n"), ["item", "a"], unique="item")

    assert [row["item"] for row in rows] == ["I1", "I2"]
    assert rows[0].number("a") == 0.5
    assert rows[0]["b"] == ""
    with pytest.raises(MeasurementRefused, match=r"row 3, column 2 \(a\): “y” is not a number"):
        rows[1].number("a")


def test_whole_numbers_are_told_from_others(tmp_path: Path) -> None:
    row, other = measurement.read_rows(table(tmp_path, "score\n-12\n0.5\n"), ["score"])

    assert row.whole("score") == -12
    with pytest.raises(MeasurementRefused, match=r"row 3, column 1 \(score\): “0.5” is not a whole number of at most"):
        other.whole("score")


def test_persons_have_their_groups_by_name_or_in_order(tmp_path: Path) -> None:
    answers = table(tmp_path, "person,I1\nA,1\nB,0\nC,1\n")
    named, ordered = tmp_path / "named.csv", tmp_path / "ordered.csv"
    named.write_text("person,group\nC,late\nB,early\nA,early\nD,late\n")
    ordered.write_text("group\nearly\nearly\nlate\n")

    for groups in (named, ordered):
        found = measurement.read_responses(answers, group=groups)
        assert [found.group_names[group] for group in found.group] == ["early", "early", "late"]


@pytest.mark.parametrize(("text", "sentence"), [
    ("item,key\nI1,A\nI9,B\n", r"row 3, column 1 \(item\): “I9” is no item of the table of answers; use the names"),
    ("item,key\nI1,A\n", "it has no key for item I2"),
])  # fmt: skip
def test_what_is_said_of_items_is_held_against_those_that_were_answered(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(MeasurementRefused, match=sentence):
        measurement.read_item_rows(table(tmp_path, text), ["key"], ["I1", "I2"], each="key")


@pytest.mark.parametrize(("text", "sentence"), [
    ("item,b\nI1,1\n", "it has no column a; name it in the first row"),
    ("item,a\nI1,1\nI1,2\n", "row 3, column 1: “I1” occurs a second time"),
    ("item,a\n,1\n", r"row 2, column 1 \(item\): “” is no name"),
    ("item,a\n", "it has a header and no rows"),
])  # fmt: skip
def test_rows_that_cannot_be_used_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(MeasurementRefused, match=sentence):
        measurement.read_rows(table(tmp_path, text), ["item", "a"], unique="item")


def test_results_are_written_in_full(tmp_path: Path) -> None:
    with Outputs() as outputs:
        outputs.csv(tmp_path / "o.csv", ["item", "a"], [("I1", np.float64(0.1)), ("I2", None)])
        outputs.json(tmp_path / "o.json", {"a": np.array([0.1, 2.0]), "题": np.int64(3)})
        outputs.pictures(tmp_path / "p", {"I/1": b"<svg/>", "I:1": b"<svg></svg>"})
        outputs.csv(None, ["never"], [])

    assert (tmp_path / "o.csv").read_text() == "item,a\nI1,0.1\nI2,\n"
    assert '"题": 3' in (tmp_path / "o.json").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "p").iterdir()} == {"I_1.svg", "I_1_2.svg"}


def test_nothing_is_left_behind_when_one_result_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")

    def write() -> None:
        with Outputs() as outputs:
            outputs.csv(tmp_path / "old.csv", ["a"], [[1]])
            outputs.pictures(tmp_path / "p", {"I1": b"<svg/>"})
            outputs.csv(tmp_path / "absent" / "o.csv", ["a"], [[1]])

    with pytest.raises(MeasurementRefused, match=r"No result was written\."):
        write()

    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "old"


def test_two_results_in_one_place_and_a_folder_in_the_way_are_refused(tmp_path: Path) -> None:
    def write(*files: Path) -> None:
        with Outputs() as outputs:
            for file in files:
                outputs.json(file, {})

    with pytest.raises(MeasurementRefused, match="two results would go there"):
        write(tmp_path / "o", tmp_path / "o")
    with pytest.raises(MeasurementRefused, match="it is a folder"):
        write(tmp_path)


def test_a_refusal_of_numbers_or_files_is_one_sentence_and_status_2() -> None:
    @click.command(cls=Measuring)
    def measure() -> None:
        raise NoVariation(what="Alpha", item="I1")

    result = CliRunner().invoke(measure)

    assert result.exit_code == 2
    assert result.output == "Error: Alpha of item I1 cannot be calculated: the scores do not vary.\n"
