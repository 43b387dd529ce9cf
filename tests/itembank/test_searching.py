"""Papers from arrays: against all possible papers of a small bank, by property, and where they cannot be."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pytest

from kaoping.itembank import hindrances, request, searching
from kaoping.itembank.conditions import Limit
from kaoping.itembank.hindrances import CROWDED, CURVES, LOST, MEANS, SUPPLY, TOO_EASY, TOO_HARD, Impossible
from kaoping.itembank.likeness import differences
from kaoping.itembank.models import Importance
from kaoping.itembank.pool import Entry, Stock, information_at
from kaoping.itembank.rules import RowRule, Rules, Section, SectionRule
from kaoping.itembank.searching import BROKEN, BROKEN_IN, NOT_IN_BANK, Found, check, search
from kaoping.scoring.assembly.highs import Progress
from kaoping.scoring.assembly.parallel import Cancelled

#: The sections that these papers have.
SECTIONS = tuple(Section)[:4]
#: Items per paper of a level-3 theory paper by row: true/false, single, multiple, fill in.
THEORY = {
    "0-1": (1, 2, 0, 0), "0-2": (4, 6, 1, 1), "1": (3, 4, 1, 1), "2": (5, 7, 2, 1), "3": (3, 4, 2, 0),
    "4": (3, 4, 1, 1), "5": (1, 1, 1, 0),
}  # fmt: skip
SINGLE, MULTIPLE = Section.SINGLE_CHOICE, Section.MULTIPLE_CHOICE
NAMESPACE = UUID(int=1)

Table = Mapping[str, tuple[int, ...]]


def an_entry(code: str, section: Section, point: str, **changes: Any) -> Entry:
    named = uuid5(NAMESPACE, code)
    values: dict[str, Any] = {
        "row": "law", "uses": 0, "a": 1.0, "b": 0.0, "path": "law", "importance": Importance.CORE, "difficulty": 3,
        "facility": 0.5, "source": "GB/T 1.1", "author_id": named, "ai_assisted": False,
    }  # fmt: skip
    return Entry(
        item_id=named, revision_id=named, point_id=uuid5(NAMESPACE, point), code=code, point=point, place=1,
        section=section, core=True, calibrated=True, **values | changes,
    )  # fmt: skip


def rules_of(table: Table, **changes: Any) -> Rules:
    """State rules by row; true/false items have one mark, others two."""
    counts = [sum(row[place] for row in table.values()) for place in range(4)]
    marks = [Decimal(1 if section is Section.TRUE_FALSE else 2) for section in SECTIONS]
    rows = [
        RowRule(
            range_id=uuid5(NAMESPACE, code), code=code, name=code, name_en=code,
            counts=dict(zip(SECTIONS, row, strict=True)),
            weight=sum((n * mark for n, mark in zip(row, marks, strict=True)), Decimal(0)),
        )
        for code, row in table.items()
    ]  # fmt: skip
    sections = [
        SectionRule(section=one, count=n, marks=mark) for one, n, mark in zip(SECTIONS, counts, marks, strict=True)
    ]
    return Rules(sections=sections, rows=rows, **changes)


def small_stock(seed: int = 3, points: str = "12341567", **changes: Any) -> Stock:
    """Eight items in two cells, of which one of each is about point 1."""
    rng = np.random.default_rng(seed)
    kinds = [SINGLE] * 4 + [MULTIPLE] * 4
    entries = {
        code: an_entry(code, kind, point, a=float(rng.lognormal(0, 0.3)), b=float(rng.normal(0, 0.8)))
        for code, kind, point in zip("abcdefgh", kinds, points, strict=True)
    }
    return Stock({code: replace(entry, **changes) for code, entry in entries.items()}, {}, {"law": tuple("1234567")})


def small_rules(**changes: Any) -> Rules:
    loose = {"ratio_low": "0", "ratio_high": "1", "curve_within": "100", "mean_within": "100"}
    return rules_of({"law": (0, 2, 1, 0)}, **loose | changes)


def theory_stock(seed: int) -> Stock:
    """Make a bank of about 180 items: each cell has 2.5 to 3 times what a paper takes, items share points."""
    return Stock({entry.code: entry for entry in _theory(np.random.default_rng(seed))}, {})


def _theory(rng: np.random.Generator) -> Iterator[Entry]:
    number = 0
    for row, counts in THEORY.items():
        for section, count in zip(SECTIONS, counts, strict=True):
            for _ in range(int(np.ceil(rng.uniform(2.5, 3.0) * count))):
                number, point = number + 1, f"{row}-{rng.integers(int(2.2 * sum(counts)))}"
                a, b = float(rng.lognormal(0.0, 0.3)), float(rng.normal(-0.6, 0.9))
                yield an_entry(f"item-{number:03}", section, point, row=row, a=a, b=b)


def all_papers(stock: Stock, rules: Rules) -> list[tuple[str, ...]]:
    return [paper for paper in combinations(stock.entries, 3) if not check(stock, rules, [paper], cut=0.0)]


def told(stock: Stock, paper: tuple[str, ...]) -> float:
    return sum(information_at(stock.entries[code], 0.0) for code in paper)


def refused(stock: Stock, rules: Rules, *, forms: int = 2, **options: Any) -> Impossible:
    with pytest.raises(Impossible) as caught:
        search(stock, rules, forms=forms, cut=0.0, **options)
    return caught.value


@pytest.mark.parametrize("seed", range(4))
def test_a_paper_tells_most_at_the_cut_of_all_possible_papers(seed: int) -> None:
    stock, rules = small_stock(seed), small_rules()

    found = search(stock, rules, forms=1, cut=0.0)

    best = max(told(stock, paper) for paper in all_papers(stock, rules))
    assert found.objective == pytest.approx(best, abs=1e-5)
    assert found.proven
    assert found.gap < 1e-4


@pytest.mark.parametrize("seed", range(4))
def test_no_possible_papers_pass_the_bound_and_the_gap_is_the_distance_from_it(seed: int) -> None:
    stock, rules = small_stock(seed), small_rules()

    found = search(stock, rules, forms=2, cut=0.0, seconds=2)

    pairs = [pair for pair in combinations(all_papers(stock, rules), 2) if not set(pair[0]) & set(pair[1])]
    best = max(min(told(stock, paper) for paper in pair) for pair in pairs)
    assert found.objective <= best + 1e-5 <= found.bound + 2e-5
    assert found.objective == pytest.approx(min(told(stock, paper) for paper in found.papers), abs=1e-5)
    assert found.gap == pytest.approx((found.bound - found.objective) / found.objective, abs=1e-9)
    assert check(stock, rules, found.papers, cut=0.0) == ()


@pytest.fixture(scope="module")
def theory() -> tuple[Found, list[Progress]]:
    """Two papers of sixty items, and what was seen of the search."""
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return False

    return search(theory_stock(1), rules_of(THEORY), forms=2, cut=-0.3, seconds=60, watch=watch), seen


def test_two_theory_papers_are_precise_parallel_and_the_same_every_time(theory: tuple[Found, list[Progress]]) -> None:
    stock, rules, (found, _) = theory_stock(1), rules_of(THEORY), theory

    again = search(stock, rules, forms=2, cut=-0.3, seconds=60)

    assert [len(paper) for paper in found.papers] == [60, 60]
    assert not set(found.papers[0]) & set(found.papers[1])
    assert check(stock, rules, found.papers, cut=-0.3) == ()
    assert found.proven
    assert found.gap < 0.01
    assert found.spread < 0.25
    assert again.papers == found.papers


def test_papers_lie_near_the_target_that_is_reported(theory: tuple[Found, list[Progress]]) -> None:
    stock, rules, (found, _) = theory_stock(1), rules_of(THEORY), theory

    means = dict(zip(stock.entries, request.mean_expected(tuple(stock.entries.values()), rules), strict=True))

    assert found.target["at_cut"] == pytest.approx(found.bound, rel=0.01)
    for paper in found.papers:
        assert sum(means[code] for code in paper) == pytest.approx(found.target["mean"], abs=0.2)


def test_whoever_watches_sees_the_bound_and_then_what_the_papers_tell_at_least(
    theory: tuple[Found, list[Progress]],
) -> None:
    found, seen = theory

    known = [one.objective for one in seen if one.objective is not None]

    assert seen[-1].bound == found.bound
    assert known
    assert known[-1] <= found.objective + 1e-4


def test_whoever_watches_can_end_the_search() -> None:
    with pytest.raises(Cancelled):
        search(theory_stock(1), rules_of(THEORY), forms=2, cut=-0.3, watch=lambda _: True)


def test_a_cell_with_too_few_items_is_named_with_what_is_missing_and_where_to_write() -> None:
    (short,) = refused(small_stock(), small_rules(), forms=3).reasons

    assert short.sentence == SUPPLY
    assert str(short) == "law, single_choice: 3 papers need 6 items and the pool has 4: 2 missing."
    assert (short.facts["rule"], short.facts["suffice"]) == ("cell:law:single_choice", 2)
    assert short.facts["points"] == "2, 3, 4, 5"


def test_an_empty_bank_lacks_all_items() -> None:
    shortfalls = refused(Stock({}, {}), small_rules()).reasons

    assert [short.facts["short"] for short in shortfalls] == [4, 2]


def test_items_used_too_often_are_not_supply() -> None:
    stock = small_stock()
    stock.entries["a"] = replace(stock.entries["a"], uses=2)

    (short,) = refused(stock, small_rules(exposure_most=2)).reasons

    assert (short.facts["available"], short.facts["short"]) == (3, 1)


def test_items_crowded_on_few_points_are_named_as_such_and_no_point_is_given_up() -> None:
    hindered = refused(small_stock(points="11115567"), small_rules())

    (short,) = hindered.reasons
    assert short.sentence == CROWDED
    assert (short.facts["rules"], short.facts["needed"], short.facts["placed"]) == ("cell:law:single_choice", 4, 2)
    assert short.facts["points"].startswith("2, 3, 4")
    assert ("cell:law:single_choice", "point:1") in hindered.conflicts
    assert hindered.repairs == ()


def test_types_that_compete_for_the_points_of_a_row_are_told_as_the_row_with_all_that_is_missing() -> None:
    (short,) = refused(small_stock(points="12121212"), small_rules()).reasons

    told = tuple(short.facts[name] for name in ("rules", "needed", "placed", "short"))
    assert (short.sentence, told) == (CROWDED, ("row:law", 6, 4, 2))


@pytest.mark.parametrize(
    ("band", "sentence", "way"),
    [(("0.9", "0.95"), TOO_HARD, hindrances.BAND_LOW), (("0.1", "0.3"), TOO_EASY, hindrances.BAND_HIGH)],
)
def test_a_difficulty_out_of_reach_is_named_with_the_distance_and_the_band_that_would_do(
    band: tuple[str, str], sentence: str, way: str
) -> None:
    stock, rules = theory_stock(1), rules_of(THEORY, ratio_low=band[0], ratio_high=band[1])

    hindered = refused(stock, rules, forms=1)

    (short,) = hindered.reasons
    (repair,) = hindered.repairs
    assert (short.sentence, repair["sentence"]) == (sentence, way)
    assert 10 < short.facts["short"] < 40
    end = "ratio_low" if sentence == TOO_HARD else "ratio_high"
    moved = rules.model_copy(update={end: Decimal(repair["facts"]["after"])})
    assert search(stock, moved, forms=1, cut=0.0).proven


def test_papers_that_are_not_found_alike_are_named_by_the_nearest_and_nothing_is_claimed_proven() -> None:
    stock = small_stock(points="12345678", a=2.0)
    for code, b in zip("abcd", (-2.0, 2.0, 2.0, 2.0), strict=True):
        stock.entries[code] = replace(stock.entries[code], b=b)

    hindered = refused(stock, small_rules(curve_within="0.2", mean_within="0.2"), seconds=2)

    assert not hindered.proven
    assert {one.sentence for one in hindered.reasons} <= {CURVES, MEANS}
    assert hindered.reasons[0].facts["short"] > 0.5


@pytest.mark.parametrize(
    ("papers", "changes", "sentence", "rule"),
    [
        ([("a", "b", "f"), ("c", "d", "f")], {}, BROKEN, "use of item f"),
        ([("a", "b", "e")], {}, BROKEN_IN, "enemies[0]"),
        ([("a", "f", "g")], {}, BROKEN_IN, "constraint cell:law:single_choice"),
        ([("a", "f", "g")], {"exposure_most": 1}, BROKEN_IN, "exclude"),
        ([("a", "b")], {}, BROKEN_IN, "constraint marks"),
        ([("a", "b", "z")], {}, NOT_IN_BANK, None),
        ([("a", "b", "f")], {"ratio_low": "0.99"}, BROKEN_IN, "constraint mean"),
        ([("a", "b", "f"), ("c", "d", "g")], {"curve_within": "0.01"}, CURVES, None),
        ([("a", "b", "f"), ("c", "d", "g")], {"mean_within": "0.01"}, MEANS, None),
    ],
)
def test_the_check_names_each_broken_rule(papers: Any, changes: Any, sentence: str, rule: str | None) -> None:
    stock = small_stock()
    stock.entries["g"] = replace(stock.entries["g"], uses=1)

    broken = check(stock, small_rules(**changes), papers, cut=0.0)

    assert (sentence, rule) in {(one.sentence, one.facts.get("rule")) for one in broken}
    assert all(str(one) for one in broken)


def test_papers_that_fail_the_check_are_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = searching._Solved(((0, 1, 4),), 1.0, near=True)
    monkeypatch.setattr(searching, "_one", lambda *_: broken)

    with pytest.raises(searching.AssemblyUnsound, match=r"enemies\[0\]"):
        search(small_stock(), small_rules(), forms=1, cut=0.0)


def test_marks_are_added_up_exactly() -> None:
    rules = small_rules()
    tenths = rules.model_copy(update={
        "sections": [one.model_copy(update={"marks": Decimal("0.1")}) for one in rules.sections]
    })  # fmt: skip

    assert check(small_stock(), tenths, [("a", "b", "f")], cut=0.0) == ()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("price", [None, Decimal(10)])
def test_papers_that_are_nearly_as_alike_as_can_be_are_found_whatever_a_soft_rule_costs(
    seed: int, price: Decimal | None
) -> None:
    stock = small_stock(seed, points="12345678")
    wide = rules_of({"law": (0, 2, 2, 0)}, ratio_low="0", ratio_high="1", curve_within="100", mean_within="100")
    halves = [half for half in combinations("abcdefgh", 4) if sum(code in "abcd" for code in half) == 2]
    pairs = [(half, tuple(code for code in "abcdefgh" if code not in half)) for half in halves]
    least = min(differences([[stock.entries[code] for code in paper] for paper in pair], wide).spread for pair in pairs)
    within = Decimal(str(round(least * 1.1 + 0.005, 2)))
    condition = {"attribute": "difficulty", "values": ["3"]}
    soft = Limit.model_validate({"name": "soft", "where": [condition], "most": 1, "price": price or 1})

    asked = wide.model_copy(update={"curve_within": within, "limits": [soft] if price else []})

    assert search(stock, asked, forms=2, cut=0.0).spread <= float(within)


@pytest.mark.parametrize(("changes", "placed"), [
    ({"uses": 5}, {"anchors": ("a",)}), ({"uses": 4}, {"anchors": ("a",)}), ({"resting": True}, {"include": ("a",)}),
    ({}, {"include": ("zz",)}), ({}, {"include": ("a",), "exclude": ("a",)}),
])  # fmt: skip
def test_items_that_must_stand_in_papers_and_cannot_are_named(
    changes: dict[str, Any], placed: dict[str, tuple[str, ...]]
) -> None:
    stock = small_stock(points="12345678")
    stock.entries["a"] = replace(stock.entries["a"], **changes)

    hindered = refused(stock, small_rules(**placed), forms=2)

    assert hindered.reasons[0].sentence == LOST
    assert hindered.reasons[0].facts["items"] in {"a", "zz"}
