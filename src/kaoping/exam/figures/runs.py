"""Pictures of an assembly run, from its stored report."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kaoping.exam.figures import papers
from kaoping.exam.figures.drawing import Words

FULL_MARKS = 100.0


def curves(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, narrow: bool
) -> bytes:
    """Draw the expected marks of each paper; ``names`` by label, ``cut`` is the pass mark."""
    theta, lines = _lines(report, names, "expected")
    return papers.characteristic_curves(theta, lines, words, total=FULL_MARKS, cut=cut, narrow=narrow)


def information(
    report: Mapping[str, Any], names: Mapping[str, str], words: Words, cut: papers.Mark, *, narrow: bool
) -> bytes:
    """Draw the information of each paper; ``names`` by label, ``cut`` is the ability at the pass mark."""
    theta, lines = _lines(report, names, "information")
    return papers.information(theta, lines, words, cut=cut, narrow=narrow)


def _lines(
    report: Mapping[str, Any], names: Mapping[str, str], kind: str
) -> tuple[papers.Curve, dict[str, papers.Curve]]:
    theta = np.array(report["theta"], dtype=np.float64)
    return theta, {names[paper["label"]]: np.array(paper[kind], dtype=np.float64) for paper in report["papers"]}
