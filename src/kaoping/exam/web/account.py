"""A member's own account: language, display, password, second factor."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kaoping.exam.web.guard import requires

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/")
@requires("work.see")
def show() -> ResponseReturnValue:
    """Show the reader's own account."""
    return render_template("pages/account/show.html")
