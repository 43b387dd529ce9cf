"""What the database itself refuses about papers: a sealed or discarded paper never changes, and keeps its slots.

An assembly run goes from one state to another only as `kaoping.itembank.orders` says; one that is over stays so.

A slot is never updated. While its paper waits for approval an item may be swapped: slots go and others come. Whoever
did that cannot approve the paper.
"""

from kaoping.itembank.refusing import before, refusing, sealed_stays

GOES_WRONG = """\
NOT (
    OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled', 'overtaken', 'failed')
    OR OLD.state = 'running' AND NEW.state <> 'queued'
  )"""
NOT_OPEN = "EXISTS (SELECT FROM public.paper WHERE id = OLD.paper_id AND state <> 'assembled')"
SWAPPED = "EXISTS (SELECT FROM public.swap WHERE paper_id = NEW.id AND by = NEW.approved_by)"

STATEMENTS = (
    *sealed_stays("paper", "slot"),
    refusing(
        "assembly_run_goes_on", GOES_WRONG,
        "format('an assembly run that is %s does not become %s', OLD.state, NEW.state)",
    ),
    before("UPDATE OF state", "assembly_run", "assembly_run_goes_on", when="OLD.state IS DISTINCT FROM NEW.state"),
    refusing("paper_keeps_slots", NOT_OPEN, "'a paper that is sealed or discarded keeps its slots'", answer="OLD"),
    before("DELETE", "slot", "paper_keeps_slots"),
    refusing("slots_are_replaced", "true", "'a slot is taken out and another put in, never changed'"),
    "CREATE TRIGGER slots_are_replaced BEFORE UPDATE OR TRUNCATE ON slot EXECUTE FUNCTION slots_are_replaced()",
    before("INSERT", "swap", "paper_takes_slots", name="paper_takes_swaps"),
    refusing("approver_is_not_swapper", SWAPPED, "format('paper %s: approver_is_not_swapper', NEW.code)"),
    before("UPDATE", "paper", "approver_is_not_swapper", name="swapper_seals_not"),
)  # fmt: skip
