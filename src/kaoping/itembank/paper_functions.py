"""What the database itself refuses about papers: a sealed or discarded paper never changes, and takes no new slot.

An assembly run goes from one state to another only as `kaoping.itembank.orders` says; one that is over stays so.

Slots are appended only (see `kaoping.exam.schema.APPEND_ONLY`), so no slot of any paper is updated or deleted either.
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

STATEMENTS = (
    PAPER_IS_FIXED,
    "CREATE TRIGGER paper_is_fixed BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION paper_is_fixed()",
    SLOTS_ARE_FIXED,
    "CREATE TRIGGER paper_takes_slots BEFORE INSERT ON slot FOR EACH ROW EXECUTE FUNCTION paper_takes_slots()",
    RUN_STATES,
    """\
CREATE TRIGGER assembly_run_goes_on BEFORE UPDATE OF state ON assembly_run
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION assembly_run_goes_on()""",
)
