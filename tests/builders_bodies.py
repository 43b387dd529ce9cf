"""A sound body of every type, and a right response to each that a machine marks."""

from typing import Any

#: What must never reach a candidate stands in these words.
SECRET = "暗钥"
RATIONALE = f"理由{SECRET}"

_RUBRIC = [{"criterion": f"结构完整{SECRET}", "marks": "6", "descriptors": [f"优{SECRET}", "差"]}]
_SHARED: dict[str, Any] = {"rationale": RATIONALE}
SIMPLE: dict[str, dict[str, Any]] = {
    "true_false": {"stem": "标准化是一项活动。", "key": True},
    "single_choice": {"stem": "世界标准日是哪一天？", "options": ["10月13日", "10月14日", "10月15日"], "key": "B"},
    "multiple_choice": {"stem": "标准的层次有哪些？", "options": ["国家", "省", "行业", "县"], "key": ["A", "C"]},
    "fill_in": {"stem": "标准分为____和____。", "key": [[f"国家{SECRET}"], [f"行业{SECRET}", "行标"]]},
    "numeric": {
        "stem": "孔径为多少？", "key": "68.75", "tolerance": "0.1", "unit": "mm",
        "units": [{"unit": "cm", "factor": "10"}],
    },
    "matching": {
        "stem": "将代号与含义对应。", "left": ["GB", "GB/T", "DB"], "right": ["地方标准", "推荐", "强制", "企业"],
        "key": {"1": "C", "2": "B", "3": "A"},
    },
    "ordering": {
        "stem": "按制定程序排序。", "entries": ["批准", "起草", "审查", "立项"], "key": ["D", "B", "C", "A"],
    },
    "cloze": {"stem": "先____，再____，后____。", "choices": ["审查", "立项", "起草", "复审"], "key": ["B", "C", "A"]},
    "hotspot": {
        "stem": "指出图中的标准编号。", "picture": "1f0e8a3c-8d1c-4a2e-9a51-3f6f0c2d7b11",
        "areas": [
            {"shape": "rect", "coords": [10, 10, 60, 40]}, {"shape": "circle", "coords": [120, 60, 20]},
            {"shape": "polygon", "coords": [150, 100, 190, 100, 170, 140]},
        ],
        "key": [0, 2], "most_choices": 2,
    },
    "short_answer": {
        "stem": "简述标准的作用。",
        "key": {"model": f"统一{SECRET}", "points": [{"text": f"秩序{SECRET}", "marks": "2"}]},
    },
    "essay": {"stem": "论述标准化。", "rubric": _RUBRIC, "words": {"least": 300, "most": 800}},
    "file_upload": {"stem": "编制标准草案。", "rubric": _RUBRIC, "accept": ["application/pdf"], "most_megabytes": 5},
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {kind: _SHARED | {"type": kind} | body for kind, body in SIMPLE.items()}
BODIES["case"] = {
    "type": "case", "stem": "阅读材料，回答问题。", "stimulus": "某企业拟制定企业标准。", **_SHARED,
    "parts": [{"marks": "3", "body": BODIES["multiple_choice"]}, {"marks": "1", "body": BODIES["fill_in"]}],
}  # fmt: skip

RIGHT: dict[str, Any] = {
    "true_false": True, "single_choice": "B", "multiple_choice": ["C", "A"],
    "fill_in": [f"国家{SECRET}", " 行 标 "], "numeric": "6.875 cm", "matching": ["C", "B", "A"],
    "ordering": ["D", "B", "C", "A"], "cloze": ["B", "C", "A"], "hotspot": ["A", "170,110"],
    "case": [["A", "C"], [f"国家{SECRET}", "行标"]],
}  # fmt: skip
