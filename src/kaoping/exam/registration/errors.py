"""Errors of registration: batches, exams, rooms, enrolment and its lists."""

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_, Conflict, Invalid


class RegistrationError(ExamError):
    """Base of the errors of registration."""


class BatchCodeTaken(RegistrationError, Conflict):
    """Another batch of the organisation has this code."""

    sentence = N_("There is a batch %(code)s already, “%(name)s”; choose another code.")


class BatchClosed(RegistrationError, Conflict):
    """A closed batch takes no exams."""

    sentence = N_("Batch %(code)s is closed; open a new batch for further exams.")


class ExamsOpen(RegistrationError, Conflict):
    """A batch cannot be closed before its exams."""

    sentence = N_("The batch still has exams that are not closed: %(names)s. Close them first.")


class StandardDraft(RegistrationError, Conflict):
    """A draft standard has no batches."""

    sentence = N_("The standard “%(name)s” is a draft; publish it before opening a batch for it.")


class FieldEmpty(RegistrationError, Invalid):
    """A name or code was left out."""

    sentence = N_("Give the %(what)s.")


class ObjectionDaysOutside(RegistrationError, Invalid):
    """An objection period outside what the rules know."""

    sentence = N_("The objection period is between 0 and 90 days; %(days)d is outside.")


class ToleranceOutside(RegistrationError, Invalid):
    """A tolerance that is no difference of marks."""

    sentence = N_("The tolerance of two assessors is between 0 and 100 marks; %(marks)s is outside.")


class LevelOfOtherStandard(RegistrationError, Invalid):
    """The level belongs to another standard than the batch."""

    sentence = N_("The level %(level)s does not belong to the standard of batch %(code)s; choose one of its levels.")


class WindowReversed(RegistrationError, Invalid):
    """The exam would close before it opens."""

    sentence = N_("The exam closes before it opens; choose a later end.")


class WindowPast(RegistrationError, Invalid):
    """The window is over."""

    sentence = N_("The window of this exam is over; choose a later end.")


class WindowShort(RegistrationError, Invalid):
    """Nobody could use the whole time."""

    sentence = N_("The window has %(window)d minutes, the exam takes %(minutes)d; open earlier or close later.")


class MinutesOutside(RegistrationError, Invalid):
    """A length that no exam has."""

    sentence = N_("An exam takes 1 to 600 minutes; %(minutes)d is outside.")


class PaperNotSealed(RegistrationError, Invalid):
    """Only sealed papers are handed out."""

    sentence = N_("Paper %(code)s is not sealed; another person than its assembler approves it first.")


class PaperOfOtherLevel(RegistrationError, Invalid):
    """A paper of another level."""

    sentence = N_("Paper %(code)s is for %(paper_level)s, the exam for %(level)s; choose a paper of the same level.")


class SkillPaperNotSealed(RegistrationError, Invalid):
    """Only sealed skill papers are pinned to an exam."""

    sentence = N_("The skill paper %(code)s is not sealed yet. Have another person approve and seal it first.")


class SkillPaperOfOtherLevel(RegistrationError, Invalid):
    """A skill paper of another level."""

    sentence = N_(
        "The skill paper %(code)s belongs to %(paper_level)s, the exam to %(level)s. Choose a paper of the same level."
    )


class NoPaper(RegistrationError, Invalid):
    """An exam without paper."""

    sentence = N_("Choose at least one sealed paper.")


class PaperTwice(RegistrationError, Invalid):
    """The same paper chosen twice."""

    sentence = N_("Paper %(code)s was chosen twice; each form is used once.")


class NoRoom(RegistrationError, Invalid):
    """An exam without room."""

    sentence = N_("Give at least one room with its seats.")


class RoomTwice(RegistrationError, Invalid):
    """Two rooms of one name."""

    sentence = N_("Two rooms are called %(name)s; give each its own name.")


class SeatsOutside(RegistrationError, Invalid):
    """A room without seats, or with too many."""

    sentence = N_("Room %(name)s: a room has 1 to 500 seats; %(seats)d is outside.")


class ExamNotPrepared(RegistrationError, Conflict):
    """A closed exam does not open again."""

    sentence = N_("The exam “%(name)s” is closed and does not open again; prepare a new one.")


class ExamNotOpen(RegistrationError, Conflict):
    """An exam that was never opened cannot be closed."""

    sentence = N_("The exam “%(name)s” was not opened yet; open it first.")


