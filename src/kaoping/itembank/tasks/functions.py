"""What the database itself refuses about practical tasks.

A submitted version never changes but in its state, and its state goes the way of the workflow. It is handed in only
when its rows add up, and approved only by the verdict of somebody who wrote no version of it. The demonstration's tasks
alone come in approved, into an organisation that is marked as one.
"""

from kaoping.itembank.refusing import EITHER, before, refusing

CHANGES_SUBMITTED = """\
OLD.submitted_at IS NOT NULL
    AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'
      AND NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)))"""
BEGINS_OTHERWISE = """\
NEW.state <> 'draft' AND NOT (
    NEW.demonstration AND EXISTS (SELECT FROM public.organisation WHERE id = NEW.organisation_id AND demonstration)
  )"""
GOES_WRONG = """\
NEW.state <> OLD.state AND OLD.state || ' ' || NEW.state NOT IN (
    'draft in_review', 'in_review approved', 'in_review returned', 'approved superseded', 'approved retired'
  )"""
DOES_NOT_ADD_UP = """\
NEW.state = 'in_review' AND NEW.marks IS DISTINCT FROM (
    SELECT sum((line ->> 'marks')::numeric) FROM jsonb_array_elements(NEW.sheet) AS line
  )"""
NOBODY_APPROVED = """\
OLD.state = 'in_review' AND NEW.state = 'approved' AND NOT EXISTS (
    SELECT FROM public.task_review WHERE task_id = NEW.id AND verdict = 'approve'
  )"""
WROTE_IT = """\
EXISTS (
    SELECT FROM public.task AS own JOIN public.task AS judged USING (standard_id, code)
    WHERE judged.id = NEW.task_id AND own.author_id = NEW.reviewer_id
  )"""

STATEMENTS = (
    refusing(
        "task_version_is_fixed", CHANGES_SUBMITTED,
        "format('version %s of task %s is submitted and never changes', OLD.number, OLD.code)", answer=EITHER,
    ),
    before("UPDATE OR DELETE", "task", "task_version_is_fixed"),
    refusing("task_begins_as_draft", BEGINS_OTHERWISE, "'a task begins as a draft'"),
    before("INSERT", "task", "task_begins_as_draft"),
    refusing(
        "task_state_follows", GOES_WRONG,
        "format('task %s does not go from %s to %s', OLD.code, OLD.state, NEW.state)",
    ),
    before("UPDATE OF state", "task", "task_state_follows"),
    refusing("task_adds_up", DOES_NOT_ADD_UP, "format('the rows of task %s do not add up to its marks', NEW.code)"),
    before("UPDATE OF state", "task", "task_adds_up"),
    refusing(
        "task_approved_by_another", NOBODY_APPROVED,
        "format('version %s of task %s has no approving verdict', NEW.number, NEW.code)",
    ),
    before("UPDATE OF state", "task", "task_approved_by_another"),
    refusing("task_reviewer_is_another", WROTE_IT, "'who wrote a version of a task decides on none of them'"),
    before("INSERT", "task_review", "task_reviewer_is_another"),
)  # fmt: skip
