"""The save path: what the exam page's script and programs call while a candidate sits.

``PUT /api/exam/answers/<slot>`` and ``POST /api/exam/flags/<slot>`` answer when the step is in the database, not
before. ``POST /api/exam/files/<slot>/<part>`` stores a file; it becomes the answer when its id is saved as one.
"""

from typing import Annotated, Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest

from kaoping.exam.db import transaction
from kaoping.exam.delivery import files, sitting
from kaoping.exam.delivery.sitting import Saved
from kaoping.exam.web import sitting_cookie
from kaoping.exam.web.guard import candidate

blueprint = Blueprint("saving", __name__, url_prefix="/api/exam")
sitting_cookie.guard(blueprint)


@blueprint.url_value_preprocessor
def _take_files(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let a file be larger than other requests; this is said before anything of the request is read."""
    if endpoint == "saving.file":
        request.max_content_length = files.LARGEST_REQUEST


Count = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class _Change(BaseModel):
    """What every change carries: its number on this slot, and the log-in that the page was made for."""

    model_config = ConfigDict(extra="forbid")

    sequence: Count
    epoch: Count | None = None


class Answer(_Change):
    """An answer; null takes it back."""

    response: Any


class Flag(_Change):
    """A flag set or taken away."""

    flagged: Annotated[bool, Field(strict=True)]


def _read(kind: type[Any]) -> Any:
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as wrong:
        raise BadRequest(str(wrong.error_count())) from None


def _acknowledge(saved: Saved) -> ResponseReturnValue:
    return jsonify(
        sequence=saved.sequence, number=saved.number, answered=saved.answered,
        saved_at=saved.saved_at.isoformat(timespec="milliseconds"),
    )  # fmt: skip


@blueprint.put("/answers/<int:slot>")
@candidate
def answer(slot: int) -> ResponseReturnValue:
    """Save an answer."""
    sent: Answer = _read(Answer)
    with transaction() as session:
        saved = sitting.answer(
            session, sitting_cookie.token(), slot, sent.response, sequence=sent.sequence, epoch=sent.epoch
        )
    return _acknowledge(saved)


@blueprint.post("/flags/<int:slot>")
@candidate
def flag(slot: int) -> ResponseReturnValue:
    """Flag an item, or take the flag away."""
    sent: Flag = _read(Flag)
    with transaction() as session:
        saved = sitting.flag(
            session, sitting_cookie.token(), slot, sent.flagged, sequence=sent.sequence, epoch=sent.epoch
        )
    return _acknowledge(saved)


@blueprint.post("/files/<int:slot>/<int:part>")
@candidate
def file(slot: int, part: int) -> ResponseReturnValue:
    """Store a file for a question; part 0 where the item has no sub-questions."""
    sent = request.files.get("file")
    with transaction() as session:
        stored = files.take(
            session, sitting_cookie.token(), slot, part, name=(sent and sent.filename) or "",
            data=sent.read() if sent else b"",
        )  # fmt: skip
        return jsonify(id=str(stored.id), name=stored.name, size=stored.size)


@blueprint.get("/clock")
@candidate
def clock() -> ResponseReturnValue:
    """Tell the server's time, the deadline and the state: time credited by staff reaches the page this way."""
    with transaction() as session:
        found = sitting.desk(session, sitting_cookie.token())
        return jsonify(
            now=_milliseconds(found.at), opens=_milliseconds(found.window.opens_at), until=_milliseconds(found.until),
            state=found.state or "waiting", epoch=found.epoch,
        )  # fmt: skip


def _milliseconds(moment: Any) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
