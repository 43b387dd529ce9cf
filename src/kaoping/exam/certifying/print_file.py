"""One print file of many sheets, written as they come: pages are appended, and what sheets have in common stands once.

Only the places of objects and the digests of what was written stay in memory, so that ten thousand sheets need no more
of it than one. The file is for paper: tags, attachments and signatures of the sheets stay behind.
"""

import io
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final, Protocol

import pikepdf

#: Pages that hang on one node of the tree of pages.
_BRANCH: Final = 100
_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_KEPT: Final = ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/Rotate", "/Group", "/Resources", "/Contents")
#: What leads into the structure of the sheet that is left behind.
_TAGS: Final = {"/StructParents", "/StructParent", "/Length"}
_CATALOGUE, _TREE = 1, 2


class Sink(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes, /) -> Any:
        """Take some bytes."""


class PrintFile:
    """A PDF that grows by whole sheets."""

    def __init__(self, sink: Sink) -> None:
        self._sink, self._length = sink, 0
        self._offsets: dict[int, int] = {}
        self._next = _TREE + 1
        self._known: dict[bytes, int] = {}
        self._branches: list[tuple[int, int]] = []
        self._branch, self._leaves = 0, list[int]()
        self._intents = b""
        self.pages = 0
        self._put(_HEAD)

    def add(self, pdf: bytes) -> None:
        """Append the pages of a sheet, with what its fields show drawn into the page."""
        with pikepdf.open(io.BytesIO(pdf)) as sheet:
            if "/AcroForm" in sheet.Root:
                sheet.flatten_annotations("print")
            copied: dict[tuple[int, int], int] = {}
            if not self._intents and "/OutputIntents" in sheet.Root:
                self._intents = b"/OutputIntents " + self._said(sheet.Root.OutputIntents, copied)
            for page in sheet.pages:
                self._page(page.obj, copied)

    def finish(self) -> None:
        """Write the tree of pages and the table of places."""
        self._close_branch()
        kids = b" ".join(_reference(number) for number, _ in self._branches)
        count = sum(pages for _, pages in self._branches)
        self._write(_TREE, b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids))
        self._write(_CATALOGUE, b"<</Type/Catalog/Pages %b%b>>" % (_reference(_TREE), self._intents))
        start = self._length
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % self._next)
        for number in range(1, self._next):
            self._put(b"%010d 00000 n \n" % self._offsets[number])
        root = _reference(_CATALOGUE)
        self._put(b"trailer\n<</Size %d/Root %b>>\nstartxref\n%d\n%%%%EOF\n" % (self._next, root, start))

    def _page(self, page: pikepdf.Object, copied: dict[tuple[int, int], int]) -> None:
        if not self._leaves:
            self._branch = self._number()
        facts = [b"/Type/Page/Parent " + _reference(self._branch)]
        facts += [key.encode() + b" " + self._said(page[key], copied) for key in _KEPT if key in page]
        number = self._number()
        self._write(number, b"<<" + b"".join(facts) + b">>")
        self._leaves.append(number)
        self.pages += 1
        if len(self._leaves) == _BRANCH:
            self._close_branch()

    def _close_branch(self) -> None:
        if self._leaves:
            kids = b" ".join(map(_reference, self._leaves))
            facts = (_reference(_TREE), len(self._leaves), kids)
            self._write(self._branch, b"<</Type/Pages/Parent %b/Count %d/Kids[%b]>>" % facts)
            self._branches.append((self._branch, len(self._leaves)))
            self._leaves = []

    def _said(self, value: Any, copied: dict[tuple[int, int], int]) -> bytes:
        """Write a value, with references to where its objects stand here."""
        match value:
            case bool():
                return b"true" if value else b"false"
            case int():
                return b"%d" % value
            case Decimal() | float():
                return format(value, "f").encode()
            case None:
                return b"null"
        if value.is_indirect:
            return _reference(self._copy(value, copied))
        return self._direct(value, copied)

    def _direct(self, value: pikepdf.Object, copied: dict[tuple[int, int], int]) -> bytes:
        if isinstance(value, pikepdf.Array):
            return b"[" + b" ".join(self._said(one, copied) for one in value) + b"]"
        if isinstance(value, pikepdf.Dictionary):
            return b"<<" + self._entries(value, copied) + b">>"
        return value.unparse()

    def _entries(self, value: Any, copied: dict[tuple[int, int], int]) -> bytes:
        kept = ((key, one) for key, one in value.items() if key not in _TAGS)
        return b"".join(pikepdf.Name(key).unparse() + b" " + self._said(one, copied) for key, one in kept)

    def _copy(self, value: pikepdf.Object, copied: dict[tuple[int, int], int]) -> int:
        """Write an object unless the same was written before; give its number."""
        if value.objgen in copied:
            return copied[value.objgen]
        if isinstance(value, pikepdf.Stream):
            raw = value.read_raw_bytes()
            facts = self._entries(value.stream_dict, copied)
            body = b"<<%b/Length %d>>\nstream\n%b\nendstream" % (facts, len(raw), raw)
        else:
            body = self._direct(value, copied)
        digest = blake2b(body, digest_size=16).digest()
        if digest not in self._known:
            self._known[digest] = self._number()
            self._write(self._known[digest], body)
        copied[value.objgen] = self._known[digest]
        return copied[value.objgen]

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _write(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._length
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _put(self, data: bytes) -> None:
        self._sink.write(data)
        self._length += len(data)


def _reference(number: int) -> bytes:
    return b"%d 0 R" % number
