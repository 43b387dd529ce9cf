"""Pictures of an assembly run, from its stored report."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kaoping.exam.figures import papers
from kaoping.exam.figures.drawing import Words

FULL_MARKS = 100.0


def curves(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, target: str, narrow: bool
) -> bytes:
    """Draw the expected marks of each paper; ``names`` by label, ``cut`` is the pass mark, ``target`` a name."""
    theta, lines = _lines(report, names, "expected")
    asked = report.get("target") or None
    line = (np.array(asked["theta"]), np.array(asked["curve"]), target) if asked else None
    return papers.characteristic_curves(
        theta, lines, words, total=FULL_MARKS, cut=cut, target=line, narrow=narrow
    )  # fmt: skip


def distance(
    off: tuple[papers.Curve, Mapping[str, papers.Curve]], names: Mapping[str, str], words: Words, within: papers.Mark,
    *, vertical: str, narrow: bool,
) -> bytes:  # fmt: skip
    """Draw how far the expected marks of each paper lie off the target: abilities, and distances by label."""
    lines = {names[label]: each for label, each in off[1].items()}
    return papers.distance(off[0], lines, words, within=within, vertical=vertical, narrow=narrow)


def information(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, target: str, narrow: bool
) -> bytes:
    """Draw the information of each paper; ``cut`` is the ability at the pass mark, ``target`` what was asked there."""
    theta, lines = _lines(report, names, "information")
    asked = report.get("target") or None
    point = papers.Mark(asked["information"], target) if asked else None
    return papers.information(theta, lines, words, cut=cut, target=point, narrow=narrow)


def difficulty(
    shares: Mapping[str, papers.Curve], names: Mapping[str, str], words: Words, *, edges: Sequence[float], narrow: bool
) -> bytes:
    """Draw the expected shares of right answers of the items of each paper, by label."""
    return papers.difficulty({names[label]: each for label, each in shares.items()}, words, edges=edges, narrow=narrow)


def _lines(
    report: Mapping[str, Any], names: Mapping[str, str], kind: str
) -> tuple[papers.Curve, dict[str, papers.Curve]]:
    theta = np.array(report["theta"], dtype=np.float64)
    return theta, {names[paper["label"]]: np.array(paper[kind], dtype=np.float64) for paper in report["papers"]}
