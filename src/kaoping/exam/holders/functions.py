"""What the database itself refuses of links and requests, and how a link is found from outside."""

from typing import Final

from kaoping.itembank.orm import crossing_statements
from kaoping.itembank.refusing import EITHER, before, refusing

FIND: Final = """\
CREATE FUNCTION find_share_link(
  p_fingerprint bytea, OUT organisation uuid, OUT certificate uuid, OUT extent text, OUT until timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, certificate_id, extent, until FROM share_link
  WHERE fingerprint = p_fingerprint AND ended_at IS NULL
$$"""

#: Functions that pass row-level security, and their signatures.
CROSSING: Final = {"find_share_link(bytea)": FIND}

STATEMENTS: Final = (
    *crossing_statements(CROSSING),
    refusing(
        "share_link_only_ends",
        "TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR to_jsonb(OLD) - 'ended_at' <> to_jsonb(NEW) - 'ended_at'",
        "'a link to a certificate ends once and changes in no other way'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "share_link", "share_link_only_ends"),
    refusing(
        "answered_request_stays",
        "TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))"
        " AND (OLD.state <> 'waiting' OR NEW.reason_sealed <> OLD.reason_sealed"
        " OR NEW.evidence_sealed IS DISTINCT FROM OLD.evidence_sealed OR NEW.answered_by = OLD.asked_by)",
        "'a request is answered once, by another person than its holder, and its words stay'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate_request", "answered_request_stays"),
)
