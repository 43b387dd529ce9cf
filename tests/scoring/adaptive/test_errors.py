"""Every sentence of adaptive testing can be said in Chinese, with the same facts."""

import inspect
import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.adaptive import errors
from kaoping.scoring.errors import ScoringError

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "adaptive.po"


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {str(message.id): str(message.string) for message in read_po(opened) if message.id}
    classes = (cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, ScoringError))
    own = [cls for cls in classes if cls is not ScoringError]

    assert {cls.sentence for cls in own} == set(chinese)
    for english, said in chinese.items():
        assert set(re.findall(r"%\(\w+\)", english)) == set(re.findall(r"%\(\w+\)", said))
