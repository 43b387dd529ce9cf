"""Items on their way through the review: a writer and two reviewers at work, in two stages.

None of the items is approved: they are AI-assisted, marked so, and no expert has seen them.
"""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.demonstration.staff import Staff
from kaoping.itembank import authoring, interests, remarks, review_rules, reviewing
from kaoping.itembank.authoring import Source
from kaoping.itembank.items import Item, Verdict
from kaoping.itembank.models import Level, Point
from kaoping.itembank.review_rules import Rule
from kaoping.itembank.reviews import ReturnReason

_LAW: Final = "中华人民共和国标准化法"
#: Point, wording and source of each item.
_WRITTEN: Final[tuple[tuple[str, dict[str, Any], Source], ...]] = (
    (
        "0-1-1-02",
        {
            "type": "single_choice",
            "stem": "命题人员得知自己培训过的一名学员报名参加本批次考试。该命题人员应（　　）。",
            "options": ["主动回避本批次命题", "只在阅卷时回避", "提醒该学员保密", "考试结束后再说明情况"],
            "key": "A",
            "rationale": "命题人员与考生有培训关系时应当回避，须在命题前提出。",
        },
        Source("职业技能等级认定工作规程（试行）", "2020", "-"),
    ),
    (
        "0-1-2-01",
        {
            "type": "true_false",
            "stem": "某地协会可以在团体标准中规定，只有会员单位的产品才能在当地销售。",
            "key": False,
            "rationale": "不得利用标准实施妨碍商品、服务自由流通等排除、限制市场竞争的行为。",
        },
        Source(_LAW, "2017", "第二十二条第二款"),
    ),
    (
        "0-1-2-02",
        {
            "type": "single_choice",
            "stem": "制定标准应当以（　　）为基础，深入调查论证，广泛征求意见。",
            "options": ["科学技术研究成果和社会实践经验", "领先企业的内部规定", "主管人员的意见", "以上都不是"],
            "key": "A",
            "rationale": "制定标准应当在科学技术研究成果和社会实践经验的基础上，深入调查论证。",
        },
        Source(_LAW, "2017", "第四条"),
    ),
)


def stand(session: Session, staff: Staff, level: Level) -> tuple[list[Item], bool]:
    """Have three items written and two of them reviewed, unless that was done; say whether it was."""
    writer = staff["item-writer"]
    known = session.scalars(select(Item).where(Item.author_id == writer.id).order_by(Item.code)).all()
    if known:
        return list(known), True
    review_rules.choose(session, Rule(stages=2), standard_id=level.standard_id, by=staff["bank-administrator"])
    waiting, passed, returned = (_submitted(session, staff, level, *each) for each in _WRITTEN)
    for item in (passed, returned):
        interests.declare(session, item.latest.id, conflict=False, by=staff["item-reviewer"])
    reviewing.decide(session, passed.latest.id, Verdict.APPROVE, comment=None, by=staff["item-reviewer"])
    _return(session, returned, staff)
    return [waiting, passed, returned], False


def _submitted(session: Session, staff: Staff, level: Level, code: str, body: dict[str, Any], source: Source) -> Item:
    writer = staff["item-writer"]
    point = session.scalars(select(Point).where(Point.standard_id == level.standard_id, Point.code == code)).one()
    item = authoring.write(
        session, level_id=level.id, point_id=point.id, body=body, source=source, difficulty=2, consistency=4, by=writer
    )
    authoring.mark_ai_assisted(session, item.id, by=writer)
    authoring.submit(session, item.id, by=writer)
    session.flush()
    return item


def _return(session: Session, item: Item, staff: Staff) -> None:
    reviewer, revision = staff["item-reviewer"], item.latest
    remark = remarks.make(session, revision.id, "option:D", "“以上都不是”没有区分作用，请换一个。", by=reviewer)
    remarks.answer(session, remark.id, "改为“国外同类标准的文本”，可以吗？", by=staff["item-writer"])
    reviewing.decide(
        session, revision.id, Verdict.RETURN, comment="选项D须更换，其余可用。", reasons=[ReturnReason.DISTRACTORS],
        by=reviewer,
    )  # fmt: skip
