"""Every sentence of classification can be said in Chinese, with the same facts."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.classification import (
    BadComponents,
    BadCuts,
    BadEstimates,
    BadReliability,
    FarFromBinomial,
    NoTrueSpread,
)

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "classification.po"


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {message.id: str(message.string) for message in read_po(opened) if message.id}

    for error in (BadComponents, BadCuts, BadEstimates, BadReliability, FarFromBinomial, NoTrueSpread):
        facts = re.findall(r"%\(\w+\)", error.sentence)
        assert facts == re.findall(r"%\(\w+\)", chinese[error.sentence])
