"""Words and sketches of texts: what is found, what is alike, and that nothing readable remains."""

import random

import pytest

from kaoping.itembank.text_keys import BANDS, SHINGLE, alike, asked, bands, keyed, shingles, words

KEY = b"k" * 32
STEM = "根据 GB/T 1.1—2020，标准化文件中要求型条款使用的助动词是下列哪一项？"
REWORDED = "依据GB/T 1.1—2020，标准化文件中，要求型条款使用的助动词是哪一项？"
OTHER = "企业标准的自我声明公开平台由哪个部门负责建设和运行？"


@pytest.mark.parametrize("part", ["标准化", "要求型条款", "ＧＢ/t", "gb 助动词", "202", "gb/t 1.1"])
def test_a_text_has_the_words_of_each_of_its_parts(part: str) -> None:
    assert asked(part) <= words(STEM)


@pytest.mark.parametrize("part", ["标化", "bt", "自我声明", "2021"])
def test_a_text_lacks_words_of_what_it_does_not_hold(part: str) -> None:
    assert not asked(part) <= words(STEM)


def test_a_single_chinese_character_asks_for_nothing() -> None:
    assert not asked("标 ，")


def test_keys_hang_on_the_secret_and_not_on_the_order() -> None:
    parts = sorted(shingles([STEM]))
    assert keyed(parts, KEY) == keyed(reversed(parts), KEY)
    assert not set(keyed(parts, KEY)) & set(keyed(parts, b"other"))


def test_near_equal_texts_share_bands_and_others_do_not() -> None:
    first, second, third = (set(bands(keyed(shingles([text]), KEY))) for text in (STEM, REWORDED, OTHER))
    assert first & second
    assert not first & third


def test_a_text_without_letters_has_no_bands() -> None:
    assert shingles(["……？", ""]) == set()
    assert bands([]) == []


def test_bands_agree_as_often_as_theory_says() -> None:
    """A band agrees with probability J cubed: 2 400 bands of texts with J = 0.6, standard error .0084."""
    rng, agreeing = random.Random(1), 0
    for _ in range(100):
        pool = [str(rng.random()) for _ in range(80)]
        first, second = pool[:64], pool[16:]
        share = alike(set(first), set(second))
        agreeing += len(set(bands(keyed(first, KEY))) & set(bands(keyed(second, KEY))))
    assert share == pytest.approx(0.6)
    assert abs(agreeing / (100 * BANDS) - 0.6**3) < 0.03


def test_a_shingle_is_three_characters_whatever_stands_between() -> None:
    assert {len(one) for one in shingles([STEM])} == {SHINGLE}
    assert alike(shingles(["标准，化 法"]), shingles(["标准化法"])) == 1
