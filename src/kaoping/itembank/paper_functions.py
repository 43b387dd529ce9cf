"""What the database itself refuses about papers: a sealed or discarded paper never changes, and keeps its slots.

An assembly run goes from one state to another only as `kaoping.itembank.orders` says; one that is over stays so.

A slot is never updated. While its paper waits for approval an item may be swapped: slots go and others come. Whoever
did that cannot approve the paper.
"""

PAPER_IS_FIXED = """\
CREATE OR REPLACE FUNCTION paper_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.state <> 'assembled' THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('paper %s is %s and never changes', OLD.code, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$"""

SLOTS_ARE_FIXED = """\
CREATE OR REPLACE FUNCTION paper_takes_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.paper WHERE id = NEW.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a paper that is sealed or discarded takes no more slots';
  END IF;
  RETURN NEW;
END $$"""

RUN_STATES = """\
CREATE OR REPLACE FUNCTION assembly_run_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT (
    OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled', 'overtaken', 'failed')
    OR OLD.state = 'running' AND NEW.state <> 'queued'
  ) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('an assembly run that is %s does not become %s', OLD.state, NEW.state);
  END IF;
  RETURN NEW;
END $$"""

SLOTS_STAY = """\
CREATE OR REPLACE FUNCTION paper_keeps_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.paper WHERE id = OLD.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a paper that is sealed or discarded keeps its slots';
  END IF;
  RETURN OLD;
END $$"""

SLOTS_ARE_REPLACED = """\
CREATE OR REPLACE FUNCTION slots_are_replaced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE integrity_constraint_violation USING MESSAGE = 'a slot is taken out and another put in, never changed';
END $$"""

APPROVER_IS_NOT_SWAPPER = """\
CREATE OR REPLACE FUNCTION approver_is_not_swapper() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.swap WHERE paper_id = NEW.id AND by = NEW.approved_by) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('paper %s: approver_is_not_swapper', NEW.code);
  END IF;
  RETURN NEW;
END $$"""

STATEMENTS = (
    PAPER_IS_FIXED,
    "CREATE TRIGGER paper_is_fixed BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION paper_is_fixed()",
    SLOTS_ARE_FIXED,
    "CREATE TRIGGER paper_takes_slots BEFORE INSERT ON slot FOR EACH ROW EXECUTE FUNCTION paper_takes_slots()",
    RUN_STATES,
    """\
CREATE TRIGGER assembly_run_goes_on BEFORE UPDATE OF state ON assembly_run
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION assembly_run_goes_on()""",
    SLOTS_STAY,
    "CREATE TRIGGER paper_keeps_slots BEFORE DELETE ON slot FOR EACH ROW EXECUTE FUNCTION paper_keeps_slots()",
    SLOTS_ARE_REPLACED,
    "CREATE TRIGGER slots_are_replaced BEFORE UPDATE OR TRUNCATE ON slot EXECUTE FUNCTION slots_are_replaced()",
    "CREATE TRIGGER paper_takes_swaps BEFORE INSERT ON swap FOR EACH ROW EXECUTE FUNCTION paper_takes_slots()",
    APPROVER_IS_NOT_SWAPPER,
    "CREATE TRIGGER swapper_seals_not BEFORE UPDATE ON paper FOR EACH ROW EXECUTE FUNCTION approver_is_not_swapper()",
)
