"""What the database itself sees to in the register: the chain of lines, two persons, states, counters without gaps."""

from typing import Final

from kaoping.certificates.states import FOLLOWS, LINES, STANDING, EntryVerb
from kaoping.itembank.refusing import EITHER, before, refusing

_FOLLOWING: Final = ", ".join(
    f"('{verb}', '{state}')" for verb, (states, _) in FOLLOWS.items() for state in sorted(states)
)
_PROPOSED: Final = ", ".join(f"('{verb}', '{line}')" for verb, line in LINES.items())
_REPLACING: Final = ", ".join(f"'{verb}'" for verb, line in LINES.items() if line is EntryVerb.SUPERSEDED)
_STANDS: Final = " ".join(f"WHEN '{verb}' THEN '{state}'" for verb, state in STANDING.items())
_SAYING: Final = ", ".join(f"'{verb}'" for verb in STANDING)

#: What is digested after the digest of the line before: ten fields, one to a line. JSON writes no line break as it is.
_CANONICAL: Final = """\
concat_ws(E'\\n', NEW.id, NEW.organisation_id, NEW.sequence, NEW.certificate_id, NEW.verb, NEW."by",
    coalesce(NEW.confirmed_by::text, ''), coalesce(NEW.proposal_id::text, ''),
    to_char(NEW."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), NEW.facts::text)"""

#: The head of the register is locked until the transaction ends, so that lines follow each other without a gap.
LINE_IS_CHAINED = f"""\
CREATE OR REPLACE FUNCTION register_line_is_chained() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  head public.register_head%ROWTYPE;
BEGIN
  INSERT INTO public.register_head (id, organisation_id, sequence, digest)
    VALUES (NEW.organisation_id, NEW.organisation_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT head FROM public.register_head WHERE organisation_id = NEW.organisation_id FOR UPDATE;
  NEW.sequence := head.sequence + 1;
  NEW.previous := head.digest;
  NEW.digest := sha256(NEW.previous || convert_to({_CANONICAL}, 'UTF8'));
  UPDATE public.register_head SET sequence = NEW.sequence, digest = NEW.digest WHERE id = head.id;
  RETURN NEW;
END $$"""  # noqa: S608 - put together from constants

#: A line follows from what another person confirmed; the first line of a certificate may follow from a decision.
LINE_IS_CONFIRMED = f"""\
CREATE OR REPLACE FUNCTION register_line_is_confirmed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  held public.certificate%ROWTYPE;
  proposal public.certificate_proposal%ROWTYPE;
BEGIN
  SELECT * INTO STRICT held FROM public.certificate WHERE id = NEW.certificate_id;
  SELECT * INTO proposal FROM public.certificate_proposal WHERE id = NEW.proposal_id;
  IF NEW.verb = 'issued' AND NEW.proposal_id IS NULL AND held.supersedes_id IS NULL
    AND held.kind IN ('skill_level', 'score_report')
  THEN
    RETURN NEW;
  END IF;
  IF NEW.verb = 're_signed' AND NEW.proposal_id IS NULL AND NEW.confirmed_by <> NEW."by" THEN
    RETURN NEW;
  END IF;
  IF proposal.state IS DISTINCT FROM 'confirmed' OR proposal.proposed_by <> NEW."by"
    OR proposal.decided_by IS DISTINCT FROM NEW.confirmed_by OR NEW.confirmed_by = NEW."by"
  THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s: %s was not proposed by one person and confirmed by another', held.number, NEW.verb);
  END IF;
  IF NEW.verb = 'issued' AND held.supersedes_id IS NULL AND proposal.verb = 'issue' AND held.award_id = proposal.id
    OR NEW.verb = 'issued' AND held.supersedes_id = proposal.certificate_id AND proposal.verb IN ({_REPLACING})
    OR proposal.certificate_id = held.id AND (proposal.verb, NEW.verb) IN ({_PROPOSED})
  THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('certificate %s: %s is not what was proposed and confirmed', held.number, NEW.verb);
END $$"""  # noqa: S608 - put together from constants

#: The state follows from the lines alone, and a final state stays.
LINE_FOLLOWS = f"""\
CREATE OR REPLACE FUNCTION register_line_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  held public.certificate%ROWTYPE;
BEGIN
  SELECT * INTO STRICT held FROM public.certificate WHERE id = NEW.certificate_id;
  IF NEW.verb NOT IN ('issued', 're_signed') AND (NEW.verb, held.standing) NOT IN ({_FOLLOWING}) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s is %s: %s does not follow', held.number, held.standing, NEW.verb);
  END IF;
  RETURN NEW;
END $$"""  # noqa: S608 - put together from constants

CERTIFICATE_STANDS = f"""\
CREATE OR REPLACE FUNCTION certificate_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  UPDATE public.certificate SET standing = CASE NEW.verb {_STANDS} END WHERE id = NEW.certificate_id;
  RETURN NULL;
END $$"""  # noqa: S608 - put together from constants


def standing_by_lines(certificate: str) -> str:
    """Write the state that the lines leave a certificate in: the last of them counts that says a state."""
    return (
        f"(SELECT CASE verb {_STANDS} END FROM public.register_entry "  # noqa: S608 - put together from constants
        f"WHERE certificate_id = {certificate} AND verb IN ({_SAYING}) ORDER BY sequence DESC LIMIT 1)"
    )


