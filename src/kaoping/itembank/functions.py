"""What the database itself refuses in the item bank."""

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
)
