"""Organisations apart, by construction: every route, every role, with all that another organisation has: nothing.

A route with an argument for which the neighbour has no row fails here, so new pages come in by themselves.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, BaseConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

import kaoping.exam.web
from kaoping.certificates import designing, number_rules, proposals
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.layouts import Language as LayoutLanguage
from kaoping.certificates.models import ProposalVerb
from kaoping.certificates.number import TRIAL_2019
from kaoping.certificates.verification import Extent
from kaoping.exam import clock
from kaoping.exam.db import transaction
from kaoping.exam.holders import requesting
from kaoping.exam.holders import sharing as sharing_links
from kaoping.exam.holders.models import RequestKind
from kaoping.exam.people.access import ACTIONS, ROLES
from kaoping.exam.practice import releasing, sets
from kaoping.exam.results import uploading
from kaoping.exam.results.uploading import Choice
from kaoping.exam.schema import Base
from kaoping.exam.web.guard import needs
from kaoping.itembank import (
    archiving,
    assigning,
    cited,
    enemy_sets,
    exporting,
    leak_reports,
    occupations,
    opening,
    saved_searches,
    viewing,
)
from kaoping.itembank.actor import Actor
from kaoping.itembank.assigning import Order, Wanted
from kaoping.itembank.citations import CitedStatus
from kaoping.itembank.exporting import Wish
from kaoping.itembank.items import Item, Picture, Revision
from kaoping.itembank.leak_reports import Sighting
from kaoping.itembank.listing import Search
from kaoping.itembank.orm import owned_tables
from kaoping.itembank.papers import Paper, PaperState
from kaoping.itembank.reviews import Remark, RemarkAct
from kaoping.itembank.sharing import granting
from kaoping.itembank.sharing.granting import Terms
from kaoping.itembank.twins import Twin
from tests.builders import NOON, stored
from tests.builders_bank import SINGLE, a_standard, an_approved_item
from tests.builders_certifying import a_printed_batch
from tests.builders_results import FINAL, a_certificate, a_filed_organisation
from tests.builders_skill import a_sealed_paper
from tests.web.staff import a_member, an_organisation_row, log_in

_SOURCES = Path(next(iter(kaoping.exam.web.__path__)))
#: Names of ids that pages take from the query.
ASKED = sorted(
    name for path in _SOURCES.glob("*.py")
    for name in re.findall(r'args\.get\("(\w+)", type=UUID', path.read_text(encoding="utf-8"))
)  # fmt: skip
#: What may answer a question after what is not there: the reader's roles may be asked first.
NOT_THERE = frozenset({403, 404})
#: What may answer a deed on what is not there: a refusal of any kind, never success and never a defect.
REFUSED = frozenset({400, 403, 404, 409, 422})


@dataclass(frozen=True)
class Neighbour:
    """Another organisation and the ids of all its rows, by table."""

    organisation: UUID
    rows: dict[str, list[UUID]]

    def ids(self, argument: str) -> list[UUID]:
        """Give ids that an argument such as ``paper_id`` could mean: of papers, and of skill papers."""
        stem = argument.removesuffix("_id")
        named = [table for table in self.rows if table.endswith(stem)]
        named = named or [table for table in self.rows if table.startswith(stem)]
        return [one for table in named for one in self.rows[table][:2]]

    def state(self) -> str:
        """Digest all its rows."""
        with transaction(self.organisation) as session:
            content = [
                session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table.name} t ORDER BY id")).all()  # noqa: S608
                for table in owned_tables(Base.metadata)
            ]
        return hashlib.sha256(repr(content).encode()).hexdigest()


@pytest.fixture
def neighbour(app: Flask) -> Neighbour:
    """Fill an organisation with everything that a page can be asked for."""
    assert app
    organisation = uuid4()
    with transaction(organisation) as session:
        a_filed_organisation(session)
        certificate = a_certificate(session)
        officer = Actor(uuid4(), organisation)
        proposals.propose(session, certificate.id, ProposalVerb.SUSPEND, reason="待查", by=officer, at=NOON)
        rule = TRIAL_2019.model_dump(mode="json") | {"version": "2026"}
        number_rules.propose(session, json.dumps(rule), by=officer, at=NOON)
        a_printed_batch(session, certificate)
        sharing_links.share(session, certificate, extent=Extent.LEAST, days=1, account=uuid4())
        requesting.ask(session, certificate, RequestKind.REPRINT, reason="遗失", account=uuid4(), at=NOON)
        a_sealed_paper(session)
        _a_picture(session)
        _a_twin(session)
        entry = occupations.Entry("示例职业", "Sample occupation", 4)
        occupations.write(session, entry, by=Actor(uuid4(), organisation), at=NOON)
        _a_remark(session)
        _a_leak(session)
        _searches(session)
        _an_export(session)
        _a_release(session)
        _an_assignment(session)
        _an_archive(session)
        _a_layout(session)
        _an_upload(session)
    with transaction(organisation) as session:
        rows = {table.name: _ids(session, table) for table in owned_tables(Base.metadata)}
    return Neighbour(organisation, rows | {"account": [a_member("auditor", organisation=organisation).account]})


def _words(answer: TestResponse) -> str:
    """Give what an answer says, also where it is a file."""
    return answer.get_data().decode(errors="replace")


def _a_twin(session: Session) -> None:
    revision = session.scalars(select(Revision).where(Revision.submitted_at.is_not(None))).first()
    assert revision is not None
    stored(session, Twin(
        organisation_id=revision.organisation_id, item_id=revision.item_id, revision_id=revision.id, number=1,
        translator_id=uuid4(), texts={"stem": "Sample"}, created_at=NOON,
    ))  # fmt: skip


def _a_picture(session: Session) -> None:
    item = session.scalars(select(Item)).first()
    assert item is not None
    stored(session, Picture(
        organisation_id=item.organisation_id, item_id=item.id, media_type="image/png", width=1, height=1,
        alternative="示例", content=b"x", created_at=NOON,
    ))  # fmt: skip


def _a_remark(session: Session) -> None:
    revision = session.scalars(select(Revision)).first()
    assert revision is not None
    stored(session, Remark(
        organisation_id=revision.organisation_id, item_id=revision.item_id, revision_id=revision.id, thread_id=None,
        place="stem", act=RemarkAct.SAY, text="示例", by=uuid4(), at=NOON,
    ))  # fmt: skip


def _a_leak(session: Session) -> None:
    item = session.scalars(select(Item)).first()
    assert item is not None
    seen = Sighting([item.code], "", NOON.date(), "示例", "示例")
    leak_reports.report(session, seen, by=Actor(uuid4(), item.organisation_id), at=NOON)


def _an_export(session: Session) -> None:
    by = Actor(uuid4(), session.info["organisation"])
    exporting.request(session, Wish({}, "示例用途", with_keys=True), Search(), most=500, by=by, at=NOON)


def _a_layout(session: Session) -> None:
    by = Actor(uuid4(), session.info["organisation"])
    designing.begin(
        session, LayoutKind.SKILL_LEVEL, LayoutLanguage.CHINESE, name="示例", valid_from=NOON.date(), by=by, at=NOON
    )


def _an_upload(session: Session) -> None:
    by, day = Actor(uuid4(), session.info["organisation"]), clock.local_date(FINAL)
    uploading.request(session, Choice(since=day, until=day), "示例用途", by=by, at=FINAL)


def _a_release(session: Session) -> None:
    item = an_approved_item(session, standard=a_standard(session, code="T-RELEASED"))
    by = Actor(uuid4(), item.organisation_id)
    row = releasing.propose(session, [item.code], reason="示例", by=by, at=NOON)
    releasing.release(session, row.id, by=Actor(uuid4(), item.organisation_id), at=NOON)
    sets.publish(session, item.level_id, title="示例", by=by, at=NOON)
    _a_grant(session, item.level_id, an_organisation_row())


def _a_grant(session: Session, level: UUID, grantee: UUID, *codes: str) -> UUID:
    """Offer items of a level to another organisation."""
    owner = session.info["organisation"]
    terms = Terms(grantee, level, None, codes, "示例", True, False, date(2000, 1, 1), date(2999, 12, 31))
    row = granting.propose(session, terms, by=Actor(uuid4(), owner), at=NOON)
    granting.offer(session, row.id, by=Actor(uuid4(), owner), at=NOON)
    return row.id


def _an_assignment(session: Session) -> None:
    item = session.scalars(select(Item)).first()
    assert item is not None
    wanted = [Wanted(item.point_id, None, None, 1)]
    order = Order(uuid4(), item.level_id, NOON.date(), "示例", wanted)
    assigning.give(session, order, by=Actor(uuid4(), item.organisation_id), at=NOON)


def _an_archive(session: Session) -> None:
    """Archive the paper of the exam for three officers, and ask for its opening."""
    organisation = session.info["organisation"]
    held = [Actor(uuid4(), organisation, frozenset({role})) for role in archiving.ROLES]
    for officer, role in zip(held, archiving.ROLES, strict=True):
        archiving.hold(session, role, "x" * archiving.SHORTEST_PASSPHRASE, by=officer, at=NOON)
    paper = session.scalars(select(Paper).where(Paper.state == PaperState.SEALED)).first()
    assert paper is not None
    archived = archiving.archive(session, paper.id, by=held[0], at=NOON)
    opening.ask(session, archived.id, "示例用途", hours=24, by=held[0], at=NOON)


def _searches(session: Session) -> None:
    """Keep a search, a set of enemies, a cited document, and who saw an item."""
    keeper = Actor(uuid4(), session.info["organisation"])
    items = session.scalars(select(Item).limit(2)).all()
    saved_searches.save(session, name="示例", asked={"state": "approved"}, shared=True, by=keeper, at=NOON)
    enemy_sets.declare(session, [item.code for item in items], name="示例", reason="示例", by=keeper, at=NOON)
    viewing.see(session, [items[0].id], by=keeper, at=NOON)
    document = cited.Entry(
        number="GB/T 0.0", edition="2026", title="示例", title_en="Sample", status=CitedStatus.CURRENT, since=None,
        replaced_by="", source="示例",
    )  # fmt: skip
    cited.register(session, document, by=keeper, at=NOON)


def _ids(session: Session, table: Table) -> list[UUID]:
    return list(session.scalars(select(table.c.id)))


def _addresses(app: Flask, rule: Rule, neighbour: Neighbour) -> Iterator[str]:
    """Give a route's addresses with what the neighbour has in place of its ids."""
    converters = {name: rule._converters[name] for name in rule.arguments}
    values = [_values(name, each, neighbour) for name, each in converters.items()]
    assert all(values), f"{rule.rule}: the neighbour has nothing of the kind"
    with app.test_request_context():
        for chosen in product(*values):
            built = app.url_map.bind("localhost").build(rule.endpoint, dict(zip(converters, chosen, strict=True)))
            yield str(built)


