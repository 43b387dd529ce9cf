"""``kaoping integrity times``: response times in, unusual persons and answers out, and the effort behind them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.integrity import time_report
from kaoping.exam.cli.integrity.flags import ADJUSTMENTS, adjustment, screening_options
from kaoping.exam.cli.integrity.time_files import Range, parameters_of, read_times, time_options
from kaoping.exam.cli.item_files import read_items
from kaoping.exam.cli.measurement import Measuring, Outputs, Refused, path_option, read_responses

if TYPE_CHECKING:
    from kaoping.scoring.integrity.rapid_thresholds import Thresholds
    from kaoping.scoring.integrity.response_times import ResponseTimes
    from kaoping.scoring.parameters import ItemParameters
    from kaoping.scoring.responses import ResponseMatrix

_NORMATIVE, _FIXED = re.compile(r"nt([1-9][0-9]?)"), re.compile(r"fixed:([0-9.]+)")


class ThresholdOption(click.ParamType[Any]):
    """A way to find the threshold of an item, such as ``nt10`` or ``fixed:3``."""

    name = "nt10|fixed:SECONDS|cumulative|mixture"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Give the method and its number."""
        if isinstance(value, tuple):
            return value
        if found := _NORMATIVE.fullmatch(value):
            return "normative", int(found[1]) / 100
        if (found := _FIXED.fullmatch(value)) and found[1].count(".") <= 1 and float(f"0{found[1]}0") > 0:
            return "fixed", float(found[1])
        if value not in {"cumulative", "mixture"}:
            self.fail(f"“{value}” is no threshold; write nt10, fixed:3, cumulative or mixture", param, ctx)
        return value, 0.0


@dataclass(frozen=True)
class Asked:
    """What the screening is to do: levels, adjustments, thresholds."""

    level: float
    adjust: str
    adjust_answers: str
    threshold: tuple[str, float]
    chance: float
    null: str


@click.command(cls=Measuring)
@click.argument("times", type=click.Path(path_type=Path))
@time_options
@path_option("--answers", help="CSV of the answers of the same persons, for ability, accuracy and --cleaned.")
@click.option("--lowest", type=click.Choice(["0", "1"]), default="0", help="The lowest category among the answers.")
@click.option("--omitted", help="What a cell holds if the person saw the item and left it out.")
@click.option("--not-reached", help="What a cell holds if the person did not come as far as the item.")
@path_option("--items", help="CSV of the items of the answers as kaoping calibrate writes it.")
@click.option(
    "--threshold", type=ThresholdOption(), default="nt10", show_default=True,
    help="Time below which an answer is a rapid guess: a share of the item's mean time, the same seconds for all, "
    "where answers begin to be right, or between two humps.",
)  # fmt: skip
@click.option(
    "--chance", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.25, show_default=True,
    help="Share of right answers of who guesses, for --threshold cumulative.",
)  # fmt: skip
@click.option(
    "--null", type=click.Choice(["theoretical", "empirical"]), default="theoretical", show_default=True,
    help="What patterns of times chance gives: what the model says, or what the middle half of these persons show.",
)  # fmt: skip
@screening_options
@click.option(
    "--adjust-answers", type=click.Choice(ADJUSTMENTS), default="bh", show_default=True,
    help="Adjust p of single answers for their number.",
)  # fmt: skip
@path_option("--answers-out", help="CSV to write, a row for each flagged or rapid answer.")
@path_option("--items-out", help="CSV to write, a row for each item: time parameters, fit, threshold, effort.")
@path_option("--cleaned", help="CSV of the answers to write with rapid guesses as not presented, for kaoping score.")
def times(
    times: Path,
    *,
    known: Path | None,
    slopes: bool,
    answers: Path | None,
    items: Path | None,
    out: Path | None,
    answers_out: Path | None,
    items_out: Path | None,
    cleaned: Path | None,
    report: Path | None,
    plots: Path | None,
    **said: Any,
) -> None:
    """Find persons and answers whose times are unusual, and rapid guesses."""
    meant = Range(said.pop("unit"), said.pop("least"), said.pop("most"))
    words = {name: said.pop(name) for name in ("lowest", "omitted", "not_reached")}
    table = read_times(times, meant)
    persons, columns = table.n_persons, table.n_items
    table, responses, parameters = _read(table, answers, items, words)
    asked = Asked(
        **{**said, "adjust": adjustment(said["adjust"]), "adjust_answers": adjustment(said["adjust_answers"])}
    )
    _refuse_without_answers(responses, cleaned, asked)
    work = _screened(table, responses, parameters, (known, slopes), asked)
    with Outputs() as outputs:
        outputs.csv(out, time_report.PERSONS, time_report.person_rows(work))
        outputs.csv(answers_out, time_report.ANSWERS, time_report.answer_rows(work))
        outputs.csv(items_out, time_report.ITEMS, time_report.item_rows(work))
        if cleaned is not None:
            outputs.csv(cleaned, *time_report.cleaned_table(work, words))
        outputs.json(report, time_report.facts(work))
        outputs.pictures(plots, time_report.pictures(work) if plots else {})
    if (persons, columns) != (table.n_persons, table.n_items):
        left = f"{persons - table.n_persons} persons and {columns - table.n_items} items"
        click.echo(f"{left} of the times are not among the answers and were left out.")
    for line in time_report.lines(work):
        click.echo(line)


