"""Use case: one item of a paper is exchanged by hand for another before the paper is sealed, with the checker watching.

The same transaction that exchanges it reads all papers of the run again. What breaks a rule that was kept is refused.
Whoever swaps has a hand in the paper and cannot approve it. Swapping back undoes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, exchange, likeness, pool, rules, sealing, searching
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.exchange import Exchange
from kaoping.itembank.items import Item, Revision
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState, Slot, Swap
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import Rules
from kaoping.itembank.trail import database_time, record
from kaoping.scoring.assembly.reasons import Reason
from kaoping.scoring.assembly.solution import distance

#: Most letters of a reason.
LONGEST = 500


class PaperFixed(ItemBankError, Conflict):
    """Items are swapped only while a paper waits for approval."""

    sentence = N_("Paper %(paper)s is sealed or discarded; its items cannot be swapped any more.")


class NotSought(ItemBankError, Conflict):
    """The paper was given as a list; its giver changes the list."""

    sentence = N_("Paper %(paper)s was given as a list of items; give a new list instead of swapping items.")


class NotInPaper(ItemBankError, Conflict):
    """The item to be taken out does not stand in the paper."""

    sentence = N_("Item %(item)s does not stand in paper %(paper)s: perhaps somebody swapped it meanwhile.")


class SwappedMeanwhile(ItemBankError, Conflict):
    """Somebody swapped an item of the same run since the page was read."""

    sentence = N_(
        "An item of these papers was swapped meanwhile, so what you saw does not hold any more. "
        "Nothing was changed; look at the items again and choose."
    )


class NotOffered(ItemBankError, Conflict):
    """The item to be put in is not approved, not calibrated, or stands in the paper already."""

    sentence = N_("Item %(item)s cannot be put in: it is not approved and calibrated any more, or stands in the paper.")


class ReasonMissing(ItemBankError, Invalid):
    """A swap is explained to those who approve the paper."""

    sentence = N_("Say in 1 to %(most)s characters why the item is swapped; the approver reads it.")


class SwapBreaksRules(ItemBankError, Conflict):
    """The papers of the run would break a rule."""

    sentence = N_("With item %(item)s the papers would break rules, so nothing was changed: %(reasons)s")


@dataclass(frozen=True, eq=False)
class Desk:
    """What a swap is judged by: the papers of the run as they stand, and what the bank offers.

    Attributes
    ----------
    paper : the paper to be changed.
    papers : those of the run that were not discarded, in order; ``codes`` are the items of each.
    swaps : how often items of the run were swapped so far.
    """

    paper: Paper
    papers: tuple[Paper, ...]
    codes: tuple[tuple[str, ...], ...]
    stock: Stock
    rules: Rules
    swaps: int

    @property
    def place(self) -> int:
        """Place of the paper among the papers."""
        return self.papers.index(self.paper)

    @property
    def cut(self) -> float:
        """Ability (logits) at the pass mark."""
        return float(self.paper.run.report["cut"])

    def after(self, out: str, into: str) -> tuple[tuple[str, ...], ...]:
        """Give the items of all papers with one exchanged."""
        changed = tuple(into if code == out else code for code in self.codes[self.place])
        return (*self.codes[: self.place], changed, *self.codes[self.place + 1 :])

    def broken(self, papers: Sequence[Sequence[str]]) -> tuple[Reason, ...]:
        """Have papers read by the independent checker."""
        return searching.check(self.stock, self.rules, papers, cut=self.cut)


@dataclass(frozen=True, eq=False)
class Offers:
    """What may stand in the place of an item: by hand, the items whose exchange keeps every rule."""

    desk: Desk
    slot: Slot
    entry: Entry
    #: Exchanges that keep every rule: of the same row and type first, those that keep the papers most alike before.
    kept: tuple[Exchange, ...]
    #: Exchanges within the same row and type that break a rule.
    broken: tuple[Exchange, ...]
    #: Items of other rows and types whose exchange breaks a rule.
    elsewhere: int
    #: Rules that the papers break as they stand.
    standing: tuple[Reason, ...]


def offers(session: Session, paper_id: UUID, out: str) -> Offers:
    """Say for every item of the bank what would change if it stood in the place of one, and whether rules are kept.

    Raises
    ------
    PaperFixed : the paper does not wait for approval.
    NotInPaper : the item is not there.
    """
    desk = at_desk(session, sealing.find(session, paper_id))
    slot = _slot(desk.paper, out)
    entry = desk.stock.entries[out]
    found = exchange.exchanges(desk.stock, desk.rules, desk.codes, paper=desk.place, out=out, cut=desk.cut)

    def order(one: Exchange) -> tuple[bool, float, float, str]:
        return not alike(one.entry, entry), round(one.spread, 3), -one.information, one.entry.code

    broken = [one for one in found if one.breaches]
    near = tuple(sorted((one for one in broken if alike(one.entry, entry)), key=order))
    return Offers(
        desk=desk, slot=slot, entry=entry, broken=near, elsewhere=len(broken) - len(near),
        kept=tuple(sorted((one for one in found if not one.breaches), key=order)), standing=desk.broken(desk.codes),
    )  # fmt: skip


def alike(one: Entry, other: Entry) -> bool:
    """Tell whether two items belong to the same row and section."""
    return (one.row, one.section) == (other.row, other.section)


def read_items(
    session: Session, paper_id: UUID, out: str, *, most: int, by: Actor, at: datetime | None = None
) -> tuple[Offers, dict[str, dict[str, Any]]]:
    """Give the offers, and the content of the item and of the first that may take its place, by code.

    That somebody read it is written into the trail.
    """
    found = offers(session, paper_id, out)
    shown = {one.entry.revision_id: one.entry.code for one in found.kept[:most]} | {found.slot.revision_id: out}
    revisions = session.scalars(select(Revision).where(Revision.id.in_(shown)))
    bodies = {shown[revision.id]: revision.body for revision in revisions}
    record(session, "swap_items_read", found.desk.paper, by=by, at=at, out=out, items=len(bodies))
    return found, bodies


def swap(
    session: Session, paper_id: UUID, *, out: str, into: str, reason: str, seen: int, by: Actor,
    at: datetime | None = None,
) -> Paper:  # fmt: skip
    """Put one item in the place of another, if all papers of the run keep their rules with it.

    Parameters
    ----------
    out, into : codes of the items.
    seen : how often items of the run had been swapped when the choice was made.

    Raises
    ------
    PaperFixed, NotInPaper : as `offers`.
    SwappedMeanwhile : somebody else was faster.
    ReasonMissing : nothing is said why.
    NotOffered, SwapBreaksRules : the item cannot stand there.
    """
    explained = _explained(reason)
    desk = at_desk(session, _locked(session, paper_id))
    paper, slot = desk.paper, _slot(desk.paper, out)
    if desk.swaps != seen:
        raise SwappedMeanwhile
    entry = _offered(session, desk, into)
    if worse := _worse(desk.broken(desk.codes), desk.broken(desk.after(out, into))):
        raise SwapBreaksRules(item=into, reasons=" ".join(map(str, worse)))
    _replace(session, desk, slot, entry)
    session.add(
        Swap(
            organisation_id=paper.organisation_id, paper_id=paper.id, item_out_id=slot.item_id,
            item_in_id=entry.item_id, reason=explained, by=by.id, at=at or database_time(session),
        )
    )  # fmt: skip
    record(session, "item_swapped", paper, by=by, at=at, out=out, into=into, reason=explained)
    session.expire(paper, ["swaps"])
    return paper


def at_desk(session: Session, paper: Paper) -> Desk:
    """Read what a swap is judged by."""
    if paper.state is not PaperState.ASSEMBLED:
        raise PaperFixed(paper=paper.code)
    run = paper.run
    if "bound" not in run.report:
        raise NotSought(paper=paper.code)
    given = rules.read(run.report["rules"])
    papers = tuple(one for one in run.papers if one.state is not PaperState.DISCARDED)
    standing = {slot.revision_id for one in papers for slot in one.slots}
    held = pool.load(session, paper.specification.level_id, given, also=standing)
    stock = assembling.without(held, run, "seen", "papers")
    codes = {entry.item_id: entry.code for entry in stock.entries.values()}
    return Desk(
        paper=paper, papers=papers, stock=_without(stock, papers), rules=given, swaps=_swaps(session, run),
        codes=tuple(tuple(codes[slot.item_id] for slot in one.slots) for one in papers),
    )  # fmt: skip


def _without(stock: Stock, papers: Sequence[Paper]) -> Stock:
    """Take the run's own sealed papers out of the uses: their items stand there by right."""
    own = [slot.item_id for paper in papers if paper.state is PaperState.SEALED for slot in paper.slots]
    return replace(stock, entries={
        code: replace(entry, uses=entry.uses - own.count(entry.item_id)) for code, entry in stock.entries.items()
    }) if own else stock  # fmt: skip


