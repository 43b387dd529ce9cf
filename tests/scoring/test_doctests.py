"""Every example in the documentation of scoring runs, in the code and in the handbook."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import kaoping.scoring

MODULES = [found.name for found in pkgutil.walk_packages(kaoping.scoring.__path__, "kaoping.scoring.")]
CHAPTERS = sorted((Path(__file__).parents[2] / "docs" / "handbook").glob("*.md"))
FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)

    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_the_examples_of_a_chapter_run(chapter: Path) -> None:
    """Fenced blocks of one chapter are one session, so that an example may go on from the last."""
    session = "\n".join(FENCED.findall(chapter.read_text(encoding="utf-8")))
    examples = doctest.DocTestParser().get_doctest(session, {}, chapter.name, str(chapter), 0)

    assert doctest.DocTestRunner().run(examples).failed == 0
