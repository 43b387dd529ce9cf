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


class TrailBroken(ExamError):
    """The audit trail is not what was written."""

    sentence = N_("The audit trail of organisation %(organisation)s is broken at entry %(number)s: %(reason)s.")


class AnchorUnusable(ExamError):
    """An anchor of the audit trail cannot be believed."""

    sentence = N_("The anchor cannot be used: %(reason)s.")


class PortTaken(ExamError):
    """Another program listens where the web server should."""

    sentence = N_("Port %(port)s of %(host)s is taken by %(holder)s; end it, or choose another with KAOPING_PORT.")


class BackupUnusable(ExamError):
    """An archive cannot be written, or cannot be restored here."""

    sentence = N_("The archive %(file)s cannot be used: %(reason)s.")


class RestoreRefused(ExamError):
    """There is something already where an archive should be restored."""

    sentence = N_("Nothing was restored, because %(place)s is not empty: it holds %(found)s.")


class ChildEnded(ExamError):
    """A part of the installation ended by itself."""

    sentence = N_("The %(part)s ended by itself with status %(status)s; everything was stopped. Its log is above.")
