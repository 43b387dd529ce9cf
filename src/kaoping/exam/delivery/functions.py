"""The database functions of delivery: a save is one statement, and log-in may look across organisations.

A candidate has no organisation before the ticket or the token was found, so `find_ticket`, `find_token` and
`save_answer` run with the rights of a role that row-level security does not bind, with a pinned search path.
`append_step` runs with the rights of whoever calls it. Every step goes through it: the lock on the sitting's row orders
the steps, and each hash covers the hash before it.
"""

from kaoping.itembank.orm import DEFINER_ROLE, crossing_statements

STEP_HASH = """\
CREATE FUNCTION step_hash(p_previous bytea, p_step step) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(p_previous || convert_to(concat_ws(chr(31),
  (p_step).sitting_id, (p_step).number, (p_step).epoch, coalesce((p_step).slot::text, ''),
  coalesce((p_step).client_sequence::text, ''), (p_step).verb, coalesce((p_step).response::text, ''), (p_step).by,
  (extract(epoch FROM (p_step).at) * 1000000)::bigint), 'UTF8'))"""

APPEND_STEP = """\
CREATE FUNCTION append_step(
  p_sitting uuid, p_epoch integer, p_slot integer, p_sequence integer, p_verb text, p_response jsonb, p_by uuid,
  p_at timestamptz
) RETURNS step LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held sitting;
  earlier step;
  added step;
BEGIN
  SELECT * INTO STRICT held FROM sitting WHERE id = p_sitting FOR UPDATE;
  IF p_verb = 'answer' THEN
    SELECT * INTO earlier FROM step WHERE sitting_id = p_sitting AND slot = p_slot AND verb = 'answer'
    ORDER BY epoch DESC, client_sequence DESC LIMIT 1;
    IF NOT FOUND OR (p_epoch, p_sequence) > (earlier.epoch, earlier.client_sequence) THEN
      held.answered := held.answered + (p_response IS NOT NULL)::integer - (earlier.response IS NOT NULL)::integer;
    END IF;
  END IF;
  added.id := gen_random_uuid();
  added.organisation_id := held.organisation_id;
  added.sitting_id := held.id;
  added.number := held.number + 1;
  added.epoch := p_epoch;
  added.slot := p_slot;
  added.client_sequence := p_sequence;
  added.verb := p_verb;
  added.response := p_response;
  added.by := p_by;
  added.at := p_at;
  added.hash := step_hash(held.head, added);
  INSERT INTO step SELECT added.*;
  UPDATE sitting SET number = added.number, head = added.hash, answered = held.answered WHERE id = held.id;
  RETURN added;
END $$"""

BROKEN_STEP = """\
CREATE FUNCTION broken_step(p_sitting uuid) RETURNS integer LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held sitting;
  one step;
  previous bytea := decode(repeat('00', 32), 'hex');
  counted integer := 0;
BEGIN
  SELECT * INTO STRICT held FROM sitting WHERE id = p_sitting;
  FOR one IN SELECT * FROM step WHERE sitting_id = p_sitting ORDER BY number LOOP
    counted := counted + 1;
    IF one.number <> counted OR one.hash <> step_hash(previous, one) THEN RETURN counted; END IF;
    previous := one.hash;
  END LOOP;
  IF held.number <> counted OR held.head <> previous THEN RETURN counted + 1; END IF;
  RETURN NULL;
END $$"""

DEADLINE = """\
CREATE FUNCTION sitting_deadline(p_sitting uuid) RETURNS timestamptz LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT least(s.created_at + make_interval(mins => e.minutes), e.closes_at) + make_interval(secs => coalesce(
      (SELECT sum((c.response->>'seconds')::integer) FROM step c
       WHERE c.sitting_id = s.id AND c.slot IS NULL AND c.verb = 'credit'), 0))
    FROM sitting s JOIN application a ON a.id = s.application_id JOIN exam e ON e.id = a.exam_id
    WHERE s.id = p_sitting);
END $$"""

FITS = """\
CREATE FUNCTION response_fits(p_type text, p_response jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN p_response IS NULL OR CASE p_type
  WHEN 'true_false' THEN jsonb_typeof(p_response) = 'boolean'
  WHEN 'single_choice' THEN jsonb_typeof(p_response) = 'string' AND (p_response #>> '{}') ~ '^[A-Z]$'
  WHEN 'multiple_choice' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]$"))')
  WHEN 'ordering' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]$"))')
  WHEN 'matching' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]?$"))')
  WHEN 'cloze' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]?$"))')
  WHEN 'hotspot' THEN jsonb_typeof(p_response) = 'array' AND NOT jsonb_path_exists(p_response,
    'strict $[*] ? (@.type() != "string" || !(@ like_regex "^([A-Z]|[0-9]{1,5},[0-9]{1,5})$"))')
  WHEN 'fill_in' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string")')
  WHEN 'numeric' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'short_answer' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'essay' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'file_upload' THEN jsonb_typeof(p_response) = 'string'
    AND (p_response #>> '{}') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  WHEN 'case' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() == "object" || @.type() == "number")')
  ELSE false END"""

