"""Files of batches on disk: written in pieces, sealed piece by piece, readable for this program alone.

A piece is sealed under the ring of the installation and bound to its file and place, the last one also to being
the last: none can be exchanged or left out unseen, also not at the end. Nothing is held in memory as a whole.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from kaoping.exam.certifying.errors import FileGone
from kaoping.itembank.orm import vault
from kaoping.itembank.vault import Unreadable

PIECE: Final = 1 << 20
_LENGTH: Final = 4


class SealedFile:
    """A file that is written once, from beginning to end; it has its name only when it is whole.

    Until then its name is like no other, so that two writers of the same file do not write into one another.
    """

    def __init__(self, path: Path, place: str) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path, self._place, self._pieces = path, place, 0
        self._held, self._digest = bytearray(), hashlib.sha256()
        self.size, self._whole = 0, False
        self._growing = path.with_name(f"{path.stem}.{uuid4().hex}.growing")
        self._out: BinaryIO = os.fdopen(os.open(self._growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    @property
    def sha256(self) -> bytes:
        """Digest of what was written."""
        return self._digest.digest()

    def write(self, data: bytes, /) -> int:
        """Take some bytes; a piece that is full is sealed once something follows it."""
        self._digest.update(data)
        self._held += data
        self.size += len(data)
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Keep what does not fill a piece: pieces have one size."""

    def close(self) -> None:
        """Seal the rest as the last piece, write all through to the disk, and give the file its name."""
        self._seal(bytes(self._held), last=True)
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._growing.replace(self._path)
        self._whole = True

    def drop(self) -> None:
        """Give up a file, also one that is whole already."""
        self._out.close()
        (self._path if self._whole else self._growing).unlink(missing_ok=True)

    def _seal(self, piece: bytes, *, last: bool = False) -> None:
        sealed = vault().seal(piece, _piece_place(self._place, self._pieces, last=last))
        self._out.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._pieces += 1


def pieces(path: Path, place: str) -> Iterator[bytes]:
    """Give a sealed file piece by piece.

    Raises
    ------
    FileGone : it is not there, or it is not whole.
    """
    try:
        with path.open("rb") as file:
            number, sealed = 0, _next_piece(file)
            while True:
                after = _next_piece(file)
                yield vault().unseal(sealed, _piece_place(place, number, last=not after))
                if not after:
                    return
                number, sealed = number + 1, after
    except (FileNotFoundError, Unreadable) as lost:
        raise FileGone from lost


def _next_piece(file: BinaryIO) -> bytes:
    """Read a sealed piece; nothing is left at the end of the file."""
    return file.read(int.from_bytes(file.read(_LENGTH), "big"))


def _piece_place(place: str, number: int, *, last: bool) -> str:
    return f"{place}:{number}:last" if last else f"{place}:{number}"


def write(path: Path, place: str, content: bytes) -> None:
    """Seal one content."""
    file = SealedFile(path, place)
    try:
        file.write(content)
        file.close()
    except BaseException:
        file.drop()
        raise


def file_path(folder: Path, file_id: UUID) -> Path:
    """Name where a finished file lies."""
    return folder / f"{file_id}.sealed"


def file_place(file_id: UUID) -> str:
    """Name the place that the pieces of a finished file are bound to."""
    return f"certificate_file:{file_id}"


def part_path(folder: Path, batch_id: UUID, part: int) -> Path:
    """Name where a part of a batch lies until the batch is packed."""
    return folder / str(batch_id) / f"part-{part:06}.sealed"


def part_place(batch_id: UUID, part: int) -> str:
    """Name the place that the pieces of a part are bound to."""
    return f"certificate_batch:{batch_id}:{part}"


def clear_parts(folder: Path, batch_id: UUID) -> None:
    """Remove the parts of a batch that is packed."""
    shutil.rmtree(folder / str(batch_id), ignore_errors=True)
