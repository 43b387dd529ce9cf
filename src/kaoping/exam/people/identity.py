"""Names and identity numbers 证件号码: folding, checking, masking, and finding them without storing them readable.

Resident identity numbers follow GB 11643: six digits of region, eight of birth, three of order, one check character.
A number is shown masked everywhere; the only way to the whole one is `kaoping.exam.people.persons.reveal`.
"""

import hmac
import re
import unicodedata
from datetime import date, timedelta
from uuid import UUID

from kaoping.exam.people import errors
from kaoping.exam.people.models import IdentityType
from kaoping.itembank.errors import N_
from kaoping.itembank.orm import vault

#: The documents as pages name them.
DOCUMENTS = {
    IdentityType.RESIDENT_IDENTITY_CARD: N_("Resident identity card"),
    IdentityType.HONG_KONG_MACAO_PERMIT: N_("Mainland travel permit for Hong Kong and Macao residents"),
    IdentityType.TAIWAN_PERMIT: N_("Mainland travel permit for Taiwan residents"),
    IdentityType.PASSPORT: N_("Passport"),
}

NAME_LIMIT = 60
TAIL = 6
MASK = "*"

#: What is written between the parts of a name in place of “·”; a plain full stop is what keyboards offer.
_DOTS = frozenset("·•‧∙⋅･・．.")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_FIRST_BIRTH = date(1900, 1, 1)
_ROUNDED = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_OTHERS = {
    IdentityType.HONG_KONG_MACAO_PERMIT: (re.compile("[HM][0-9]{8}"), errors.HongKongMacaoPermitShape),
    IdentityType.TAIWAN_PERMIT: (re.compile("[0-9]{8}"), errors.TaiwanPermitShape),
    IdentityType.PASSPORT: (re.compile("[0-9A-Z]{5,17}"), errors.PassportShape),
}


def clean_name(name: str) -> str:
    """Give a name as it is kept: NFC, “·” for its variants, one space between parts and none inside a Chinese name.

    Raises
    ------
    NameEmpty, NameTooLong, NameUnlikely : with what to mend.
    """
    parts = "".join("·" if c in _DOTS - {"."} else c for c in unicodedata.normalize("NFC", name)).split()
    kept = (" " if any(part.isascii() for part in parts) else "").join(parts)
    if not kept:
        raise errors.NameEmpty
    if len(kept) > NAME_LIMIT:
        raise errors.NameTooLong(length=len(kept), limit=NAME_LIMIT)
    for character in kept:
        if not _in_names(character):
            raise errors.NameUnlikely(character=character)
    return kept


def _in_names(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in " ·.-'’〇"


def folded_name(name: str) -> str:
    """Fold a name for comparison: NFKC, without white space and the variants of “·”, small letters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = (c for c in folded if c not in _DOTS and not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept))


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same after folding, compared in constant time."""
    return same(folded_name(one).encode(), folded_name(other).encode())


def normalised(number: str) -> str:
    """Give a number as it is kept: half-width, without spaces, capital letters."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def check(kind: IdentityType, number: str, *, on: date) -> str:
    """Check a number against its document and give it normalised; a birth after ``on`` is none.

    Raises
    ------
    Invalid : a leaf of `kaoping.exam.people.errors` that names what is wrong, without the number.
    """
    kept = normalised(number)
    if not kept:
        raise errors.IdentityEmpty
    if _ROUNDED.fullmatch(kept):
        raise errors.IdentityRounded
    if kind is IdentityType.RESIDENT_IDENTITY_CARD:
        _check_resident(kept, on)
    elif not _OTHERS[kind][0].fullmatch(kept):
        raise _OTHERS[kind][1]
    return kept


def _check_resident(number: str, on: date) -> None:
    if len(number) != len(_WEIGHTS) + 1:
        raise errors.IdentityLength(length=len(number))
    for position, character in enumerate(number, start=1):
        if character not in "0123456789" and not (position == len(number) and character == "X"):
            raise errors.IdentityCharacter(position=position)
    if not _is_birth(number[6:14], on):
        raise errors.IdentityDate
    if number[-1] != check_character(number[:-1]):
        raise errors.IdentityCheckCharacter(expected=check_character(number[:-1]))


def _is_birth(digits: str, on: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _FIRST_BIRTH <= born <= on + timedelta(days=1)


def check_character(first: str) -> str:
    """Compute the check character of the first seventeen digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[sum(int(c) * weight for c, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def tail(number: str) -> str:
    """Give the last six characters, capital X: what a candidate enters beside the ticket number."""
    return normalised(number)[-TAIL:]


def masked(number: str) -> str:
    """Give a number with its middle hidden: four and four of a resident number, two and two of a shorter one."""
    kept = normalised(number)
    shown = 4 if len(kept) == len(_WEIGHTS) + 1 else 2
    return kept[:shown] + MASK * max(len(kept) - 2 * shown, 0) + kept[max(len(kept) - shown, shown) :]


def identity_fingerprint(organisation: UUID, kind: IdentityType, number: str) -> bytes:
    """HMAC that finds a person of one organisation by document; equal numbers of two organisations do not show."""
    return vault().fingerprint(f"{organisation}:{kind}:{normalised(number)}", "person.identity")


def tail_fingerprint(person_id: UUID, last: str) -> bytes:
    """HMAC of the last six characters, bound to the person: six characters alone would be found by trying all."""
    return vault().fingerprint(f"{person_id}:{tail(last)}", "person.identity_tail")


def same(one: bytes, other: bytes) -> bool:
    """Compare in a time that does not depend on where two values differ."""
    return hmac.compare_digest(one, other)
