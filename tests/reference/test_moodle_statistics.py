"""The quiz statistics of Moodle on the fixtures of its own tests.

Marks and expected values: Moodle, `mod/quiz/report/statistics/tests` (2013), `fixtures/results00.csv`, `qstats00.csv`
and `stats_from_steps_walkthrough_test.php`, computed there in a spreadsheet by J. Pratt; and `statistics_test.php` with
`fixtures/mdl_question_states.csv`, computed in `stats.xls`. Trusted to the digits that are given. Questions of the
second set that are worth nothing, or that nobody solved, are left out here, which changes none of the others.
"""

import numpy as np
import pytest

from kaoping.scoring import classical
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import Marks

#: 25 attempts at 7 questions worth a mark each.
_ATTEMPTS: list[list[float]] = [
        [1, 1, 1, 1, 1, 0, 1], [1, 1, 1, 1, 0.5, 1, 0], [1, 1, 1, 1, 0.5, 0, 1], [0, 0, 1, 1, 1, 0, 0],
        [1, 0, 1, 0, 0, 1, 0.5], [1, 1, 1, 1, 0.5, 0, 0.5], [0, 1, 1, 1, 0.5, 1, 0.5], [1, 1, 1, 0, 0.5, 1, 0.5],
        [1, 0, 1, 1, 1, 1, 1], [0, 1, 1, 0, 0.5, 1, 0.5], [0.8, 0, 1, 1, 0.5, 1, 0.5], [1, 1, 1, 0, 0.5, 1, 1],
        [1, 0, 1, 1, 0.5, 1, 0.5], [1, 0, 1, 1, 1, 0, 0.5], [0, 0, 1, 1, 0, 1, 1], [1, 0, 1, 0, 0.5, 1, 1],
        [0.8, 0, 1, 1, 0.5, 0, 1], [1, 0, 1, 1, 0, 1, 0.5], [1, 0, 1, 1, 0.5, 0, 0.5], [0, 1, 1, 0, 0.5, 1, 0],
        [1, 1, 0.3333333, 1, 0.5, 0, 0.5], [1, 1, 1, 0, 0.5, 0, 0.5], [1, 1, 1, 1, 0, 1, 0.5],
        [0, 0, 1, 0, 0.5, 1, 1], [0, 0, 1, 1, 1, 1, 1],
]  # fmt: skip
ATTEMPTS = Marks.table(_ATTEMPTS, np.ones(7))

#: 22 attempts at 13 questions, the first worth 8 marks.
_GENERATED: list[list[float]] = [
        [5.5, 0.3, 0.9, 1, 0.3, 1, 0, 0, 1, 1, 0, 0, 1], [1, 0.9, 0.9, 0.3, 0.3, 1, 0, 0, 1, 0, 1, 0, 1],
        [2.5, 1, 0.9, 0.3, 1, 0, 0, 1, 1, 1, 1, 1, 1], [4, 0.3, 0.9, 1, 0.3, 0, 0, 0, 0, 1, 0, 0, 1],
        [3, 0.9, 0.3, 0.9, 1, 0, 1, 0, 0, 1, 1, 1, 0], [4.5, 0.9, 1, 1, 0.9, 0, 1, 1, 1, 0, 0, 0, 0],
        [3, 0.3, 0.3, 0.3, 0.3, 1, 0, 1, 1, 1, 1, 1, 1], [6, 0.9, 0.9, 1, 0.3, 0, 1, 1, 1, 1, 0, 0, 1],
        [0.5, 0.9, 1, 0.9, 0.3, 0, 1, 1, 0, 1, 1, 0, 1], [5.5, 0.9, 1, 0.9, 0.3, 1, 1, 0, 0, 1, 0, 0, 0],
        [2.5, 0.9, 1, 1, 0.9, 0, 1, 0, 0, 1, 0, 0, 1], [4, 0.9, 0.3, 0.9, 1, 0, 1, 1, 1, 1, 1, 0, 1],
        [4, 0.9, 0.3, 0.3, 1, 1, 1, 1, 0, 0, 1, 1, 0], [3, 1, 1, 0.3, 1, 0, 1, 0, 1, 1, 1, 1, 0],
        [1, 1, 0.9, 0.3, 0.3, 1, 0, 1, 0, 0, 0, 0, 0], [1, 0.3, 0.3, 0.3, 0.9, 0, 0, 0, 1, 0, 0, 0, 1],
        [1.5, 1, 0.3, 0.9, 1, 1, 1, 0, 1, 1, 0, 0, 0], [4, 0.9, 1, 0.9, 1, 0, 1, 1, 1, 0, 1, 0, 0],
        [2, 0.9, 0.9, 0.3, 0.9, 0, 1, 0, 0, 0, 0, 0, 0], [1, 1, 0.3, 0.3, 0.3, 0, 1, 1, 0, 1, 0, 0, 0],
        [6, 0.9, 1, 1, 0.9, 0, 0, 0, 1, 0, 0, 1, 1], [7, 0.9, 0.3, 0.3, 0.3, 1, 0, 1, 1, 1, 1, 0, 0],
]  # fmt: skip
GENERATED = Marks.table(_GENERATED, np.array([8.0, *np.ones(12)]))


