"""Published values behind the setting of cut scores; the digits of the sources are trusted.

Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater reliability. *Psychological
Bulletin*, 86, 420-428, table 2 (six targets, four judges; two digits).
Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. *Psychological Bulletin*, 76, 378-382; the
table of ten subjects and fourteen raters is that of the article on Fleiss' kappa in Wikipedia (three digits).
Logistic regression of passing an exam on hours of study, twenty students: the article on logistic regression in
Wikipedia (coefficients -4.0777 and 1.5046, standard errors 1.7610 and 0.6287).
Anscombe, F. J. (1973). Graphs in statistical analysis. *American Statistician*, 27, 17-21, first data set (line
3 + 0.5 x, R-squared .667, standard error of the slope .118).
"""

import numpy as np
import pytest

from kaoping.scoring.cut_scores import Ratings, borderline_regression, components, contrasting, ebel

TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
SUBJECTS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
HOURS = [
    0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5,
]  # fmt: skip
PASSED = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1]


def test_agreement_of_judges_is_the_intraclass_correlation_of_shrout_and_fleiss() -> None:
    found = components(Ratings.complete(np.array(TARGETS).T, maxima=np.full(6, 10.0)))

    assert round(found.single_agreement, 2) == 0.29
    assert round(found.agreement, 2) == 0.62
    assert round(found.consistency, 2) == 0.91


def test_agreement_about_the_kinds_of_items_is_fleiss_kappa() -> None:
    kinds = [("kind", str(place)) for place in range(5)]
    sorting = {
        f"J{judge}": {
            f"I{item}": kinds[int(np.searchsorted(np.cumsum(counts), judge, side="right"))]
            for item, counts in enumerate(SUBJECTS)
        }
        for judge in range(14)
    }
    expected = {judge: dict.fromkeys(kinds, 0.5) for judge in sorting}

    found = ebel(sorting, expected)

    assert found.kappa == pytest.approx(0.210, abs=0.0005)


def test_the_boundary_of_two_groups_is_that_of_the_logistic_regression_on_hours_of_study() -> None:
    low, high = ([hour for hour, one in zip(HOURS, PASSED, strict=True) if one == group] for group in (0, 1))

    found = contrasting(low, high, method="logistic", base_rate="sample")

    assert found.coefficients is not None
    assert found.coefficients == pytest.approx((-4.0777, 1.5046), abs=6e-5)
    assert found.cut.value == pytest.approx(4.0777 / 1.5046, abs=1e-4)


def test_the_line_of_scores_on_grades_is_that_of_anscombe() -> None:
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]

    station = borderline_regression(y, x, borderline=4).stations[0]

    assert (round(station.intercept, 2), round(station.slope, 3), round(station.r_squared, 3)) == (3.00, 0.500, 0.667)
    assert round(station.cut.value, 2) == 5.00
    # The error at a grade d above the mean grade, 9, is made of s²/n and d² times the variance of the slope.
    assert station.cut.se == pytest.approx(np.hypot(station.residual_sd / np.sqrt(11), 5 * 0.118), abs=2e-3)
