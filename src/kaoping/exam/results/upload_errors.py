"""What may be wrong with a certificate that is to be uploaded, with the mend, and with an upload as a whole."""

from kaoping.exam.results.errors import ResultsError
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid


class FieldEmpty(ResultsError, Invalid):
    """A column that must be filled has nothing to hold."""

    sentence = N_("The column “%(heading)s” stays empty; correct the certificate, or make the column optional.")


class FieldTooLong(ResultsError, Invalid):
    """A value is longer than the column takes."""

    sentence = N_("The column “%(heading)s” takes %(most)d characters, and this value has %(length)d.")


class CodeMissing(ResultsError, Invalid):
    """The layout has no code for a value."""

    sentence = N_("The layout has no code for “%(value)s” in the column “%(heading)s”: add it as the authority says.")


class CharacterUnwritable(ResultsError, Invalid):
    """The encoding of the layout cannot write a character."""

    sentence = N_(
        "The encoding %(encoding)s cannot write %(characters)s in the column “%(heading)s”; choose GB 18030 or UTF-8."
    )


class LooksLikeFormula(ResultsError, Invalid):
    """A spreadsheet would run the value."""

    sentence = N_("The value of “%(heading)s” begins as a formula does; correct the certificate.")


class NotInForce(ResultsError, Invalid):
    """What was revoked, suspended or replaced is not uploaded."""

    sentence = N_("The certificate is not in force: it was suspended, revoked or replaced.")


class SpecimenUploaded(ResultsError, Invalid):
    """A specimen would go to an authority."""

    sentence = N_("It is a specimen: only the demonstration layout takes it, for practice.")


class NoSpecimen(ResultsError, Invalid):
    """The demonstration layout would go to an authority."""

    sentence = N_("The demonstration layout takes specimens alone: enter the layout that your authority published.")


class AcceptedBefore(ResultsError, Invalid):
    """The same certificate was accepted already."""

    sentence = N_("It was accepted with upload %(number)d already.")


class WaitsElsewhere(ResultsError, Invalid):
    """The same certificate stands in an upload that has no answer yet."""

    sentence = N_("It stands in upload %(number)d, which has no answer yet: enter the receipt first.")


class HeldTwice(ResultsError, Invalid):
    """One person has the same occupation, specialty and level twice."""

    sentence = N_(
        "The same person also has certificate %(number)s of this occupation, specialty and level: revoke one of them."
    )


class PeriodBackwards(ResultsError, Invalid):
    """A period ends before it begins."""

    sentence = N_("The period ends on %(until)s, before it begins on %(since)s; exchange the days.")


class NothingToUpload(ResultsError, Invalid):
    """No certificate of the choice passes the checks."""

    sentence = N_("No certificate of this choice can be uploaded; the list says why.")


class TooManyToUpload(ResultsError, Invalid):
    """One file would hold more than is taken."""

    sentence = N_("This choice has %(count)d certificates; one upload takes at most %(most)d. Choose a shorter period.")


class UploadUnexplained(ResultsError, Invalid):
    """Identity numbers leave for a purpose that can be read later."""

    sentence = N_("Say in %(least)d to %(most)d characters what the file is for; it is kept with your name.")


class OwnUpload(ResultsError, Forbidden):
    """Whoever asked for an upload does not decide on it."""

    sentence = N_("You asked for this upload; another person decides on it.")


class NotYourUpload(ResultsError, Forbidden):
    """What was allowed to one person is fetched by nobody else."""

    sentence = N_("Upload %(number)d was asked for by somebody else, who alone can fetch it.")


class UploadDecided(ResultsError, Conflict):
    """A decision stands."""

    sentence = N_("Upload %(number)d is decided already; load its page again.")


class UploadRefusalUnexplained(ResultsError, Invalid):
    """A request is refused for a reason that the requester can read."""

    sentence = N_("Say in at most %(most)d characters why the upload is refused.")


class UploadNotOpen(ResultsError, Conflict):
    """Only an allowed upload is fetched, and once."""

    sentence = N_("The file of upload %(number)d cannot be fetched: it waits, was refused, or was fetched already.")


class UploadLapsed(ResultsError, Conflict):
    """Time went by."""

    sentence = N_("The file of upload %(number)d could be fetched until %(until)s. Ask for it again.")


class UploadChanged(ResultsError, Conflict):
    """What was allowed is not what would leave."""

    sentence = N_("Certificate %(certificate)s does not pass the checks any more: %(problem)s Ask for a new upload.")


class ReceiptTooEarly(ResultsError, Conflict):
    """Nobody can have answered yet."""

    sentence = N_("The file of upload %(number)d was not fetched yet, so nobody can have answered it.")


class ReceiptNamesOthers(ResultsError, Invalid):
    """A receipt names a certificate that was not in the file."""

    sentence = N_("Line %(line)d names %(certificate)s, which is not in upload %(number)d. Nothing was entered.")


class ReceiptColumnsMissing(ResultsError, Invalid):
    """The columns of a receipt are found by their headings."""

    sentence = N_("The first line must name the columns certificate number, result and, for what was rejected, reason.")


class ReceiptResultUnknown(ResultsError, Invalid):
    """A result is accepted or rejected."""

    sentence = N_("Line %(line)d: write accepted or rejected as the result, not “%(result)s”. Nothing was entered.")


class RejectionUnexplained(ResultsError, Invalid):
    """A rejection is mended by its reason."""

    sentence = N_("Say why %(certificate)s was rejected, as the authority says it. Nothing was entered.")


class LayoutUnusable(ResultsError, Invalid):
    """A layout document is not one."""

    sentence = N_("The layout cannot be used at %(place)s: %(reason)s.")
