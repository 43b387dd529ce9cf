"""Requests and solutions as JSON, schema ``ata-instance/1``; see the handbook for every field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import HARD, Aim, BadProblem, Constraint, Objective, Over, Problem, Stimulus

SCHEMA: Final = "ata-instance/1"
LARGEST: Final = 1e15
"""Largest number of a file; with six decimals, larger ones are not exact."""


def read_problem(file: str | Path) -> Problem:
    """Read a request.

    Raises
    ------
    BadProblem
        With the place in the file and the mend.
    """
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as refused:
        raise BadProblem(place=str(file), reason=f"it cannot be read ({(refused.strerror or '').lower()})") from None
    except UnicodeDecodeError:
        raise BadProblem(place=str(file), reason="it is not text in UTF-8") from None
    except json.JSONDecodeError as refused:
        where = f"line {refused.lineno}, column {refused.colno}"
        raise BadProblem(place=f"{file}, {where}", reason=f"it is not JSON: {refused.msg.lower()}") from None
    except RecursionError:
        raise BadProblem(place=str(file), reason="its lists are nested too deeply") from None
    if not isinstance(content, dict):
        raise BadProblem(place=str(file), reason="it must be one JSON object")
    return problem_of(content)


def _refuse_constant(name: str) -> float:
    raise BadProblem(place="the file", reason=f"it holds {name}, which is not a number; write null where there is none")


def problem_of(content: Mapping[str, Any]) -> Problem:
    """Make a request from the object of a file."""
    given = content.get("schema")
    if given != SCHEMA:
        raise BadProblem(place="schema", reason=f"it must be “{SCHEMA}”, not “{given}”")
    return _Reading(content).problem()


@dataclass(frozen=True)
class _Reading:
    """A file being read; every refusal names the place in it."""

    content: Mapping[str, Any]

    def problem(self) -> Problem:
        if not self._items:
            raise BadProblem(place="item_ids", reason="the pool is empty")
        stimuli = self._stimuli()
        use = self._mapping("use", self.content.get("use") or {})
        most, overlap = use.get("stimulus_max"), use.get("overlap")
        forms = self._whole("n_forms", self.content.get("n_forms", 1))
        if not forms:
            raise BadProblem(place="n_forms", reason="at least one form must be asked for")
        least_use, most_use = self._uses(use, forms)
        return Problem(
            items=self._items,
            forms=forms,
            constraints=tuple(self._constraints(forms, len(stimuli))),
            enemies=self._groups("enemies"),
            together=self._groups("all_or_none"),
            include=self._places("include", self.content.get("include") or []),
            exclude=self._places("exclude", self.content.get("exclude") or []),
            stimuli=stimuli,
            least_use=least_use,
            most_use=most_use,
            most_stimulus_use=None if most is None else self._whole("use.stimulus_max", most),
            overlap=None if overlap is None else self._whole("use.overlap", overlap),
            objective=self._objective(forms),
            tie=self._tie(),
        )

    @cached_property
    def _items(self) -> tuple[str, ...]:
        names = self.content.get("item_ids")
        if names is None and self.content.get("n_items") is None:
            raise BadProblem(place="item_ids", reason="it is missing; list the items, or say how many in n_items")
        if names is None:
            names = [str(number) for number in range(self._whole("n_items", self.content.get("n_items")))]
        names = self._list("item_ids", names)
        if any(not isinstance(name, str | int) or isinstance(name, bool) for name in names):
            raise BadProblem(place="item_ids", reason="it must list the ids of items as texts")
        count = self.content.get("n_items", len(names))
        if count != len(names):
            raise BadProblem(place="n_items", reason=f"it says {count}, and item_ids names {len(names)}")
        return tuple(map(str, names))

    def _constraints(self, forms: int, stimuli: int) -> Sequence[Constraint]:
        found, names = [], set()
        for number, entry in enumerate(self._list("constraints", self.content.get("constraints") or [])):
            place = f"constraints[{number}]"
            record = self._mapping(place, entry)
            name = str(record.get("id") or f"C{number + 1}")
            if name in names:
                raise BadProblem(place=place, reason=f"the id {name} is taken by another constraint")
            names.add(name)
            found.append(self._constraint(f"{place} ({name})", name, record, forms=forms, stimuli=stimuli))
        return found

    def _constraint(self, place: str, name: str, record: Mapping[str, Any], *, forms: int, stimuli: int) -> Constraint:
        kind = record.get("kind", "count")
        if kind not in {"count", "sum"}:
            raise BadProblem(place=place, reason=f"kind is “{kind}”; there are count and sum")
        try:
            over = Over(record.get("over", "item"))
        except ValueError:
            reason = f"over is “{record.get('over')}”; there are item and stimulus"
            raise BadProblem(place=place, reason=reason) from None
        members = self._places(f"{place}.items", record.get("items"), stimuli if over is Over.STIMULUS else None)
        if over is Over.STIMULUS and record.get("coef") is not None:
            raise BadProblem(place=f"{place}.coef", reason="attributes are of items; count stimuli without one")
        values = np.ones(len(members))
        if kind == "sum" and record.get("coef") is None:
            raise BadProblem(place=place, reason="a sum needs the name of an attribute in coef")
        if record.get("coef") is not None:
            values = self._attribute(f"{place}.coef", record["coef"])[members]
        asked = record.get("forms", "all")
        return Constraint(
            name=name,
            members=members,
            values=values,
            low=self._limit(f"{place}.lb", record.get("lb"), -np.inf),
            high=self._limit(f"{place}.ub", record.get("ub"), np.inf),
            forms=None if asked == "all" else tuple(self._places(f"{place}.forms", asked, forms).tolist()),
            over=over,
            price=self._limit(f"{place}.price", record.get("price"), HARD),
            label=str(record.get("label") or ""),
        )

    def _attribute(self, place: str, name: Any) -> Floats:
        attributes = self._mapping("coef", self.content.get("coef") or {})
        if not isinstance(name, str) or name not in attributes:
            known = ", ".join(map(str, attributes)) or "none"
            raise BadProblem(place=place, reason=f"there is no attribute “{name}”; there are {known}")
        if name not in self._attributes:
            self._attributes[name] = self._column(f"coef.{name}", attributes[name])
        return self._attributes[name]

    @cached_property
    def _attributes(self) -> dict[str, Floats]:
        """Columns read so far."""
        return {}

    def _column(self, place: str, values: Any) -> Floats:
        """Read a value of every item; where an item has none it is not a number."""
        values = self._list(place, values)
        if len(values) != len(self._items):
            raise BadProblem(place=place, reason=f"it has {len(values)} values for {len(self._items)} items")
        for item, value in zip(self._items, values, strict=True):
            if value is not None and not _finite(value):
                raise BadProblem(place=place, reason=f"“{value}” of item {item} is not a number")
        return np.array([np.nan if value is None else float(value) for value in values])

    def _stimuli(self) -> tuple[Stimulus, ...]:
        record = self._mapping("stimuli", self.content.get("stimuli") or {})
        if not record:
            return ()
        sets = self._list("stimuli.items", record.get("items"))
        names = list(map(str, self._list("stimuli.ids", record.get("ids") or list(range(len(sets))))))
        if len(names) != len(sets):
            raise BadProblem(place="stimuli.ids", reason=f"it names {len(names)} stimuli, and items has {len(sets)}")
        if twice := [name for name in names if names.count(name) > 1]:
            raise BadProblem(place="stimuli.ids", reason=f"{twice[0]} is listed twice")
        found = []
        for number, (name, items) in enumerate(zip(names, sets, strict=True)):
            places = self._places(f"stimuli.items[{number}]", items)
            least = self._of("stimuli.min_per", record.get("min_per"), number, len(sets))
            most = self._of("stimuli.max_per", record.get("max_per"), number, len(sets))
            found.append(Stimulus(name, places, least or 0, len(places) if most is None else most))
        return tuple(found)

    def _of(self, place: str, value: Any, number: int, count: int) -> int | None:
        """Read a number for all stimuli alike, or one for each."""
        if isinstance(value, list):
            if len(value) != count:
                raise BadProblem(place=place, reason=f"it has {len(value)} values for {count} stimuli")
            value = value[number]
        return None if value is None else self._whole(place, value)

    def _objective(self, forms: int) -> Objective:
        record = self._mapping("objective", self.content.get("objective") or {"type": "none"})
        try:
            aim = Aim(str(record.get("type")))
        except ValueError:
            known = ", ".join(Aim)
            raise BadProblem(
                place="objective.type", reason=f"it is “{record.get('type')}”; there are {known}"
            ) from None
        if aim is Aim.NONE:
            return Objective()
        names = self._by_form("objective.coef", record.get("coef"), forms)
        points = tuple(map(str, names[0]))
        if not points or any(len(form) != len(points) for form in names):
            raise BadProblem(place="objective.coef", reason="it must name one attribute or more, as many in every form")
        tables = [np.column_stack([self._attribute("objective.coef", name) for name in form]) for form in names]
        return Objective(
            aim=aim,
            coefficients=np.stack(tables) if isinstance(record.get("coef"), dict) else tables[0],
            weights=self._weights(record, len(points)),
            targets=self._targets(aim, record, forms, len(points)),
            points=points,
        )

    def _tie(self) -> Floats:
        """Read what equally good forms shall have least."""
        record = self._mapping("tie", self.content.get("tie") or {})
        return self._attribute("tie.coef", record.get("coef")) if record else np.zeros(0)

    def _weights(self, record: Mapping[str, Any], points: int) -> Floats:
        key = "weights" if record.get("rel") is None else "rel"
        given = record.get(key)
        return self._numbers(f"objective.{key}", [1.0] * points if given is None else given, points)

    def _targets(self, aim: Aim, record: Mapping[str, Any], forms: int, points: int) -> Floats:
        if aim not in {Aim.TARGET, Aim.GOALS}:
            return np.zeros((0, 0))
        each = self._by_form("objective.target", record.get("target"), forms)
        return np.array([self._numbers("objective.target", row, points) for row in each])

    def _numbers(self, place: str, values: Any, points: int) -> Floats:
        values = self._list(place, values)
        if len(values) != points or not all(map(_finite, values)):
            raise BadProblem(place=place, reason=f"it must have {points} numbers, one for each attribute in coef")
        return np.array(values, dtype=np.float64)

    def _by_form(self, place: str, value: Any, forms: int) -> list[list[Any]]:
        """Read a list for all forms alike, or an object with one for every form."""
        if not isinstance(value, dict):
            return [self._list(place, value)] * forms
        for form in range(forms):
            if str(form) not in value:
                raise BadProblem(place=place, reason=f"it has nothing for form {form}, counted from 0")
        return [self._list(f"{place}.{form}", value[str(form)]) for form in range(forms)]

    def _use(self, place: str, value: Any, otherwise: int) -> Whole:
        if value is None:
            return np.array([otherwise], dtype=np.int64)
        values = value if isinstance(value, list) else [value]
        if any(not isinstance(one, int) or isinstance(one, bool) or not 0 <= one <= LARGEST for one in values):
            raise BadProblem(place=place, reason="it must be a whole number from 0 on, or one for each item")
        if isinstance(value, list) and len(value) != len(self._items):
            raise BadProblem(place=place, reason=f"it has {len(value)} values for {len(self._items)} items")
        return np.array(values, dtype=np.int64)

    def _uses(self, use: Mapping[str, Any], forms: int) -> tuple[Whole, Whole]:
        """Read how often items are used at least and at most."""
        least, most = self._use("use.min", use.get("min"), 0), self._use("use.max", use.get("max"), forms)
        beyond = np.broadcast_to(least > np.minimum(most, forms), len(self._items))
        if beyond.any():
            item = self._items[int(beyond.argmax())]
            raise BadProblem(
                place="use.min", reason=f"item {item} must be used more often than use.max or n_forms allow"
            )
        return least, most

    def _groups(self, key: str) -> tuple[Whole, ...]:
        groups = self._list(key, self.content.get(key) or [])
        return tuple(self._places(f"{key}[{number}]", group) for number, group in enumerate(groups))

    def _places(self, place: str, values: Any, count: int | None = None) -> Whole:
        """Read places of items, or of as many other things."""
        values, count = self._list(place, values), len(self._items) if count is None else count
        if any(not isinstance(value, int) or isinstance(value, bool) for value in values):
            raise BadProblem(place=place, reason="it must list places by whole numbers counted from 0")
        if len(set(values)) != len(values):
            raise BadProblem(place=place, reason="it names a place twice")
        if outside := [value for value in values if not 0 <= value < count]:
            raise BadProblem(place=place, reason=f"it names {outside[0]}, and there are {count}, counted from 0")
        return np.array(values, dtype=np.int64)

    def _limit(self, place: str, value: Any, otherwise: float) -> float:
        if value is None:
            return otherwise
        if not _finite(value):
            raise BadProblem(place=place, reason=f"“{value}” is not a number")
        return float(value)

    @staticmethod
    def _whole(place: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
            raise BadProblem(place=place, reason=f"“{value}” is not a whole number from 0 on")
        return value

    @staticmethod
    def _list(place: str, value: Any) -> list[Any]:
        if value is None:
            raise BadProblem(place=place, reason="it is missing, and must be a list")
        if not isinstance(value, list):
            raise BadProblem(place=place, reason="it must be a list")
        return value

    @staticmethod
    def _mapping(place: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise BadProblem(place=place, reason="it must be an object")
        return value


def _finite(value: Any) -> bool:
    """Whether a value of JSON is a number that can be calculated with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
