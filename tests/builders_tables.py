"""Tables of test data as CSV, as people give them to the measurement commands, and what the commands write."""

import csv
from collections.abc import Iterable
from pathlib import Path


def write_table(file: Path, rows: Iterable[Iterable[object]]) -> Path:
    """Write rows, of which the first is the header."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return file


def read_table(file: Path) -> list[dict[str, str]]:
    """Read the rows by the names of their columns."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
