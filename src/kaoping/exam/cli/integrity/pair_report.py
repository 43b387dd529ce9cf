"""What is told of pairs of persons: a table, a report, pictures, and the lines on the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaoping.exam.cli.integrity.pairing import ROOM, Pairing
from kaoping.exam.cli.integrity.sittings import Files, Sitting
from kaoping.exam.cli.measurement import Outputs

if TYPE_CHECKING:
    from kaoping.scoring.integrity import Chances, Similarity

NUMBERS = ("common", "matches", "expected", "wrong", "expected_wrong")
LARGEST_ROOMS = 40
"""Most rooms of which a picture is drawn: those with the most flags."""
DETAILED = 500
"""Most flagged pairs of which the report lists the identical wrong answers."""


@dataclass(frozen=True)
class PairReport:
    """What is told of the pairs that a screening found."""

    sitting: "Sitting"
    chances: "Chances"
    pairing: Pairing
    found: "Similarity"
    ends: tuple[str, str]

    def table(self, most: int | None) -> tuple[list[str], Iterator[list[Any]]]:
        """Give header and rows, the most unusual first."""
        one, other = self.ends
        header = [one, other, *([ROOM] if self.pairing.seats else []), *NUMBERS]
        header += [f"{one}_right", f"{other}_right", "statistic", "p", "adjusted_p", "flagged"]
        return header, self._rows(most)

    def _rows(self, most: int | None) -> Iterator[list[Any]]:
        found, right = self.found, self.chances.choices.correct.sum(axis=1)
        numbers = [getattr(found, name) for name in NUMBERS]
        for written, place in enumerate(found.order.tolist()):
            if most is not None and written >= most and not found.flagged[place]:
                continue
            names = found.subjects[place]
            rooms = [self.pairing.seats[names[0]].room] if self.pairing.seats else []
            scores = [right[found.subjects.first[place]], right[found.subjects.second[place]]]
            judged = [found.statistic[place], found.p[place], found.adjusted_p[place], int(found.flagged[place])]
            yield [*names, *rooms, *(one[place] for one in numbers), *scores, *judged]

    def facts(self, said: dict[str, Any]) -> dict[str, Any]:
        """Give the report."""
        from kaoping.scoring.integrity import clusters

        found = self.found
        facts = {**said, "items": self.sitting.origin, "compared": self.pairing.words, **found.facts()}
        facts["unjudged"] += [{"subject": name, "reason": "no answer"} for name in self._silent()]
        facts |= {"persons": len(found.subjects.persons), "apart": found.apart, "too_few_in_common": found.few}
        facts["clusters"] = [
            {"persons": list(one.persons), "pairs": len(one.pairs), "hub": one.hub, "degree": one.degree}
            for one in clusters(found)
        ]
        detailed = zip(facts["flagged"][:DETAILED], found.order.tolist(), strict=False)
        facts["flagged"][:DETAILED] = [{**one, **self._detail(place)} for one, place in detailed]
        facts["sentence"] = facts.pop("sentence")
        return facts

    def _detail(self, place: int) -> dict[str, Any]:
        found = self.found
        same = self.chances.choices.shared_mistakes(int(found.subjects.first[place]), int(found.subjects.second[place]))
        numbers = {name: getattr(found, name)[place] for name in NUMBERS}
        return {**numbers, "identical_wrong": list(same)}

    def _silent(self) -> list[str]:
        """Name the persons without an answer."""
        judged = set(self.chances.persons)
        return [name for name in self.sitting.choices.table.persons if name not in judged]

    def lines(self) -> Iterator[str]:
        """Say on the terminal what was found."""
        from kaoping.scoring.integrity import clusters

        found = self.found
        yield f"{len(found.subjects.persons)} persons, {self.pairing.words}; {self.sitting.origin}."
        if found.few:
            yield f"{found.few} pairs have too few items in common and are not judged."
        if follow := found.apart - found.few:
            yield f"{follow} pairs have matches that follow from their abilities and are not judged."
        if found.unjudged:
            yield f"{len(found.unjudged)} of the pairs by name are not judged; the report lists them."
        for one in clusters(found):
            yield f"Connected: {', '.join(one.persons)} ({len(one.pairs)} flags, most with {one.hub})."
        yield found.sentence

    def write(self, outputs: Outputs, said: dict[str, Any], files: Files, *, most: int | None) -> None:
        """Write table, report and pictures."""
        outputs.csv(files.out, *self.table(most))
        outputs.json(files.report, self.facts(said))
        outputs.pictures(files.plots, self.pictures() if files.plots else {})

    def pictures(self) -> dict[str, bytes]:
        """Draw matches against expectation, and rooms with flags."""
        from kaoping.exam.figures import integrity as figures
        from kaoping.exam.figures.drawing import Words

        words = Words(f"Identical answers ({self.found.name})", "Expected", self.found.sentence)
        drawn = {"matches": figures.matches(self.found, words, vertical="Observed")}
        for room, flags in self._rooms()[:LARGEST_ROOMS]:
            told = Words(f"Room {room}", "Column of the seat", f"{flags} pairs flagged in room {room}.")
            seats = {name: seat for name, seat in self.pairing.seats.items() if seat.room == room}
            drawn[f"room-{room}"] = figures.room(
                self.found, seats, told, vertical="Row of the seat", scale="Largest statistic"
            )
        return drawn

    def _rooms(self) -> list[tuple[str, int]]:
        """Give the rooms with flagged pairs, those with most first."""
        number: dict[str, int] = {}
        for pair in self.found.named if self.pairing.seats else ():
            room = self.pairing.seats[pair[0]].room
            number[room] = number.get(room, 0) + 1
        return sorted(number.items(), key=lambda pair: -pair[1])
