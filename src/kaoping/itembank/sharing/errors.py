"""Errors of sharing."""

from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError


class GrantToOneself(ItemBankError, Invalid):
    """A grant goes to another organisation."""

    sentence = N_("Items are granted to another organisation than your own.")


class GrantUnclear(ItemBankError, Invalid):
    """A grant says what it is for, and its last day does not lie before its first."""

    sentence = N_(
        "Say in at most %(most)d characters what the grant is for, with a last day that is not before the first."
    )


class GrantedItemsUnfit(ItemBankError, Invalid):
    """A selection names items that the grant cannot hold."""

    sentence = N_(
        "A grant holds approved, secure items of its level that are your own; these are not: %(codes)s. At most "
        "%(most)d can be named."
    )


class OwnGrant(ItemBankError, Forbidden):
    """Whoever proposed a grant does not approve it."""

    sentence = N_("You proposed this grant; another person approves it.")


class GrantMovedOn(ItemBankError, Conflict):
    """The step does not fit what was done with the grant already."""

    sentence = N_("Grant %(number)d was answered or ended meanwhile; load its page again.")


class GrantNotOpen(ItemBankError, Forbidden):
    """A grant is read while it is accepted, not ended, and between its days."""

    sentence = N_("Grant %(number)d gives nothing now: it is not accepted, has ended, or today is outside its days.")


class GrantForReading(ItemBankError, Forbidden):
    """A grant that is for reading gives no copies."""

    sentence = N_("Grant %(number)d is for reading alone; no item can be taken over.")


class NothingToTake(ItemBankError, Invalid):
    """Somebody takes over without naming items, or too many at once."""

    sentence = N_("Choose between 1 and %(most)d items to take over.")


class LevelDiffers(ItemBankError, Invalid):
    """Items are taken over into a level of the same digit of a published standard."""

    sentence = N_("Choose a level %(digit)d of one of your own published standards.")
