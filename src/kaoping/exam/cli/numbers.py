"""Numbers of options: finite ones."""

from math import isfinite
from typing import Any

import click


class Finite(click.ParamType[float]):
    """A finite number, within bounds if they are given as those of `click.FloatRange`."""

    name = "float"

    def __init__(
        self,
        min: float | None = None,  # noqa: A002 - the names of click.FloatRange
        max: float | None = None,  # noqa: A002
        *,
        min_open: bool = False,
        max_open: bool = False,
    ) -> None:
        self._bounds = click.FloatRange(min, max, min_open=min_open, max_open=max_open)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number."""
        number = self._bounds.convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number
