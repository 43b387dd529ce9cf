"""The form of a flowing sheet's layout: logo, ground, a line under the title, notes, and the order of its blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from kaoping.certificates.designing import Purpose
from kaoping.certificates.layout_sheets import Block, Form, SheetLayout
from kaoping.certificates.layouts import GroundKind
from kaoping.exam.web.layout_form import Slip


@dataclass(slots=True)
class SheetDraft:
    """What stands in the form; ``order`` holds for every block of the form its place as typed, or nothing."""

    name: str
    valid_from: str
    levels: list[str]
    standard_code: str
    ground: str
    ground_digest: str
    logo: str
    logo_alternative: str
    heading: str
    notes: str
    order: dict[Block, str]

    def document(self) -> dict[str, Any]:
        """Write the document that was typed; blocks stand by their numbers, those without one are left out."""
        said = {
            "ground": self.ground, "logo_alternative": self.logo_alternative, "heading": self.heading.strip(),
            "notes": [line.strip() for line in self.notes.splitlines() if line.strip()],
            "blocks": list(self._ordered()),
        }  # fmt: skip
        digests = {"logo": self.logo}
        if self.ground == GroundKind.PICTURE:
            digests["ground_digest"] = self.ground_digest
        return said | {name: digest for name, digest in digests.items() if digest}

    def _ordered(self) -> Iterator[Block]:
        placed = [
            (int(place), at) for at, place in enumerate(self.order.values()) if place.isascii() and place.isdigit()
        ]
        blocks = list(self.order)
        return (blocks[at] for _, at in sorted(placed))

    def read(self) -> tuple[SheetLayout | None, list[Slip]]:
        """Read the layout, or say which entries cannot be read."""
        try:
            return SheetLayout.model_validate(self.document()), []
        except ValidationError as wrong:
            return None, [Slip(None, str(one["loc"][0]), one["type"]) for one in wrong.errors(include_url=False)]

    def purpose(self) -> Purpose | None:
        """Read what it is for; none when the day cannot be read."""
        try:
            first = date.fromisoformat(self.valid_from)
        except ValueError:
            return None
        return Purpose(self.name, tuple(self.levels), self.standard_code or None, first)


def draft_of(row: Any, sheet: SheetLayout, form: Form) -> SheetDraft:
    """Fill the form from what is stored."""
    places = {block: str(place) for place, block in enumerate(sheet.blocks, start=1)}
    return SheetDraft(
        row.name, row.valid_from.isoformat(), list(row.levels), row.standard_code or "", sheet.ground,
        sheet.ground_digest or "", sheet.logo or "", sheet.logo_alternative, sheet.heading, "\n".join(sheet.notes),
        {block: places.get(block, "") for block in form.blocks},
    )  # fmt: skip


def sent(given: Any, form: Form) -> SheetDraft:
    """Read the form as it was sent."""
    return SheetDraft(
        given.get("name", ""), given.get("valid_from", ""), given.getlist("levels"), given.get("standard_code", ""),
        given.get("ground", GroundKind.PLAIN), given.get("ground_digest", ""), given.get("logo", ""),
        given.get("logo_alternative", ""), given.get("heading", ""), given.get("notes", ""),
        {block: given.get(f"place-{block}", "").strip() for block in form.blocks},
    )  # fmt: skip
