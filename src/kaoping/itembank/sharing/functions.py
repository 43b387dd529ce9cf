"""How a grant is read across organisations, and what the database refuses about it.

Row-level security is passed in two ways alone, and each asks for an organisation that the grant names. Two policies let
the grantee read and answer the row of a grant that was offered. Three functions give what it grants: `shared_items`
the list without wordings, `read_shared_item` one wording and in the same statement the entry of who read it, and
`read_shared_pictures` the pictures of an item that the same person has read today. All three give rows while the grant
is accepted, not ended and between its days, and never a copy that its holder took over from somebody else.
"""

from typing import Final

from kaoping.itembank.items import ASSEMBLABLE
from kaoping.itembank.orm import crossing_statements
from kaoping.itembank.refusing import EITHER, before, refusing

_HERE: Final = "nullif(current_setting('app.organisation', true), '')::uuid"
_TODAY: Final = "(clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
_STATES: Final = ", ".join(f"'{state}'" for state in ASSEMBLABLE)

#: The grant that is asked about, if the asking organisation may read under it now.
_OPEN: Final = f"""\
item_grant.id = p_grant AND item_grant.grantee_id = {_HERE} AND item_grant.accepted AND item_grant.ended_at IS NULL
    AND {_TODAY} BETWEEN item_grant.since AND item_grant.until"""
#: The items that a grant holds.
_HELD: Final = f"""\
item.organisation_id = item_grant.organisation_id AND item.level_id = item_grant.level_id
    AND item.use = 'secure' AND item.state IN ({_STATES})
    AND (item_grant.range_id IS NULL OR point.range_id = item_grant.range_id)
    AND (NOT item_grant.selected OR EXISTS (
      SELECT FROM granted_item WHERE granted_item.grant_id = item_grant.id AND granted_item.item_id = item.id))
    AND NOT EXISTS (SELECT FROM taken_item WHERE taken_item.item_id = item.id)"""  # noqa: S608 - put together from the states

ITEMS: Final = f"""\
CREATE FUNCTION shared_items(
  p_grant uuid, p_text text, p_limit int, p_offset int, OUT item_id uuid, OUT code text, OUT type text,
  OUT ai_assisted boolean, OUT point text, OUT point_name text, OUT point_name_en text, OUT total bigint
) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item.id, item.code, item.type, item.ai_assisted, point.code, point.name, point.name_en, count(*) OVER ()
  FROM item_grant, item JOIN point ON point.id = item.point_id
  WHERE {_OPEN}
    AND {_HELD}
    AND (p_text = '' OR position(
      lower(p_text) IN lower(concat_ws(' ', item.code, point.code, point.name, point.name_en))) > 0)
  ORDER BY item.code LIMIT p_limit OFFSET p_offset
$$"""  # noqa: S608 - put together from the conditions above

READ: Final = f"""\
CREATE FUNCTION read_shared_item(
  p_grant uuid, p_item uuid, p_viewer uuid, p_trace text, p_reading text, OUT item_id uuid, OUT code text,
  OUT type text, OUT ai_assisted boolean, OUT point text, OUT point_name text, OUT point_name_en text,
  OUT revision_id uuid, OUT number int, OUT body_sealed bytea,
  OUT source_standard text, OUT source_edition text, OUT source_clause text,
  OUT difficulty int, OUT consistency int, OUT content_hash bytea
) RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH held AS (
    SELECT item_grant.organisation_id AS owner, item_grant.takes, item.*, point.code AS point, point.name AS point_name,
      point.name_en AS point_name_en
    FROM item_grant, item JOIN point ON point.id = item.point_id
    WHERE {_OPEN}
    AND {_HELD}
    AND item.id = p_item AND (p_reading = 'seen' OR item_grant.takes)
  ), entered AS (
    INSERT INTO shared_view (id, organisation_id, grant_id, item_id, viewer_id, reading, trace, day, at)
    SELECT gen_random_uuid(), owner, p_grant, id, p_viewer, p_reading, p_trace, {_TODAY}, clock_timestamp() FROM held
    ON CONFLICT DO NOTHING
  )
  SELECT held.id, held.code, held.type, held.ai_assisted, held.point, held.point_name, held.point_name_en, revision.id,
    revision.number, revision.body_sealed, revision.source_standard, revision.source_edition, revision.source_clause,
    revision.difficulty, revision.consistency, revision.content_hash
  FROM held JOIN revision ON revision.item_id = held.id AND revision.submitted_at IS NOT NULL
  ORDER BY revision.number DESC LIMIT 1
$$"""  # noqa: S608 - put together from the conditions above

