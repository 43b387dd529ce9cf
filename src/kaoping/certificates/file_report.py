"""What was read from a file that somebody asks about: its signature, the fields on its face, what it points at."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kaoping.certificates.document_signatures import Signed
from kaoping.certificates.face_fields import Field


class FileKind(StrEnum):
    """What sort of file it is."""

    PDF = "pdf"
    BADGE = "badge"
    CODE = "code"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file as it was read, without any register.

    ``torn``: it carries a signature that can no longer be read. ``words``: all words of the face, folded.
    ``query_keys``: secrets of QR codes that the file names.
    """

    kind: FileKind
    sha256: str
    size: int
    signed: Signed | None = None
    torn: bool = False
    fields: Mapping[Field, str] = field(default_factory=dict)
    words: str = ""
    query_keys: tuple[str, ...] = ()
    demonstration: bool = False
    valid_until: date | None = None

    @property
    def number(self) -> str:
        """The certificate number that the file shows."""
        return self.fields.get(Field.NUMBER, "")

    @property
    def genuine(self) -> bool:
        """Whether a trusted issuer signed exactly this file."""
        return self.signed is not None and self.signed.unchanged and self.signed.trusted

    @property
    def changed(self) -> bool:
        """Whether something was changed after it was signed."""
        return self.torn or (self.signed is not None and not self.signed.intact) or self.appended

    @property
    def appended(self) -> bool:
        """Whether something was added behind what the issuer signed."""
        return self.signed is not None and self.signed.trusted and self.signed.intact and not self.signed.whole

    @property
    def whole(self) -> bool:
        """Whether the signature covers the whole file, whoever signed."""
        return self.signed is not None and self.signed.whole

    @property
    def foreign(self) -> bool:
        """Whether somebody signed it whom the issuer does not know."""
        return self.signed is not None and self.signed.intact and not self.signed.trusted

    def to_json(self) -> str:
        """Write the report for the process that asked."""
        return json.dumps(asdict(self), default=lambda moment: moment.isoformat(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: bytes) -> "FileReport":
        """Read a report back."""
        said: dict[str, Any] = json.loads(text)
        signed = said.pop("signed")
        at, until = signed and signed["at"], said.pop("valid_until")
        return cls(
            kind=FileKind(said.pop("kind")),
            signed=Signed(**signed | {"at": datetime.fromisoformat(at) if at else None}) if signed else None,
            fields={Field(name): value for name, value in said.pop("fields").items()},
            query_keys=tuple(said.pop("query_keys")),
            valid_until=date.fromisoformat(until) if until else None,
            **said,
        )
