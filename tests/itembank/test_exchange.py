"""What an exchange of one item would do, where rules name single items."""

from dataclasses import replace

from kaoping.itembank.exchange import exchanges
from kaoping.itembank.pool import Stock
from kaoping.itembank.rules import Rules
from tests.itembank.test_searching import rules_of, small_stock


def wide(**changes: object) -> Rules:
    loose = {"ratio_low": "0", "ratio_high": "1", "curve_within": "100", "mean_within": "100"}
    return rules_of({"law": (0, 2, 2, 0)}, **loose | changes)


def broken(stock: Stock, rules: Rules, out: str) -> dict[str, list[str]]:
    found = exchanges(stock, rules, [("a", "c", "e", "f")], paper=0, out=out, cut=0.0)
    return {one.entry.code: [breach.rule for breach in one.breaches] for one in found}


def test_the_only_item_that_must_stand_somewhere_cannot_be_taken_out() -> None:
    stock = small_stock(points="12345678")

    assert all("include" in rules for rules in broken(stock, wide(include=("a",)), "a").values())
    assert broken(stock, wide(include=("a",)), "c")["b"] == []


def test_what_is_barred_is_not_offered_in_the_place_of_what_is_barred() -> None:
    stock = small_stock(points="12345678")
    resting = {code: replace(entry, resting=code in "ab") for code, entry in stock.entries.items()}

    found = broken(replace(stock, entries=resting), wide(), "a")

    assert found["b"] == ["exclude"]
    assert found["d"] == []
