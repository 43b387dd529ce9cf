"""``kaoping cutscore map``: a panel's cut on a paper, and how far the imposed pass mark lies from it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.exam.cli.cut_scores import reports
from kaoping.exam.cli.cut_scores.judgements import read_paper
from kaoping.exam.cli.measurement import FileUnreadable, Measuring, Outputs, Refused, path_option
from kaoping.exam.cli.numbers import Finite

if TYPE_CHECKING:
    from kaoping.scoring.cut_scores import Cut, Paper, Placement

HEADER = [
    "level", "theta", "se_theta", "cut", "se", "low", "high", "total", "pass_mark", "pass_theta", "gap_marks",
    "gap_theta", "gap_in_errors", "sem", "gap_in_sem", "competent_passes", "shift", "competent", "passing",
    "passing_at_cut", "false_pass", "false_fail",
]  # fmt: skip
CLOSE = 1e-6


@dataclass(frozen=True)
class Source:
    """Where a cut came from: its unit, the marks of its paper if known, and its level."""

    cut: "Cut"
    unit: str
    total: float | None
    level: str


@click.command("map", cls=Measuring)
@click.argument("items", type=click.Path(path_type=Path))
@path_option("--marks", help="CSV with item and marks: what each item of the paper is worth.")
@click.option("--pass-mark", type=Finite(), required=True, help="The pass mark that is imposed, in marks of the paper.")
@path_option("--from", help="Report (JSON) of another kaoping cutscore command: its cut of the last round.")
@click.option("--theta", type=Finite(), help="The panel's cut in logits, instead of --from.")
@click.option("--cut", type=Finite(), help="The panel's cut in marks of its booklet, instead of --from.")
@click.option("--se", type=Finite(0), help="Standard error of --theta or --cut.")
@path_option("--booklet", help="CSV of the items that the panel judged; the paper itself if not given.")
@path_option("--booklet-marks", help="CSV with item and marks of --booklet.")
@click.option("--level", help="Level of --from, if it has several.")
@click.option("--average", default="mean", show_default=True, help="Average of --from, if it has several.")
@click.option("--mean", type=Finite(), default=0.0, show_default=True, help="Mean of the population, logits.")
@click.option("--sd", type=Finite(0, min_open=True), default=1.0, show_default=True, help="Its deviation, logits.")
@path_option("--out", help="CSV to write, one row with everything that is calculated.")
@path_option("--report", help="JSON to write, the same.")
@path_option("--plots", help="Folder for a picture (SVG): the curve of the paper with cut and pass mark.")
def place(items: Path, **said: Any) -> None:
    """Carry a panel's cut to a paper, and compare the pass mark. ITEMS: those of the paper, with parameters."""
    from kaoping.scoring.cut_scores import place as placing

    paper = read_paper(items, said["marks"])
    source = _source(said)
    theta = _theta(source, paper, said)
    population = paper.population(said["mean"], said["sd"])
    found = placing(theta, paper, pass_mark=said["pass_mark"], population=population)
    row = _row(found, source.level)
    with Outputs() as outputs:
        outputs.csv(said["out"], HEADER, [list(row.values())])
        outputs.json(said["report"], {**row, "within_interval": found.within_error, "given_in": source.unit})
        outputs.pictures(said["plots"], {"paper": _picture(paper, found)} if said["plots"] else {})
    for sentence in _sentences(found, source.level):
        click.echo(sentence)


def _source(said: Mapping[str, Any]) -> Source:
    """Take the panel's cut from where it was said."""
    given = [name for name in ("from", "theta", "cut") if said[name] is not None]
    if len(given) != 1:
        raise Refused("Say the panel's cut once: by --from, by --theta or by --cut.")
    if said["booklet_marks"] and not said["booklet"]:
        raise Refused("--booklet-marks are the marks of --booklet; give both or neither.")
    if given == ["from"]:
        if said["se"] is not None:
            raise Refused("--se belongs to --theta or --cut; the report has its own.")
        return _reported(said["from"], said["level"], said["average"])
    unit = reports.LOGITS if given == ["theta"] else reports.MARKS
    return Source(_stated(said[given[0]], said["se"]), unit, None, said["level"] or "")


def _stated(value: float, se: float | None) -> "Cut":
    from kaoping.scoring.cut_scores.cuts import estimated, without_error

    return estimated(value, se, source="stated") if se else without_error(value, source="stated")


