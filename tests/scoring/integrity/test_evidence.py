"""Evidence: flags, what chance alone gives, and what no screening can use."""

from typing import Any

import numpy as np
import pytest

from kaoping.scoring.integrity.errors import BadScreening
from kaoping.scoring.integrity.evidence import Evidence, Unjudged


def evidence(tails: list[float], **changes: Any) -> Evidence:
    subjects = [f"P{place}" for place in range(1, len(tails) + 1)]
    named = {"name": "omega", "subjects": subjects, "p": np.array(tails), "statistic": -np.log(tails)}
    return Evidence(**{**named, **changes})


def test_a_subject_is_flagged_if_its_adjusted_p_is_at_most_the_level() -> None:
    p = [0.01, 0.004, 0.5, 0.9]

    assert evidence(p).named == ("P2", "P1")
    assert evidence(p, adjust="bonferroni").named == ()
    assert evidence(p, adjust="bonferroni", level=0.016).named == ("P2",)
    assert evidence(p, adjust="bh", level=0.02).named == ("P2", "P1")


@pytest.mark.parametrize("adjust", ["", "bonferroni", "bh"])
def test_chance_alone_gives_as_many_flags_as_expected(adjust: str) -> None:
    """4 000 screenings of 50 at level .2; the bounds are four standard errors of the mean number of flags."""
    rng, level, k = np.random.default_rng(7), 0.2, 50
    flags = np.array([evidence(p, adjust=adjust, level=level).flagged.sum() for p in rng.random((4000, k)).tolist()])
    error = 4 * flags.std() / np.sqrt(len(flags))
    expected = evidence([0.5] * k, adjust=adjust, level=level).expected_false

    # Of fifty tests Benjamini and Hochberg's expectation is .3083, its limit for many tests .3125.
    assert flags.mean() == pytest.approx(expected, abs=error + (0.01 if adjust == "bh" else 0))


def test_a_report_names_flagged_and_unjudged_subjects_and_says_what_a_flag_is() -> None:
    found = evidence(
        [0.001, 0.5], subjects=[("A", "B"), ("A", "C")], unjudged=(Unjudged(("B", "C"), "no item in common"),)
    )
    facts = found.facts()

    assert [one["subject"] for one in facts["flagged"]] == [["A", "B"]]
    assert facts["unjudged"] == [{"subject": ("B", "C"), "reason": "no item in common"}]
    assert facts["sentence"].endswith(
        "chance alone gives about 0.02. Flags are evidence for a person to weigh, never a verdict."
    )


def test_nobody_judged_means_no_flags() -> None:
    found = evidence([], adjust="bonferroni")

    assert found.named == ()
    assert found.expected_false == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"level": 0.0}, "the level 0.0 is not between 0 and 1"),
        ({"adjust": "holm"}, "holm is no adjustment; take bonferroni or bh, or none"),
        ({"p": np.array([0.5])}, "there are 2 persons and not as many statistics and p"),
        ({"p": np.array([0.5, np.nan])}, "a statistic of omega is no number, or its p is none from 0 to 1"),
        ({"statistic": np.array([0.5, np.inf])}, "a statistic of omega is no number, or its p is none from 0 to 1"),
    ],
)
def test_what_no_screening_can_use_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadScreening) as caught:
        evidence([0.1, 0.2], **changes)

    assert caught.value.reason == reason
