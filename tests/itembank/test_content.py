"""Content: a body that breaks a rule is refused with the place and the mend."""

from typing import Any

import pytest

from kaoping.itembank.content import ContentInvalid, SingleChoice, parse

GOOD: dict[str, Any] = {
    "type": "single_choice", "stem": "Which?", "options": ["one", "two", "three"], "key": "B", "rationale": "Because."
}  # fmt: skip


def problems_of(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(ContentInvalid) as caught:
        parse(GOOD | changes)
    return [(problem.field, str(problem)) for problem in caught.value.problems]


def test_a_good_body_is_read() -> None:
    assert isinstance(parse(GOOD), SingleChoice)


def test_a_repeated_option_is_named_even_when_written_otherwise() -> None:
    assert problems_of(options=["one", "two", "ＯＮＥ "]) == [
        ("options", "Options A and C say the same; reword one of them.")
    ]


def test_a_missing_key_is_named() -> None:
    assert [field for field, _ in problems_of(key=None)] == ["key"]


def test_two_keys_on_a_single_choice_are_refused() -> None:
    assert [field for field, _ in problems_of(key=["A", "B"])] == ["key"]


def test_a_key_beyond_the_options_is_named() -> None:
    assert problems_of(key="D") == [("key", "The key names option D, which does not exist; choose one of the options.")]


def test_a_multiple_choice_needs_two_keys() -> None:
    assert [field for field, _ in problems_of(type="multiple_choice", key=["A"])] == ["key"]


def test_blanks_and_keys_must_agree() -> None:
    with pytest.raises(ContentInvalid) as caught:
        parse({"type": "fill_in", "stem": "A ____ b", "key": [["x"], ["y"]], "rationale": "r"})

    assert [problem.field for problem in caught.value.problems] == ["key"]


def test_an_unknown_type_is_refused() -> None:
    assert [field for field, _ in problems_of(type="riddle")] == ["type"]
