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

#: What the owner of the tables may do even to rows that never change: write a sealed value anew under another key. The
#: length tells that nothing was put in its place that is longer or shorter; the program itself may not do it.
ONLY_RESEALED = """\
CREATE OR REPLACE FUNCTION only_resealed(p_table oid, p_before jsonb, p_after jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT pg_get_userbyid(relowner) = current_user AND NOT EXISTS (
    SELECT FROM jsonb_each_text(p_before) AS b JOIN jsonb_each_text(p_after) AS a USING (key)
    WHERE a.value IS DISTINCT FROM b.value AND NOT (
      right(key, 7) = '_sealed' AND length(a.value) = length(b.value)
      AND left(a.value, 18) <> left(b.value, 18)
    )
  ) FROM pg_class WHERE oid = p_table
$$"""

#: A submitted revision is what reviewers and papers rely on; only its absence of a submission time leaves it open.
STATEMENTS: tuple[str, ...] = (
    ONLY_RESEALED,
    """\
CREATE OR REPLACE FUNCTION refuse_submitted_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET bytea_output = 'hex' AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  END IF;
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
