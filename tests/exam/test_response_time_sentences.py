"""Every sentence of response times and preknowledge can be said in Chinese, with the same facts."""

import inspect
import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.errors import ScoringError
from kaoping.scoring.integrity import time_errors

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "response_times.po"


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {message.id: str(message.string) for message in read_po(opened) if message.id}
    classes = [one for _, one in inspect.getmembers(time_errors, inspect.isclass)]
    own = [one for one in classes if issubclass(one, ScoringError) and one.__module__ == time_errors.__name__]

    assert own
    assert {one.sentence for one in own} <= set(chinese)
    for english, said in chinese.items():
        assert set(re.findall(r"%\(\w+\)", str(english))) == set(re.findall(r"%\(\w+\)", said))
