"""What is told of changed answers: a table, a report, a picture, and the lines on the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.integrity.sittings import Files
from kaoping.exam.cli.measurement import Outputs

if TYPE_CHECKING:
    from kaoping.scoring.integrity import Erasures


@dataclass(frozen=True)
class ChangeReport:
    """What was found, in words what it stands on, and mean and spread of ability if they were said."""

    found: "Erasures"
    origin: str
    population: tuple[float, float] | None = None

    def write(self, outputs: Outputs, said: dict[str, Any], files: Files) -> None:
        """Write table, report and picture."""
        found = self.found
        header = [found.noun[:-1], "changed", "right", "expected", "statistic", "p", "adjusted_p", "flagged"]
        outputs.csv(files.out, header, self._rows())
        facts = found.facts()
        sentence = facts.pop("sentence")
        told = {
            **said,
            "stands_on": self.origin,
            "shift": found.shift,
            "population": self._population(),
            **facts,
            "sentence": sentence,
        }
        outputs.json(files.report, told)
        outputs.pictures(files.plots, self._pictures() if files.plots else {})

    def _rows(self) -> Iterator[list[Any]]:
        found = self.found
        for place in found.order.tolist():
            numbers = (found.changed, found.right, found.expected, found.statistic, found.p, found.adjusted_p)
            yield [found.subjects[place], *(one[place] for one in numbers), int(found.flagged[place])]

    def _population(self) -> dict[str, Any] | None:
        """Give the population that abilities are estimated in; none of numbers alone."""
        if self.population is not None:
            return {"said": True, "mean": self.population[0], "sd": self.population[1]}
        of = self.found.abilities
        return None if of is None else {"said": False, **of.facts()}

    def _abilities(self) -> Iterator[str]:
        """Say the population."""
        if self.population is not None:
            yield "Abilities: mean {:.2f}, spread {:.2f}, as said.".format(*self.population)
        elif (of := self.found.abilities) is not None:
            low, high = float(of.mean.min()), float(of.mean.max())
            mean = f"mean {low:.2f}" if len(of.groups) == 1 else f"means of groups from {low:.2f} to {high:.2f}"
            yield f"Abilities, from the unchanged answers: {mean}, spread {of.sd:.2f}."

    def _pictures(self) -> dict[str, bytes]:
        from kaoping.exam.figures import integrity as figures
        from kaoping.exam.figures.drawing import Words

        words = Words("Changed answers that became right", "Expected", self.found.sentence)
        return {"changes": figures.changes(self.found, words, vertical="Became right")}

    def lines(self) -> Iterator[str]:
        """Say on the terminal what was found."""
        found = self.found
        yield f"{int(found.changed.sum())} changed answers of {len(found.subjects)} {found.noun}; {self.origin}."
        yield from self._abilities()
        if found.shift:
            yield f"Chances are shifted by {found.shift:.2f} logits to the observed base rate."
        yield found.sentence
