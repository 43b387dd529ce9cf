"""Every sentence about cut scores can be said in Chinese, with the same facts."""

import inspect
import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.cut_scores import errors
from kaoping.scoring.errors import ScoringError

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "cut_scores.po"


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {str(message.id): str(message.string) for message in read_po(opened) if message.id}
    kinds = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
    written = {one.sentence for one in kinds if issubclass(one, ScoringError)}

    assert written == set(chinese)
    for english, other in chinese.items():
        assert set(re.findall(r"%\(\w+\)", english)) == set(re.findall(r"%\(\w+\)", other))
