"""Every sentence about raters can be said in Chinese, with the same facts."""

import inspect
import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.errors import ScoringError
from kaoping.scoring.raters import errors

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "raters.po"


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {message.id: message.string for message in read_po(opened) if message.id}
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__]
    sentences = {cls.sentence for cls in classes if issubclass(cls, ScoringError)}

    assert sentences == set(chinese)
    for english in sentences:
        assert set(re.findall(r"%\(\w+\)", english)) == set(re.findall(r"%\(\w+\)", str(chinese[english])))