def _swaps(session: Session, run: AssemblyRun) -> int:
    query = select(func.count()).select_from(Swap).join(Paper, Paper.id == Swap.paper_id)
    return session.scalars(query.where(Paper.run_id == run.id)).one()


def _locked(session: Session, paper_id: UUID) -> Paper:
    """Lock the run and then the paper, so that swaps in any paper of a run come one after the other."""
    run_id = sealing.find(session, paper_id).run_id
    session.scalars(
        select(AssemblyRun)
        .where(AssemblyRun.id == run_id)
        .with_for_update(of=AssemblyRun)
        .execution_options(populate_existing=True)
    ).one()
    return sealing.locked(session, paper_id)


def _slot(paper: Paper, code: str) -> Slot:
    slot = next((one for one in paper.slots if one.item.code == code), None)
    if slot is None:
        raise NotInPaper(item=code, paper=paper.code)
    return slot


def _explained(reason: str) -> str:
    stripped = reason.strip()
    if not 0 < len(stripped) <= LONGEST:
        raise ReasonMissing(most=LONGEST)
    return stripped


def _offered(session: Session, desk: Desk, code: str) -> Entry:
    """Give the entry of the item to be put in, with its row locked so that nobody retires it meanwhile."""
    entry = desk.stock.entries.get(code)
    if entry is None or code in desk.codes[desk.place]:
        raise NotOffered(item=code)
    query = select(Item).where(Item.id == entry.item_id).with_for_update(read=True, of=Item)
    item = session.scalars(query.execution_options(populate_existing=True)).one()
    if not item.offered or item.latest.id != entry.revision_id:
        raise NotOffered(item=code)
    return entry


