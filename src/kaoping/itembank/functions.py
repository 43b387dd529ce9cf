"""What the database itself refuses in the item bank."""

from kaoping.itembank.life import FOLLOWS

_STEPS = ", ".join(f"('{before}', '{after}')" for before, following in FOLLOWS.items() for after in following)

ITEM_GOES_ON = f"""\
CREATE OR REPLACE FUNCTION item_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN (
    {_STEPS}
  ) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('item %s: %s does not follow on %s', OLD.code, NEW.state, OLD.state);
  END IF;
  RETURN NEW;
END $$"""

#: A submitted revision is what reviewers and papers rely on; only its absence of a submission time leaves it open.
STATEMENTS: tuple[str, ...] = (
    """\
CREATE OR REPLACE FUNCTION refuse_submitted_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE integrity_constraint_violation USING MESSAGE = 'a submitted revision is followed by a new one, never changed';
END $$""",
    """\
CREATE TRIGGER revision_submitted BEFORE UPDATE OR DELETE ON revision
FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_submitted_revision()""",
    ITEM_GOES_ON,
    """\
CREATE TRIGGER item_goes_on BEFORE UPDATE OF state ON item
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION item_goes_on()""",
)
