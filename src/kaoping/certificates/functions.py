"""The database functions of public verification: they find a certificate across organisations and give no content."""

from kaoping.itembank.orm import crossing_statements

BY_QUERY = """\
CREATE FUNCTION find_certificate_by_query(p_fingerprint bytea, OUT organisation uuid, OUT certificate uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM certificate WHERE query_fingerprint = p_fingerprint
$$"""

BY_NUMBER = """\
CREATE FUNCTION find_certificate_by_number(
  p_number text, OUT organisation uuid, OUT certificate uuid, OUT name_fingerprint bytea, OUT tail_fingerprint bytea
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id, name_fingerprint, tail_fingerprint FROM certificate WHERE number = p_number
$$"""

#: Functions that pass row-level security, and their signatures.
CROSSING = {
    "find_certificate_by_query(bytea)": BY_QUERY,
    "find_certificate_by_number(text)": BY_NUMBER,
}

STATEMENTS = crossing_statements(CROSSING)
