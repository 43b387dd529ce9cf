"""Numbers under many hands: each given once, none left out."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from sqlalchemy import select

from kaoping.certificates import counting
from kaoping.certificates.models import NumberCounter
from kaoping.certificates.number import DEMONSTRATION
from kaoping.exam.db import transaction
from kaoping.itembank.actor import Actor
from kaoping.itembank.vault import Vault
from tests.builders_results import a_filed_organisation
from tests.certificates.builders import an_award
from tests.conftest import Database

CLAIMS, AT_ONCE, FAILING = 120, 12, 6


def break_off() -> None:
    raise ConnectionError


def claimed(organisation: UUID, claim: int) -> int | None:
    """Take a number in a transaction of its own; every sixth breaks off and gives it back."""
    try:
        with transaction(organisation) as session:
            taken = counting.take(session, DEMONSTRATION, an_award(), by=Actor(uuid4(), organisation))
            if claim % FAILING == 0:
                break_off()
            return taken.serial
    except ConnectionError:
        return None


def test_a_hundred_claims_at_once_give_a_hundred_numbers_without_a_gap(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    with transaction(organisation) as session:
        a_filed_organisation(session)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        serials = [serial for serial in pool.map(lambda claim: claimed(organisation, claim), range(CLAIMS)) if serial]

    assert sorted(serials) == list(range(1, 101))
    with transaction(organisation) as session:
        assert session.scalars(select(NumberCounter.serial)).one() == 100
