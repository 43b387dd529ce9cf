"""What the database itself refuses about results."""

#: An assessor of a candidate cannot be written down as the one who decided about the same candidate.
EXAMINER_DOES_NOT_DECIDE = """\
CREATE FUNCTION decision_examiner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM score_sheet
             WHERE application_id = NEW.application_id AND assessor_id = NEW.decided_by) THEN
    RAISE EXCEPTION 'an assessor of the candidate cannot decide' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$"""

TRIGGER = """\
CREATE TRIGGER decision_examiner BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_examiner()"""

STATEMENTS = (EXAMINER_DOES_NOT_DECIDE, TRIGGER)
