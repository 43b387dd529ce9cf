"""Practice for anybody with the link: one item at a time, marked at once, without log-in, script or cookies kept."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.practice import answering
from kaoping.exam.practice.answering import Marked, Practice
from kaoping.exam.web import item_types, item_words, posted_answers
from kaoping.exam.web.actor import show_organisation
from kaoping.exam.web.guard import public
from kaoping.itembank import markdown

blueprint = Blueprint("practice", __name__, url_prefix="/practice")


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """Ask no token of a form that changes nothing: visitors whose browsers keep no cookies practise too."""
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    """Show what the set is, or how it went."""
    with transaction() as session:
        practice = answering.opened(session, key)
        show_organisation(session, practice.row.organisation_id)
        return render_template(
            "pages/practice/show.html", practice=practice, told=answering.so_far(practice, request.args.get("t", "")),
            ended="t" in request.args,
        )  # fmt: skip


@blueprint.get("/<key>/<int:number>")
@public
def ask(key: str, number: int) -> ResponseReturnValue:
    """Ask an item of the set."""
    return _item(key, number, answer=False)


@blueprint.post("/<key>/<int:number>")
@public
def check(key: str, number: int) -> ResponseReturnValue:
    """Mark the answer and show the key with its explanation."""
    return _item(key, number, answer=True)


@blueprint.get("/<key>/pictures/<uuid:picture_id>")
@public
def picture(key: str, picture_id: UUID) -> ResponseReturnValue:
    """Show a picture of an item of the set."""
    with transaction() as session:
        found = answering.picture(session, answering.opened(session, key), picture_id)
        return Response(found.content, mimetype=found.media_type, headers={"Cache-Control": "private, max-age=3600"})


def _item(key: str, number: int, *, answer: bool) -> str:
    with transaction() as session:
        practice = answering.opened(session, key)
        asked = answering.question(session, practice, number)
        told = answering.so_far(practice, _told())
        marked: Marked | None = None
        if answer:
            marked = answering.mark(asked, posted_answers.of(asked.shown, request.form))
            told = answering.with_answer(told, number, marked)
        show_organisation(session, practice.row.organisation_id)
        return render_template(
            "pages/practice/item.html", practice=practice, asked=asked, item=asked.shown, marked=marked, told=told,
            words=item_words, types=item_types, md=markdown, address=_address(practice),
        )  # fmt: skip


def _told() -> str:
    return request.form.get("t", "") or request.args.get("t", "")


def _address(practice: Practice) -> markdown.Address:
    return lambda picture_id: answering.picture_address(practice.row.key, picture_id)
