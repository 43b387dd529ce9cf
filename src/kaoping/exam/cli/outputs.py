"""Results of a command as files: all of them or none."""

import csv
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from kaoping.exam.cli.tables import FileUnwritable


class Outputs:
    """Results that are written together: beside their places first, and renamed when all of them are complete.

    A path of ``None``, an option that was not given, is passed over. If the block fails, no file is left or replaced.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Path, Path]] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def csv(self, file: Path | None, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
        """Write a table; numbers in full, ``None`` as an empty cell."""
        if file is not None:
            with self._new(file) as path, path.open("w", encoding="utf-8", newline="") as out:
                write_table(out, header, rows)

    def json(self, file: Path | None, facts: Mapping[str, Any]) -> None:
        """Write facts; arrays become lists, and a number that is not finite is an error of the caller."""
        if file is not None:
            text = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
            self.content(file, f"{text}\n".encode())

    def content(self, file: Path | None, written: bytes) -> None:
        """Write a file such as a picture."""
        if file is not None:
            with self._new(file) as path:
                path.write_bytes(written)

    def pictures(self, folder: Path | None, drawn: Mapping[str, bytes]) -> None:
        """Write pictures as ``<name>.svg`` into a folder, which is made if it is missing."""
        if folder is not None:
            if not folder.exists():
                self._make(folder)
            taken: dict[str, int] = {}
            for name, picture in drawn.items():
                plain = _file_name(name)
                taken[plain.lower()] = again = taken.get(plain.lower(), 0) + 1
                self.content(folder / f"{plain}{f'_{again}' if again > 1 else ''}.svg", picture)

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir()
        except OSError as wrong:
            raise FileUnwritable(file=folder, reason=wrong.strerror or type(wrong).__name__) from None
        self._folders.append(folder)

    @contextmanager
    def _new(self, file: Path) -> Iterator[Path]:
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        if file in [place for _, place in self._made]:
            raise FileUnwritable(file=file, reason="two results would go there")
        self._made.append((beside, file))
        try:
            if file.is_dir():
                raise FileUnwritable(file=file, reason="it is a folder")
            yield beside
        except OSError as wrong:
            raise FileUnwritable(file=file, reason=wrong.strerror or type(wrong).__name__) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for beside, file in self._made:
                os.replace(beside, file)  # noqa: PTH105 - one atomic step
            return
        for beside, _ in self._made:
            beside.unlink(missing_ok=True)
        for folder in self._folders:
            folder.rmdir()


def write_table(out: TextIO, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table as CSV into a file that is open, such as standard output; cells as of `Outputs.csv`."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)


def _file_name(name: str) -> str:
    """Make a name that every file system takes: other characters than letters, digits, ``.``, ``-`` become ``_``."""
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in name).lstrip(".") or "_"


def _plain(value: Any) -> Any:
    """Give arrays and numbers of numpy as Python's own, so that they are written in full and alike everywhere."""
    return value.tolist() if hasattr(value, "tolist") else value
