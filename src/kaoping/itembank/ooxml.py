"""Reading what office programs save (.xlsx, .docx): a zip archive of XML parts, taken with suspicion.

Nothing of a part is read before the archive's table of contents is within bounds, no part is read beyond its bound
whatever the table says, and XML with a document type (where entities are defined) is refused.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from kaoping.itembank.errors import N_, Invalid, ItemBankError

FILE_MOST: Final = 10 * 1024 * 1024
PART_MOST: Final = 40 * 1024 * 1024
PARTS_MOST: Final = 2000
ELEMENTS_MOST: Final = 1_000_000
#: Characters of all cells of a file, each as often as it is shown: merged and shared text costs little to write.
TEXT_MOST: Final = 10_000_000

#: What unpacking a damaged part may raise, by how it was packed.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError,
)  # fmt: skip


class NotAnOfficeFile(ItemBankError, Invalid):
    """The file is no archive of the kind that office programs save."""

    sentence = N_(
        "This is not a file of the form %(kind)s; save it in the office program as %(kind)s, without a password, and "
        "choose it again."
    )


class OfficeFileTooLarge(ItemBankError, Invalid):
    """The file, or what it unpacks to, is larger than is taken."""

    sentence = N_("The file unpacks to more than is taken (%(most)s MB); divide it, or take out pictures.")


class OfficeFileSuspicious(ItemBankError, Invalid):
    """The file holds what office programs do not save into such a document."""

    sentence = N_("The file holds %(what)s, which is not taken. Save it anew in an office program as %(kind)s.")


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened file: its parts by name."""

    kind: str
    zip: zipfile.ZipFile

    def __contains__(self, name: str) -> bool:
        return name in self.zip.NameToInfo

    def part(self, name: str) -> Element:
        """Read a part as XML."""
        if name not in self:
            raise NotAnOfficeFile(kind=self.kind)
        return _parsed(self._bytes(name), self.kind)

    def _bytes(self, name: str) -> bytes:
        try:
            with self.zip.open(name) as stream:
                data = stream.read(PART_MOST + 1)
        except _UNREADABLE:
            raise NotAnOfficeFile(kind=self.kind) from None
        if len(data) > PART_MOST:
            raise OfficeFileTooLarge(most=PART_MOST // 1024**2)
        return data


def opened(data: bytes, kind: str) -> Archive:
    """Open a file.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious
    """
    if len(data) > FILE_MOST:
        raise OfficeFileTooLarge(most=FILE_MOST // 1024**2)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise NotAnOfficeFile(kind=kind) from None
    parts = archive.infolist()
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > PART_MOST:
        raise OfficeFileTooLarge(most=PART_MOST // 1024**2)
    if any(part.filename.casefold().endswith("vbaproject.bin") for part in parts):
        raise OfficeFileSuspicious(what=N_("macros"), kind=kind)
    return Archive(kind, archive)


def _parsed(data: bytes, kind: str) -> Element:
    """Parse XML without document types, entities or external parts."""
    builder, count = TreeBuilder(), 0

    def refuse(*_: object) -> None:
        raise OfficeFileSuspicious(what=N_("a document type with entities"), kind=kind)

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > ELEMENTS_MOST:
            raise OfficeFileTooLarge(most=PART_MOST // 1024**2)
        builder.start(name, attributes)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter two for encodings that are not read
        raise NotAnOfficeFile(kind=kind) from None
    return builder.close()


def local(element: Element) -> str:
    """Give the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def below(element: Element, name: str) -> Iterator[Element]:
    """Give the elements of a name below an element, in order."""
    return (one for one in element.iter() if local(one) == name)


def attribute(element: Element, name: str) -> str:
    """Give an attribute by its name without namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
