"""Triggers by which the database refuses a deed: a function with its condition and message, and where it stands."""


def refusing(function: str, condition: str, message: str, *, answer: str = "NEW") -> str:
    """Write a trigger function that refuses what meets a condition; ``message`` and ``answer`` are SQL too."""
    return f"""\
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF {condition} THEN
    RAISE integrity_constraint_violation USING MESSAGE = {message};
  END IF;
  RETURN {answer};
END $$"""


def before(deeds: str, table: str, function: str, *, name: str = "", when: str = "") -> str:
    """Have a function asked before every such deed on a row of a table; the trigger has its name unless told."""
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name or function} BEFORE {deeds} ON {table} "
        f"FOR EACH ROW{condition} EXECUTE FUNCTION {function}()"
    )


#: What a trigger gives back that may be asked about a deletion.
EITHER = "CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END"


def sealed_stays(paper: str, slot: str) -> tuple[str, ...]:
    """Statements by which a sealed or discarded paper of a table never changes and takes no slot any more."""
    fixed, takes = f"{paper}_is_fixed", f"{paper}_takes_slots"
    open_to = f"EXISTS (SELECT FROM public.{paper} WHERE id = NEW.paper_id AND state <> 'assembled')"
    return (
        refusing(
            fixed, "OLD.state <> 'assembled'", "format('paper %s is %s and never changes', OLD.code, OLD.state)",
            answer=EITHER,
        ),
        before("UPDATE OR DELETE", paper, fixed),
        refusing(takes, open_to, "'a paper that is sealed or discarded takes no more slots'"),
        before("INSERT", slot, takes),
    )  # fmt: skip
