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
