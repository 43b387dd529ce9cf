"""What the database itself refuses about skill papers: a sealed or discarded one never changes, and takes no new task.

So does the task of a sealed paper: neither its sheet nor its sealed body is written again.
"""

from kaoping.itembank.refusing import EITHER, before, refusing, sealed_stays

IN_SEALED_PAPER = """\
EXISTS (
    SELECT FROM public.skill_slot JOIN public.skill_paper ON skill_paper.id = skill_slot.paper_id
    WHERE skill_slot.task_id = OLD.id AND skill_paper.state = 'sealed'
  )"""

STATEMENTS = (
    *sealed_stays("skill_paper", "skill_slot"),
    refusing(
        "sealed_task_is_fixed", IN_SEALED_PAPER,
        "format('task %s stands in a sealed skill paper and never changes', OLD.code)", answer=EITHER,
    ),
    before("UPDATE OR DELETE", "task", "sealed_task_is_fixed"),
)  # fmt: skip
