"""The competency profile of a score report."""

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.results import profiling, reporting, scoring
from kaoping.exam.results.profiling import FunctionShare
from kaoping.exam.results.report_print import two_lines
from kaoping.itembank.models import Component
from tests.builders_results import a_final_decision


def test_a_profile_tells_the_share_of_marks_by_function_and_no_mean_of_few(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = a_final_decision(session)
    score = scoring.newest(session, decision.application_id)[Component.THEORY]

    assert profiling.profile(session, score) == (FunctionShare("标准", 100, 6, round(score.raw), None),)
    monkeypatch.setattr(profiling, "LEAST_PEOPLE", 1)
    assert profiling.profile(session, score)[0].mean == round(score.raw)
    assert reporting.report(session, decision.application_id).functions[0].weight == 100


def test_a_long_name_takes_two_lines_on_the_radar() -> None:
    assert two_lines("职业道德") == "职业道德"
    assert two_lines("标准研制与编写") == "标准研制\n与编写"
