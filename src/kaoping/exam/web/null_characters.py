"""Null characters in addresses and forms: the database stores none, so they are refused once, with a sentence."""

from flask import Flask, request

from kaoping.itembank.errors import N_, Invalid

_NULL = "\x00"


class NullCharacter(Invalid):
    """What was typed or sent holds a character that no text has."""

    sentence = N_("The text holds a null character, which no search or field takes. Type it again instead of pasting.")


def _refuse() -> None:
    addressed = (str(part) for part in (request.view_args or {}).values())
    typed = (text for values in (request.args, request.form) for pair in values.items(multi=True) for text in pair)
    if any(_NULL in text for text in (*addressed, *typed)):
        raise NullCharacter


def init_app(app: Flask) -> None:
    """Look at what every request brings as text."""
    app.before_request(_refuse)
