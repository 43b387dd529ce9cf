"""What the database itself refuses about results, and how an account finds its persons across organisations."""

from kaoping.exam.results.models import GroundKind
from kaoping.itembank.orm import APP_ROLE, DEFINER_ROLE
from kaoping.itembank.refusing import before

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

#: The grounds without which no certificate of a decision is written, whoever asks.
_NEEDED = ", ".join(f"'{kind}'" for kind in GroundKind)
CERTIFICATE_HAS_GROUNDS = f"""\
CREATE FUNCTION certificate_has_grounds() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  decided public.decision%ROWTYPE;
  lacking text;
BEGIN
  SELECT * INTO decided FROM public.decision WHERE id = NEW.award_id;
  IF NOT FOUND THEN
    RETURN NEW;
  END IF;
  IF decided.state <> 'final' OR NEW.kind = 'skill_level' AND decided.outcome <> 'pass' THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s follows from no final pass (certificate_has_grounds)', NEW.number);
  END IF;
  SELECT string_agg(needed, ', ') INTO lacking FROM unnest(ARRAY[{_NEEDED}]) AS needed
  WHERE NEW.kind = 'skill_level' AND NOT coalesce((
    SELECT holds FROM public.award_ground WHERE decision_id = NEW.award_id AND kind = needed
    ORDER BY version DESC LIMIT 1
  ), false);
  IF lacking IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s lacks grounds: %s (certificate_has_grounds)', NEW.number, lacking);
  END IF;
  RETURN NEW;
END $$"""  # noqa: S608 - put together from the kinds

#: A certificate of level or a score report without any decision does not get through the end of its transaction.
CERTIFICATE_FOLLOWS = """\
CREATE FUNCTION certificate_follows_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.decision WHERE id = NEW.award_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s follows from no decision (certificate_follows_decision)', NEW.number);
  END IF;
  RETURN NULL;
END $$"""

FOLLOWS = """\
CREATE CONSTRAINT TRIGGER certificate_follows_decision AFTER INSERT ON certificate DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.kind IN ('skill_level', 'score_report')) EXECUTE FUNCTION certificate_follows_decision()"""

STATEMENTS = (
    CERTIFICATE_HAS_GROUNDS,
    before("INSERT", "certificate", "certificate_has_grounds"),
    CERTIFICATE_FOLLOWS,
    FOLLOWS,
    EXAMINER_DOES_NOT_DECIDE,
    TRIGGER,
    OWN_PERSONS,
    f"ALTER FUNCTION find_own_persons(uuid) OWNER TO {DEFINER_ROLE}",
    "REVOKE ALL ON FUNCTION find_own_persons(uuid) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION find_own_persons(uuid) TO {APP_ROLE}",
)