def _reported(file: Path, level: str | None, average: str) -> Source:
    """Read a cut from the report of another command."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise FileUnreadable(file=file, reason=wrong.strerror or type(wrong).__name__) from None
    except ValueError:
        raise FileUnreadable(file=file, reason="it is not JSON; give the --report of kaoping cutscore") from None
    every = facts.get("cuts") if isinstance(facts, dict) else None
    if not every or not isinstance(every, list):
        raise FileUnreadable(file=file, reason="it has no cuts; give the --report of kaoping cutscore")
    chosen = _chosen(file, every, level, average)
    with suppress(KeyError, TypeError):
        return Source(_cut(chosen), chosen["unit"], chosen["total"], chosen["level"])
    raise FileUnreadable(file=file, reason="its cuts lack value, unit or error; write the report again")


def _chosen(file: Path, every: Sequence[Mapping[str, Any]], level: str | None, average: str) -> Mapping[str, Any]:
    """Choose the last round of a level, in logits if it has both units."""
    levels = list(dict.fromkeys(one.get("level", "") for one in every))
    if level is None and len(levels) > 1:
        raise FileUnreadable(file=file, reason=f"it has the levels {', '.join(levels)}; choose one with --level")
    wanted = levels[0] if level is None else level
    if wanted not in levels:
        raise FileUnreadable(file=file, reason=f"it has no level {wanted}; there are {', '.join(filter(None, levels))}")
    fitting = [one for one in every if one.get("level", "") == wanted]
    averages = list(dict.fromkeys(one.get("average", "") for one in fitting))
    if len(averages) > 1:
        if average not in averages:
            raise FileUnreadable(file=file, reason=f"it has no {average}; there are {', '.join(averages)}")
        fitting = [one for one in fitting if one.get("average") == average]
    last = [one for one in fitting if one.get("round") == fitting[-1].get("round")]
    return next((one for one in last if one.get("unit") == reports.LOGITS), last[-1])


def _cut(facts: Mapping[str, Any]) -> "Cut":
    from kaoping.scoring.cut_scores import Cut

    return Cut(
        value=facts["cut"], se=facts["se"], low=facts["low"], high=facts["high"],
        df=float("inf") if facts["df"] is None else facts["df"], source=facts["source"], parts=facts["parts"],
    )  # fmt: skip


def _theta(source: Source, paper: "Paper", said: Mapping[str, Any]) -> "Cut":
    """Give the cut in logits."""
    from kaoping.scoring.cut_scores import from_marks

    if source.unit == reports.LOGITS:
        if said["booklet"]:
            raise Refused("The panel's cut is in logits already; leave out --booklet.")
        return source.cut
    booklet = read_paper(said["booklet"], said["booklet_marks"]) if said["booklet"] else paper
    if source.total is not None and abs(source.total - booklet.total) > CLOSE:
        name = "--booklet" if said["booklet"] else "the paper"
        raise Refused(
            f"The panel's cut is of {source.total:g} marks and {name} has {booklet.total:g}; "
            "give the items and marks that the panel judged as --booklet and --booklet-marks."
        )
    return from_marks(source.cut, booklet)


def _row(found: "Placement", level: str) -> dict[str, Any]:
    rates = found.rates
    values = [
        level, found.theta.value, found.theta.se, found.marks.value, found.marks.se, found.marks.low, found.marks.high,
        found.total, found.pass_mark, found.pass_theta, found.gap_marks, found.gap_theta, found.gap_in_errors,
        found.sem, found.gap_in_sem, found.competent_passes, found.shift, rates.competent, rates.passing,
        rates.passing_at_cut, rates.false_pass, rates.false_fail,
    ]  # fmt: skip
    return dict(zip(HEADER, values, strict=True))


def _sentences(found: "Placement", level: str) -> list[str]:
    error = "" if found.theta.se is None else f" (standard error {found.theta.se:.3f})"
    marks_error = "" if found.marks.se is None else f" (standard error {found.marks.se:.2f})"
    paper_marks = f"{found.marks.value:.2f} of {found.total:g} marks{marks_error}"
    side = "above" if found.gap_theta > 0 else "below"
    rates, mark = found.rates, f"{found.pass_mark:g}"
    expected = f"{mark} marks are expected of {found.pass_theta:.3f} logits, {abs(found.gap_theta):.3f} {side} the cut"
    competent, passing = 100 * rates.competent, 100 * rates.passing
    population = f"Of the population {competent:.1f} % are at the cut or above and {passing:.1f} % reach {mark}"
    return [
        f"The panel's cut of {found.theta.value:.3f} logits{error} is {paper_marks} on this paper.",
        reports.compared(found.marks, found.pass_mark, level=level),
        f"{expected}; the gap is {abs(found.gap_in_sem):.1f} standard errors of measurement ({found.sem:.2f} marks).",
        f"A person at the cut reaches {mark} with a chance of {100 * found.competent_passes:.0f} %.",
        f"{population}; {100 * rates.false_pass:.1f} % pass below it and {100 * rates.false_fail:.1f} % fail above it.",
        f"To mend it by the difficulty of items: {found.shift:+.3f} logits on every item.",
    ]


def _picture(paper: "Paper", found: "Placement") -> bytes:
    from kaoping.exam.figures import cut_scores as figures
    from kaoping.exam.figures.drawing import Words

    told = f"The cut is {found.marks.value:.1f} marks, the pass mark {found.pass_mark:g}."
    words = Words("Expected marks", "Ability, logits", told)
    return figures.placement(paper, found, words, vertical="Marks")