def _read(
    table: "ResponseTimes", answers: Path | None, items: Path | None, words: dict[str, Any]
) -> "tuple[ResponseTimes, ResponseMatrix | None, ItemParameters | None]":
    """Read answers and items if they are given, and bring the times into the order of the answers."""
    if answers is None:
        if items is not None:
            raise Refused("--items is for the answers; give --answers as well.")
        return table, None, None
    known = read_items(items) if items else None
    categories = dict(zip(known.names, map(int, known.categories), strict=True)) if known else None
    words = {**words, "lowest": int(words["lowest"])}
    responses = read_responses(answers, **words, categories=categories)
    return table.of(responses), responses, known.named(responses.items) if known else None


def _refuse_without_answers(responses: "ResponseMatrix | None", cleaned: Path | None, asked: Asked) -> None:
    if responses is None and cleaned is not None:
        raise Refused("--cleaned writes the answers; give them as --answers.")
    if asked.threshold[0] == "cumulative" and (responses is None or not responses.dichotomous):
        raise Refused("--threshold cumulative needs --answers that are right or wrong.")


def _screened(
    table: "ResponseTimes",
    responses: "ResponseMatrix | None",
    parameters: "ItemParameters | None",
    source: tuple[Path | None, bool],
    asked: Asked,
) -> time_report.Work:
    """Estimate what is not known, and judge persons and answers."""
    from kaoping.scoring.integrity import effort, empirical_null, speed_ability, time_fit, time_residuals
    from kaoping.scoring.integrity.lognormal import speeds

    timed, calibration = parameters_of(table, source[0], slopes=source[1])
    joint = None
    if responses is not None and parameters is not None:
        joint = speed_ability.second_level(responses, parameters, table, timed)
    residuals = time_residuals.predictive_residuals(table, timed, joint.prior if joint else None)
    thresholds = _thresholds(table, responses, asked)
    shared: dict[str, Any] = {"level": asked.level, "adjust": asked.adjust}
    answers: dict[str, Any] = {"level": asked.level, "adjust": asked.adjust_answers}
    pattern = time_residuals.pattern_evidence(table, timed, **shared)
    sharp = bool((thresholds.seconds > 0).any())
    return time_report.Work(
        times=table,
        responses=responses,
        items=parameters,
        parameters=timed,
        calibration=calibration,
        joint=joint,
        residuals=residuals,
        speeds=speeds(table, timed),
        fit=time_fit.time_fit(table, residuals),
        thresholds=thresholds,
        effort=effort.effort(table, thresholds),
        pattern=empirical_null.against_the_usual(pattern) if asked.null == "empirical" else pattern,
        rapid=effort.rapid_evidence(table, timed, thresholds, **shared) if sharp else None,
        fast=time_residuals.answer_evidence(table, residuals, tail="fast", **answers),
        null=asked.null,
        slow=time_residuals.answer_evidence(table, residuals, tail="slow", **answers),
    )


def _thresholds(table: "ResponseTimes", responses: "ResponseMatrix | None", asked: Asked) -> "Thresholds":
    from kaoping.scoring.integrity import rapid_thresholds as scoring

    method, number = asked.threshold
    if method == "normative":
        return scoring.normative(table, number)
    if method == "fixed":
        return scoring.fixed(table, number)
    if method == "mixture":
        return scoring.mixture(table)
    assert responses is not None  # noqa: S101 - refused before
    return scoring.cumulative(table, responses, chance=asked.chance)
