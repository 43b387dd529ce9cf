"""The room board: who sits where and how far, for exam officers, invigilators and supervisors."""

from uuid import UUID

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.delivery import room
from kaoping.exam.delivery.room import SeatState
from kaoping.exam.web.guard import requires

blueprint = Blueprint("room", __name__, url_prefix="/exams")


@blueprint.get("/<uuid:exam_id>/room")
@requires("room.watch")
def watch(exam_id: UUID) -> ResponseReturnValue:
    """Show the board of an exam; the page's script keeps it fresh."""
    with transaction(g.actor.organisation) as session:
        board = room.board(session, exam_id)
        return render_template("pages/room/watch.html", board=board, states=SeatState)


@blueprint.get("/<uuid:exam_id>/room/seats")
@requires("room.watch")
def seats(exam_id: UUID) -> ResponseReturnValue:
    """Give the part of the board that changes; nothing if it did not (ETag)."""
    with transaction(g.actor.organisation) as session:
        board = room.board(session, exam_id)
        response = make_response(render_template("pages/room/_seats.html", board=board, states=SeatState))
    response.add_etag()
    return response.make_conditional(request)
