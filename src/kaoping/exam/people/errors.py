"""Errors about people: names, identity documents, photos, consents. No sentence ever carries an identity number."""

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Conflict, Invalid


class PeopleError(ExamError):
    """Base of the errors about people."""


class NameEmpty(PeopleError, Invalid):
    """No name was given."""

    sentence = N_("The name is empty; copy it from the identity document.")


class NameTooLong(PeopleError, Invalid):
    """A name is longer than any document prints."""

    sentence = N_("The name has %(length)d characters, at most %(limit)d fit; look whether two cells ran together.")


class NameUnlikely(PeopleError, Invalid):
    """A name holds a character that no document prints."""

    sentence = N_("“%(character)s” does not belong in a name; names are letters, spaces and “·”.")


class IdentityEmpty(PeopleError, Invalid):
    """No identity number was given."""

    sentence = N_("The identity number is empty; copy it from the document.")


class IdentityRounded(PeopleError, Invalid):
    """A spreadsheet wrote the number as 3.4E+17; the last digits are lost."""

    sentence = N_("A spreadsheet rounded the number. Format the column as text, enter it again, save as CSV.")


class IdentityLength(PeopleError, Invalid):
    """A resident identity number has another length."""

    sentence = N_("A resident identity number has 18 characters, this one has %(length)d.")


class IdentityCharacter(PeopleError, Invalid):
    """A resident identity number holds something other than digits."""

    sentence = N_("Character %(position)d of the identity number is not a digit; only the last may be X.")


class IdentityDate(PeopleError, Invalid):
    """The date of birth inside a resident identity number is none."""

    sentence = N_("Digits 7 to 14 of the identity number are not a date of birth; one may have been copied wrongly.")


class IdentityCheckCharacter(PeopleError, Invalid):
    """The check character of GB 11643 does not fit the other seventeen."""

    sentence = N_("The check character should be %(expected)s; one digit may have been copied wrongly.")


class HongKongMacaoPermitShape(PeopleError, Invalid):
    """A permit number of another shape."""

    sentence = N_("The number of a Hong Kong and Macao permit is H or M and 8 digits; leave the issue count out.")


class TaiwanPermitShape(PeopleError, Invalid):
    """A permit number of another shape."""

    sentence = N_("The number of a Taiwan permit is 8 digits; leave the issue count out.")


class PassportShape(PeopleError, Invalid):
    """A passport number of another shape."""

    sentence = N_("A passport number is 5 to 17 letters and digits.")


class NameDiffers(PeopleError, Conflict):
    """The identity number is on file with another name."""

    sentence = N_(
        "This identity number is on file under the name “%(on_file)s”. Compare name and number with the document."
    )


class PhotoTooLarge(PeopleError, Invalid):
    """A photo file over the limit."""

    sentence = N_("The photo has %(megabytes).1f MB, at most %(limit)d MB fit; save it smaller.")


class PhotoUnreadable(PeopleError, Invalid):
    """A photo file that is no picture, or a damaged one."""

    sentence = N_("The photo file cannot be read as a picture; save it as JPEG or PNG.")


class PhotoTooSmall(PeopleError, Invalid):
    """A photo with too few pixels for print."""

    sentence = N_(
        "The photo is %(width)d × %(height)d pixels; print needs at least %(least_width)d × %(least_height)d."
    )


class NoticeMissing(PeopleError, Invalid):
    """The candidate was not shown the notice."""

    sentence = N_("Give the candidate the notice on personal information first, then tick that it was given.")


class IdentityConsentMissing(PeopleError, Invalid):
    """The candidate did not consent to the use of the identity number."""

    sentence = N_(
        "Without the candidate's separate consent the identity number may not be stored, and without it the seat "
        "and the certificate cannot be tied to a person: the candidate cannot be enrolled."
    )


class PhotoConsentMissing(PeopleError, Invalid):
    """A photo was handed in, but the candidate did not consent to it."""

    sentence = N_(
        "A photo may be stored only with the candidate's separate consent. Tick it, or leave the photo out: "
        "enrolment works without one."
    )


class PersonErased(PeopleError, Conflict):
    """The person's data key was destroyed; nothing can be read or added."""

    sentence = N_("This person's data were erased and cannot be read any more.")


class ExamPending(PeopleError, Conflict):
    """The person still has an exam to sit."""

    sentence = N_("The exam “%(exam)s” is not closed yet; close it first, then erase the person's data.")
