"""What the database itself refuses about layouts: what is approved never changes, what is submitted is only decided."""

from kaoping.itembank.refusing import EITHER, before, refusing

#: What a version says, without who decided on it.
_SAID = (
    "(to_jsonb({row}) - ARRAY['state', 'remark', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at', "
    "'withdrawn_by', 'withdrawn_at'])"
)
_CHANGED = f"{_SAID.format(row='OLD')} <> {_SAID.format(row='NEW')}"
_DECIDED = "(OLD.approved_by, OLD.approved_at, OLD.submitted_by, OLD.submitted_at)"

STATEMENTS: tuple[str, ...] = (
    refusing(
        "layout_is_fixed",
        "TG_OP = 'DELETE' AND OLD.state <> 'draft' OR TG_OP = 'UPDATE' AND ("
        "OLD.state = 'withdrawn' OR OLD.state = 'approved' AND NEW.state <> 'withdrawn' "
        f"OR OLD.state <> 'draft' AND {_CHANGED} "
        f"OR OLD.state = 'approved' AND {_DECIDED} IS DISTINCT FROM {_DECIDED.replace('OLD', 'NEW')} "
        "OR OLD.state = 'draft' AND NEW.state NOT IN ('draft', 'submitted'))",
        "format('layout %s is %s and never changes', OLD.number, OLD.state)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate_layout", "layout_is_fixed"),
    refusing("layout_begins_as_draft", "NEW.state <> 'draft'", "'a layout begins as a draft'"),
    before("INSERT", "certificate_layout", "layout_begins_as_draft"),
)
