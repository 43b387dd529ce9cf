"""A bad and a mended example for every rule of the craft, and why the rule is one: what the training sheet teaches.

The examples are our own. A test holds each against its rule, so the sheet cannot teach what the editor does not check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kaoping.itembank import craft
from kaoping.itembank.craft import Hint
from kaoping.itembank.errors import N_

LEVEL: Final = 3
"""The level that the examples are for."""


@dataclass(frozen=True, slots=True)
class Version:
    """An item as somebody might write it, with the edition of its source."""

    body: Mapping[str, Any]
    edition: str = "2020"


@dataclass(frozen=True, slots=True)
class Example:
    """Why a rule holds, an item that breaks it, and the same item mended."""

    why: str
    flawed: Version
    mended: Version


@dataclass(frozen=True, slots=True)
class Lesson:
    """A rule as it is taught: what the check says about the bad example, and the example."""

    name: str
    said: Hint
    example: Example


def lessons() -> list[Lesson]:
    """Give a lesson for every rule that the editor checks, in its order."""
    return [Lesson(name, _said(name, EXAMPLES[name].flawed), EXAMPLES[name]) for name in craft.NAMES]


def _said(name: str, version: Version) -> Hint:
    said = craft.look(name, dict(version.body), digit=LEVEL, edition=version.edition)
    if said is None or said.kept:
        message = f"the bad example of {name} keeps the rule"
        raise LookupError(message)
    return said


_SCOPE: Final = "GB/T 1.1—2020 中，界定标准化对象和所覆盖各个方面的要素是（　　）。"
_REASON: Final = "“范围”界定标准化对象和所覆盖的各个方面，前言不界定。"


def _choice(
    stem: str = _SCOPE, options: str = "范围|前言|目次|索引", key: str = "A", rationale: str = _REASON
) -> Version:
    parts = options.split("|")
    return Version({"type": "single_choice", "stem": stem, "options": parts, "key": key, "rationale": rationale})


def _statement(stem: str, rationale: str) -> Version:
    return Version({"type": "true_false", "stem": stem, "key": False, "rationale": rationale})


def _blank(stem: str) -> Version:
    return Version({"type": "fill_in", "stem": stem, "key": [["范围"]], "rationale": _REASON})


_NEGATIVE_REASON: Final = "目次是可选要素；封面、前言和范围是必备要素。"
_REVIEW_REASON: Final = "复审周期一般不超过五年，并没有要求每年复审。"
_TERM_REASON: Final = "复审周期一般不超过五年，从发布之日起计算。"
_TERM: Final = "国家标准的复审周期一般不超过（　　）。"

#: By the name of the rule.
EXAMPLES: Final[Mapping[str, Example]] = {
    "length": Example(
        N_("Who does not know the answer takes the option that was written with most care: the longest."),
        _choice(options="文件开头写明的范围|前言|目次|索引"),
        _choice(),
    ),
    "catch_all": Example(
        N_("One option known to be right or wrong settles it; the others are not read any more."),
        _choice(options="范围|前言|目次|以上都对"),
        _choice(),
    ),
    "absolute_option": Example(
        N_("Experienced candidates strike out what is said without exception, and need not know why it is wrong."),
        _choice(options="范围|任何前言|目次|索引"),
        _choice(),
    ),
    "overlap": Example(
        N_("If one option holds what another says, both are right or neither is; fewer are left to guess from."),
        _choice(options="范围|前言、目次|前言、目次、索引|封面"),
        _choice(),
    ),
    "order": Example(
        N_("Whoever knows the number should find it at once; searching is not what is assessed."),
        _choice(_TERM, "3年|5年|1年|7年", "B", _TERM_REASON),
        _choice(_TERM, "1年|3年|5年|7年", "C", _TERM_REASON),
    ),
    "grammar": Example(
        N_("A question for several things, or another full stop, shows the key to somebody who only reads closely."),
        _choice("GB/T 1.1—2020 中，界定标准化对象的要素有哪些？"),
        _choice("GB/T 1.1—2020 中，界定标准化对象的要素是哪一个？"),
    ),
    "repeated": Example(
        N_("What stands in every option is read four times and tells nothing."),
        _choice(options="标准中的范围|标准中的前言|标准中的目次|标准中的索引"),
        _choice(),
    ),
    "echo": Example(
        N_("A word that stem and key share, and no distractor, leads to the key without knowledge."),
        _choice(options="标准化对象范围|各章的前言|全文的目次|术语的索引"),
        _choice(),
    ),
    "negation": Example(
        N_("Under time pressure “not” is overlooked; then the item measures reading, not competence."),
        _choice("下列不属于必备要素的是（　　）。", "封面|前言|目次|范围", "C", _NEGATIVE_REASON),
        _choice("下列**不属于**必备要素的是（　　）。", "封面|前言|目次|范围", "C", _NEGATIVE_REASON),
    ),
    "double_negation": Example(
        N_("Two negations are a riddle of language; say positively what is to be known."),
        _choice("下列**不属于不应省略的要素**的是（　　）。", "封面|前言|目次|范围", "C", _NEGATIVE_REASON),
        _choice("下列属于可选要素的是（　　）。", "封面|前言|目次|范围", "C", _NEGATIVE_REASON),
    ),
    "absolute_statement": Example(
        N_("“Always” and “never” are seldom true at work, and candidates know it."),
        _statement("国家标准一定要每年复审。", _REVIEW_REASON),
        _statement("国家标准的复审周期一般为一年。", _REVIEW_REASON),
    ),
    "blank_first": Example(
        N_("Nobody can answer before the sentence is over; a blank at the end asks a clear question."),
        _blank("____是界定标准化对象和所覆盖各个方面的要素。"),
        _blank("界定标准化对象和所覆盖各个方面的要素是____。"),
    ),
    "reason": Example(
        N_("Reviewers check the key by the rationale, and appeals are answered from it."),
        _choice(rationale="见标准。"),
        _choice(),
    ),
    "reading": Example(
        N_("Long reading takes the time of slow readers; leave out what the answer does not need."),
        _choice(
            "某企业成立多年，产品销往各地，近来准备按照规则编制一份企业标准，并请几位同事分工起草各个部分，" * 4
            + _SCOPE
        ),
        _choice(),
    ),
    "edition": Example(
        N_("When a new edition replaces the standard, the bank finds the items to recheck by this."),
        Version(_choice().body, edition=""),
        _choice(),
    ),
}
