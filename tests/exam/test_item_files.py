"""Item parameters as CSV: what is written is read again, and every fault is refused with its place."""

from pathlib import Path

import numpy as np
import pytest

from kaoping.exam.cli.item_files import items_table, read_items, write_items
from kaoping.exam.cli.measurement import MeasurementRefused
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

FORMS = [model("rasch"), model("2pl"), model("3pl"), model("4pl"), model("grm", 4), model("gpcm", 3),
         model("rsm", 3), model("pcm"), model("nominal", 3)]  # fmt: skip
SHOWN = [[1.0, -0.5], [1.25, 0.3], [0.9, 1.0, 0.2], [1.1, 0.0, 0.1, 0.95], [1.5, -1.0, 0.0, 2.0], [0.7, -0.2, 0.4],
         [1.0, -1.0, 1.5], [1.0, 0.25], [0.5, 1.5, -0.25, -1.0]]  # fmt: skip
MIXED = ItemParameters.reported([f"I{number}" for number in range(1, 10)], FORMS, SHOWN)


def refusal(folder: Path, text: str) -> str:
    file = folder / "items.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MeasurementRefused) as caught:
        read_items(file)
    return str(caught.value).removeprefix(f"{folder}/items.csv")


def test_items_of_every_model_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_items(tmp_path / "items.csv", MIXED)

    found = read_items(tmp_path / "items.csv")

    assert found.names == MIXED.names
    assert found.models == MIXED.models
    for values, expected in zip(found.values, MIXED.values, strict=True):
        assert np.allclose(values, expected, rtol=1e-14)


def test_the_columns_are_those_of_the_models_and_of_estimated_parameters() -> None:
    two = ItemParameters.reported(["A", "B"], [model("rasch"), model("grm", 3)], [[1.0, 0.5], [2.0, -1.0, 1.0]])

    header, rows = items_table(two, [[0.0, 0.1], [0.2, 0.3, 0.4]])

    assert header == ["item", "model", "a", "b", "c", "u", "b1", "b2", "se_a", "se_b", "se_b1", "se_b2"]
    assert rows[0] == ["A", "rasch", 1.0, 0.5, None, None, None, None, None, 0.1, None, None]
    assert rows[1] == ["B", "grm", 2.0, None, None, None, -1.0, 1.0, 0.2, None, 0.3, 0.4]


def test_tables_of_other_programs_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(
        "item,model,a,b,c,u,b1,group\nA,2PL,1.5,0.5,0,1,NA,x\nB,rasch,,1,,,,x\nC,grm,2,0.5,,,,x\nD,pcm,,,,,1,x\n"
    )

    shown = [parameters for _, _, parameters in read_items(file).table()]

    assert shown == [{"a": 1.5, "b": 0.5}, {"a": 1.0, "b": 1.0}, {"a": 2.0, "b1": 0.5}, {"a": 1.0, "b": 1.0}]


@pytest.mark.parametrize(("rows", "place", "reason"), [
    ("item,a\nA,1", "", "it has no column model; name it in the first row"),
    ("item,model,a,b\nA,5pl,1,0", "row 2, column 2 (model)", "“5pl” is not a model; write one of rasch, 1pl, 2pl"),
    ("item,model,a,b\nA,2pl,1,x", "row 2, column 4 (b)", "“x” is not a number; write one such as 0.5"),
    ("item,model,a,b\nA,2pl,,0", "row 2, column 3 (a)", "“” is not a number; write one such as 0.5"),
    ("item,model,a,b\nA,2pl,nan,0", "row 2, column 3 (a)", "“nan” is not a number; write one such as 0.5"),
    ("item,model,a,b\nA,2pl,1,0\nA,2pl,1,0", "row 3, column 1", "“A” occurs a second time"),
    ("item,model,a\nA,2pl,1", "", "it has no column b, which item A in row 2 (2pl) needs"),
    ("item,model,a,b\nA,2pl,0,0", "row 2, column 3 (a)", "“0” says that the item has nothing to do with ability"),
    ("item,model,a,b,c\nA,2pl,1,0,.2", "row 2, column 5 (c)", "“.2” is not a parameter of an item of model 2pl"),
    ("item,model,a,b,c\nA,3pl,1,0,1", "row 2, column 5 (c)", "“1” is not a lower asymptote"),
    ("item,model,a,b,c,u\nA,4pl,1,0,.5,.4", "row 2, column 6 (u)", "“.4” is not an upper asymptote"),
    ("item,model,a,b1,b2\nA,grm,1,1,0", "row 2, column 5 (b2)", "“0” does not continue b1"),
    ("item,model,a,b1,b2\nA,gpcm,1,,0", "row 2, column 4 (b1)", "“” is left out, though b2 is given"),
    ("item,model,a1,a2,c1\nA,nominal,1,2,0", "", "it has no column c2, which item A in row 2 (nominal) needs"),
])  # fmt: skip
def test_a_fault_is_refused_with_its_place(tmp_path: Path, rows: str, place: str, reason: str) -> None:
    sentence = refusal(tmp_path, rows)

    assert place in sentence
    assert reason in sentence
