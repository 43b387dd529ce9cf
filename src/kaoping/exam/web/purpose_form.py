"""The question what a marking key is taken for, asked of theory papers and skill papers alike."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextArea

from kaoping.exam.web.forms import Form
from kaoping.itembank.viewing import LONGEST_PURPOSE, SHORTEST_PURPOSE


class PurposeForm(Form):
    """What a marking key is taken for."""

    purpose = StringField(
        lazy_gettext("Purpose"),
        description=lazy_gettext("Who marks what with it, in a sentence; it is kept with your name and the time"),
        validators=[
            InputRequired(lazy_gettext("Say what the marking key is for.")),
            Length(SHORTEST_PURPOSE, LONGEST_PURPOSE, lazy_gettext("Use 4 to 200 characters.")),
        ],
        widget=TextArea(),
    )
