"""Item parameters as CSV: one row for each item, as a calibration writes them and as every later command reads them.

The columns are ``item``, ``model``, the parameters as people read them (D = 1), and their standard errors ``se_…``:

* ``a``, ``b``, ``c``, ``u`` of items marked right or wrong: discrimination per logit, difficulty, asymptotes;
* ``a`` and ``b1``, ``b2``, … of graded items (thresholds) and of partial-credit and rating-scale items (steps);
* ``a1``, … and ``c1``, … of nominal items: weight and intercept of each category; those of category 0 are zero.

The number of thresholds, steps or weights in a row tells how many categories its item has.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.outputs import Outputs
from kaoping.exam.cli.tables import FileUnreadable, Row, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.models import ResponseModel
    from kaoping.scoring.parameters import ItemParameters

ALWAYS = ("a", "b", "c", "u")
NEUTRAL = {"c": 0.0, "u": 1.0}
"""Asymptotes that say nothing, so that tables which give them for every model can be read."""
UNIT_SLOPE = {"rasch", "pcm", "rsm"}
_MANY = {"pcm", "rsm", "gpcm", "grm", "nominal"}
_PARAMETER = re.compile(r"([abcu])([1-9]\d*)?")
_EMPTY = {"", "NA"}


def read_items(file: Path) -> "ItemParameters":
    """Read the items of a file.

    Raises
    ------
    FileUnreadable, RowUneven, NameTwice, CellUnusable
        With file, row, column, and what to do.
    """
    from kaoping.scoring.parameters import ItemParameters

    rows = read_rows(file, ["item", "model"], unique="item")
    forms = [_form(row) for row in rows]
    values = [_values(row, form) for row, form in zip(rows, forms, strict=True)]
    return ItemParameters.reported([row["item"] for row in rows], forms, values)


def write_items(file: Path, parameters: "ItemParameters", standard_errors: Sequence[Sequence[float]] = ()) -> None:
    """Write items to a file, complete or not at all; arguments as for `items_table`.

    Raises
    ------
    FileUnwritable
        It cannot be written where it should go.
    """
    with Outputs() as outputs:
        outputs.csv(file, *items_table(parameters, standard_errors))


def items_table(
    parameters: "ItemParameters", standard_errors: Sequence[Sequence[float]] = ()
) -> tuple[list[str], list[list[Any]]]:
    """Give header and rows of the file, for `Outputs.csv` together with other results.

    ``standard_errors`` holds for each item those of its parameters in the order of its model, zero where fixed: the
    cell of a parameter that was not estimated stays empty.
    """
    listed = list(parameters.table())
    labels = sorted({*ALWAYS, *(label for _, _, shown in listed for label in shown)}, key=_order)
    errors: list[dict[str, float]] = [
        dict(zip(shown, map(float, row), strict=True))
        for (_, _, shown), row in zip(listed, standard_errors or [()] * len(listed), strict=True)
        if standard_errors
    ]
    estimated = [label for label in labels if any(row.get(label) for row in errors)]
    rows = [[name, form, *map(shown.get, labels)] for name, form, shown in listed]
    for row, known in zip(rows, errors, strict=bool(errors)):
        row.extend(known.get(label) or None for label in estimated)
    return ["item", "model", *labels, *(f"se_{label}" for label in estimated)], rows


def _order(label: str) -> tuple[bool, int, int]:
    """Order the columns a, b, c, u, then b1, b2, … and a1, …, c1, …."""
    letter, number = label[0], label[1:]
    return bool(number), ("bac" if number else "abcu").index(letter), int(number or 0)


def _form(row: Row) -> "ResponseModel":
    from kaoping.scoring.models import ModelName, model

    name = row["model"].lower()
    if name not in {str(known) for known in ModelName}:
        raise row.refuse("model", f"is not a model; write one of {', '.join(ModelName)}")
    return model(name, _steps(row, "a" if name == "nominal" else "b") + 1 if name in _MANY else 2)


def _steps(row: Row, letter: str) -> int:
    """Count the thresholds, steps or weights, which are numbered from 1 without a gap."""
    given = sorted(int(label[1:]) for label in _filled(row) if label[0] == letter and len(label) > 1)
    for place, number in enumerate(given, 1):
        if place != number and f"{letter}{place}" in row.columns:
            raise row.refuse(f"{letter}{place}", f"is left out, though {letter}{number} is given")
        if place != number:
            raise _lacking(row, f"{letter}{place}")
    return max(len(given), 1)


def _filled(row: Row) -> list[str]:
    return [label for label in row.columns if _PARAMETER.fullmatch(label) and row[label] not in _EMPTY]


def _values(row: Row, form: "ResponseModel") -> list[float]:
    """Give the parameters in the order of the model.

    Raises
    ------
    CellUnusable
        One is missing, is not a number, is out of its range, or is not a parameter of the model.
    """
    sources = {label: _source(row, label, form) for label in form.reported}
    for label in _filled(row):
        if label not in sources.values() and row.number(label) != NEUTRAL.get(label):
            raise row.refuse(label, f"is not a parameter of an item of model {form.name}; leave it empty")
    shown = {label: _number(row, source, form) for label, source in sources.items()}
    _check(row, sources, shown)
    return list(shown.values())


def _source(row: Row, label: str, form: "ResponseModel") -> str:
    """Name the column of a parameter; with two categories, ``b`` and ``b1`` mean the same."""
    other = {"b": "b1", "b1": "b"}.get(label, label)
    return other if form.categories == 2 and row[label] in _EMPTY and row[other] not in _EMPTY else label  # noqa: PLR2004


def _number(row: Row, label: str, form: "ResponseModel") -> float:
    if label == "a" and row[label] in _EMPTY and form.name in UNIT_SLOPE:
        return 1.0
    if label not in row.columns:
        raise _lacking(row, label)
    return row.number(label)


def _lacking(row: Row, label: str) -> FileUnreadable:
    reason = f"it has no column {label}, which item {row['item']} in row {row.line} ({row['model']}) needs"
    return FileUnreadable(file=row.file, reason=reason)


def _check(row: Row, sources: dict[str, str], shown: dict[str, float]) -> None:
    """Refuse slopes of zero, asymptotes out of order, and thresholds of graded items that do not rise."""
    if shown.get("a") == 0:
        raise row.refuse("a", "says that the item has nothing to do with ability; leave the item out")
    lower, upper = shown.get("c", 0.0), shown.get("u", 1.0)
    if not 0 <= lower < 1:
        raise row.refuse("c", "is not a lower asymptote; write a share from 0 to below 1")
    if not lower < upper <= 1:
        raise row.refuse("u", "is not an upper asymptote; write a share above c, up to 1")
    if row["model"].lower() == "grm":
        steps = [label for label in shown if label != "a"]
        for before, label in pairwise(steps):
            if (shown[label] - shown[before]) * shown["a"] <= 0:
                raise row.refuse(sources[label], f"does not continue {before}; the thresholds of an item have to rise")
