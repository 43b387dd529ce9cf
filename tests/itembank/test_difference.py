"""Differences between wordings."""

from types import SimpleNamespace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from kaoping.itembank.difference import Run, parts, runs
from kaoping.itembank.items import Revision


def test_a_changed_word_goes_and_comes() -> None:
    assert runs("还必须公开内容", "还应当公开内容") == [
        Run("same", "还"), Run("del", "必须"), Run("ins", "应当"), Run("same", "公开内容"),
    ]  # fmt: skip


def test_a_number_changes_as_a_whole() -> None:
    assert runs("依据 8.5", "依据 8.15") == [Run("same", "依据 "), Run("del", "8.5"), Run("ins", "8.15")]


@given(st.text(), st.text())
def test_both_wordings_can_be_read_from_the_runs(old: str, new: str) -> None:
    found = runs(old, new)

    assert "".join(run.text for run in found if run.kind != "ins") == old
    assert "".join(run.text for run in found if run.kind != "del") == new


def test_the_form_of_a_document_is_no_part_of_its_wording() -> None:
    part = {"marks": 2, "body": {"version": 1, "stem": "为何"}}
    body = {"type": "case", "version": 1, "stem": "答题", "parts": [part]}
    cited = {"source_standard": "GB/T 1", "source_edition": "2020", "source_clause": "3", "difficulty": 2}

    assert parts(cast("Revision", SimpleNamespace(body=body, **cited))) == {
        "stem": "答题", "parts:1": "marks: 2; body: stem: 为何", "source": "GB/T 1 2020 3", "difficulty": "2",
    }  # fmt: skip
