"""What the database itself keeps apart: the secure pool and practice, and the one way between them.

`find_practice_set` passes row-level security: a visitor with a link has no organisation yet.
"""

from typing import Final

from kaoping.itembank.orm import crossing_statements
from kaoping.itembank.refusing import EITHER, before, refusing

#: A paper that is not discarded may still be sat until it has been used and all its exams are closed.
TO_BE_SAT: Final = """\
CREATE FUNCTION papers_to_be_sat(p_items uuid[]) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT paper.code FROM slot JOIN paper ON paper.id = slot.paper_id
  WHERE slot.item_id = ANY (p_items) AND (
    paper.state = 'assembled'
    OR paper.state = 'sealed' AND NOT EXISTS (SELECT FROM exam_paper WHERE paper_id = paper.id)
    OR paper.state = 'sealed' AND EXISTS (
      SELECT FROM exam_paper JOIN exam ON exam.id = exam_id WHERE paper_id = paper.id AND exam.state <> 'closed'
    )
  )
$$"""

FIND_SET: Final = """\
CREATE FUNCTION find_practice_set(p_key text, OUT organisation uuid, OUT practice_set uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM practice_set WHERE key = p_key AND closed_at IS NULL
$$"""

#: Functions that pass row-level security, and their signatures.
CROSSING = {"find_practice_set(text)": FIND_SET}

_RELEASED = (
    "EXISTS (SELECT FROM public.released_item JOIN public.practice_release ON practice_release.id = release_id "
    "WHERE item_id = NEW.id AND practice_release.state = 'released')"
)
_ORIGIN = "coalesce((SELECT use FROM public.item WHERE id = NEW.carried_from_id), 'secure')"
_PRACTISED = (
    "EXISTS (SELECT FROM public.slot JOIN public.item ON item.id = slot.item_id "
    "WHERE slot.paper_id = NEW.id AND item.use = 'practice')"
)
_SAID = "(to_jsonb({row}) - ARRAY['state', 'decided_by', 'decided_at', 'refusal_sealed'])"
_OPEN = "(to_jsonb({row}) - ARRAY['closed_by', 'closed_at'])"

STATEMENTS: Final = (
    *crossing_statements(CROSSING),
    TO_BE_SAT,
    refusing(
        "practice_stays_public", "OLD.use = 'practice'",
        "format('item %s is public and never becomes secure again (practice_stays_public)', NEW.code)",
    ),
    before(
        "UPDATE OF use", "item", "practice_stays_public", name="item_use_1", when="OLD.use IS DISTINCT FROM NEW.use"
    ),
    refusing(
        "practice_is_released", f"NOT {_RELEASED}",
        "format('item %s: two persons release it to practice (practice_is_released)', NEW.code)",
    ),
    before(
        "UPDATE OF use", "item", "practice_is_released", name="item_use_2", when="OLD.use IS DISTINCT FROM NEW.use"
    ),
    refusing(
        "practice_is_own", "EXISTS (SELECT FROM public.taken_item WHERE item_id = NEW.id)",
        "format('item %s is a copy of another organisation (practice_is_own)', NEW.code)",
    ),
    before("UPDATE OF use", "item", "practice_is_own", name="item_use_0", when="OLD.use IS DISTINCT FROM NEW.use"),
    refusing(
        "practice_was_sat", "EXISTS (SELECT FROM public.papers_to_be_sat(ARRAY[NEW.id]))",
        "format('item %s stands in a paper that may still be sat (practice_was_sat)', NEW.code)",
    ),
    before("UPDATE OF use", "item", "practice_was_sat", name="item_use_3", when="OLD.use IS DISTINCT FROM NEW.use"),
    refusing(
        "item_enters_its_pool", f"NEW.use <> {_ORIGIN}",
        "format('item %s enters the pool of its origin, else the secure one (item_enters_its_pool)', NEW.code)",
    ),
    before("INSERT", "item", "item_enters_its_pool"),
    refusing(
        "paper_is_secure", _PRACTISED,
        "format('paper %s holds an item of the practice pool (paper_is_secure)', NEW.code)",
    ),
    before("UPDATE OF state", "paper", "paper_is_secure", when="NEW.state = 'sealed'"),
    refusing(
        "release_is_decided_once",
        "(TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR NEW.state = 'proposed' "
        f"OR {_SAID.format(row='OLD')} <> {_SAID.format(row='NEW')}) "
        "AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)))",
        "format('release %s is decided once and never changes', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "practice_release", "release_is_decided_once"),
    refusing("release_is_proposed_first", "NEW.state <> 'proposed'", "'a release is proposed before it is decided on'"),
    before("INSERT", "practice_release", "release_is_proposed_first"),
    refusing(
        "release_names_its_items",
        "NOT EXISTS (SELECT FROM public.practice_release WHERE id = NEW.release_id AND state = 'proposed')",
        "'a release that is decided names no more items'",
    ),
    before("INSERT", "released_item", "release_names_its_items"),
    refusing(
        "practice_set_stands",
        f"TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR {_OPEN.format(row='OLD')} <> {_OPEN.format(row='NEW')}",
        "'a practice set is published, then closed for good'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "practice_set", "practice_set_stands"),
    refusing(
        "practice_draws_from_practice",
        "NOT EXISTS (SELECT FROM public.item WHERE id = NEW.item_id AND use = 'practice')",
        "'a practice set takes items of the practice pool alone (practice_draws_from_practice)'",
    ),
    before("INSERT", "practice_entry", "practice_draws_from_practice"),
)  # fmt: skip
