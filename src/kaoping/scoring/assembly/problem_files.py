"""Requests and solutions as JSON, schema ``ata-instance/1``; see the handbook for every field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import HARD, Aim, BadProblem, Constraint, Objective, Over, Problem, Stimulus

SCHEMA: Final = "ata-instance/1"


def read_problem(file: str | Path) -> Problem:
    """Read a request.

    Raises
    ------
    BadProblem
        With the place in the file and the mend.
    """
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as refused:
        raise BadProblem(place=str(file), reason=f"it cannot be read ({(refused.strerror or '').lower()})") from None
    except UnicodeDecodeError:
        raise BadProblem(place=str(file), reason="it is not text in UTF-8") from None
    except json.JSONDecodeError as refused:
        where = f"line {refused.lineno}, column {refused.colno}"
        raise BadProblem(place=f"{file}, {where}", reason=f"it is not JSON: {refused.msg.lower()}") from None
    if not isinstance(content, dict):
        raise BadProblem(place=str(file), reason="it must be one JSON object")
    return problem_of(content)


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
        stimuli = self._stimuli()
        use = self._mapping("use", self.content.get("use") or {})
        forms = self._whole("n_forms", self.content.get("n_forms", 1))
        return Problem(
            items=self._items(),
            forms=forms,
            constraints=tuple(self._constraints(forms, len(stimuli))),
            enemies=self._groups("enemies"),
            together=self._groups("all_or_none"),
            include=self._places("include", self.content.get("include") or []),
            exclude=self._places("exclude", self.content.get("exclude") or []),
            stimuli=stimuli,
            least_use=self._use("use.min", use.get("min"), 0),
            most_use=self._use("use.max", use.get("max"), forms),
            most_stimulus_use=use.get("stimulus_max"),
            overlap=None,
            objective=self._objective(forms),
        )

    def _items(self) -> tuple[str, ...]:
        names = self.content.get("item_ids")
        if names is None:
            names = [str(number) for number in range(self._whole("n_items", self.content.get("n_items")))]
        names = self._list("item_ids", names)
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
            found.append(self._constraint(f"{place} ({name})", name, record, forms))
        return found

    def _constraint(self, place: str, name: str, record: Mapping[str, Any], forms: int) -> Constraint:
        kind = record.get("kind", "count")
        if kind not in {"count", "sum"}:
            raise BadProblem(place=place, reason=f"kind is “{kind}”; there are count and sum")
        try:
            over = Over(record.get("over", "item"))
        except ValueError:
            reason = f"over is “{record.get('over')}”; there are item and stimulus"
            raise BadProblem(place=place, reason=reason) from None
        members = self._places(f"{place}.items", record.get("items"))
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
            forms=None if asked == "all" else tuple(self._places(f"{place}.forms", asked).tolist()),
            over=over,
            price=self._limit(f"{place}.price", record.get("price"), HARD),
            label=str(record.get("label") or ""),
        )

    def _attribute(self, place: str, name: Any) -> Floats:
        attributes = self._mapping("coef", self.content.get("coef") or {})
        if name not in attributes:
            known = ", ".join(map(str, attributes)) or "none"
            raise BadProblem(place=place, reason=f"there is no attribute “{name}”; there are {known}")
        values = self._list(f"coef.{name}", attributes[name])
        count = len(self._items())
        if len(values) != count:
            raise BadProblem(place=f"coef.{name}", reason=f"it has {len(values)} values for {count} items")
        try:
            return np.array([np.nan if value is None else float(value) for value in values])
        except (TypeError, ValueError):
            raise BadProblem(place=f"coef.{name}", reason="it holds something that is not a number") from None

    def _stimuli(self) -> tuple[Stimulus, ...]:
        record = self.content.get("stimuli")
        if not record:
            return ()
        record = self._mapping("stimuli", record)
        sets = self._list("stimuli.items", record.get("items"))
        names = self._list("stimuli.ids", record.get("ids") or list(range(len(sets))))
        found = []
        for number, (name, items) in enumerate(zip(names, sets, strict=True)):
            places = self._places(f"stimuli.items[{number}]", items)
            least, most = (self._of(record.get(key), number) for key in ("min_per", "max_per"))
            found.append(Stimulus(str(name), places, int(least or 0), len(places) if most is None else int(most)))
        return tuple(found)

    @staticmethod
    def _of(value: Any, number: int) -> Any:
        return value[number] if isinstance(value, list) else value

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
        tables = [np.column_stack([self._attribute("objective.coef", name) for name in form]) for form in names]
        weights = record.get("rel") or record.get("weights") or [1.0] * len(points)
        return Objective(
            aim=aim,
            coefficients=np.stack(tables) if isinstance(record.get("coef"), dict) else tables[0],
            weights=np.array(weights, dtype=np.float64),
            targets=self._targets(aim, record, forms, len(points)),
            points=points,
        )

    def _targets(self, aim: Aim, record: Mapping[str, Any], forms: int, points: int) -> Floats:
        if aim not in {Aim.TARGET, Aim.GOALS}:
            return np.zeros((0, 0))
        each = self._by_form("objective.target", record.get("target"), forms)
        if any(len(row) != points for row in each):
            raise BadProblem(place="objective.target", reason=f"it must have {points} values, one for each point")
        return np.array(each, dtype=np.float64)

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
        if any(not isinstance(one, int) or isinstance(one, bool) or one < 0 for one in values):
            raise BadProblem(place=place, reason="it must be a whole number from 0 on, or one for each item")
        if isinstance(value, list) and len(value) != len(self._items()):
            raise BadProblem(place=place, reason=f"it has {len(value)} values for {len(self._items())} items")
        return np.array(values, dtype=np.int64)

    def _groups(self, key: str) -> tuple[Whole, ...]:
        groups = self._list(key, self.content.get(key) or [])
        return tuple(self._places(f"{key}[{number}]", group) for number, group in enumerate(groups))

    def _places(self, place: str, values: Any) -> Whole:
        values = self._list(place, values)
        if any(not isinstance(value, int) or isinstance(value, bool) for value in values):
            raise BadProblem(place=place, reason="it must list items by whole numbers counted from 0")
        if len(set(values)) != len(values):
            raise BadProblem(place=place, reason="it names an item twice")
        return np.array(values, dtype=np.int64)

    def _limit(self, place: str, value: Any, otherwise: float) -> float:
        if value is None:
            return otherwise
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise BadProblem(place=place, reason=f"“{value}” is not a number")
        return float(value)

    @staticmethod
    def _whole(place: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise BadProblem(place=place, reason=f"“{value}” is not a whole number from 0 on")
        return value

    @staticmethod
    def _list(place: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise BadProblem(place=place, reason="it must be a list")
        return value

    @staticmethod
    def _mapping(place: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise BadProblem(place=place, reason="it must be an object")
        return value
