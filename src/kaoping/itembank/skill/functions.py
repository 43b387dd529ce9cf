"""What the database itself refuses about skill papers: a sealed or discarded one never changes, and takes no new task.

Only approved tasks stand in papers: none other comes in, and a paper with another is not sealed. That the content of a
task never changes is refused by `kaoping.itembank.tasks.functions`.
"""

from kaoping.itembank.refusing import before, refusing, sealed_stays

NOT_APPROVED = "NOT EXISTS (SELECT FROM public.task WHERE id = NEW.task_id AND state = 'approved')"
HOLDS_OTHERS = """\
NEW.state = 'sealed' AND EXISTS (
    SELECT FROM public.skill_slot JOIN public.task ON task.id = skill_slot.task_id
    WHERE skill_slot.paper_id = NEW.id AND task.state <> 'approved'
  )"""

STATEMENTS = (
    *sealed_stays("skill_paper", "skill_slot"),
    refusing("skill_paper_takes_approved", NOT_APPROVED, "'a skill paper takes approved tasks only'"),
    before("INSERT", "skill_slot", "skill_paper_takes_approved"),
    refusing(
        "skill_paper_holds_approved", HOLDS_OTHERS,
        "format('skill paper %s holds a task that is not approved', NEW.code)",
    ),
    before("UPDATE OF state", "skill_paper", "skill_paper_holds_approved"),
)  # fmt: skip
