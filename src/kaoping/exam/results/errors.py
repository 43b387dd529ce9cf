"""What may stand in the way of a score, a decision or a calibration."""

from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, KaopingError


class ResultsError(KaopingError):
    """Base of the errors of results."""


class ScoreWaits(ResultsError, Conflict):
    """A component has no final score yet, so nothing is decided: a missing mark is not a zero."""

    sentence = N_("Ticket %(ticket)s: the %(component)s score is not final yet; no decision is made without it.")


class NothingToConfirm(ResultsError, Conflict):
    """There is no provisional score to confirm."""

    sentence = N_("Ticket %(ticket)s has no provisional %(component)s score; score it first.")


class Absent(ResultsError, Conflict):
    """The candidate never sat the paper."""

    sentence = N_("Ticket %(ticket)s was absent 缺考: there is no sitting to score.")


class MarksWait(ResultsError, Conflict):
    """Answers wait for people to mark them."""

    sentence = N_(
        "Ticket %(ticket)s: %(missing)s marks by people are missing for %(answers)s answers; the score waits for them."
    )


class MarksChanged(ResultsError, Conflict):
    """A marker corrected marks after the score was taken from them."""

    sentence = N_("Ticket %(ticket)s: marks of an answer were corrected after scoring; score again, then confirm.")


class SheetsApart(ResultsError, Conflict):
    """The assessors' sheets differ too much and went back."""

    sentence = N_(
        "Ticket %(ticket)s: the sheets differ by %(difference)s marks, more than %(tolerance)s; they go back."
    )


class SheetsChanged(ResultsError, Conflict):
    """A sheet was corrected after the score was taken from it."""

    sentence = N_("Ticket %(ticket)s: a score sheet was corrected after scoring; score again, then confirm.")


class SheetsWait(ResultsError, Conflict):
    """Two assessors' sheets are needed."""

    sentence = N_("Ticket %(ticket)s has %(count)s of %(needed)s score sheets; wait for the other assessor.")


class ExaminerDecides(ResultsError, Forbidden):
    """Who assessed a candidate may not decide about the same candidate."""

    sentence = N_("You assessed ticket %(ticket)s, so another person decides.")


class ObjectionOpen(ResultsError, Conflict):
    """The objection period has not ended."""

    sentence = N_("Ticket %(ticket)s: objections are open until %(until)s; the decision is final after that.")


class NotDecided(ResultsError, Conflict):
    """There is no announced decision."""

    sentence = N_("Ticket %(ticket)s has no announced decision yet.")


class NotSimulatable(ResultsError, Conflict):
    """Simulated pilots belong to demonstrations."""

    sentence = N_("Answers are simulated only for demonstration items; %(organisation)s is not a demonstration.")


class RunClosed(ResultsError, Conflict):
    """The calibration run was adopted or rejected before."""

    sentence = N_("The calibration run “%(run)s” is already %(verdict)s; start a new run.")


class Uncalibrated(ResultsError, Conflict):
    """A revision has no statistics."""

    sentence = N_("Item %(item)s has no statistics yet; run a calibration first.")


class LadderWithoutCertificate(ResultsError, Conflict):
    """The standard's ladder is not that of the skill certificate: it is professional, or an enterprise's own."""

    sentence = N_(
        "Standard %(code)s has levels of another ladder; skill certificates are issued for the five skill levels only, "
        "and the tracks are never mixed."
    )


class NotAwardable(ResultsError, Conflict):
    """A certificate comes only from the newest, final pass decision."""

    sentence = N_("Ticket %(ticket)s has no final pass decision, so no certificate is issued.")


class StillCertified(ResultsError, Conflict):
    """An earlier decision about the application led to a certificate that was not revoked."""

    sentence = N_("Ticket %(ticket)s holds certificate %(number)s already; revoke it before another one is issued.")


class NotReportable(ResultsError, Conflict):
    """A score report is issued from the newest decision, once that is final."""

    sentence = N_("Ticket %(ticket)s has no final decision now, so no score report is issued.")


class StillReported(ResultsError, Conflict):
    """The score report of an earlier decision was not revoked."""

    sentence = N_(
        "Ticket %(ticket)s holds score report %(number)s of an earlier decision; have it revoked before another one is "
        "issued."
    )


class ActivationRefused(ResultsError, Forbidden):
    """Who asks for a candidate's account was not recognised; the try is counted."""


class NoSuchCandidate(ActivationRefused):
    """Ticket, name and identity tail do not belong together, or there is no such ticket: one sentence for both."""

    sentence = N_(
        "Ticket number, name and the last six of the identity document do not belong together. Check all three."
    )


class TooManyActivations(ActivationRefused):
    """The ticket or the address failed too often."""

    sentence = N_("Too many tries with wrong entries. Try again at %(until)s.")


class AlreadyActivated(ResultsError, Conflict):
    """The ticket's holder has an account already."""

    sentence = N_("The holder of this ticket has an account already; log in with it.")


class NothingCorrected(ResultsError, Invalid):
    """A correction was proposed that changes nothing."""

    sentence = N_("Nothing differs from the certificate: change at least one field.")


class TermTooShort(ResultsError, Invalid):
    """A renewal ends no later than the present term or today."""

    sentence = N_("The new last day has to lie after %(least)s.")


class GroundAbsent(ResultsError, Conflict):
    """A precondition of the certificate is not established."""

    sentence = N_("Ticket %(ticket)s cannot be certified yet. Not established: %(grounds)s.")


class EvidenceMissing(ResultsError, Invalid):
    """A ground was entered without saying what shows it."""

    sentence = N_(
        "Say what shows it, in at most %(longest)d characters: the document, its number and where it is kept."
    )


class HolderUnknown(ResultsError, Invalid):
    """Nobody in the organisation has this document."""

    sentence = N_(
        "Nobody here has this document and number. Compare them with the document, or enrol the person first, with "
        "consent."
    )


class KindWithoutRule(ResultsError, Conflict):
    """No number rule of a kind is in force on the day of issue."""

    sentence = N_(
        "No number rule for this kind is in force on %(on)s. Propose one under Certificates, Number rules, and have "
        "another person confirm it."
    )


class IssuedInFuture(ResultsError, Invalid):
    """The date of issue lies ahead."""

    sentence = N_("The date of issue cannot lie after today, %(today)s.")


class LastDayTooEarly(ResultsError, Invalid):
    """The term would be over before it began."""

    sentence = N_("The last day has to lie after the date of issue and after today.")


class WordOfSkillLevel(ResultsError, Invalid):
    """What is written as level belongs to certificates of skill level alone."""

    sentence = N_("“%(word)s” is a skill level, which follows from an assessment only. Write what this kind gives.")


class HeldAlready(ResultsError, Conflict):
    """The person holds, or is proposed for, a certificate of the same words."""

    sentence = N_(
        "This person holds a certificate of this kind with the same words already, or one is proposed. Confirm, "
        "renew or revoke that one instead."
    )


class FaceTooFull(ResultsError, Conflict):
    """The words are too long for the page together."""

    sentence = N_(
        "Together these words are %(excess)s too long for the printed page: shorten this line, the one below it, or "
        "their English."
    )