def _values(name: str, converter: BaseConverter, neighbour: Neighbour) -> list[Any]:
    if isinstance(converter, UUIDConverter):
        return neighbour.ids(name)
    return [min(converter.items)] if isinstance(converter, AnyConverter) else [1]


def _routes(app: Flask, role: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        need = needs(app, rule.endpoint)
        if need in ACTIONS and role in ACTIONS[need]:
            yield rule


def test_nothing_of_another_organisation_is_read_or_changed(
    app: Flask, client: FlaskClient, neighbour: Neighbour
) -> None:
    before, foreign = neighbour.state(), {str(one) for ids in neighbour.rows.values() for one in ids}

    for role in ROLES:
        log_in(client, a_member(role))
        for rule in _routes(app, role):
            for address in _addresses(app, rule, neighbour):
                if "GET" in (rule.methods or ()):
                    answer = client.get(address)
                    assert answer.status_code in NOT_THERE if rule.arguments else answer.status_code < 500, address
                    assert not [one for one in foreign if one in _words(answer) and one not in address], address
                else:
                    answer = client.post(address, data={})
                    assert answer.status_code in REFUSED or not rule.arguments, address

    assert neighbour.state() == before
    log_in(client, a_member(*ROLES, organisation=neighbour.organisation))
    assert client.get(f"/items/{neighbour.rows['item'][0]}").status_code == 200


def test_ids_of_another_organisation_in_a_query_find_nothing(
    app: Flask, client: FlaskClient, neighbour: Neighbour
) -> None:
    log_in(client, a_member(*ROLES))
    asked = {name: str(found[0]) for name in ASKED if (found := neighbour.ids(name))}
    foreign = {str(one) for ids in neighbour.rows.values() for one in ids} - set(asked.values())

    assert asked
    for rule in app.url_map.iter_rules():
        if needs(app, rule.endpoint) in ACTIONS and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = client.get(rule.rule, query_string=asked)
            assert answer.status_code < 500, rule.rule
            assert not [one for one in foreign if one in _words(answer)], rule.rule


def test_a_grant_shows_what_it_names_to_the_organisation_that_it_names_and_nothing_after_its_end(
    client: FlaskClient, neighbour: Neighbour
) -> None:
    reader, third = a_member("item_writer"), a_member(*ROLES)
    with transaction(neighbour.organisation) as session:
        standard = a_standard(session, code="T-SHARED")
        first, second = (
            an_approved_item(session, standard=standard, body=SINGLE | {"stem": f"共享{n}"}) for n in "一二"
        )
        grant = _a_grant(session, first.level_id, reader.organisation, first.code)
    foreign = {str(one) for ids in neighbour.rows.values() for one in ids}
    pool, item, other = (f"/sharing/{grant}/items/{part}" for part in ("", first.id, second.id))
    log_in(client, reader)
    assert [client.get(page).status_code for page in (pool, item, other)] == [403] * 3

    with transaction(reader.organisation) as session:
        granting.answer(session, grant, accept=True, by=Actor(reader.account, reader.organisation), at=NOON)
    shown = client.get(pool).text, client.get(item).text, client.get("/sharing/").text
    assert first.code in shown[0]
    assert "共享一" in shown[1]
    assert not [one for one in (*foreign, second.code, "共享二") if one in "".join(shown)]
    assert client.get(other).status_code == 404
    assert client.get(f"/items/{first.id}").status_code == 404
    log_in(client, third)
    assert [client.get(page).status_code for page in (pool, item, other)] == [404] * 3
    with transaction(neighbour.organisation) as session:
        assert [view.viewer_id for view, _ in granting.readings(session, grant)] == [reader.account]
        granting.end(session, grant, by=Actor(uuid4(), neighbour.organisation), at=NOON)

    log_in(client, reader)
    assert [client.get(page).status_code for page in (pool, item, other)] == [403] * 3
