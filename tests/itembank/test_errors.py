"""Tests of the errors of the house."""

import pickle

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import KaopingError, Missing
from kaoping.itembank.skill.papers import TasksShort


def through_a_pipe(error: KaopingError) -> KaopingError:
    revived = pickle.loads(pickle.dumps(error))  # noqa: S301 - what was pickled a moment ago
    assert type(revived) is type(error)
    return revived


def test_an_error_survives_the_way_between_processes() -> None:
    error = through_a_pipe(Missing(what="paper"))
    assert (str(error), error.facts) == (str(Missing(what="paper")), {"what": "paper"})


def test_an_error_with_its_own_making_survives_too() -> None:
    short = TasksShort([Problem(field="units", sentence="Too few.", facts={"unit": "1.1"})])
    assert str(through_a_pipe(short)) == str(short)
