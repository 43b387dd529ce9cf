"""Pictures of an assembly run, from its stored report."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kaoping.exam.figures import papers
from kaoping.exam.figures.drawing import Words

FULL_MARKS = 100.0
#: Ability (logits) on both sides up to which the rules compare curves.
COMPARED = 2.0


def curves(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, target: str, narrow: bool
) -> bytes:
    """Draw the expected marks of each paper; ``names`` by label, ``cut`` is the pass mark, ``target`` a name."""
    theta, lines = _lines(report, names, "expected")
    asked = _target(report, "expected")
    return papers.characteristic_curves(
        theta, lines, words, total=FULL_MARKS, cut=cut, target=None if asked is None else (asked, target), narrow=narrow
    )


def distance(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, within: papers.Mark, *, vertical: str,
    narrow: bool,
) -> bytes:  # fmt: skip
    """Draw how far the expected marks of each paper lie off the target, or off their mean where there is none."""
    theta, lines = _lines(report, names, "expected")
    asked = _target(report, "expected")
    middle = np.mean(list(lines.values()), axis=0) if asked is None else asked
    between = np.abs(theta) <= COMPARED
    off = {name: (values - middle)[between] for name, values in lines.items()}
    return papers.distance(theta[between], off, words, within=within, vertical=vertical, narrow=narrow)


def information(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, target: str, narrow: bool
) -> bytes:
    """Draw the information of each paper; ``cut`` is the ability at the pass mark, ``target`` a name."""
    theta, lines = _lines(report, names, "information")
    asked = _target(report, "information")
    line = None if asked is None else (asked, target)
    return papers.information(theta, lines, words, cut=cut, target=line, narrow=narrow)


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


def _target(report: Mapping[str, Any], kind: str) -> papers.Curve | None:
    """Give what every paper was to be like; a single paper has no target."""
    target = report.get("target") or None
    return np.array(target[kind], dtype=np.float64) if target else None
