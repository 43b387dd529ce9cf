"""Options that stay in their place."""

import pytest

from kaoping.itembank.fixed_options import Reason, Staying, staying

PLAIN = ["甲方案", "乙方案", "丙方案"]


@pytest.mark.parametrize(
    "last",
    ["以上都对", "以上都不对", "以上选项均正确", "上述各项都是", "其他选项都不正确", "都不对", "以上全部正确",
     "All of the above", "none of these", "Both of the above"],
)  # fmt: skip
def test_an_option_that_speaks_of_the_others_stays_last(last: str) -> None:
    found = staying("下列说法正确的是", [*PLAIN, last])

    assert found == Staying(frozenset({3}), Reason.SUMMARY)


def test_what_stands_above_a_summary_in_the_middle_stays_above_it() -> None:
    assert staying("下列说法正确的是", ["甲方案", "以上都对", "丙方案"]).places == {0, 1, 2}


@pytest.mark.parametrize("option", ["A和B都正确", "A、B", "选项A与选项B", "A项和B项", "Both A and B", "A or B"])
def test_an_option_that_names_others_stays_with_them(option: str) -> None:
    found = staying("下列说法正确的是", ["甲方案", "乙方案", "丙方案", option])

    assert found == Staying(frozenset({0, 1, 3}), Reason.NAMED)


def test_a_stem_that_names_options_keeps_all() -> None:
    assert staying("若选项A成立，则下列正确的是", PLAIN).reason is Reason.STEM


@pytest.mark.parametrize(
    "options",
    [["15日", "30日", "60日", "90日"], ["90 %", "75 %", "50 %"], ["1/4", "1/3", "1/2"], ["1,000", "2,000", "3,000"],
     ["一年", "三年", "五年"], ["第一类", "第二类", "第三类"]],
)  # fmt: skip
def test_numbers_in_order_stay(options: list[str]) -> None:
    found = staying("期限为", options)

    assert found == Staying(frozenset(range(len(options))), Reason.NUMBERS)


@pytest.mark.parametrize(
    "options",
    [PLAIN, ["GB 1", "GB/T 2", "DB 3"], ["30日", "15日", "60日"], ["3年", "5月", "9日"],
     ["以上级机关为准", "以合同为准", "以样品为准"],
     ["A类和B类产品", "C类产品", "全部产品"], ["都市圈标准", "行业标准", "团体标准"], ["1/0", "2/0", "3/0"]],
)  # fmt: skip
def test_other_options_may_move(options: list[str]) -> None:
    assert staying("下列正确的是", options).reason is None


@pytest.mark.parametrize(("option", "places"), [
    ("只有A正确", {0, 3}), ("A正确，B错误", {0, 1, 3}), ("AB都对", {0, 1, 3}), ("A+B", {0, 1, 3}),
    ("除A外都正确", {0, 3}), ("与A相同", {0, 3}), ("A不对", {0, 3}), ("Only A is correct", {0, 3}),
    ("A is wrong, B is right", {0, 1, 3}), ("前两项都对", {0, 1, 2, 3}), ("前三项均正确", {0, 1, 2, 3}),
    ("两者都是", {0, 1, 2, 3}), ("三者均可", {0, 1, 2, 3}),
    ("都可以", {0, 1, 2, 3}),
])  # fmt: skip
def test_an_option_that_judges_or_counts_others_stays_with_them(option: str, places: set[int]) -> None:
    assert staying("哪项正确？", ["甲", "乙", "丙", option]).places == places


@pytest.mark.parametrize("option", ["A类标准", "ISO/IEC 导则", "A4 纸", "A standard is a document", "采用A级", "B 型"])
def test_letters_of_designations_name_no_option(option: str) -> None:
    assert not staying("哪项正确？", ["甲", "乙", "丙", option]).places