class ExamClosed(RegistrationError, Conflict):
    """A closed exam takes no candidates."""

    sentence = N_("The exam “%(name)s” is closed; nobody can be enrolled any more.")


class AlreadyEnrolled(RegistrationError, Conflict):
    """The person has a seat in this exam."""

    sentence = N_("Already enrolled in this exam: room %(room)s, seat %(seat)d.")


class RoomsFull(RegistrationError, Conflict):
    """More candidates than free seats."""

    sentence = N_("%(wanted)d seats are needed and %(free)d are free; add a room or enrol %(over)d fewer in this exam.")


class RoomFull(RegistrationError, Conflict):
    """The wished room has no free seat."""

    sentence = N_("Room %(room)s is full; leave the room empty for any free seat, or choose another.")


class RoomUnknown(RegistrationError, Invalid):
    """A room that the exam does not have."""

    sentence = N_("The exam has no room “%(room)s”; its rooms are: %(rooms)s.")


class SeatUnknown(RegistrationError, Invalid):
    """A seat that the room does not have."""

    sentence = N_("“%(seat)s” is no seat of room %(room)s; its seats are 1 to %(seats)d.")


class SeatTaken(RegistrationError, Conflict):
    """Somebody sits there."""

    sentence = N_("Seat %(seat)d of room %(room)s is taken; choose another or leave the seat empty.")


class SeatWithoutRoom(RegistrationError, Invalid):
    """A seat alone does not say where."""

    sentence = N_("A seat is given without a room; add the room or leave the seat empty.")


class ListEmpty(RegistrationError, Invalid):
    """A list without candidates."""

    sentence = N_("The file holds no candidates; below the line of column names there is nothing.")


class ListTooLong(RegistrationError, Invalid):
    """More rows than one list takes."""

    sentence = N_("The file has %(rows)d candidates, one list takes %(limit)d; split it.")


class ListIsWorkbook(RegistrationError, Invalid):
    """An Excel file instead of CSV."""

    sentence = N_("This is an Excel workbook. Save it as “CSV UTF-8” and choose that file.")


class ListEncodingUnknown(RegistrationError, Invalid):
    """Bytes that are not text in an encoding we can be sure of."""

    sentence = N_("The file is not UTF-8; it looks like %(encoding)s. Save it as “CSV UTF-8” and choose it again.")


class ListNotText(RegistrationError, Invalid):
    """Bytes that are no text."""

    sentence = N_("The file is neither UTF-8 nor GB 18030 text. Save it as “CSV UTF-8” and choose it again.")


class ListNotYours(RegistrationError, Invalid):
    """A confirmation that was sealed for another exam or person."""

    sentence = N_("This confirmation belongs to another list. Choose the file again.")


class ListUnreadable(RegistrationError, Invalid):
    """A line that is no CSV."""

    sentence = N_("Line %(line)d cannot be read as CSV: a quotation mark is not closed or stands in a wrong place.")


class ColumnMissing(RegistrationError, Invalid):
    """A column that every list needs."""

    sentence = N_("The column “%(column)s” is missing. The first line names the columns; this file has: %(found)s.")


class ColumnTwice(RegistrationError, Invalid):
    """Two columns mean the same."""

    sentence = N_("The columns “%(first)s” and “%(second)s” mean the same; keep one.")


class IdentityTypeUnknown(RegistrationError, Invalid):
    """A document that is not known."""

    sentence = N_(
        "“%(given)s” is no document type; write resident identity card, Hong Kong and Macao permit, Taiwan permit "
        "or passport."
    )


class TwiceInList(RegistrationError, Invalid):
    """The same document on two lines."""

    sentence = N_("The same identity number is on line %(line)d; keep one of the two.")


class SeatTwiceInList(RegistrationError, Invalid):
    """The same seat on two lines."""

    sentence = N_("The same seat is on line %(line)d; change one of the two.")


class CellCount(RegistrationError, Invalid):
    """A line with more cells than columns."""

    sentence = N_("The line has %(cells)d cells for %(columns)d columns; look for a comma inside a cell.")


class ListRefused(RegistrationError, Invalid):
    """Some rows of a list cannot be taken; nothing was stored."""

    sentence = N_("%(count)d rows cannot be taken, the first is line %(line)d: %(reason)s Nothing was stored.")


class ListChanged(RegistrationError, Conflict):
    """What was confirmed is not what would be stored now."""

    sentence = N_("Since you checked the list other candidates were enrolled. Nothing was stored; check it again.")
