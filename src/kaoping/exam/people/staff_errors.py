"""Errors about staff: what a system administrator is told."""

from kaoping.exam.people.errors import PeopleError
from kaoping.itembank.errors import N_, Conflict, Invalid


class RoleUnknown(PeopleError, Invalid):
    """A role that does not exist."""

    sentence = N_("There is no role %(role)s.")


class EntryMissing(PeopleError, Invalid):
    """A name or address was left empty."""

    sentence = N_("A name and an e-mail address or log-in name are needed for every member of staff.")


class PasswordTooShort(PeopleError, Invalid):
    """A password that is guessed too fast."""

    sentence = N_("The password has %(length)d characters; use %(least)d or more.")


class LastAdministrator(PeopleError, Conflict):
    """An organisation would be left without anybody who may manage people."""

    sentence = N_("This is the last system administrator of the organisation. Give the role to somebody else first.")


class AccountShared(PeopleError, Conflict):
    """An account that also works for another organisation is not one organisation's to reset or close."""

    sentence = N_("This account also works for another organisation, so only its owner changes it. Take away its roles here.")


class ParameterOutOfRange(PeopleError, Invalid):
    """A parameter of the organisation outside its range."""

    sentence = N_("%(what)s is %(value)s; it should be between %(least)s and %(most)s.")
