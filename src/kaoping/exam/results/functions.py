"""What the database itself refuses about results, and how an account finds its persons across organisations."""

from kaoping.itembank.orm import APP_ROLE, DEFINER_ROLE

#: An assessor of a candidate cannot be written down as the one who decided about the same candidate.
EXAMINER_DOES_NOT_DECIDE = """\
CREATE FUNCTION decision_examiner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM score_sheet
             WHERE application_id = NEW.application_id AND assessor_id = NEW.decided_by) THEN
    RAISE EXCEPTION 'an assessor of the candidate cannot decide' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$"""

TRIGGER = """\
CREATE TRIGGER decision_examiner BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_examiner()"""

#: A candidate's account belongs to no organisation; each organisation knows the candidate as a person of its own.
OWN_PERSONS = """\
CREATE FUNCTION find_own_persons(p_account uuid) RETURNS TABLE (organisation uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM person WHERE account_id = p_account ORDER BY organisation_id, id
$$"""

STATEMENTS = (
    EXAMINER_DOES_NOT_DECIDE,
    TRIGGER,
    OWN_PERSONS,
    f"ALTER FUNCTION find_own_persons(uuid) OWNER TO {DEFINER_ROLE}",
    "REVOKE ALL ON FUNCTION find_own_persons(uuid) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION find_own_persons(uuid) TO {APP_ROLE}",
)
