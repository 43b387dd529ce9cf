"""One log-in per role, with passwords made at the first run and kept in a private file."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.embedded import write_private
from kaoping.exam.people import accounts
from kaoping.exam.people.models import Account, Organisation, OrganisationKind
from kaoping.itembank.actor import Actor, system

CODE = "demo"
NAME = "徽衡标准化评价中心（示范）"
NAME_EN = "Huiheng Standardization Evaluation Centre (demonstration)"

#: Log-in name, name as pages show it, role. The names are invented.
PEOPLE = (
    ("bank-administrator", "方令仪", "bank_administrator"),
    ("bank-administrator-2", "秦校书", "bank_administrator"),
    ("item-writer", "何叙言", "item_writer"),
    ("item-reviewer", "沈知衡", "item_reviewer"),
    ("item-reviewer-2", "顾清和", "item_reviewer"),
    ("assembler", "陆问渠", "assembler"),
    ("psychometrician", "温以度", "psychometrician"),
    ("exam-officer", "程望舒", "exam_officer"),
    ("invigilator", "周守拙", "invigilator"),
    ("marker", "吴若谷", "marker"),
    ("assessor", "郑执中", "assessor"),
    ("assessor-2", "冯持正", "assessor"),
    ("certificate-officer", "苏印川", "certificate_officer"),
    ("supervisor", "韩慎之", "supervisor"),
    ("administrator", "叶司南", "system_administrator"),
    ("auditor", "顾鉴明", "auditor"),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The demonstration's organisation and the people who act in it."""

    organisation: Organisation
    people: dict[str, Actor]

    def __getitem__(self, login: str) -> Actor:
        return self.people[login]


def passwords(data: Path) -> dict[str, str]:
    """Give the password of each log-in; they are made once and kept with mode 0600."""
    file = data / "demonstration-accounts.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [login for login, _, _ in PEOPLE if login not in known]
    if missing:
        known |= {login: secrets.token_urlsafe(9) for login in missing}
        file.unlink(missing_ok=True)
        write_private(file, json.dumps(known, indent=1))
    return known


def organisation(session: Session) -> Organisation:
    """Find or open the demonstration's organisation: institution 0000, province 00, site 000000."""
    found = session.scalars(select(Organisation).where(Organisation.code == CODE)).one_or_none()
    if found is not None:
        return found
    opened = accounts.open_organisation(
        session,
        CODE,
        name=NAME,
        name_en=NAME_EN,
        kind=OrganisationKind.TRAINING_AND_EVALUATION,
        institution_code="0000",
        province_code="00",
        site_code="000000",
    )
    opened.demonstration = True
    return opened


def people(session: Session, known: dict[str, str]) -> dict[str, Account]:
    """Find or open the accounts; a password that somebody changed is not touched."""
    found = {}
    for login, name, _ in PEOPLE:
        account = accounts.find(session, login)
        found[login] = account or accounts.add(session, login, name=name, password=known[login])
    return found


def grant(session: Session, opened: Organisation, found: dict[str, Account]) -> Staff:
    """Give each account its role and put the actors together."""
    actors = {}
    for login, _, role in PEOPLE:
        accounts.grant(session, found[login].id, role, by=system(opened.id))
        actors[login] = Actor(found[login].id, opened.id, frozenset({role}))
    return Staff(opened, actors)
