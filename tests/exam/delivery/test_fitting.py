"""An answer that its item cannot take is refused whole; what was saved before stands."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from kaoping.exam.delivery import folds, sitting
from kaoping.exam.delivery.errors import AnswerUnfit
from tests.builders import NOON
from tests.exam.delivery.test_sitting import SOON, begun


@pytest.mark.parametrize(
    ("slot", "sound", "unfit"),
    [
        (2, "B", "H"), (3, ["A"], ["A", "A"]), (3, ["A"], ["G"]), (4, ["国家", ""], ["国家"]),
        (4, ["国家", ""], ["一" * 201, ""]),
    ],
)  # fmt: skip
def test_letters_and_blanks_that_the_item_does_not_have_are_refused_and_the_last_answer_stands(
    session: Session, slot: int, sound: Any, unfit: Any
) -> None:
    token, held = begun(session)
    sitting.answer(session, token, slot, sound, sequence=1, at=NOON)

    with pytest.raises(AnswerUnfit):
        sitting.answer(session, token, slot, unfit, sequence=2, at=SOON)

    session.expire(held)
    assert folds.answers(held.steps) == {slot: sound}
    assert sitting.answer(session, token, slot, sound, sequence=2, at=SOON).answered == 1
