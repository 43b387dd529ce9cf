"""What can go wrong between log-in and submission."""

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, Missing


class DeliveryError(ExamError):
    """Base of the errors of delivery."""


class EntryRefused(DeliveryError, Forbidden):
    """A candidate may not log in now."""


class EntryMismatch(EntryRefused):
    """Ticket, name and code do not belong together, or there is no such ticket: one sentence for both."""

    sentence = N_(
        "Ticket number, name and code do not belong together. Check all three; the code is the last six characters of "
        "your identity document or the room code that the invigilator reads out."
    )


class TooManyTries(EntryRefused):
    """A ticket or an address failed too often (``until``: when it may try again)."""

    sentence = N_("Too many tries with wrong entries. Log in again at %(until)s, or raise your hand.")


class TooEarly(EntryRefused):
    """Log-in has not begun (``begins``)."""

    sentence = N_("You are early. Log-in begins at %(begins)s.")


class EntryOver(EntryRefused):
    """The exam is over."""

    sentence = N_("This exam ended at %(ended)s. Nobody can log in any more.")


class ExamNotOpened(EntryRefused):
    """The exam officer has not opened the exam."""

    sentence = N_("This exam is not open. Wait for the invigilator, then log in again.")


class NotEntered(DeliveryError, Forbidden):
    """There is no valid sitting token: the candidate has to log in."""

    sentence = N_("Log in with your candidate ticket first. What was saved is safe.")


class TakenOver(DeliveryError, Conflict):
    """A later log-in holds the sitting; this window is only for reading."""

    sentence = N_("Your exam was taken over in another window. Go on answering there.")


class NotOpenYet(DeliveryError, Conflict):
    """The exam has not begun (``opens``)."""

    sentence = N_("The exam begins at %(opens)s.")


class NotStarted(DeliveryError, Conflict):
    """A save arrived before the sitting was started."""

    sentence = N_("This sitting has not been started. Confirm the rules first.")


class SittingEnded(DeliveryError, Conflict):
    """The sitting was submitted or closed."""

    sentence = N_("This paper was handed in; nothing can be changed any more.")


class TimeOver(DeliveryError, Conflict):
    """A save arrived after the deadline (``until``) and was not taken, not even in part."""

    sentence = N_("This answer arrived after the end at %(until)s and was not taken. Earlier answers are safe.")


class SequenceReused(DeliveryError, Conflict):
    """The same sequence came with another body (``highest``: the highest sequence known for this slot)."""

    sentence = N_("Item %(slot)s was saved differently from another window under this number; send it again.")


class NoSuchSlot(DeliveryError, Missing):
    """The paper of this sitting has no such item."""

    sentence = N_("Your paper has no item %(slot)s.")


class AnswerUnfit(DeliveryError, Invalid):
    """The response does not have the shape of this item type."""

    sentence = N_("The answer to item %(slot)s does not fit this type of item and was not saved.")


class FileEmpty(DeliveryError, Invalid):
    """No file was sent, or an empty one."""

    sentence = N_("This file is empty. Choose the file with your work.")


class FileTooLarge(DeliveryError, Invalid):
    """A file has more megabytes than its item takes."""

    sentence = N_("The file has %(megabytes)s MB; at most %(most)s MB are taken. Save it smaller and choose it again.")


class FileKindRefused(DeliveryError, Invalid):
    """The content of a file is of a kind that its item does not take, or holds macros."""

    sentence = N_("The content of this file is of another kind. Taken are: %(taken)s, without macros.")


class FilesTooMany(DeliveryError, Conflict):
    """A candidate replaced the file of a question too often."""

    sentence = N_("You stored %(most)s files for this question already. The last one counts; raise your hand if not.")


class ForeignRequest(DeliveryError, Forbidden):
    """A request that changes something did not come from a page of this installation."""

    sentence = N_("This request did not come from the exam page. Open the exam page and try again.")


class NoSuchSitting(DeliveryError, Missing):
    """There is no such sitting in this organisation."""

    sentence = N_("There is no such sitting, or it belongs to another organisation.")
