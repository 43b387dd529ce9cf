"""The training sheet: every rule of the craft is taught by examples that the checks themselves agree with."""

import pytest

from kaoping.itembank import craft
from kaoping.itembank.craft_examples import EXAMPLES, LEVEL, Version, lessons


def broken(version: Version) -> list[str]:
    held = {
        name: craft.look(name, dict(version.body), digit=LEVEL, edition=version.edition) for name in craft.NAMES
    }  # fmt: skip
    return [name for name, hint in held.items() if hint and not hint.kept]


def test_every_rule_has_an_example_and_no_example_is_left_over() -> None:
    assert [lesson.name for lesson in lessons()] == list(craft.NAMES)
    assert set(EXAMPLES) == set(craft.NAMES)


@pytest.mark.parametrize("name", craft.NAMES)
def test_the_bad_example_breaks_its_rule_alone_and_the_mended_one_keeps_all(name: str) -> None:
    assert broken(EXAMPLES[name].flawed) == [name]
    assert broken(EXAMPLES[name].mended) == []
