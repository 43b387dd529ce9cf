"""Use cases: print a sealed paper as booklet 试卷 and answer sheet 答题卡; every print is written into the trail.

A paper is printed only while its content matches its seal. Pictures and formulas are handed to the printer in memory.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from markupsafe import Markup
from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from kaoping.itembank import content, markdown, open_answers, pictures, print_watermark, sealing, shuffling
from kaoping.itembank.actor import Actor
from kaoping.itembank.answer_sheet import answer_sheet_pdf
from kaoping.itembank.booklet import PrintableItem, PrintablePaper, PrintablePart, PrintableSection, booklet_pdf
from kaoping.itembank.content import BLANK
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.items import ItemType
from kaoping.itembank.lettered_pictures import lettered
from kaoping.itembank.marking import ByPeople
from kaoping.itembank.papers import Paper, Slot
from kaoping.itembank.rules import Section, section_of
from kaoping.itembank.trail import TrailEntry, record
from kaoping.itembank.variants import Placed

#: Fixed terms of print: they stand on Chinese papers whatever the reader's language is.
COMPONENT = "理论知识"
PROVENANCE = "AI辅助命制，未经专家审定"

FORMULA = re.compile(r"\$([^$\n]+)\$")
#: What cannot be set on one line of text without changing its meaning.
_BUILT_UP = re.compile(r"[_^{]|\\(frac|sqrt|sum|int|prod|over|begin)")

_BRACKETS = str.maketrans("[]", "()")
#: Where rendered texts find pictures until the printer's own names stand there: cleaning knows paths only.
_SHELF = "/print/"

Draw = Callable[[str], bytes]


class FormulaNotDrawn(ItemBankError, Conflict):
    """A formula cannot be set as plain text, and nobody draws it."""

    sentence = N_("The formula %(formula)s cannot be printed as plain text; print the paper from its page.")


def booklet(
    session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None, draw: Draw | None = None,
    variant: str = "", viewer: str = "",
) -> bytes:  # fmt: skip
    """Print the booklet of a sealed paper, or of one of its variants; a ``viewer`` is named beneath every page."""
    return _printed(session, paper_id, "booklet", booklet_pdf, Print(by, at, draw, variant, viewer))


def answer_sheet(
    session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None, variant: str = "", viewer: str = ""
) -> bytes:
    """Print the answer sheet of a sealed paper, or of one of its variants."""
    return _printed(session, paper_id, "answer_sheet", answer_sheet_pdf, Print(by, at, _nothing, variant, viewer))


@dataclass(frozen=True, slots=True)
class Print:
    """Who prints, when, how formulas are drawn, which variant, and the name that stands beneath every page."""

    by: Actor
    at: datetime | None
    draw: Draw | None
    variant: str
    viewer: str

    @property
    def facts(self) -> dict[str, str]:
        """What the trail tells of it."""
        return {"variant": self.variant} if self.variant else {}


def _printed(
    session: Session, paper_id: UUID, kind: str, press: Callable[[PrintablePaper], bytes], asked: Print
) -> bytes:
    pdf, paper = press(of(session, paper_id, draw=asked.draw, variant=asked.variant)), sealing.find(session, paper_id)
    record(session, "paper_printed", paper, by=asked.by, at=asked.at, kind=kind, **asked.facts)
    return taken(session, paper, pdf, kind, asked)


def taken(session: Session, paper: Paper, pdf: bytes, kind: str, asked: Print) -> bytes:
    """Put the reader's name beneath a print; a booklet shows items, an answer sheet none."""
    items = [slot.item_id for slot in paper.slots] if kind == "booklet" else []
    return print_watermark.marked(session, pdf, paper.code, items, viewer=asked.viewer, by=asked.by, at=asked.at)


@dataclass(frozen=True, slots=True)
class Wording:
    """Bodies in another language by revision, and what the pictures that are answered on show, by picture."""

    bodies: Mapping[UUID, dict[str, Any]] = field(default_factory=dict)
    alternatives: Mapping[UUID, str] = field(default_factory=dict)

    def of(self, slot: Slot) -> dict[str, Any]:
        """Give the body of a slot that is printed."""
        return self.bodies.get(slot.revision_id, slot.revision.body)


def of(
    session: Session, paper_id: UUID, *, draw: Draw | None = None, variant: str = "", wording: Wording | None = None
) -> PrintablePaper:
    """Give the value that is printed; ``draw`` makes an SVG of a formula (without it, only simple ones can be set).

    ``wording`` puts a translation in the place of bodies.

    Raises
    ------
    NotSealed, SealBroken : the paper is not sealed, or is not what was sealed.
    Missing, VariantBroken : there is no such variant, or it is not what was made.
    """
    paper = sealing.find(session, paper_id)
    placed, digest = shuffling.placed(session, paper, variant)
    resources = _Resources(session, draw, wording or Wording())
    sections = tuple(_sections(shuffling.ordered(paper, placed), resources))
    level, standard = paper.specification.level, paper.specification.standard
    return PrintablePaper(
        component=COMPONENT, occupation=standard.occupation, level_name=level.full_name, form=paper.code,
        issuer=issuer(session, paper.organisation_id), minutes=paper.run.report["minutes"], pass_mark=level.pass_mark,
        sections=sections, digest=digest.hex(), variant=variant, demonstration=standard.demonstration,
        provenance=PROVENANCE if any(slot.item.ai_assisted for slot in paper.slots) else "", resources=resources.served,
    )  # fmt: skip


