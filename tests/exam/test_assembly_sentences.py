"""Every sentence of why there are no forms can be said in Chinese, with the same facts."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import kaoping.exam
from kaoping.scoring.assembly import (
    exposure,
    multistage,
    on_the_fly,
    parallel,
    problem,
    reasons,
    routing,
    shadow,
    verification,
)

CATALOGUE = Path(kaoping.exam.__file__).parent / "translations" / "zh_Hans_CN" / "assembly.po"
ERRORS = (
    problem.BadProblem,
    parallel.NoForms,
    parallel.NotFound,
    parallel.Cancelled,
    shadow.NoShadow,
    verification.Unsound,
    on_the_fly.NotOnTheFly,
    on_the_fly.FormsExhausted,
    exposure.ExposureOutOfReach,
    multistage.NoPanels,
    routing.NoRoutingPoint,
)


def test_each_sentence_has_its_chinese_with_the_same_facts() -> None:
    with CATALOGUE.open("rb") as opened:
        chinese = {str(message.id): str(message.string) for message in read_po(opened) if message.id}
    sentences = {value for name, value in vars(reasons).items() if name.isupper()}

    assert sentences | {error.sentence for error in ERRORS} == set(chinese)
    for english, said in chinese.items():
        assert set(re.findall(r"%\(\w+\)", english)) == set(re.findall(r"%\(\w+\)", said))
