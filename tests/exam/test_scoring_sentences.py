"""Every sentence of scoring can be said in Chinese, with the same facts."""

import inspect
import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring import errors, raw_scores, scale

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "scoring.po"


def sentences() -> set[str]:
    modules = errors, raw_scores, scale
    classes = [cls for module in modules for _, cls in inspect.getmembers(module, inspect.isclass)]
    return {cls.sentence for cls in classes if issubclass(cls, errors.ScoringError)}


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {message.id: message.string for message in read_po(opened) if message.id}

    assert sentences() <= set(chinese)
    for english in sentences():
        assert set(re.findall(r"%\(\w+\)", english)) == set(re.findall(r"%\(\w+\)", str(chinese[english])))
