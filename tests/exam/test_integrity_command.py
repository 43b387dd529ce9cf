"""``kaoping integrity``: files in, files out, and refusals that name the place."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from kaoping.exam.cli.item_files import write_items
from kaoping.scoring.integrity import Terms, generalised_binomial
from tests.builders_integrity import chances_of, copied, drawn
from tests.builders_tables import read_table, write_table

N, K = 60, 30
LETTERS = "ABCD"


def titled(header: Iterable[object], rows: Iterable[Iterable[object]]) -> list[Iterable[object]]:
    return [header, *rows]


class Sitting:
    """Files of a sitting of 60 persons in two rooms, in which P8 copied from the neighbour P9."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(1)
        answers, self.items = drawn(N, K, rng)
        self.answers = copied(answers, [(7, 8)], 0.8, rng)
        self.persons = [f"P{number + 1}" for number in range(N)]
        self.names = [f"I{number + 1}" for number in range(K)]
        letters = [[LETTERS[code] for code in row] for row in self.answers.tolist()]
        rows = [[name, *row] for name, row in zip(self.persons, letters, strict=True)]
        self.table = write_table(folder / "answers.csv", [["person", *self.names], *rows])
        key = titled(["item", "key", "options"], ([name, "D", "A|B|C|D"] for name in self.names))
        self.key = write_table(folder / "key.csv", key)
        self.parameters = folder / "items.csv"
        write_items(self.parameters, self.items)
        places = [[name, f"R{at // 30 + 1}", at % 30 // 6 + 1, at % 6 + 1] for at, name in enumerate(self.persons)]
        self.seats = write_table(folder / "seats.csv", [["person", "room", "row", "column"], *places])
        groups = titled(["person", "group"], (row[:2] for row in places))
        self.groups = write_table(folder / "groups.csv", groups)
        self.known = (self.table, "--key", self.key, "--items", self.parameters)
        self.log = self.write_log(folder / "log.csv", letters, rng)

    def write_log(self, file: Path, letters: list[list[str]], rng: np.random.Generator) -> Path:
        """P30 had every right answer wrong at first; others changed a tenth of theirs."""
        rows = [
            [name, item, LETTERS[(LETTERS.index(text) + int(rng.integers(1, 4))) % 4], text]
            for name, row in zip(self.persons, letters, strict=True)
            for item, text in zip(self.names, row, strict=True)
            if (text == "D" if name == "P30" else rng.random() < 0.1)
        ]
        return write_table(file, [["person", "item", "from", "to"], *rows])


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path)


def run(*said: object) -> Result:
    return CliRunner().invoke(main, ["integrity", *map(str, said)])


def refusal(folder: Path, *said: object) -> str:
    out = folder / "out.csv"
    done = run(*said, "--out", out)

    assert done.exit_code == 2, done.output
    assert not out.exists()
    return done.stderr.removeprefix("Error: ").replace(f"{folder}/", "").strip()


@pytest.mark.parametrize("command", [("copying",), ("similarity",), ("similarity", "--method", "gbt")])
def test_the_planted_pair_is_flagged_and_table_report_and_pictures_are_written(
    command: tuple[str, ...], sitting: Sitting, tmp_path: Path
) -> None:
    out, report, plots = tmp_path / "pairs.csv", tmp_path / "r.json", tmp_path / "plots"

    done = run(
        *command, *sitting.known, "--seats", sitting.seats, "--adjust", "bh", "--out", out, "--report", report,
        "--plots", plots,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    rows, facts = read_table(out), json.loads(report.read_text(encoding="utf-8"))
    ends = list(rows[0])[:2]
    assert {rows[0][end] for end in ends} == {"P8", "P9"}
    assert rows[0]["flagged"] == "1"
    assert (len(rows), rows[0]["room"]) == (facts["judged"], "R1")
    assert {frozenset(one["subject"]) for one in facts["flagged"]} == {frozenset(("P8", "P9"))}
    assert facts["flagged"][0]["wrong"] == len(facts["flagged"][0]["identical_wrong"])
    assert facts["clusters"][0]["persons"] == ["P8", "P9"]
    assert facts["sentence"].endswith("Flags are evidence for a person to weigh, never a verdict.")
    assert {file.stem for file in plots.iterdir()} == {"matches", "room-R1"}
    assert "Connected: P8, P9" in done.output
    assert done.output.rstrip().endswith("never a verdict.")


def test_the_table_holds_what_the_function_gives(sitting: Sitting, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"

    done = run("similarity", "--method", "gbt", *sitting.known, "--out", out)

    assert done.exit_code == 0, done.stderr
    found = generalised_binomial(chances_of(sitting.answers, sitting.items), Terms())
    rows = {(row["first"], row["second"]): float(row["p"]) for row in read_table(out)}
    assert len(rows) == N * (N - 1) // 2
    for subject, p in zip(found.subjects, found.p, strict=True):
        assert rows[subject] == pytest.approx(p)
    right = {row["first"]: int(row["first_right"]) for row in read_table(out)}
    assert right["P1"] == int((sitting.answers[0] == 3).sum())


def test_marks_are_screened_without_a_key_and_calibrated(sitting: Sitting, tmp_path: Path) -> None:
    marks = [
        [name, *row] for name, row in zip(sitting.persons, (sitting.answers == 3).astype(int).tolist(), strict=True)
    ]
    table = write_table(tmp_path / "marks.csv", [["person", *sitting.names], *marks])

    done = run("similarity", "--method", "gbt", table, "--model", "rasch", "--seats", sitting.seats, "--reach", 0)

    assert done.exit_code == 0, done.stderr
    assert "60 persons, everybody in a room; items calibrated from these answers." in done.output
    assert refusal(tmp_path, "similarity", table, "--model", "rasch") == (
        "The screening cannot be made: M4 compares which wrong options were chosen; with marks alone take GBT."
    )


def test_options_are_calibrated_from_the_answers_and_named_pairs_compared(sitting: Sitting, tmp_path: Path) -> None:
    pairs = write_table(tmp_path / "pairs.csv", [["first", "second"], ["P8", "P9"], ["P1", "P2"]])
    out = tmp_path / "out.csv"

    done = run(
        "copying", sitting.table, "--key", sitting.key, "--model", "2pl", "--pairs", pairs, "--out", out, "--seed", 1
    )

    assert done.exit_code == 0, done.stderr
    assert {(row["copier"], row["source"]) for row in read_table(out)} == {
        ("P8", "P9"), ("P9", "P8"), ("P1", "P2"), ("P2", "P1"),
    }  # fmt: skip


def test_named_pairs_that_are_not_judged_are_listed_with_the_reason(sitting: Sitting, tmp_path: Path) -> None:
    rows = [line.split(",") for line in sitting.table.read_text(encoding="utf-8").splitlines()]
    for row, kept in ((rows[1], 3), (rows[2], 1)):
        row[kept:] = [""] * (len(row) - kept)
    table, report = write_table(tmp_path / "o.csv", rows), tmp_path / "r.json"
    named = [["P1", "P3"], ["P2", "P3"], ["P8", "P9"]]
    pairs = write_table(tmp_path / "pairs.csv", [["first", "second"], *named])
    known = ("--key", sitting.key, "--items", sitting.parameters)

    done = run("similarity", table, *known, "--pairs", pairs, "--least", 10, "--report", report)

    assert done.exit_code == 0, done.stderr
    assert "1 pairs have too few items in common and are not judged." in done.output
    assert "2 of the pairs by name are not judged; the report lists them." in done.output
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert (facts["apart"], facts["too_few_in_common"]) == (1, 1)
    assert facts["unjudged"] == [
        {"subject": ["P2", "P3"], "reason": "one of them has no answer"},
        {"subject": ["P1", "P3"], "reason": "too few items in common"},
        {"subject": "P2", "reason": "no answer"},
    ]


def test_leaving_out_may_be_an_option_that_two_persons_share(sitting: Sitting, tmp_path: Path) -> None:
    rows = [line.split(",") for line in sitting.table.read_text(encoding="utf-8").splitlines()]
    for row in rows[1:]:
        row[3] = "O" if row[0] in {"P1", "P2"} or int(row[0][1:]) % 8 == 0 else row[3]
    table, out = write_table(tmp_path / "o.csv", rows), tmp_path / "found.csv"
    said = ("similarity", table, "--key", sitting.key, "--omitted", "O", "--omissions")
    few = write_table(tmp_path / "two.csv", [["first", "second"], ["P1", "P2"], ["P1", "P3"]])

    common = {}
    for omissions in ("leave", "option"):
        done = run(*said, omissions, "--pairs", few, "--out", out)
        assert done.exit_code == 0, done.stderr
        common[omissions] = {row["second"]: int(row["common"]) for row in read_table(out)}

    assert common == {"leave": {"P2": K - 1, "P3": K - 1}, "option": {"P2": K, "P3": K}}
    assert refusal(tmp_path, *said, "option", "--items", sitting.parameters) == (
        "Nominal --items have no option of leaving out; let them be calibrated from these answers."
    )


def test_only_so_many_rows_are_written_as_asked(sitting: Sitting, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    run("similarity", "--method", "gbt", *sitting.known, "--adjust", "bonferroni", "--rows", 5, "--out", out)

    assert len(read_table(out)) == 5


def test_changes_of_a_log_and_of_groups_are_screened(sitting: Sitting, tmp_path: Path) -> None:
    out, report, plots = tmp_path / "c.csv", tmp_path / "c.json", tmp_path / "plots"
    said = ("changes", sitting.log, "--answers", sitting.table, "--key", sitting.key, "--items", sitting.parameters)

    done = run(*said, "--adjust", "bonferroni", "--out", out, "--report", report, "--plots", plots)

    assert done.exit_code == 0, done.stderr
    rows = read_table(out)
    assert (rows[0]["person"], rows[0]["flagged"]) == ("P30", "1")
    assert int(rows[0]["right"]) == int((sitting.answers[29] == 3).sum())
    assert [one["subject"] for one in json.loads(report.read_text(encoding="utf-8"))["flagged"]] == ["P30"]
    assert {file.stem for file in plots.iterdir()} == {"changes"}

    grouped = run(*said, "--base", "observed", "--group", sitting.groups, "--out", out)

    assert grouped.exit_code == 0, grouped.stderr
    assert {row["group"] for row in read_table(out)} == {"R1", "R2"}
    assert "logits to the observed base rate" in grouped.output


def test_the_population_of_abilities_is_estimated_or_said_and_always_reported(sitting: Sitting, tmp_path: Path) -> None:
    report = tmp_path / "c.json"
    said = ("changes", sitting.log, "--answers", sitting.table, "--key", sitting.key, "--items", sitting.parameters)

    def population(*more: object) -> tuple[str, dict[str, object]]:
        done = run(*said, "--report", report, *more)
        assert done.exit_code == 0, done.stderr
        return done.output, json.loads(report.read_text(encoding="utf-8"))["population"]

    told, of = population()
    assert not of["said"]
    assert "Abilities, from the unchanged answers: mean " in told
    told, of = population("--group", sitting.groups)
    assert "means of groups from" in told
    assert set(of["mean"]) == {"R1", "R2"}  # type: ignore[call-overload]
    told, of = population("--mean", 1, "--sd", 0.5)
    assert "Abilities: mean 1.00, spread 0.50, as said." in told
    assert of == {"said": True, "mean": 1.0, "sd": 0.5}
    assert "give both" in refusal(tmp_path, *said, "--mean", 1)
    assert "needs --answers" in refusal(tmp_path, "changes", sitting.log, "--mean", 1, "--sd", 1)


def test_numbers_of_changes_are_screened_without_answers(tmp_path: Path) -> None:
    others = ([f"B{number}", 10, 5] for number in range(20))
    counts = titled(["person", "changes", "wrong_to_right"], [["A", 20, 19], *others])
    table = write_table(tmp_path / "n.csv", counts)

    done = run("changes", table)

    assert done.exit_code == 0, done.stderr
    assert "1 of 21 persons flagged" in done.output
    assert "always have the rate of all persons" in refusal(tmp_path, "changes", table, "--base", "observed")


def test_chosen_options_without_their_key_are_told_how_to_be_read(tmp_path: Path) -> None:
    options = write_table(tmp_path / "options.csv", [["person", "I1", "I2", "I3"], ["P1", "A", "B", "C"]])

    assert refusal(tmp_path, "copying", options) == (
        "options.csv, row 2, column 2 (I1): “A” is not a category, a whole number from 0 to 100; leave it empty if it "
        "was not presented, or give --key if these are chosen options."
    )


def test_what_the_files_of_pairs_lack_is_named_with_its_place(sitting: Sitting, tmp_path: Path) -> None:
    few, taken, strange = (tmp_path / f"{name}.csv" for name in ("few", "taken", "strange"))
    write_table(few, [["person", "room", "row", "column"], ["P1", "R1", 1, 1]])
    write_table(taken, titled(["person", "room", "row", "column"], ([name, "R1", 1, 1] for name in sitting.persons)))
    write_table(strange, [["first", "second"], ["P1", "P99"]])
    write_table(tmp_path / "no.csv", [["item", "key"], *([name, "D"] for name in sitting.names)])

    assert refusal(tmp_path, "copying", *sitting.known, "--seats", few) == (
        "few.csv cannot be read: it has no seat for person P2."
    )
    assert refusal(tmp_path, "copying", *sitting.known, "--seats", taken) == (
        "taken.csv, row 3, column 4: “room R1, row 1, column 1” occurs a second time; give each its own name."
    )
    assert refusal(tmp_path, "copying", *sitting.known, "--pairs", strange) == (
        "strange.csv, row 2, column 2 (second): “P99” is no person of the answers; "
        "use the names in their column person."
    )
    assert refusal(tmp_path, "copying", *sitting.known, "--pairs", strange, "--seats", few) == (
        "--seats and --pairs both say who is compared; give one of them."
    )
    table = sitting.table, "--key", tmp_path / "no.csv", "--items", sitting.parameters
    assert refusal(tmp_path, "copying", *table) == (
        "no.csv cannot be read: it has no options for item I1, whose parameters are those of 4; "
        "give them in that order."
    )
    assert refusal(tmp_path, "similarity", "--method", "gbt", "--order", "evidence", *sitting.known) == (
        "--order is for the method m4; leave it out with gbt."
    )


def test_what_a_log_lacks_is_named_with_its_place(sitting: Sitting, tmp_path: Path) -> None:
    given = LETTERS[sitting.answers[0, 0]]
    other = next(letter for letter in LETTERS if letter != given)
    said = ("--answers", sitting.table, "--key", sitting.key, "--items", sitting.parameters)

    def told(*rows: list[str]) -> str:
        return refusal(
            tmp_path, "changes", write_table(tmp_path / "l.csv", [["person", "item", "from", "to"], *rows]), *said
        )

    assert told(["P99", "I1", "A", "B"]) == "l.csv, row 2, column 1 (person): “P99” is no person of answers.csv."
    assert told(["P1", "I1", given, other]) == (
        f"l.csv, row 2, column 4 (to): “{other}” is not the answer in answers.csv, which is “{given}”."
    )
    assert told(["P1", "I1", other, given], ["P1", "I1", other, given]) == (
        f"l.csv, row 3, column 3 (from): “{other}” does not continue row 2, which ends with “{given}”."
    )
    assert told(["P1", "I1", "X", given]) == (
        "l.csv, row 2, column 3 (from): “X” is not one of the options A, B, C, D."
    )
    assert refusal(tmp_path, "changes", sitting.log, "--answers", sitting.table) == (
        "A log of changes is of chosen options; give their --key as well."
    )
    assert refusal(tmp_path, "changes", sitting.log, "--key", sitting.key) == (
        "--key, --items and --model are for a log of changes, which needs --answers as well."
    )
    counts = write_table(tmp_path / "n.csv", [["person", "changes", "wrong_to_right"], ["A", 2, 3]])
    assert refusal(tmp_path, "changes", counts) == (
        "n.csv, row 2, column 3 (wrong_to_right): “3” is not between 0 and the 2 changes of this person."
    )


def test_a_log_may_come_in_any_order_if_it_says_when(sitting: Sitting, tmp_path: Path) -> None:
    last = LETTERS[sitting.answers[0, 0]]
    one, other = [letter for letter in LETTERS if letter != last][:2]
    rows = [["P1", "I1", one, last, "12"], ["P1", "I1", "", other, "2"], ["P1", "I1", other, one, "5"]]
    log = write_table(tmp_path / "l.csv", [["person", "item", "from", "to", "at"], *rows])
    out = tmp_path / "c.csv"

    done = run(
        "changes", log, "--answers", sitting.table, "--key", sitting.key, "--items", sitting.parameters, "--out", out
    )

    assert done.exit_code == 0, done.stderr
    assert [(row["person"], row["changed"]) for row in read_table(out)] == [("P1", "1")]
