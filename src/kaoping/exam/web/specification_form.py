"""The form of a specification: a table of numbers as it was typed, its faults, and the rules that it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from flask_babel import gettext as _

from kaoping.exam.web import limit_form
from kaoping.itembank import vocabulary
from kaoping.itembank.papers import Specification
from kaoping.itembank.patterns import LONGEST, SHORTEST
from kaoping.itembank.rules import Rules, SectionRule, plain
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.versions import rules_of
from kaoping.itembank.vocabulary import Vocabulary

Number = TypeVar("Number", int, Decimal)

#: How many parallel papers the bank is held against, unless another number is typed, and at most.
PAPERS, MOST_PAPERS = 2, 8

#: Decimal fields with the least and the greatest value that they take.
DECIMALS = {
    "ratio_low": ("0", "1"),
    "ratio_high": ("0", "1"),
    "mean_within": ("0.01", "100"),
    "curve_within": ("0.01", "100"),
}


@dataclass
class SpecificationForm:
    """Values as typed and faults by field; a field's name is the id of its control."""

    old: Rules
    values: dict[str, str]
    known: Vocabulary
    faults: dict[str, list[str]] = field(default_factory=dict)
    #: Whether somebody else saved a version while this one was changed.
    overtaken: bool = False

    @classmethod
    def of(cls, specification: Specification, known: Vocabulary) -> "SpecificationForm":
        """Fill the form with the newest version of a specification."""
        version = specification.latest
        rules = rules_of(version)
        values = {
            "version": str(version.number),
            "papers": str(PAPERS),
            "name": specification.name,
            "minutes": str(version.minutes),
            "exposure_most": str(rules.exposure_most),
        }
        values |= {name: plain(getattr(rules, name)) for name in DECIMALS}
        values |= limit_form.filled(rules)
        values |= {"uncalibrated": "y"} if rules.uncalibrated else {}
        for rule in rules.sections:
            values |= {f"section-{rule.section}": str(rule.count), f"marks-{rule.section}": plain(rule.marks)}
            values |= {f"scoring-{rule.section}": rule.scoring.value}
            values |= {f"apart-{rule.section}": plain(rule.apart)} if rule.apart is not None else {}
            values |= {
                f"row-{place}-{rule.section}": str(row.count(rule.section)) for place, row in enumerate(rules.rows)
            }
        return cls(rules, values, known)

    @classmethod
    def sent(cls, specification: Specification, data: Mapping[str, str], known: Vocabulary) -> "SpecificationForm":
        """Take what was sent and note every fault, also where rules contradict each other or name what is not there."""
        form = cls(
            rules_of(specification.latest),
            limit_form.edited({name: value.strip() for name, value in data.items() if name != "csrf_token"}),
            known,
        )
        form.overtaken = form.version != specification.latest.number
        form.values["version"] = str(specification.latest.number)
        if not form.name:
            form.fault("name", _("Give the specification a name of at most 100 characters."))
        form.whole("minutes", SHORTEST, LONGEST)
        form.whole("papers", 1, MOST_PAPERS)
        rules = form.rules
        for problem in (*rules.problems(), *vocabulary.problems(rules, known)) if not form.faults else ():
            form.fault(problem.field, _(problem.sentence, **problem.facts))
        return form

    @property
    def name(self) -> str:
        """Name as it is stored."""
        return " ".join(self.values.get("name", "").split())[:100]

    @property
    def version(self) -> int:
        """Number of the version that was changed."""
        return self.whole("version", 1, 1_000_000)

    @property
    def papers(self) -> int:
        """How many parallel papers the bank is held against; it is not stored."""
        return self.whole("papers", 1, MOST_PAPERS)

    @property
    def minutes(self) -> int:
        """Time of the paper."""
        return self.whole("minutes", SHORTEST, LONGEST)

    @property
    def rules(self) -> Rules:
        """Rules as typed; where a number cannot be read the old one stands, and its fault is noted."""
        changed: dict[str, Any] = {name: self.decimal(name, *map(Decimal, ends)) for name, ends in DECIMALS.items()}
        changed |= {
            "exposure_most": self.whole("exposure_most", 1, 1000),
            "uncalibrated": "uncalibrated" in self.values,
        }
        changed["sections"] = [
            {
                "section": rule.section,
                "count": self.whole(f"section-{rule.section}", 0, 400),
                "marks": self.decimal(f"marks-{rule.section}", Decimal("0.01"), Decimal(100)),
                "scoring": self.scoring(rule),
                "apart": self.apart(rule),
            }
            for rule in self.old.sections
        ]
        changed["rows"] = [
            row.model_dump()
            | {"counts": {r.section: self.whole(f"row-{place}-{r.section}", 0, 400) for r in self.old.sections}}
            for place, row in enumerate(self.old.rows)
        ]
        changed["limits"] = limit_form.limits(self, self.old)
        return Rules.model_validate(self.old.model_dump() | changed | limit_form.read(self))

    def scoring(self, rule: SectionRule) -> ScoringRule:
        """Scoring rule of a type; where none of those offered was sent, the old one stands."""
        sent = self.values.get(f"scoring-{rule.section}")
        return next((one for one in rule.section.scoring_rules if one.value == sent), rule.scoring)

    def apart(self, rule: SectionRule) -> Decimal | None:
        """Marks by which two markers may differ, of a type that people mark."""
        return None if rule.section.by_machine else self.decimal(f"apart-{rule.section}", Decimal(0), Decimal(100))

    @property
    def authors(self) -> tuple[str, ...]:
        """Authors of items of the level."""
        return self.known.authors

    @property
    def limits(self) -> int:
        """Number of limits, also of those that cannot be read yet."""
        return limit_form.count(self.values)

    def whole(self, name: str, least: int, most: int) -> int:
        """Read a whole number."""
        sentence = _("Give a whole number from %(least)s to %(most)s.", least=least, most=most)
        return self._number(name, int, least, most, sentence)

    def decimal(self, name: str, least: Decimal, most: Decimal) -> Decimal:
        """Read a decimal of at most two places."""
        sentence = _("Give a number from %(least)s to %(most)s with at most two decimals.", least=least, most=most)
        number = self._number(name, Decimal, least, most, sentence)
        if number != round(number, 2):
            self.fault(name, sentence)
        return round(number, 2)

    def optional(self, name: str, least: Decimal, most: Decimal) -> Decimal | None:
        """Read a decimal that may be left out."""
        return self.decimal(name, least, most) if self.values.get(name) else None

    def _number(self, name: str, kind: Callable[[str], Number], least: Number, most: Number, sentence: str) -> Number:
        try:
            number = kind(self.values.get(name, ""))
            if least <= number <= most:
                return number
        except (ValueError, InvalidOperation):
            pass
        self.fault(name, sentence)
        return least

    def fault(self, name: str, sentence: str) -> None:
        """Note a fault once."""
        noted = self.faults.setdefault(name, [])
        if sentence not in noted:
            noted.append(sentence)
