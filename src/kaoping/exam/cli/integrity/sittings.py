"""What the screenings of answers read: chosen options with a key, or marks; and the items, known or calibrated."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import (
    Cells,
    CellUnusable,
    FileUnreadable,
    Refused,
    path_option,
    read_cells,
    read_responses,
)
from kaoping.exam.cli.scoring_key import Blanks, ItemKey, read_key

if TYPE_CHECKING:
    from kaoping.scoring.integrity import Choices
    from kaoping.scoring.integrity.choices import Omissions
    from kaoping.scoring.parameters import ItemParameters

NOMINAL = "nominal"
MODELS = (NOMINAL, "rasch", "2pl", "3pl", "gpcm")
SLOPE_SPREAD, INTERCEPT_SPREAD = 2.0, 3.0
"""Spreads of the weak priors that keep options which hardly anybody chose from running away."""
FEWEST = 2
"""Fewest options of an item, chosen or not."""

Anything = TypeVar("Anything", bound=Callable[..., Any])


def answers_options(command: Anything) -> Anything:
    """Take the options that say what the answers are and which items they belong to."""
    for option in (
        click.option(
            "--model",
            type=click.Choice(MODELS),
            help="Model to calibrate from the answers themselves; nominal with a key, otherwise 2pl or gpcm.",
        ),
        path_option("--items", help="CSV of items as kaoping calibrate writes it, instead of calibrating them."),
        path_option("--key", help="CSV with item, key and, for nominal --items, options: then answers are options."),
    ):
        command = option(command)
    return command


def ties(seed: int | None) -> str:
    """Say in a report how ties were broken."""
    return "half" if seed is None else f"at random, seed {seed}"


@dataclass(frozen=True)
class Files:
    """Where the results go."""

    out: Path | None
    report: Path | None
    plots: Path | None


@dataclass(frozen=True)
class Sitting:
    """The answers of a sitting, the parameters of its items and where they come from; ``coding`` of chosen options."""

    choices: "Choices"
    parameters: "ItemParameters"
    origin: str
    coding: "Coding | None"


@dataclass(frozen=True)
class Reading:
    """How the files of a sitting are meant."""

    key: Path | None
    items: Path | None
    model: str | None
    lowest: int
    omitted: str | None
    not_reached: str | None
    omissions: "Omissions" = "leave"

    def sitting(self, file: Path) -> Sitting:
        """Read the answers, and read or calibrate the items.

        Raises
        ------
        Refused
            Omissions are to be an option, and the items or the model have no place for it.
        FileUnreadable, RowUneven, CellUnusable, NameTwice
            With file, row, column, and what to do.
        """
        known = read_items(self.items) if self.items else None
        if self.omissions == "option" and known and any(form.name == NOMINAL for form in known.models):
            raise Refused("Nominal --items have no option of leaving out; let them be calibrated from these answers.")
        coding = self._coding(read_cells(file), known) if self.key else None
        choices = coding.choices(self.omissions) if coding else self._marks(file, known)
        if known is None:
            model = self.model or _usual(choices, keyed=bool(self.key))
            if model == "gpcm" and self.omissions == "option":
                raise Refused("--omissions option is for chosen options and for marks of right and wrong.")
            parameters = _calibrated(choices, model)
            return Sitting(choices, parameters, "items calibrated from these answers", coding)
        return Sitting(choices, known, f"items from {self.items}", coding)

    def _coding(self, cells: Cells, known: "ItemParameters | None") -> "Coding":
        """Read the key, and give every item its options in order.

        The order is that of the key if the parameters are those of options; otherwise the options that were chosen,
        right ones last.
        """
        assert self.key is not None  # noqa: S101 - asked for only if there is one
        keys, blanks = read_key(self.key, cells), Blanks(self.omitted, self.not_reached)
        forms = zip(known.names, known.models, strict=True) if known else ()
        number = {name: form.categories for name, form in forms if form.name == NOMINAL}
        options = tuple(
            _stated(self.key, name, key, number[name]) if name in number else _met(cells, place, key, blanks)
            for place, (name, key) in enumerate(zip(cells.items, keys, strict=True))
        )
        return Coding(cells, keys, options, blanks)

    def _marks(self, file: Path, known: "ItemParameters | None") -> "Choices":
        """Read marks; the highest is the right answer."""
        from kaoping.scoring.integrity import Choices

        categories = dict(zip(known.names, map(int, known.categories), strict=True)) if known else None
        try:
            table = read_responses(
                file, lowest=self.lowest, omitted=self.omitted, not_reached=self.not_reached, categories=categories
            )
        except CellUnusable as refused:
            reason = f"{refused.facts['reason']}, or give --key if these are chosen options"
            raise CellUnusable(**{**refused.facts, "reason": reason}) from None
        return Choices.of(table, omissions=self.omissions)


@dataclass(frozen=True)
class Coding:
    """Chosen options as texts, and the options of each item by which they are numbered."""

    cells: Cells
    keys: tuple[ItemKey, ...]
    options: tuple[tuple[str, ...], ...]
    blanks: Blanks

    def choices(self, omissions: "Omissions") -> "Choices":
        """Number the options that were chosen.

        Raises
        ------
        CellUnusable
            A cell holds none of the options of its item.
        """
        from kaoping.scoring.integrity import Choices
        from kaoping.scoring.responses import ResponseMatrix

        cells, each = self.cells, range(len(self.options))
        codes = [[self._code(row, item) for item in each] for row in range(len(cells.cells))]
        categories = [max(FEWEST, len(own)) for own in self.options]
        table = ResponseMatrix(codes, cells.items, persons=cells.persons, categories=categories)
        return Choices.of(table, self.right, omissions=omissions)

    @property
    def right(self) -> list[list[bool]]:
        """(k, m) which options are right."""
        widest = max(FEWEST, *map(len, self.options))
        rows = zip(self.options, self.keys, strict=True)
        return [[option in key.right for option in own] + [False] * (widest - len(own)) for own, key in rows]

    def code(self, item: int, text: str) -> int | None:
        """Give the number of an option, that of an empty cell, or ``None`` if it is neither."""
        blank = self.blanks.code(text)
        if blank is not None:
            return blank
        return self.options[item].index(text) if text in self.options[item] else None

    def _code(self, row: int, item: int) -> int:
        code = self.code(item, self.cells.cells[row][item])
        if code is None:
            raise self.cells.refuse(row, item, f"is not one of the options {', '.join(self.options[item])}")
        return code


def _stated(file: Path, item: str, key: ItemKey, number: int) -> tuple[str, ...]:
    """Give the options of an item as the key states them, in the order of the parameters."""
    if len(key.options) != number:
        what = f"{len(key.options)} options" if key.options else "no options"
        reason = f"it has {what} for item {item}, whose parameters are those of {number}; give them in that order"
        raise FileUnreadable(file=file, reason=reason)
    return key.options


def _met(cells: Cells, item: int, key: ItemKey, blanks: Blanks) -> tuple[str, ...]:
    """Give the options of an item that were chosen, wrong ones first; refuse what the item does not offer."""
    chosen: set[str] = set()
    for row, texts in enumerate(cells.cells):
        text = texts[item]
        if blanks.code(text) is not None:
            continue
        if key.options and text not in key.options:
            raise cells.refuse(row, item, f"is not one of the options {', '.join(key.options)}")
        chosen.add(text)
    right = tuple(option for option in key.right if option in chosen) or key.right[:1]
    return (*sorted(chosen - set(key.right)), *right)


def _usual(choices: "Choices", *, keyed: bool) -> str:
    """Name the model that is calibrated if none is asked for."""
    if keyed:
        return NOMINAL
    highest = choices.right.argmax(axis=1)
    return "2pl" if (highest == 1).all() else "gpcm"


def _calibrated(choices: "Choices", model: str) -> "ItemParameters":
    """Calibrate the items from the answers of everybody who has any."""
    from kaoping.scoring.calibration import calibrate
    from kaoping.scoring.priors import Normal

    table = choices.table if model in {NOMINAL, "gpcm"} else choices.marks()
    weak = {"a": Normal(0.0, SLOPE_SPREAD), "c": Normal(0.0, INTERCEPT_SPREAD)} if model == NOMINAL else {}
    answered = table.take(persons=choices.judged)
    return calibrate(answered, model, priors=weak, errors="none").parameters