PICTURES: Final = f"""\
CREATE FUNCTION read_shared_pictures(
  p_grant uuid, p_item uuid, p_viewer uuid, OUT id uuid, OUT media_type text, OUT width int, OUT height int,
  OUT alternative text, OUT content_sealed bytea
) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT picture.id, picture.media_type, picture.width, picture.height, picture.alternative, picture.content_sealed
  FROM item_grant, item JOIN point ON point.id = item.point_id JOIN picture ON picture.item_id = item.id
  WHERE {_OPEN}
    AND {_HELD}
    AND item.id = p_item AND EXISTS (
      SELECT FROM shared_view WHERE shared_view.grant_id = p_grant AND shared_view.item_id = p_item
        AND shared_view.viewer_id = p_viewer AND shared_view.day = {_TODAY})
  ORDER BY picture.created_at
$$"""  # noqa: S608 - put together from the conditions above

#: Functions that pass row-level security, and their signatures.
CROSSING = {
    "shared_items(uuid, text, int, int)": ITEMS,
    "read_shared_item(uuid, uuid, uuid, text, text)": READ,
    "read_shared_pictures(uuid, uuid, uuid)": PICTURES,
}

_OFFERED: Final = f"grantee_id = {_HERE} AND offered_at IS NOT NULL"
#: Policies by which the organisation that a grant was offered to reads it and answers it.
POLICIES: Final = (
    f"CREATE POLICY item_grant_grantee_reads ON item_grant FOR SELECT USING ({_OFFERED})",
    f"CREATE POLICY item_grant_grantee_answers ON item_grant FOR UPDATE USING ({_OFFERED}) WITH CHECK ({_OFFERED})",
)

_MOMENTS = ("offered_by", "offered_at", "answered_by", "answered_at", "accepted", "ended_by", "ended_at")
_SAID = f"(to_jsonb({{row}}) - ARRAY[{', '.join(map(repr, _MOMENTS))}])"
_OWNED = "({row}.offered_by, {row}.offered_at, {row}.ended_by, {row}.ended_at)"
_ANSWER = "({row}.answered_by, {row}.answered_at, {row}.accepted)"
_STEPS = f"""\
TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR {_SAID.format(row="OLD")} <> {_SAID.format(row="NEW")}
    OR OLD.offered_at IS NOT NULL AND (OLD.offered_by, OLD.offered_at) IS DISTINCT FROM (NEW.offered_by, NEW.offered_at)
    OR OLD.answered_at IS NOT NULL AND {_ANSWER.format(row="OLD")} IS DISTINCT FROM {_ANSWER.format(row="NEW")}
    OR {_ANSWER.format(row="OLD")} IS DISTINCT FROM {_ANSWER.format(row="NEW")}
      AND (NEW.grantee_id IS DISTINCT FROM {_HERE} OR OLD.offered_at IS NULL)
    OR {_OWNED.format(row="OLD")} IS DISTINCT FROM {_OWNED.format(row="NEW")}
      AND NEW.organisation_id IS DISTINCT FROM {_HERE}"""
_TAKES = (
    "EXISTS (SELECT FROM public.item_grant WHERE item_grant.id = NEW.grant_id AND accepted AND takes "
    f"AND ended_at IS NULL AND {_TODAY} BETWEEN since AND until AND grantee_id = NEW.organisation_id "
    "AND item_grant.organisation_id = NEW.owner_id)"
)
_LAPSED = (
    "EXISTS (SELECT FROM public.slot JOIN public.taken_item ON taken_item.item_id = slot.item_id "
    "JOIN public.item_grant ON item_grant.id = taken_item.grant_id WHERE slot.paper_id = NEW.id "
    f"AND NOT item_grant.keeps AND (item_grant.ended_at IS NOT NULL OR item_grant.until < {_TODAY}))"
)

STATEMENTS: Final = (
    *crossing_statements(CROSSING),
    *POLICIES,
    refusing(
        "grant_stands", _STEPS,
        "format('grant %s: its terms stand, and each side takes its own steps (grant_stands)', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "item_grant", "grant_stands"),
    refusing(
        "grant_is_proposed_first", "coalesce(NEW.offered_at, NEW.answered_at, NEW.ended_at) IS NOT NULL",
        "'a grant is proposed before it is offered, answered or ended'",
    ),
    before("INSERT", "item_grant", "grant_is_proposed_first"),
    refusing(
        "grant_names_its_items",
        "NOT EXISTS (SELECT FROM public.item_grant WHERE item_grant.id = NEW.grant_id AND offered_at IS NULL)",
        "'a grant that was offered names no more items'",
    ),
    before("INSERT", "granted_item", "grant_names_its_items"),
    refusing("copy_is_granted", f"NOT {_TAKES}", "'a copy is taken over under an open grant alone (copy_is_granted)'"),
    before("INSERT", "taken_item", "copy_is_granted"),
    refusing(
        "paper_is_granted", _LAPSED,
        "format('paper %s holds a copy whose grant is over (paper_is_granted)', NEW.code)",
    ),
    before("UPDATE OF state", "paper", "paper_is_granted", when="NEW.state = 'sealed'"),
)  # fmt: skip