def _worse(before: Sequence[Reason], after: Sequence[Reason]) -> list[Reason]:
    """Give what papers break afterwards and did not break as much before."""
    known = {_key(one): _amount(one) for one in before}
    return [one for one in after if _amount(one) > known.get(_key(one), 0.0) + exchange.TOLERANCE]


def _key(reason: Reason) -> tuple[str, Any, Any]:
    return reason.sentence, reason.facts.get("rule"), reason.facts.get("paper")


def _amount(reason: Reason) -> float:
    return float(reason.facts.get("amount", reason.facts.get("short", 1.0)))


def _replace(session: Session, desk: Desk, slot: Slot, entry: Entry) -> None:
    """Take out every slot that does not stay as it is, put the others in, and write the run's report anew."""
    paper, codes = desk.paper, desk.after(slot.item.code, entry.code)
    entries = assembling.in_order([desk.stock.entries[code] for code in codes[desk.place]], desk.rules)
    standing = {(one.number, one.item_id) for one in paper.slots}
    changed = {number: one for number, one in enumerate(entries, 1) if (number, one.item_id) not in standing}
    new = [assembling.slot_of(paper.run, number, one, desk.rules) for number, one in changed.items()]
    session.execute(delete(Slot).where(Slot.paper_id == paper.id, Slot.number.in_(changed)))
    for one in new:
        one.paper_id = paper.id
    session.add_all(new)
    session.flush()
    session.expire(paper, ["slots"])
    paper.run.report = _report(desk, codes, entries)


def _report(desk: Desk, codes: Sequence[Sequence[str]], entries: list[Entry]) -> dict[str, Any]:
    """Write the run's report with one paper described anew; the bound stays, so the gap tells what the swap cost."""
    report, label = desk.paper.run.report, desk.paper.label
    chosen = {code for paper in codes for code in paper}
    anew = assembling.described(label, entries, desk.stock, desk.rules, chosen=chosen, cut=desk.cut)
    papers = [anew if one["label"] == label else one for one in report["papers"]]
    least = min(one["at_cut"] for one in papers if one["label"] in {paper.label for paper in desk.papers})
    read = [[desk.stock.entries[code] for code in paper] for paper in codes]
    price = searching.price_of(desk.stock, desk.rules, codes, cut=desk.cut)
    return report | {
        "papers": papers,
        "spread": round(likeness.differences(read, desk.rules).spread, 3),
        "objective": least - price,
        "price": round(price, 6),
        "gap": round(distance(least - price, report["bound"]), 6),
        "swaps": desk.swaps + 1,
    }
