"""``kaoping adaptive simulate``: a bank in, tests, exposure and a report out; the same for the same seed."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kaoping.exam.cli.item_files import write_items
from tests.builders_adaptive import mixed, three_parameters
from tests.exam.test_link_command import refusal, run

SEED = ("--seed", 3)


def bank(folder: Path, k: int = 60) -> Path:
    file = folder / "items.csv"
    write_items(file, three_parameters(k))
    return file


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def areas(folder: Path, k: int = 60) -> Path:
    return written(folder, "areas.csv", "item,area\n" + "".join(f"I{n + 1},{'AB'[n % 2]}\n" for n in range(k)))


def test_persons_steps_items_report_and_pictures_are_written(tmp_path: Path) -> None:
    names = {"--out": "p.csv", "--steps": "s.csv", "--exposure-out": "e.csv", "--report": "r.json", "--plots": "pics"}
    where = [part for name, file in names.items() for part in (name, tmp_path / file)]

    done = run(
        "adaptive", "simulate", bank(tmp_path), "--persons", 80, "--stop", "se:0.5", "--length", 20, "--shortest", 5,
        "--exposure", "randomesque:3", "--cuts", "0", *SEED, *where,
    )  # fmt: skip

    assert done.exit_code == 0, done.stderr
    persons, steps, items = (rows(tmp_path / name) for name in ("p.csv", "s.csv", "e.csv"))
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert list(persons[0]) == ["person", "true", "theta", "se", "length", "reason"]
    assert len(steps) == sum(int(row["length"]) for row in persons) == sum(int(row["uses"]) for row in items)
    last = [row for row in steps if row["person"] == "7"][-1]
    assert [last["theta"], last["se"]] == [persons[6]["theta"], persons[6]["se"]]
    assert report["persons"] == 80
    assert report["reasons"].keys() <= {"length", "standard error"}
    assert report["exposure"]["largest"] == max(float(row["rate"]) for row in items)
    assert sum(map(sum, report["classification"]["table"])) == 80
    pictures = {file.name for file in (tmp_path / "pics").iterdir()}
    assert pictures == {"recovery.svg", "exposure.svg", "path.svg", "precision.svg", "lengths.svg"}
    assert "80 persons, 60 items in the bank" in done.output


def test_a_seed_gives_the_same_files(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.csv" for name in ("one", "again", "other")]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        run("adaptive", "simulate", bank(tmp_path), "--persons", 30, "--length", 5, "--seed", seed, "--steps", file)

    one, again, other = (file.read_bytes() for file in files)
    assert one == again != other


def test_shares_of_areas_and_enemies_are_kept(tmp_path: Path) -> None:
    content = written(tmp_path, "content.csv", "area,share\nA,0.7\nB,0.3\n")
    enemies = written(tmp_path, "enemies.csv", "group,item\nx,I1\nx,I3\nx,I5\n")

    run(
        "adaptive", "simulate", bank(tmp_path), "--areas", areas(tmp_path), "--content", content, "--enemies", enemies,
        "--persons", 40, "--length", 10, *SEED, "--steps", tmp_path / "s.csv", "--report", tmp_path / "r.json",
    )  # fmt: skip

    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["areas"]
    assert found == {"A": {"mean": 7.0, "fewest": 7, "most": 7}, "B": {"mean": 3.0, "fewest": 3, "most": 3}}
    together: dict[str, set[str]] = {}
    for row in rows(tmp_path / "s.csv"):
        together.setdefault(row["person"], set()).add(row["item"])
    assert max(len(items & {"I1", "I3", "I5"}) for items in together.values()) == 1


def test_chances_of_sympson_and_hetter_are_written_and_read_again(tmp_path: Path) -> None:
    begin = ("adaptive", "simulate", bank(tmp_path), "--persons", 300, "--length", 6)
    chances, report = tmp_path / "e.csv", tmp_path / "r.json"

    made = run(*begin, "--exposure", "sympson-hetter:0.5", *SEED, "--exposure-out", chances, "--report", report)
    used = run(*begin, "--exposure", "chances", "--chances", chances, "--seed", 9, "--exposure-out", tmp_path / "2.csv")

    assert made.exit_code == used.exit_code == 0, made.stderr + used.stderr
    facts = json.loads(report.read_text(encoding="utf-8"))["sympson_hetter"]
    assert facts["converged"]
    assert facts["largest_rates"][0] == 1.0
    assert min(float(row["chance"]) for row in rows(chances)) < 1
    assert [row["chance"] for row in rows(chances)] == [row["chance"] for row in rows(tmp_path / "2.csv")]
    # four standard errors of the iteration and of 300 persons
    assert max(float(row["rate"]) for row in rows(tmp_path / "2.csv")) < 0.5 + 0.045 + 0.116


def test_rates_of_each_range_are_written(tmp_path: Path) -> None:
    exposure = ("--exposure", "eligibility:0.6", "--levels", "0", "--exposure-out", tmp_path / "e.csv")

    run("adaptive", "simulate", bank(tmp_path), "--persons", 100, "--length", 6, *exposure, *SEED)

    found = rows(tmp_path / "e.csv")
    assert list(found[0]) == ["item", "uses", "rate", "rate1", "rate2"]
    assert all(float(row["rate"]) <= float(row["rate1"]) + float(row["rate2"]) for row in found)


def test_real_answers_are_given_again_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    write_items(file, mixed(12))
    names = mixed(12).names[::-1]
    table = [[(place * number + number) % 2 + 1 for place in range(12)] for number in range(1, 9)]
    cells = "".join(f"N{number}," + ",".join(map(str, row)) + "\n" for number, row in enumerate(table))
    answers = written(tmp_path, "R.csv", f"person,{','.join(names)}\n{cells}")

    done = run(
        "adaptive", "simulate", file, "--responses", answers, "--lowest", 1, "--length", 5, *SEED,
        "--steps", tmp_path / "s.csv", "--out", tmp_path / "p.csv", "--cuts", "0",
    )  # fmt: skip

    assert "Against the estimate from all answers" in done.output
    assert "Classified as the estimate from all answers: " in done.output
    given = dict(zip((f"N{number}" for number in range(8)), table, strict=True))
    assert len(rows(tmp_path / "s.csv")) == 40
    assert all(given[row["person"]][names.index(row["item"])] == int(row["answer"]) for row in rows(tmp_path / "s.csv"))
    assert [row["person"] for row in rows(tmp_path / "p.csv")] == list(given)


@pytest.mark.parametrize(
    "options",
    [
        ("--criterion", "mepv", "--predictive"),
        ("--criterion", "mei", "--method", "map", "--persons", 3),
        ("--criterion", "progressive", "--acceleration", 2),
        ("--criterion", "stratified", "--strata", 2, "--blocking"),
        ("--criterion", "stratified", "--by", "information"),
        ("--exposure", "eligibility:0.4", "--levels", "0", "--fading", 0.99),
        ("--exposure", "falling:3", "--most-uses", 30),
        ("--stop", "information:0.2", "--stop", "change:0.01"),
        ("--stop", "sprt", "--cuts", "-1,1", "--delta", 0.5),
        ("--stop", "glr", "--cuts", "0"),
        ("--stop", "confidence", "--cuts", "0"),
        ("--method", "wle", "--errors", "observed", "--start", 1, "--spread", 0.5),
        ("--method", "ml", "--bounds", -3, 3, "--fallback", "bound"),
        ("--grid", -1, 1, 3, "--persons", 10, "--nodes", -4, 4, 33),
        ("--first", "I3,I9", "--mean", 1, "--sd", 0.5),
    ],
)
def test_every_rule_can_be_asked_for(tmp_path: Path, options: tuple[Any, ...]) -> None:
    people = () if "--persons" in options else ("--persons", 40)

    done = run("adaptive", "simulate", bank(tmp_path), *people, *options, "--length", 8, *SEED)

    assert done.exit_code == 0, done.stderr


def test_abilities_come_from_a_file(tmp_path: Path) -> None:
    theta = written(tmp_path, "theta.csv", "person,theta\nA-1,-0.5\nB-2,1.25\n")

    run("adaptive", "simulate", bank(tmp_path), "--theta", theta, "--length", 4, *SEED, "--out", tmp_path / "p.csv")

    assert [(row["person"], row["true"]) for row in rows(tmp_path / "p.csv")] == [("A-1", "-0.5"), ("B-2", "1.25")]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--stop", "sprt"), "--stop sprt needs --cuts"),
        (("--stop", "se:0.3", "--stop", "se:0.2"), "every rule of stopping once"),
        (("--length", 61), "61 items were asked for and the bank has 60"),
        (("--exposure", "sympson-hetter:0.1"), "tests of 30 items from 60 need 0.500"),
        (("--levels", "0"), "--levels is for"),
        (("--exposure", "chances"), "go together"),
        (("--persons", 9, "--theta", "theta.csv"), "--persons and --theta both say"),
        (("--grid", -1, 1, 3, "--theta", "theta.csv"), "--grid and --theta both say"),
        (("--first", "I1,Z9"), "no item Z9"),
        (("--areas", "areas.csv"), "give both or neither"),
        (("--stop", "se:-1"), "a standard error of -1.0"),
        (("--criterion", "stratified", "--strata", 40), "40 strata"),
    ],
)
def test_rules_that_cannot_be_are_refused_in_a_sentence(
    tmp_path: Path, options: tuple[Any, ...], sentence: str
) -> None:  # fmt: skip
    assert sentence in refusal(tmp_path, "adaptive", "simulate", bank(tmp_path), *options, *SEED)


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--content", "area,share\nA,0.5\nB,0.4\n", "its shares sum to 0.9"),
        ("--content", "area,share\nA,0.5\nC,0.5\n", "row 3, column 1 (area): “C” is the area of no item"),
        ("--content", "area,share\nA,x\nB,0.5\n", "row 2, column 2 (share): “x” is not a number"),
        ("--content", "area,share\nA,1\n", "it has no share for area B"),
        ("--enemies", "group,item\nx,I1\nx,I99\n", "row 3, column 2 (item): “I99” is no item of"),
        ("--enemies", "group,item\n,I1\n", "row 2, column 1 (group): “” is no group"),
        ("--theta", "person,theta\nA,far\n", "row 2, column 2 (theta): “far” is not a number"),
        ("--responses", "person,I1,I2\nA,1,2\n", "row 2, column 3 (I2): “2” is not one of the 2 categories"),
        ("--responses", "person,I1,Z\nA,1,0\n", "there is no item Z"),
    ],
)
def test_files_that_cannot_be_used_are_refused_with_their_place(
    tmp_path: Path, option: str, text: str, sentence: str
) -> None:
    more = ("--areas", areas(tmp_path)) if option == "--content" else ()
    file = written(tmp_path, "given.csv", text)

    options = (option, file, *more, "--length", 4, *SEED)

    assert sentence in refusal(tmp_path, "adaptive", "simulate", bank(tmp_path), *options)


def test_chances_that_are_none_are_refused(tmp_path: Path) -> None:
    table = "item,chance\n" + "".join(f"I{n + 1},{2 if n == 4 else 0.5}\n" for n in range(60))
    file = written(tmp_path, "chances.csv", table)

    options = ("--exposure", "chances", "--chances", file, "--length", 4, *SEED)
    said = refusal(tmp_path, "adaptive", "simulate", bank(tmp_path), *options)

    assert "row 6, column 2 (chance): “2” is not a chance from 0 to 1" in said


@pytest.mark.parametrize("value", ["se", "se:", "se:x", "foo:1", "sprt:3"])
def test_rules_of_stopping_that_are_none_are_named(tmp_path: Path, value: str) -> None:
    done = run("adaptive", "simulate", bank(tmp_path), "--stop", value, *SEED)

    assert done.exit_code == 2
    assert "--stop" in done.stderr


@pytest.mark.parametrize("value", ["1,0", "x", "0,0", "0,inf"])
def test_cuts_that_do_not_rise_are_named(tmp_path: Path, value: str) -> None:
    done = run("adaptive", "simulate", bank(tmp_path), "--cuts", value, *SEED)

    assert done.exit_code == 2
    assert "--cuts" in done.stderr


def rules(folder: Path, k: int = 60, **changes: Any) -> Path:
    """Ten items, four of every third one, two of which are enemies."""
    every = list(range(k))
    request = {
        "schema": "ata-instance/1", "item_ids": [f"I{item + 1}" for item in every], "enemies": [[0, 3]],
        "constraints": [{"id": "length", "items": every, "lb": 10, "ub": 10},
                        {"id": "third", "items": every[::3], "lb": 4, "ub": 4}],
    }  # fmt: skip
    return written(folder, "rules.json", json.dumps(request | changes))


def test_every_test_keeps_the_rules_of_a_request(tmp_path: Path) -> None:
    done = run("adaptive", "simulate", bank(tmp_path), "--persons", 12, "--shadow", rules(tmp_path),
               "--length", 10, *SEED, "--steps", tmp_path / "s.csv")  # fmt: skip

    assert done.exit_code == 0, done.stderr
    for person in range(1, 13):
        given = [int(row["item"][1:]) - 1 for row in rows(tmp_path / "s.csv") if row["person"] == str(person)]
        assert len(given) == 10
        assert sum(item % 3 == 0 for item in given) == 4
        assert len({0, 3} & set(given)) < 2


@pytest.mark.parametrize(
    ("changes", "length", "words"),
    [
        ({}, 8, "a form of the rules has 10 items and the test ends after 8"),
        ({"item_ids": [f"X{item}" for item in range(60)]}, 10, "item X0 of the rules is not in the bank"),
        ({"schema": "other"}, 10, "schema: it must be “ata-instance/1”"),
        ({"exclude": list(range(0, 60, 3))}, 10, "no form keeps the rules"),
    ],
)
def test_rules_that_cannot_be_kept_are_told_in_a_sentence(
    tmp_path: Path, changes: dict[str, Any], length: int, words: str
) -> None:
    items, request = bank(tmp_path), rules(tmp_path, **changes)

    told = refusal(
        tmp_path, "adaptive", "simulate", items, "--persons", 5, "--shadow", request, "--length", length, *SEED,
    )  # fmt: skip

    assert words in told


def test_the_end_is_told_whenever_it_is_not_the_length(tmp_path: Path) -> None:
    common = ("adaptive", "simulate", bank(tmp_path), "--persons", 5, "--length", 20, *SEED)

    assert "Ended by" not in run(*common).output
    assert "Ended by standard error: 5." in run(*common, "--stop", "se:0.9").output


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--criterion", "progressive", "--acceleration", "nan"), "an acceleration of nan is none"),
        (("--start", "nan"), "a test cannot start from an ability of nan"),
        (("--spread", "nan"), "a spread of nan is none"),
        (("--first", "I1,I1"), "item I1 is twice among the first items"),
    ],
)
def test_what_is_no_number_is_refused(options: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    assert reason in refusal(tmp_path, "adaptive", "simulate", bank(tmp_path), *options, *SEED)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            ("--strata", 3),
            "--strata is used by --criterion stratified only, and --criterion is mfi; leave out --strata.",
        ),
        (
            ("--blocking", "--criterion", "kl"),
            "--blocking is used by --criterion stratified only, and --criterion is kl",
        ),
        (("--acceleration", 2), "--acceleration is used by --criterion progressive or proportional only"),
        (("--predictive",), "--predictive is used by --criterion mepv or mei only"),
        (("--fading", 0.9), "--fading is used by --exposure eligibility only, and --exposure is none"),
        (("--alpha", 0.1), "--alpha is used by --stop sprt or glr only, and there is no --stop; leave out --alpha."),
        (("--delta", 0.1, "--stop", "se:0.3"), "and --stop is se; leave out --delta."),
        (("--errors", "observed"), "--errors is used by --method map, ml or wle only, and --method is eap"),
        (("--fallback", "bound", "--method", "wle"), "--fallback is used by --method ml only, and --method is wle"),
        (("--balance", "priority"), "--balance is used with --content only; give --content or leave out --balance."),
        (("--not-reached", "N"), "--not-reached is used with --responses only"),
    ],
)
def test_an_option_that_nothing_uses_is_refused_with_what_would_use_it(
    tmp_path: Path, options: tuple[Any, ...], reason: str
) -> None:
    assert reason in refusal(tmp_path, "adaptive", "simulate", bank(tmp_path), *options, *SEED)


def test_an_option_of_the_criterion_asked_for_is_no_idle_one(tmp_path: Path) -> None:
    used = ("--criterion", "stratified", "--strata", 2, "--blocking", "--exposure", "eligibility:0.5", "--fading", 0.9)

    done = run("adaptive", "simulate", bank(tmp_path), "--persons", 5, "--length", 6, *used, *SEED)

    assert done.exit_code == 0, done.stderr
