"""What a worker does for a batch: issue, draw, pack; a batch that was begun before goes on where it was."""

from uuid import UUID

from kaoping.exam import db, document_signing, signing
from kaoping.exam.certifying import batches, drawing, issuing, packing
from kaoping.exam.certifying.issuing import Opened, Workshop
from kaoping.exam.certifying.models import BatchState
from kaoping.exam.certifying.sheets import Press
from kaoping.exam.people.models import Organisation
from kaoping.exam.settings import Settings
from kaoping.itembank.errors import KaopingError


def press(settings: Settings) -> Press:
    """Give what sheets are drawn with on this installation.

    Raises
    ------
    KeyUnusable
    """
    return Press(settings.origin, signing.current(settings))


def workshop(settings: Settings) -> Workshop:
    """Give what batches are made with on this installation.

    Raises
    ------
    KeyUnusable
    """
    return Workshop(press(settings), settings.print_files, settings.print_file_days)


def carry_out(opened: Opened, batch_id: UUID, settings: Settings) -> None:
    """Do what was ordered; what ends the whole batch is kept with it, and an error of the program is raised again.

    A batch is in the hands of one worker at a time: who comes while another is at work, because it was stopped and went
    on again, waits until that one has left, and then does what is left.
    """
    with db.alone(f"certify {batch_id}"):
        _attempt(opened, batch_id, settings)


def _attempt(opened: Opened, batch_id: UUID, settings: Settings) -> None:
    try:
        _carry_out(opened, batch_id, workshop(settings))
    except KaopingError as refused:
        with opened() as session:
            batches.end(session, batch_id, BatchState.FAILED, failure=refused)
    except Exception:
        with opened() as session:
            batches.end(session, batch_id, BatchState.FAILED)
        raise


def _carry_out(opened: Opened, batch_id: UUID, tools: Workshop) -> None:
    with opened() as session:
        organisation = session.get_one(Organisation, batches.find(session, batch_id).organisation_id)
    document_signing.signer_for(demonstration=organisation.demonstration)  # before a number is taken
    issuing.issue_all(opened, batch_id, tools)
    drawing.draw_all(opened, batch_id, tools)
    packing.pack_all(opened, batch_id, tools)
