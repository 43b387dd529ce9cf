"""What was checked on one page and is stored on the next: it travels in the form, sealed for one person and place."""

import base64
import binascii
import zlib

from kaoping.itembank.errors import N_, Forbidden, ItemBankError
from kaoping.itembank.orm import vault
from kaoping.itembank.vault import Unreadable


class ImportNotYours(ItemBankError, Forbidden):
    """What was checked is stored by the person who had it checked, in the same form."""

    sentence = N_("This check cannot be found again. Choose the file once more.")


def sealed(plain: bytes, place: str) -> str:
    """Seal what was checked for the form of the second page."""
    return base64.b64encode(vault().seal(zlib.compress(plain, 9), place)).decode()


def unsealed(text: str, place: str) -> bytes:
    """Open what `sealed` gave for the same place.

    Raises
    ------
    ImportNotYours
    """
    try:
        return zlib.decompress(vault().unseal(base64.b64decode(text, validate=True), place))
    except (Unreadable, binascii.Error, ValueError):
        raise ImportNotYours from None
