"""What the database itself refuses in the item bank."""

from kaoping.itembank.items import ASSEMBLABLE
from kaoping.itembank.life import FOLLOWS
from kaoping.itembank.refusing import EITHER, before, refusing
from kaoping.itembank.review_rules import STAGES

_STEPS = ", ".join(f"('{before}', '{after}')" for before, following in FOLLOWS.items() for after in following)

ITEM_GOES_ON = f"""\
CREATE OR REPLACE FUNCTION item_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN (
    {_STEPS}
  ) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('item %s: %s does not follow on %s', OLD.code, NEW.state, OLD.state);
  END IF;
  RETURN NEW;
END $$"""

#: A wording comes in while the item is a draft, and is submitted into a review: what is approved stays what reviewers
#: saw. Items of the demonstration are loaded as they are; a carried item says what its origin says, until all are
#: carried over, and its pictures are copies of their own.
REVISION_IS_REVIEWED = """\
CREATE OR REPLACE FUNCTION revision_is_reviewed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  worded public.item%ROWTYPE;
BEGIN
  SELECT * INTO worded FROM public.item WHERE id = NEW.item_id;
  IF worded.demonstration
    OR worded.state = 'draft' AND (TG_OP = 'UPDATE' OR NEW.submitted_at IS NULL)
    OR worded.state = 'in_review' AND TG_OP = 'UPDATE'
    OR TG_OP = 'INSERT' AND EXISTS (
      SELECT FROM public.revision origin WHERE origin.item_id = worded.carried_from_id
        AND origin.number = NEW.number AND origin.submitted_at IS NOT NULL
        AND EXISTS (SELECT FROM public.carry_over WHERE id = worded.carry_over_id AND done_at IS NULL)
        AND (origin.content_hash = NEW.content_hash
          OR EXISTS (SELECT FROM public.picture WHERE item_id = worded.carried_from_id))
    )
  THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('item %s is %s: a new wording begins as a draft (revision_is_reviewed)', worded.code, worded.state);
END $$"""

#: Whoever worded an item does not put it back into the bank: the move by another person comes first, for the wording
#: and the recheck that are at hand.
OTHERS_CONFIRM = """\
CREATE OR REPLACE FUNCTION others_confirm() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.item_move confirmed
    WHERE confirmed.item_id = NEW.id AND confirmed.state = NEW.state AND confirmed.by <> NEW.author_id
      AND NOT EXISTS (SELECT FROM public.revision WHERE item_id = NEW.id AND author_id = confirmed.by)
      AND NOT EXISTS (SELECT FROM public.revision WHERE item_id = NEW.id AND submitted_at > confirmed.at)
      AND NOT EXISTS (
        SELECT FROM public.item_move sent WHERE sent.item_id = NEW.id AND sent.state = 'recheck'
          AND sent.at > confirmed.at
      )
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s goes back into the bank by another person than its authors (others_confirm)', NEW.code);
  END IF;
  RETURN NEW;
END $$"""

#: What the owner of the tables may do even to rows that never change: write a sealed value anew under another key. The
#: length tells that nothing was put in its place that is longer or shorter; the program itself may not do it.
ONLY_RESEALED = """\
CREATE OR REPLACE FUNCTION only_resealed(p_table oid, p_before jsonb, p_after jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT pg_get_userbyid(relowner) = current_user AND NOT EXISTS (
    SELECT FROM jsonb_each_text(p_before) AS b JOIN jsonb_each_text(p_after) AS a USING (key)
    WHERE a.value IS DISTINCT FROM b.value AND NOT (
      right(key, 7) = '_sealed' AND length(a.value) = length(b.value)
      AND left(a.value, 18) <> left(b.value, 18)
    )
  ) FROM pg_class WHERE oid = p_table
$$"""

_STAGES = " ".join(
    f"WHEN {number} THEN ARRAY[{', '.join(repr(stage.value) for stage in stages)}]" for number, stages in STAGES.items()
)

ITEM_IS_REVIEWED = f"""\
CREATE OR REPLACE FUNCTION item_is_reviewed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  newest uuid;
  stages text[];
  passed integer;
  returned boolean;
BEGIN
  SELECT revision.id, CASE coalesce(rule.stages, 1) {_STAGES} END INTO newest, stages
  FROM public.revision LEFT JOIN public.review_rule rule ON rule.id = revision.rule_id
  WHERE revision.item_id = NEW.id ORDER BY revision.number DESC LIMIT 1;
  SELECT count(*) FILTER (WHERE verdict = 'approve'), coalesce(bool_or(verdict = 'return'), false)
  INTO passed, returned FROM public.review WHERE revision_id = newest;
  IF NEW.state IN ('approved', 'trial') AND (returned OR passed <> cardinality(stages))
    OR NEW.state = 'returned' AND NOT returned
    OR NEW.state = 'in_review' AND (returned OR NEW.stage IS DISTINCT FROM stages[passed + 1])
  THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: its reviews do not lead to %s %s (item_is_reviewed)', NEW.code, NEW.state, NEW.stage);
  END IF;
  RETURN NEW;
END $$"""  # noqa: S608 - put together from the tables of states and stages

