"""Errors of the application's own machinery: settings, database, jobs, backup."""

from kaoping.itembank.errors import N_, KaopingError


class ExamError(KaopingError):
    """Base of the errors of the application."""


class SettingsUnusable(ExamError):
    """A setting has a value that cannot be used."""

    sentence = N_("The setting %(setting)s cannot be used: %(reason)s.")


class EngineUnusable(ExamError):
    """The embedded PostgreSQL cannot be prepared or started."""

    sentence = N_("The embedded database in %(folder)s cannot be used: %(reason)s.")


class DatabaseUnreachable(ExamError):
    """The database does not answer."""

    sentence = N_("The database at %(place)s cannot be reached: %(reason)s.")


class RoleTooStrong(ExamError):
    """The program would run as a database role that row-level security does not bind."""

    sentence = N_(
        "The database role %(role)s may bypass row-level security (through %(through)s); "
        "give KAOPING_DATABASE_URL a plain role such as kaoping_app."
    )


class SchemaOutdated(ExamError):
    """The tables are not those of this version."""

    sentence = N_("The database is at revision %(found)s, this version needs %(needed)s; run: kaoping db upgrade")


class OwnerUnknown(ExamError):
    """A command for the tables' owner was given only the program's own role."""

    sentence = N_("Set %(setting)s to the address of the role %(role)s; `kaoping db roles` prints how to create it.")
