"""Layouts of flowing sheets: score report, admission ticket, batch register, as far as an organisation may shape them.

Chosen are the logo, the ground, a line under the title, further notes, and which blocks stand in which order. Fixed are
title, identification, timetable, seal, verdict, and the notice of objections: what is required cannot be laid out away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from kaoping.certificates.errors import LayoutUnreadable
from kaoping.certificates.layout_checks import Fault, FaultKind, reserved
from kaoping.certificates.layouts import Closed, Digest, GroundKind, Language
from kaoping.itembank import typefaces
from kaoping.itembank.errors import N_

MOST_NOTES = 6
Line = Annotated[str, Field(max_length=60)]
Note = Annotated[str, Field(min_length=1, max_length=120)]


class Block(StrEnum):
    """Parts of a sheet that can change places; of a register, its columns."""

    SCORES = "scores"
    ABILITY = "ability"
    PROFILE = "profile"
    RULES = "rules"
    NOTES = "notes"
    PERSON = "person"
    IDENTITY = "identity"
    OCCUPATION = "occupation"
    LEVEL = "level"
    NUMBER = "number"
    ISSUED_ON = "issued_on"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of sheet is made of: its blocks in the usual order, which it cannot lack, and if it has a ground."""

    blocks: tuple[Block, ...]
    compulsory: frozenset[Block]
    grounded: bool = True


REPORT = Form((Block.SCORES, Block.ABILITY, Block.PROFILE, Block.NOTES), frozenset({Block.SCORES}))
TICKET = Form((Block.RULES, Block.NOTES), frozenset({Block.RULES}))
REGISTER = Form(
    (
        Block.PERSON, Block.IDENTITY, Block.OCCUPATION, Block.LEVEL, Block.NUMBER, Block.ISSUED_ON, Block.SIGNATURE,
    ),
    frozenset({Block.PERSON, Block.NUMBER}),
    grounded=False,
)  # fmt: skip
BLOCK_WORDS = MappingProxyType(
    {
        Block.SCORES: N_("Scores by component"),
        Block.ABILITY: N_("Ability against the cut"),
        Block.PROFILE: N_("Profile over functions"),
        Block.RULES: N_("Instructions"),
        Block.NOTES: N_("Own notes"),
        Block.PERSON: N_("Name of the person"),
        Block.IDENTITY: N_("Identity number, masked"),
        Block.OCCUPATION: N_("Occupation"),
        Block.LEVEL: N_("Level"),
        Block.NUMBER: N_("Certificate number"),
        Block.ISSUED_ON: N_("Day of issue"),
        Block.SIGNATURE: N_("Signature on receipt"),
    }
)


class SheetLayout(Closed):
    """How an organisation shapes a flowing sheet; grounds are the band at the head, white paper, or a pale picture."""

    schema_version: Literal["kaoping.sheet/1"] = Field("kaoping.sheet/1", alias="schema")
    language: Literal[Language.CHINESE] = Language.CHINESE
    ground: GroundKind = GroundKind.GUILLOCHE
    ground_digest: Digest | None = None
    logo: Digest | None = None
    logo_alternative: Line = ""
    heading: Line = ""
    notes: Annotated[tuple[Note, ...], Field(max_length=MOST_NOTES)] = ()
    blocks: Annotated[tuple[Block, ...], Field(max_length=len(Block))] = ()

    @property
    def digests(self) -> frozenset[str]:
        """The uploaded pictures that it needs."""
        return frozenset(one for one in (self.ground_digest, self.logo) if one)

    def document(self) -> dict[str, Any]:
        """Write it as JSON."""
        return self.model_dump(mode="json", by_alias=True)


def usual(form: Form) -> SheetLayout:
    """Give the sheet as the package prints it."""
    return SheetLayout(blocks=form.blocks, ground=GroundKind.GUILLOCHE if form.grounded else GroundKind.PLAIN)


def read(document: object) -> SheetLayout:
    """Read a sheet from its document; raises `LayoutUnreadable`."""
    try:
        return SheetLayout.model_validate(document)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise LayoutUnreadable(place=".".join(map(str, first["loc"])) or "layout", reason=first["msg"]) from wrong


def faults(form: Form, sheet: SheetLayout) -> list[Fault]:
    """Give what is wrong with a sheet of a form."""
    ungrounded = [] if form.grounded or sheet.ground is GroundKind.PLAIN else [Fault(FaultKind.UNGROUNDED)]
    return [*_blocks(form, sheet), *ungrounded, *_pictures(sheet), *_words(sheet)]


def _blocks(form: Form, sheet: SheetLayout) -> Iterator[Fault]:
    for block in form.blocks:
        if block in form.compulsory and block not in sheet.blocks:
            yield Fault(FaultKind.LACKS_BLOCK, facts={"block": block})
        if sheet.blocks.count(block) > 1:
            yield Fault(FaultKind.BLOCK_TWICE, facts={"block": block})
    yield from (
        Fault(FaultKind.FOREIGN_BLOCK, facts={"block": block}) for block in sheet.blocks if block not in form.blocks
    )


def _pictures(sheet: SheetLayout) -> Iterator[Fault]:
    if (sheet.ground is GroundKind.PICTURE) != (sheet.ground_digest is not None):
        yield Fault(FaultKind.GROUND)
    if sheet.logo and not sheet.logo_alternative.strip():
        yield Fault(FaultKind.NO_ALTERNATIVE)


def _words(sheet: SheetLayout) -> Iterator[Fault]:
    for name, text in (("heading", sheet.heading), *(("notes", note) for note in sheet.notes)):
        facts = {"id": name}
        if reserved(text):
            yield Fault(FaultKind.TITLE, name, facts)
        if lacking := typefaces.missing_glyphs(text):
            yield Fault(FaultKind.GLYPHS, name, facts | {"characters": " ".join(lacking)})
