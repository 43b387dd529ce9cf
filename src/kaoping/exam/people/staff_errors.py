"""Errors about accounts and staff: what a system administrator is told."""

from kaoping.exam.people.errors import PeopleError
from kaoping.itembank.errors import N_, Conflict, Invalid, Missing


class EmailTaken(PeopleError, Conflict):
    """The e-mail address has an account already."""

    sentence = N_("The address %(email)s has an account already.")


class EmailUnusable(PeopleError, Invalid):
    """The text is not an e-mail address."""

    sentence = N_("%(email)s is neither an e-mail address nor a log-in name of small letters: %(reason)s")


class RoleUnknown(PeopleError, Invalid):
    """There is no such role."""

    sentence = N_("There is no role %(role)s; choose from: %(known)s.")


class AccountClosed(PeopleError, Conflict):
    """Somebody is named to act whose account was closed."""

    sentence = N_("The account %(email)s is closed; nobody acts by it.")


class AccountMissing(PeopleError, Missing):
    """No account has this e-mail address."""

    sentence = N_("No account has the address %(email)s.")


class OrganisationMissing(PeopleError, Missing):
    """No organisation has this code."""

    sentence = N_("No organisation has the code %(code)s; known are: %(known)s.")


class FilingCodesTaken(PeopleError, Conflict):
    """Another organisation has the four codes that every certificate number begins with."""

    sentence = N_("Another organisation is filed under %(prefix)s; certificate numbers would be given twice.")


class OrganisationUnknown(PeopleError, Invalid):
    """Somebody names another organisation by a code that none has; known codes are not told."""

    sentence = N_("No organisation has the code “%(code)s”. Ask the other organisation for it.")


class NameMissing(PeopleError, Invalid):
    """The name was left empty."""

    sentence = N_("The name is empty: write it as it stands on the person's work pass.")


class PasswordTooShort(PeopleError, Invalid):
    """A password that is guessed too fast."""

    sentence = N_("The password has %(length)d characters; use %(least)d or more.")


class LastAdministrator(PeopleError, Conflict):
    """An organisation would be left without anybody who may manage people."""

    sentence = N_("This is the last system administrator of the organisation. Give the role to somebody else first.")


class AccountShared(PeopleError, Conflict):
    """An account that also works, or is a candidate, elsewhere is not one organisation's to reset or close."""

    sentence = N_(
        "This account also belongs to another organisation, so only its owner changes it. Take away its roles here."
    )


class ParameterOutOfRange(PeopleError, Invalid):
    """A parameter of the organisation outside its range."""

    sentence = N_("%(what)s is %(value)s; it should be between %(least)s and %(most)s.")
