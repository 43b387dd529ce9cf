"""What the database itself refuses about standards.

A standard that was published in an earlier transaction keeps its rows: levels, ranges, weights, points, requirements.
As long as nothing stands on it, it may go back to draft; the first item, specification, project table, batch or
confirmed mapping of points locks it, and is refused by a draft. Whoever wrote on a draft cannot publish it.
"""

#: The program itself, which loads the demonstration, drafts and publishes.
_PROGRAM = "00000000-0000-0000-0000-000000000000"

STANDARD_STANDS = f"""\
CREATE OR REPLACE FUNCTION standard_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  moving text[] := CASE WHEN TG_OP = 'UPDATE' AND NEW.state = 'draft'
    THEN ARRAY['state', 'published_at', 'published_by'] ELSE ARRAY['locked_at'] END;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state = 'published' AND OLD.published_at < now() THEN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
      OR (OLD.locked_at IS NOT NULL AND (NEW.state = 'draft' OR NEW.locked_at IS DISTINCT FROM OLD.locked_at)) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('standard %s (%s): published_standard_stands', OLD.code, OLD.edition);
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.state = 'draft' THEN
    NEW.published_at := NULL;
    NEW.published_by := NULL;
  ELSIF TG_OP = 'INSERT' OR OLD.state <> 'published' THEN
    NEW.published_at := now();
    IF EXISTS (SELECT FROM public.item WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.specification WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.batch WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.project_table JOIN public.level ON level.id = level_id
        WHERE level.standard_id = NEW.id) THEN
      NEW.locked_at := coalesce(NEW.locked_at, now());
    END IF;
    IF NEW.published_by IS NULL OR NEW.published_by <> '{_PROGRAM}' AND EXISTS (
      SELECT FROM public.standard_hand WHERE standard_id = NEW.id AND by = NEW.published_by
    ) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('standard %s (%s): publisher_is_not_drafter', NEW.code, NEW.edition);
    END IF;
  ELSE
    NEW.published_at := OLD.published_at;
  END IF;
  RETURN NEW;
END $$"""  # noqa: S608 - only the constant above is set in

CONTENT_STANDS = """\
CREATE OR REPLACE FUNCTION standard_content_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  touched uuid[];
  fixed record;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    touched := touched || CASE TG_TABLE_NAME
      WHEN 'weight' THEN (SELECT standard_id FROM public.range WHERE id = (to_jsonb(OLD) ->> 'range_id')::uuid)
      ELSE (to_jsonb(OLD) ->> 'standard_id')::uuid END;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    touched := touched || CASE TG_TABLE_NAME
      WHEN 'weight' THEN (SELECT standard_id FROM public.range WHERE id = (to_jsonb(NEW) ->> 'range_id')::uuid)
      ELSE (to_jsonb(NEW) ->> 'standard_id')::uuid END;
  END IF;
  SELECT code, edition, locked_at INTO fixed FROM public.standard
    WHERE id = ANY (touched) AND state = 'published' AND published_at < now() LIMIT 1;
  IF FOUND THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('standard %s (%s): %s', fixed.code, fixed.edition,
      CASE WHEN fixed.locked_at IS NULL THEN 'published_standard_stands' ELSE 'locked_standard_stands' END);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$"""

STANDARD_LOCKS = """\
CREATE OR REPLACE FUNCTION standard_locks() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  used uuid := CASE TG_TABLE_NAME
    WHEN 'project_table' THEN (SELECT standard_id FROM public.level WHERE id = (to_jsonb(NEW) ->> 'level_id')::uuid)
    WHEN 'carry_over' THEN (to_jsonb(NEW) ->> 'to_standard_id')::uuid
    ELSE (to_jsonb(NEW) ->> 'standard_id')::uuid END;
BEGIN
  -- Waits for whoever takes the standard back to draft just now, and then sees the draft.
  UPDATE public.standard SET locked_at = now() WHERE id = used AND state = 'published' AND locked_at IS NULL;
  IF EXISTS (SELECT FROM public.standard WHERE id = used AND state <> 'published') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('%s: nothing_stands_on_a_draft', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$"""

#: Tables whose rows belong to a standard and stand with it.
CONTENT = ("level", "range", "weight", "point", "subrange", "sector_module", "work_content", "requirement")
#: Tables whose rows rely on a standard and lock it.
USERS = ("item", "specification", "project_table", "batch")

STATEMENTS = (
    STANDARD_STANDS,
    """\
CREATE TRIGGER standard_stands BEFORE INSERT OR UPDATE OR DELETE ON standard
FOR EACH ROW EXECUTE FUNCTION standard_stands()""",
    CONTENT_STANDS,
    *(
        f"""\
CREATE TRIGGER {table}_stands BEFORE INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION standard_content_stands()"""
        for table in CONTENT
    ),
    STANDARD_LOCKS,
    *(
        f"CREATE TRIGGER {table}_locks_standard AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION standard_locks()"
        for table in USERS
    ),
    """\
CREATE TRIGGER carry_over_locks_standard AFTER UPDATE OF approver_id ON carry_over
FOR EACH ROW WHEN (NEW.approver_id IS NOT NULL) EXECUTE FUNCTION standard_locks()""",
)
