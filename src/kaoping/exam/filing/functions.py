"""What the database itself refuses about filings."""

from kaoping.itembank.refusing import EITHER, before, refusing

#: What a filing says, without its states.
_SAID = "(to_jsonb({row}) - ARRAY['state', 'confirmed_by', 'confirmed_at', 'ended_on', 'reason'])"

#: What is entered is confirmed, or not; a confirmed filing never changes, it ends.
STATEMENTS: tuple[str, ...] = (
    refusing(
        "filing_is_fixed",
        "TG_OP = 'DELETE' AND OLD.state <> 'entered' OR TG_OP = 'UPDATE' AND ("
        "OLD.state = 'ended' OR OLD.state = 'confirmed' AND NEW.state <> 'ended' OR "
        f"{_SAID.format(row='OLD')} <> {_SAID.format(row='NEW')}) "
        "AND NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))",
        "format('filing %s is %s and never changes', OLD.number, OLD.state)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "filing", "filing_is_fixed"),
)  # fmt: skip
