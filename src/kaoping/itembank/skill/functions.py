"""What the database itself refuses about skill papers: a sealed or discarded one never changes, and takes no new task.

So does the task of a sealed paper: neither its sheet nor its sealed body is written again.
"""

PAPER_IS_FIXED = """\
CREATE OR REPLACE FUNCTION skill_paper_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.state <> 'assembled' THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('skill paper %s is %s and never changes', OLD.code, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$"""

SLOTS_ARE_FIXED = """\
CREATE OR REPLACE FUNCTION skill_paper_takes_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.skill_paper WHERE id = NEW.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a skill paper that is not assembled takes no tasks';
  END IF;
  RETURN NEW;
END $$"""

TASK_IS_FIXED = """\
CREATE OR REPLACE FUNCTION sealed_task_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM public.skill_slot JOIN public.skill_paper ON skill_paper.id = skill_slot.paper_id
    WHERE skill_slot.task_id = OLD.id AND skill_paper.state = 'sealed'
  ) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('task %s stands in a sealed skill paper and never changes', OLD.code);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$"""


def _trigger(function: str, deeds: str, table: str) -> str:
    return f"CREATE TRIGGER {function} BEFORE {deeds} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


STATEMENTS = (
    PAPER_IS_FIXED,
    SLOTS_ARE_FIXED,
    TASK_IS_FIXED,
    _trigger("skill_paper_is_fixed", "UPDATE OR DELETE", "skill_paper"),
    _trigger("skill_paper_takes_slots", "INSERT", "skill_slot"),
    _trigger("sealed_task_is_fixed", "UPDATE OR DELETE", "task"),
)