def issuer(session: Session, organisation_id: UUID) -> str:
    """Give the organisation's name; its row belongs to a higher package and is known here by its table."""
    organisation = table("organisation", column("id"), column("name"))
    return str(session.execute(select(organisation.c.name).where(organisation.c.id == organisation_id)).scalar_one())


def _sections(ordered: list[tuple[Slot, Placed]], resources: "_Resources") -> Iterator[PrintableSection]:
    for section, group in groupby(ordered, key=lambda pair: section_of(pair[0].item.type)):
        held = list(group)
        items = tuple(_item(slot, placed, resources) for slot, placed in held)
        kind, first = kind_of(section, {slot.item.type for slot, _ in held}), held[0][0]
        yield PrintableSection(type=kind, mark=first.marks, items=items, scoring=first.scoring.value)


def kind_of(section: Section, types: set[ItemType]) -> str:
    """Name what is printed above a section: the type of its items, or ``written`` where fill-in and numeric meet."""
    if section is not Section.FILL_IN:
        return section.value
    return next(iter(types)).value if len(types) == 1 else "written"


def _item(slot: Slot, placed: Placed, resources: "_Resources") -> PrintableItem:
    body, english = resources.wording.of(slot), slot.revision_id in resources.wording.bodies
    made = _of_body(body, slot.marks, [body["options"][place] for place in placed.options], resources, english)
    if not isinstance(known := content.parse(body), content.Case):
        return made
    parts = (
        PrintablePart(
            part["body"]["type"], share,
            _of_body(part["body"], share, part["body"].get("options", []), resources, english),
        )
        for part, share in zip(body["parts"], known.worths(slot.marks), strict=True)
    )  # fmt: skip
    return replace(made, stimulus=resources.html(known.stimulus), parts=tuple(parts))


def _of_body(
    body: dict[str, Any],
    marks: Decimal,
    options: list[str],
    resources: "_Resources",
    english: bool,  # noqa: FBT001 - of the caller
) -> PrintableItem:
    known = content.parse(body)
    shown = known.presentation()
    return PrintableItem(
        stem=resources.html(shown["stem"]),
        options=tuple(map(resources.line, options or next((shown[one] for one in _LETTERED if one in shown), []))),
        blanks=_blanks(shown),
        unit=shown.get("unit", ""),
        left=tuple(map(resources.line, shown.get("left", ()))),
        figure=resources.lettered(body),
        areas=len(shown.get("areas", ())),
        lines=open_answers.lines(known, marks) if isinstance(known, ByPeople) else 0,
        handed_in=isinstance(known, content.FileUpload),
        length=open_answers.length(known, english=english) if isinstance(known, ByPeople) else "",
    )


#: What is printed with letters, beside the options of choice items.
_LETTERED = ("right", "choices", "entries")


def _blanks(shown: dict[str, Any]) -> int:
    """Count the places of an answer on the answer sheet: blanks, or one for each entry that gets a letter."""
    return len(shown.get("left") or shown.get("entries") or BLANK.findall(shown["stem"]))


class _Resources:
    """Renders texts and keeps the pictures and drawn formulas that they show."""

    def __init__(self, session: Session, draw: Draw | None, wording: Wording) -> None:
        self.session, self.draw, self.wording = session, draw, wording
        self.served: dict[str, bytes] = {}

    def html(self, text: str) -> Markup:
        """Render a stem."""
        return self._for_print(markdown.html(self._with_drawn_formulas(text), pictures=self._address))

    def line(self, text: str) -> Markup:
        """Render an option."""
        return self._for_print(markdown.line(self._with_drawn_formulas(text), pictures=self._address))

    def lettered(self, body: dict[str, Any]) -> Markup | None:
        """Give the picture that an item is answered on, with its areas drawn in; None if it is not."""
        item = content.parse(body)
        if not isinstance(item, content.Hotspot) or item.picture is None:
            return None
        picture = pictures.get(self.session, item.picture)
        name = str(uuid5(picture.id, repr(item.areas)))
        self.served[name] = lettered(picture.content, item.areas)
        shown = self.wording.alternatives.get(picture.id, picture.alternative)
        return Markup('<img src="kp:{}" alt="{}">').format(name, shown)

    @staticmethod
    def _for_print(cleaned: str) -> Markup:
        return Markup(cleaned.replace(f'src="{_SHELF}', 'src="kp:'))  # noqa: S704 - cleaned a moment ago

    def _with_drawn_formulas(self, text: str) -> str:
        return FORMULA.sub(self._drawn, text)

    def _drawn(self, found: re.Match[str]) -> str:
        latex = found[1].strip()
        if self.draw is None:
            if _BUILT_UP.search(latex):
                raise FormulaNotDrawn(formula=latex)
            return found[0]
        name = uuid5(NAMESPACE_URL, latex)
        if str(name) not in self.served:
            self.served[str(name)] = self.draw(latex)
        return f"![{latex.translate(_BRACKETS)}](picture:{name})"

    def _address(self, picture_id: UUID) -> str:
        if str(picture_id) not in self.served:
            self.served[str(picture_id)] = pictures.get(self.session, picture_id).content
        return f"{_SHELF}{picture_id}"


def _nothing(latex: str) -> bytes:
    """Draw nothing: an answer sheet shows no stem."""
    return latex.encode()


def prints_of(session: Session, paper_id: UUID) -> int:
    """Count how often a paper was printed."""
    printed = (TrailEntry.thing_id == paper_id, TrailEntry.verb == "paper_printed")
    return session.scalars(select(func.count()).select_from(TrailEntry).where(*printed)).one()
