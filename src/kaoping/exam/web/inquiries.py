"""Who asked in bulk about certificates of the organisation, and what for."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from kaoping.exam.db import transaction
from kaoping.exam.results import inquiring
from kaoping.exam.web.guard import requires

blueprint = Blueprint("inquiries", __name__, url_prefix="/certificates/inquiries")


@blueprint.get("/")
@requires("certificate.read")
def index() -> ResponseReturnValue:
    """List the inquiries, the newest first."""
    with transaction(g.actor.organisation) as session:
        return render_template("pages/inquiries/index.html", inquiries=inquiring.inquiries(session))