SAVE_ANSWER = """\
CREATE FUNCTION save_answer(
  p_token_hash bytea, p_slot integer, p_epoch integer, p_sequence integer, p_verb text, p_response jsonb,
  p_at timestamptz, OUT outcome text, OUT step_number integer, OUT saved_at timestamptz, OUT answered integer,
  OUT highest integer, OUT until timestamptz, OUT organisation uuid, OUT paper uuid, OUT desk uuid
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz := coalesce(p_at, clock_timestamp());
  given jsonb := nullif(p_response, 'null');
  holder sitting_token;
  held sitting;
  earlier step;
  added step;
  kind text;
  person uuid;
BEGIN
  SELECT * INTO holder FROM sitting_token WHERE token_hash = p_token_hash;
  IF NOT FOUND OR holder.expires_at <= moment THEN outcome := 'unknown'; RETURN; END IF;
  SELECT * INTO held FROM sitting WHERE application_id = holder.application_id FOR UPDATE;
  IF NOT FOUND THEN outcome := 'not_started'; RETURN; END IF;
  IF holder.revoked_at IS NOT NULL OR held.epoch <> holder.epoch OR coalesce(p_epoch, holder.epoch) <> holder.epoch THEN
    outcome := 'taken_over'; RETURN;
  END IF;
  SELECT * INTO earlier FROM step
  WHERE sitting_id = held.id AND epoch = holder.epoch AND slot = p_slot AND client_sequence = p_sequence;
  IF FOUND THEN
    IF earlier.verb <> p_verb OR earlier.response IS DISTINCT FROM given THEN
      outcome := 'reused';
      SELECT max(client_sequence) INTO highest FROM step
      WHERE sitting_id = held.id AND epoch = holder.epoch AND slot = p_slot;
      RETURN;
    END IF;
    added := earlier;
  ELSE
    IF EXISTS (
      SELECT FROM step WHERE sitting_id = held.id AND number = held.number AND verb IN ('submit', 'expire')
    ) THEN
      outcome := 'ended'; RETURN;
    END IF;
    until := sitting_deadline(held.id);
    IF moment > until + interval '20 seconds' THEN outcome := 'late'; RETURN; END IF;
    SELECT item.type, application.person_id INTO kind, person
    FROM slot JOIN item ON item.id = slot.item_id, application
    WHERE slot.paper_id = held.paper_id AND slot.number = p_slot AND application.id = held.application_id;
    IF NOT FOUND THEN outcome := 'no_slot'; RETURN; END IF;
    IF p_verb NOT IN ('answer', 'flag') OR (p_verb = 'flag' AND coalesce(jsonb_typeof(given), '') <> 'boolean')
      OR (p_verb = 'answer' AND NOT response_fits(kind, given)) THEN
      outcome := 'unfit'; RETURN;
    END IF;
    added := append_step(held.id, holder.epoch, p_slot, p_sequence, p_verb, given, person, moment);
  END IF;
  outcome := 'saved';
  organisation := held.organisation_id;
  paper := held.paper_id;
  desk := held.id;
  step_number := added.number;
  saved_at := added.at;
  SELECT sitting.answered INTO answered FROM sitting WHERE id = held.id;
END $$"""

FIND_BY_DIGEST = """\
CREATE FUNCTION find_token(
  p_token_hash bytea, OUT organisation uuid, OUT application uuid, OUT epoch integer, OUT expires_at timestamptz,
  OUT revoked_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, application_id, epoch, expires_at, revoked_at FROM sitting_token
  WHERE token_hash = p_token_hash
$$"""

TICKET_LOOKUP = """\
CREATE FUNCTION find_ticket(
  p_ticket text, OUT organisation uuid, OUT application uuid, OUT person uuid, OUT name_folded text,
  OUT tail_fingerprint bytea, OUT room uuid, OUT code_sealed bytea
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.organisation_id, a.id, p.id, p.name_folded, p.tail_fingerprint, r.id, r.code_sealed
  FROM application a JOIN person p ON p.id = a.person_id JOIN room r ON r.id = a.room_id WHERE a.ticket = p_ticket
$$"""

#: Functions that pass row-level security, and who may call them.
CROSSING = {
    "save_answer(bytea, integer, integer, integer, text, jsonb, timestamptz)": SAVE_ANSWER,
    "find_token(bytea)": FIND_BY_DIGEST,
    "find_ticket(text)": TICKET_LOOKUP,
}

STATEMENTS: tuple[str, ...] = (
    f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER_ROLE}",
    STEP_HASH, DEADLINE, FITS, APPEND_STEP, BROKEN_STEP,
    *crossing_statements(CROSSING),
)  # fmt: skip