_FIXED: Final = (
    "number, kind, award_id, person_id, level, valid_until, supersedes_id, issued_at, key_id, demonstration, "
    "query_fingerprint, name_fingerprint, tail_fingerprint, statement_sealed, signature, photo_sealed, "
    "query_key_sealed, offline_code_sealed"
)
_SAME: Final = ", ".join(f"NEW.{column}" for column in _FIXED.split(", "))
_WAS: Final = ", ".join(f"OLD.{column}" for column in _FIXED.split(", "))

#: A correction and what it corrects come together; a certificate comes with its line.
COME_TOGETHER = """\
CREATE OR REPLACE FUNCTION certificate_comes_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_TABLE_NAME = 'certificate' THEN
    IF NOT EXISTS (SELECT FROM public.register_entry WHERE certificate_id = NEW.id AND verb = 'issued') THEN
      RAISE integrity_constraint_violation USING MESSAGE = format('certificate %s is not in the register', NEW.number);
    END IF;
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.certificate WHERE id = NEW.supersedes_id AND standing = 'superseded'
    ) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('certificate %s corrects one that still stands', NEW.number);
    END IF;
  ELSIF NOT EXISTS (SELECT FROM public.certificate WHERE supersedes_id = NEW.certificate_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a certificate is superseded by another one, which is missing';
  END IF;
  RETURN NULL;
END $$"""

_DECIDED: Final = "(to_jsonb({row}) - ARRAY['state', 'decided_by', 'decided_at'])"


def _deferred(deed: str, table: str, name: str, *, when: str = "true") -> str:
    """Have something asked of a row when its transaction ends."""
    return (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {deed} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION certificate_comes_whole()"
    )


_AFTERWARDS: Final = (
    "CREATE TRIGGER certificate_stands AFTER INSERT ON register_entry FOR EACH ROW "
    "WHEN (NEW.verb NOT IN ('issued', 're_signed')) EXECUTE FUNCTION certificate_stands()"
)

#: Triggers of a table run in the order of their names: what is asked stands before what is written.
STATEMENTS: tuple[str, ...] = (
    LINE_IS_CHAINED,
    LINE_IS_CONFIRMED,
    LINE_FOLLOWS,
    CERTIFICATE_STANDS,
    COME_TOGETHER,
    before("INSERT", "register_entry", "register_line_follows"),
    before("INSERT", "register_entry", "register_line_is_confirmed"),
    before("INSERT", "register_entry", "register_line_is_chained", name="register_line_the_last"),
    _AFTERWARDS,
    _deferred("INSERT", "certificate", "certificate_comes_with_line"),
    _deferred("INSERT", "register_entry", "superseded_comes_with_successor", when="NEW.verb = 'superseded'"),
    refusing(
        "certificate_is_fixed",
        "TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) "
        f"AND (({_SAME}) IS DISTINCT FROM ({_WAS}) OR NEW.standing IS DISTINCT FROM {standing_by_lines('NEW.id')})",
        "format('certificate %s is in the register: what was issued stays, and its state follows "
        "from the lines', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate", "certificate_is_fixed"),
    refusing(
        "certificate_proposal_is_fixed",
        "TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) "
        f"AND (OLD.state <> 'open' OR {_DECIDED.format(row='OLD')} <> {_DECIDED.format(row='NEW')})",
        "'a proposal is decided once, and what it says stays'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate_proposal", "certificate_proposal_is_fixed"),
    refusing("certificate_proposal_begins_open", "NEW.state <> 'open'", "'a proposal is decided after it was written'"),
    before("INSERT", "certificate_proposal", "certificate_proposal_begins_open"),
    refusing(
        "number_counter_counts",
        "TG_OP = 'DELETE' OR NEW.serial <> OLD.serial + 1 OR NEW.scope <> OLD.scope OR NEW.last <> OLD.last",
        "format('the counter %s goes on by one number at a time', OLD.scope)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "number_counter", "number_counter_counts"),
    refusing(
        "number_rule_is_fixed",
        "OLD.confirmed_by IS NOT NULL OR TG_OP = 'UPDATE' AND (to_jsonb(NEW) - ARRAY['confirmed_by', 'confirmed_at']) "
        "<> (to_jsonb(OLD) - ARRAY['confirmed_by', 'confirmed_at'])",
        "format('number rule %s was confirmed or is only confirmed as it is', OLD.version)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "number_rule", "number_rule_is_fixed"),
    refusing(
        "number_rule_begins_unconfirmed",
        "NEW.confirmed_by IS NOT NULL",
        "format('number rule %s is confirmed after it was written', NEW.version)",
    ),
    before("INSERT", "number_rule", "number_rule_begins_unconfirmed"),
    refusing("certificate_begins_valid", "NEW.standing <> 'valid'", "'a certificate is issued valid'"),
    before("INSERT", "certificate", "certificate_begins_valid"),
    refusing(
        "register_head_goes_on",
        "TG_OP = 'DELETE' OR NEW.sequence <> OLD.sequence + 1",
        "'the head of the register goes on by one line at a time'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "register_head", "register_head_goes_on"),
)  # fmt: skip