def each(table: Marks, statistic: object) -> Floats:
    return np.array([statistic(table, item, least=10).value for item in range(len(table.items))])  # type: ignore[operator]


def test_facility_and_deviation() -> None:
    rows = classical.item_table(ATTEMPTS)

    facility = (0.704, 0.48, 0.973333332, 0.68, 0.52, 0.64, 0.62)
    deviation = (0.4513682901, 0.5099019514, 0.13333334, 0.4760952286, 0.3055050463, 0.4898979486, 0.331662479)
    assert [row.facility.value for row in rows if row.facility] == pytest.approx(facility, abs=1e-9)
    assert [row.deviation for row in rows] == pytest.approx(deviation, abs=1e-9)


def test_discrimination_index_is_the_correlation_with_the_rest() -> None:
    expected = (
        -7.0650767526,
        -28.8982125772,
        -9.1230674268,
        -22.6306444113,
        -17.6997047674,
        -45.3785178421,
        -5.6543166602,
    )

    assert 100 * each(ATTEMPTS, classical.discrimination) == pytest.approx(expected, rel=2e-7)


def test_discriminative_efficiency() -> None:
    expected = (
        -9.4550536967,
        -36.7834118938,
        -21.6545012165,
        -31.4411395613,
        -21.1794802584,
        -56.9365974439,
        -6.5043742058,
    )

    assert 100 * each(ATTEMPTS, classical.discriminative_efficiency) == pytest.approx(expected, rel=2e-7)


def test_effective_weights() -> None:
    expected = (21.2922742344, 18.8979800309, 4.443012573, 18.9347251357, 11.1450138688, 9.8081339177, 15.4788602394)

    assert 100 * classical.item_weights(ATTEMPTS, least=10).effective == pytest.approx(expected, rel=1e-6)


def test_the_distribution_of_the_score() -> None:
    found = classical.distribution(ATTEMPTS.total)

    assert found.median.value == 4.5
    assert found.mean.value == pytest.approx(4.617333332, abs=1e-9)
    assert found.deviation.value == pytest.approx(0.8117265554, abs=1e-9)
    assert found.skewness.value == pytest.approx(-0.092502502, abs=1e-8)
    assert found.kurtosis.value == pytest.approx(-0.7073968557, abs=1e-8)


def test_internal_consistency_error_ratio_and_standard_error() -> None:
    found = classical.alpha(ATTEMPTS, least=10)
    error = classical.standard_error_of_measurement(ATTEMPTS, least=10)

    assert 100 * found.value == pytest.approx(-87.2230935542, abs=2e-6)
    assert 100 * np.sqrt(1 - found.value) == pytest.approx(136.8294932, abs=1e-5)
    assert error.value == pytest.approx(1.1106813066, abs=1e-8)


def test_a_question_of_more_marks() -> None:
    rows = classical.item_table(GENERATED)

    facility = (
        41.19318182, 81.36363636, 71.36363636, 65.45454545, 65.90909091, 36.36363636, 59.09090909, 50, 59.09090909,
        63.63636364, 45.45454545, 27.27272727, 50,
    )  # fmt: skip
    deviation = (
        1912.733589, 251.2738111, 322.6312277, 333.4199022, 337.5811591, 492.3659639, 503.2362797, 511.7663157,
        503.2362797, 492.3659639, 509.6471914, 455.8423058, 511.7663157,
    )  # fmt: skip
    weight = (
        26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376, 3.183278505, 4.532356904, 7.78856243,
        10.08351572, 8.381139345, 8.727645713, 7.946277111, 4.769500946,
    )  # fmt: skip
    assert [100 * row.facility.value for row in rows if row.facility] == pytest.approx(facility, abs=1e-8)
    assert [1000 * row.deviation for row in rows if row.deviation] == pytest.approx(deviation, abs=1e-6)
    assert [100 * row.effective_weight.value for row in rows if row.effective_weight] == pytest.approx(weight, abs=1e-8)


def test_discrimination_and_efficiency_of_more_marks() -> None:
    index = (
        25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581, -8.900638238, 8.670004606,
        29.63337745, 15.18945843, 16.21079629, 15.52451404, -8.396734802,
    )  # fmt: skip
    efficiency = (
        27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579, -17.5074184, -10.27568922, 10.86956522,
        34.58997279, 17.4790556, 20.14359793, 22.06477733, -10,
    )  # fmt: skip

    assert 100 * each(GENERATED, classical.discrimination) == pytest.approx(index, abs=1e-8)
    assert 100 * each(GENERATED, classical.discriminative_efficiency) == pytest.approx(efficiency, abs=1e-8)