REVIEW_IS_INDEPENDENT = """\
CREATE OR REPLACE FUNCTION review_is_independent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  reviewed public.item%ROWTYPE;
BEGIN
  SELECT item.* INTO reviewed FROM public.item JOIN public.revision ON revision.item_id = item.id
  WHERE revision.id = NEW.revision_id;
  IF reviewed.stage IS DISTINCT FROM NEW.stage THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s does not wait for the stage %s (review_at_its_stage)', reviewed.code, NEW.stage);
  END IF;
  IF NEW.reviewer_id = reviewed.author_id OR EXISTS (
    SELECT FROM public.revision WHERE item_id = reviewed.id AND author_id = NEW.reviewer_id
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: reviewer_is_not_author of any revision', reviewed.code);
  END IF;
  IF EXISTS (
    SELECT FROM public.interest WHERE item_id = reviewed.id AND person_id = NEW.reviewer_id AND conflict
  ) OR NOT EXISTS (
    SELECT FROM public.interest
    WHERE revision_id = NEW.revision_id AND person_id = NEW.reviewer_id AND NOT conflict
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: reviewer_is_free_of_interest', reviewed.code);
  END IF;
  RETURN NEW;
END $$"""

#: An approved item may be carried into a later edition of its standard by a mapping that two persons stand for.
ITEM_ENTERS_AS_DRAFT = f"""\
CREATE OR REPLACE FUNCTION item_enters_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state = 'approved' AND EXISTS (
    SELECT FROM public.carry_over carried JOIN public.item origin ON origin.id = NEW.carried_from_id
    WHERE carried.id = NEW.carry_over_id AND carried.approver_id IS NOT NULL
      AND origin.standard_id = carried.from_standard_id AND NEW.standard_id = carried.to_standard_id
      AND carried.mapping ->> origin.point_id::text = NEW.point_id::text
      AND origin.state IN ({", ".join(repr(state.value) for state in ASSEMBLABLE)})
  ) THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('item %s enters the bank as a draft and is approved by persons (item_enters_as_draft)', NEW.code);
END $$"""

CARRY_OVER_STANDS = refusing(
    "carry_over_stands",
    "OLD.approver_id IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'done_at' <> to_jsonb(OLD) - 'done_at')",
    "'a mapping of points that was confirmed never changes (carry_over_stands)'",
    answer=EITHER,
)

#: A submitted revision is what reviewers and papers rely on; only its absence of a submission time leaves it open.
STATEMENTS: tuple[str, ...] = (
    ONLY_RESEALED,
    """\
CREATE OR REPLACE FUNCTION refuse_submitted_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET bytea_output = 'hex' AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE = 'a submitted revision is followed by a new one, never changed';
END $$""",
    """\
CREATE TRIGGER revision_submitted BEFORE UPDATE OR DELETE ON revision
FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_submitted_revision()""",
    ITEM_GOES_ON,
    """\
CREATE TRIGGER item_goes_on BEFORE UPDATE OF state ON item
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION item_goes_on()""",
    REVISION_IS_REVIEWED,
    before("INSERT", "revision", "revision_is_reviewed"),
    before(
        "UPDATE OF submitted_at",
        "revision",
        "revision_is_reviewed",
        name="revision_is_submitted",
        when="OLD.submitted_at IS DISTINCT FROM NEW.submitted_at",
    ),
    OTHERS_CONFIRM,
    before(
        "UPDATE OF state",
        "item",
        "others_confirm",
        when="OLD.state IN ('recheck', 'trial') AND NEW.state IN ('approved', 'in_use')",
    ),
    refusing("item_keeps_origin", "true", "format('item %s: author and origin never change', OLD.code)"),
    before(
        "UPDATE OF author_id, demonstration, carried_from_id, carry_over_id",
        "item",
        "item_keeps_origin",
        when="(OLD.author_id, OLD.demonstration, OLD.carried_from_id, OLD.carry_over_id)"
        " IS DISTINCT FROM (NEW.author_id, NEW.demonstration, NEW.carried_from_id, NEW.carry_over_id)",
    ),
    ITEM_IS_REVIEWED,
    """\
CREATE TRIGGER item_is_reviewed BEFORE UPDATE OF state, stage ON item
FOR EACH ROW WHEN (OLD.state = 'in_review' OR NEW.state = 'in_review') EXECUTE FUNCTION item_is_reviewed()""",
    REVIEW_IS_INDEPENDENT,
    """\
CREATE TRIGGER review_is_independent BEFORE INSERT ON review
FOR EACH ROW EXECUTE FUNCTION review_is_independent()""",
    CARRY_OVER_STANDS,
    before("UPDATE OR DELETE", "carry_over", "carry_over_stands"),
    ITEM_ENTERS_AS_DRAFT,
    """\
CREATE TRIGGER item_enters_as_draft BEFORE INSERT ON item
FOR EACH ROW WHEN (NEW.state <> 'draft' AND NOT NEW.demonstration) EXECUTE FUNCTION item_enters_as_draft()""",
)
