"""Items that are answered by writing what a machine can compare: words in blanks, and numbers."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from kaoping.itembank.bodies.base import Number, Part, Plain, Problem, Text, Unit, narrow
from kaoping.itembank.errors import N_

#: An accepted answer that is a number, with a tolerance if one is given: ``73.7``, ``73.7±0.05``.
NUMBER = re.compile(r"^(?P<number>[+-]?\d{1,12}(\.\d{1,6})?)\s*(±\s*(?P<tolerance>\d{1,12}(\.\d{1,6})?))?$")

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
_Factor = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{1,12}(\.\d{1,12})?$")]


class Normalise(Part):
    """What is taken as the same when an answer is compared with an accepted one.

    Attributes
    ----------
    width : full and half width are one, so ％ is %.
    case : capital and small letters are one.
    spaces : white space does not count.
    script : simplified and traditional characters are one.
    punctuation : punctuation does not count; off where 1.5 and 15 would become one.
    numbers : an accepted answer that is a number is compared by value, with its tolerance: ``73.7±0.05``.
    units : words that may stand behind an answer and are left out, such as mm and 毫米; their case counts always.
    """

    width: bool = True
    case: bool = True
    spaces: bool = True
    script: bool = False
    punctuation: bool = False
    numbers: bool = False
    units: Annotated[tuple[_Word, ...], Field(max_length=10)] = ()


class FillIn(Plain):
    """填空题: each blank ``____`` of the stem takes one of the accepted answers."""

    type: Literal["fill_in"] = "fill_in"
    key: list[list[Text]]
    normalise: Normalise = Normalise()

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        found = []
        if not self.blanks:
            found.append(Problem(field="stem", sentence=N_("The stem has no blank; write ____ where the answer goes.")))
        if self.blanks != len(self.key):
            sentence = N_(
                "The stem has %(blanks)s blanks and the key answers %(keys)s; give one line of answers a blank."
            )
            found.append(Problem(field="key", sentence=sentence, facts={"blanks": self.blanks, "keys": len(self.key)}))
        if any(not accepted for accepted in self.key):
            found.append(Problem(field="key", sentence=N_("A blank has no accepted answer; give at least one.")))
        return found


class AcceptedUnit(Part):
    """Another unit that an answer may be given in: a number in it times ``factor`` is one in the unit of the key."""

    unit: _Word
    factor: _Factor


class Numeric(Plain):
    """计算填数题: a number within a tolerance, in the unit of the key or in another that is accepted.

    ``tolerance`` is a distance in the unit of the key, ``relative`` one in shares of the key; the wider one holds.
    """

    SHOWN = ("unit",)

    type: Literal["numeric"] = "numeric"
    key: Number
    tolerance: Number = "0"
    relative: Number = "0"
    unit: Unit = ""
    units: Annotated[tuple[AcceptedUnit, ...], Field(max_length=10)] = ()

    def presentation(self) -> dict[str, Any]:
        """Give what a candidate may see: the names of accepted units, and not how they are converted."""
        return super().presentation() | {"units": [other.unit for other in self.units]}

    @property
    def distance(self) -> Decimal:
        """How far an answer may be from the key, in its unit."""
        return max(Decimal(self.tolerance), abs(Decimal(self.key)) * Decimal(self.relative))

    def problems(self) -> list[Problem]:
        """List the rules that the body breaks."""
        found = []
        if Decimal(self.tolerance) < 0:
            sentence = N_("The tolerance is a distance; it cannot be negative.")
            found.append(Problem(field="tolerance", sentence=sentence))
        if not 0 <= Decimal(self.relative) < 1:
            sentence = N_("The relative tolerance is a share of the key from 0 to below 1, such as 0.02.")
            found.append(Problem(field="relative", sentence=sentence))
        return [*found, *self._of_units()]

    def _of_units(self) -> list[Problem]:
        found, names = [], [narrow(self.unit), *(narrow(other.unit) for other in self.units)]
        if self.units and not self.unit:
            sentence = N_("Other units are accepted, but the key has none; give the unit of the key.")
            found.append(Problem(field="unit", sentence=sentence))
        if len(set(names)) < len(names):
            sentence = N_("A unit stands twice among the accepted units; take one of them out.")
            found.append(Problem(field="units", sentence=sentence))
        if any(not Decimal(other.factor) for other in self.units):
            sentence = N_("A unit has the factor 0; give the number that turns it into the unit of the key.")
            found.append(Problem(field="units", sentence=sentence))
        return found
