"""A worker that issues a batch and says each certificate: ``python -m tests.exam.issuing_alone ADDRESS ORG BATCH``."""

import sys
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import make_url

from kaoping.exam import db
from kaoping.exam.certifying import batches, issuing
from kaoping.exam.certifying.issuing import Workshop
from kaoping.exam.certifying.models import BatchState
from kaoping.exam.certifying.sheets import Press
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault
from tests.builders_results import KEY

if __name__ == "__main__":
    address, organisation, batch = sys.argv[1], UUID(sys.argv[2]), UUID(sys.argv[3])
    use_vault(Vault({"0000aaaa": b"a" * 32, "0000bbbb": b"b" * 32}, "0000bbbb"))
    db.use(db.engine_for(make_url(address)))
    opened, workshop = partial(db.transaction, organisation), Workshop(Press("https://kaoping.example", KEY), Path(), 7)
    with opened() as session:
        batches.begin(session, batches.locked(session, batch), BatchState.ISSUING, done=0)
    going = True
    while going:
        with opened() as session:
            going = issuing.issue_next(session, batch, workshop)
        sys.stdout.write("settled\n")
        sys.stdout.flush()
