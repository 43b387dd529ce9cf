"""What the database itself refuses about sheets and files of certificates."""

from typing import Final

from kaoping.itembank.refusing import EITHER, before, refusing

#: Columns that are filled in once after a sheet took its serial.
_LATER: Final = ("sha256", "spoiled_at", "spoiled_by", "spoiled_reason")
_NAMES: Final = "ARRAY[" + ", ".join(f"'{name}'" for name in _LATER) + "]"
_ONCE: Final = " OR ".join(f"OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _LATER)

STATEMENTS: Final = (
    refusing(
        "printing_is_logged_once",
        "TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) "
        f"AND (to_jsonb(OLD) - {_NAMES} <> to_jsonb(NEW) - {_NAMES} OR {_ONCE})",
        "format('sheet %s is logged: it is drawn once, spoiled once, and never changes otherwise', OLD.serial)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate_printing", "printing_is_logged_once"),
    refusing(
        "line_is_settled",
        "TG_OP = 'DELETE' OR OLD.state = 'issued' AND to_jsonb(OLD) - 'undrawn' <> to_jsonb(NEW) - 'undrawn'",
        "'a line of a batch that became a certificate stays so'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "certificate_batch_line", "line_is_settled"),
)
