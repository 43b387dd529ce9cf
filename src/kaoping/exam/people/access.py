"""Who may do what: one table of actions and roles, and the pairs of deeds that no person may do on the same thing.

Everything here is pure. `allow` is asked at the door of every page (`kaoping.exam.web.guard`) and by the use cases that
know the thing; the forbidden pairs are constraints of the database as well.
"""

from collections.abc import Callable
from typing import Any

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Forbidden

#: The roles and their names, in the order in which pages list them.
ROLES = {
    "bank_administrator": N_("Item bank administrator"),
    "item_writer": N_("Item writer"),
    "item_reviewer": N_("Item reviewer"),
    "assembler": N_("Assembler"),
    "psychometrician": N_("Psychometrician"),
    "exam_officer": N_("Exam officer"),
    "invigilator": N_("Invigilator"),
    "marker": N_("Marker"),
    "assessor": N_("Assessor"),
    "certificate_officer": N_("Certificate officer"),
    "supervisor": N_("Supervisor"),
    "system_administrator": N_("System administrator"),
    "auditor": N_("Auditor"),
}

_EVERYONE = frozenset(ROLES)


def _roles(*roles: str) -> frozenset[str]:
    unknown = set(roles) - _EVERYONE
    if unknown:
        raise ValueError(f"unknown roles: {', '.join(sorted(unknown))}")
    return frozenset(roles)


#: Every action of the pages and the roles that may do it. Seeing sealed content (items, papers) is given sparingly.
ACTIONS = {
    "work.see": _EVERYONE,
    "standard.read": _EVERYONE,
    "standard.manage": _roles("bank_administrator", "system_administrator"),
    "standard.publish": _roles("bank_administrator", "system_administrator"),
    "item.read": _roles("bank_administrator", "item_writer", "item_reviewer", "assembler", "psychometrician"),
    "item.write": _roles("item_writer"),
    "item.close": _roles("bank_administrator"),
    "item.review": _roles("item_reviewer"),
    "item.retire": _roles("bank_administrator", "item_reviewer"),
    "item.recheck": _roles("bank_administrator", "item_reviewer", "psychometrician"),
    "item.confirm": _roles("item_reviewer"),
    "practice.read": _roles("bank_administrator", "item_writer", "item_reviewer", "exam_officer", "supervisor"),
    "practice.propose": _roles("bank_administrator", "item_reviewer"),
    "practice.decide": _roles("bank_administrator", "item_reviewer", "supervisor"),
    "practice.publish": _roles("bank_administrator", "exam_officer"),
    "twin.write": _roles("item_writer"),
    "twin.review": _roles("item_reviewer"),
    "share.read": _roles("bank_administrator", "item_writer", "item_reviewer", "supervisor", "auditor"),
    "share.propose": _roles("bank_administrator"),
    "share.offer": _roles("bank_administrator", "supervisor"),
    "share.answer": _roles("bank_administrator"),
    "share.end": _roles("bank_administrator", "supervisor"),
    "share.see": _roles("bank_administrator", "item_writer", "item_reviewer"),
    "share.take": _roles("item_writer"),
    "assignment.read": _roles("bank_administrator", "item_writer"),
    "assignment.give": _roles("bank_administrator"),
    "leak.read": _roles(
        "bank_administrator", "item_reviewer", "psychometrician", "exam_officer", "supervisor", "auditor"
    ),
    "leak.report": _roles("bank_administrator", "item_reviewer", "psychometrician", "exam_officer", "supervisor"),
    "leak.decide": _roles("bank_administrator", "item_reviewer", "supervisor"),
    "export.read": _roles("bank_administrator", "supervisor", "auditor"),
    "export.request": _roles("bank_administrator"),
    "export.approve": _roles("bank_administrator", "supervisor"),
    "archive.read": _roles("bank_administrator", "exam_officer", "supervisor", "auditor"),
    "archive.make": _roles("exam_officer", "bank_administrator"),
    "archive.ask": _roles("bank_administrator", "exam_officer", "supervisor"),
    "archive.consent": _roles("bank_administrator", "exam_officer", "supervisor"),
    "review.oversee": _roles("bank_administrator", "system_administrator"),
    "source.read": _roles(
        "bank_administrator", "item_writer", "item_reviewer", "assembler", "psychometrician", "system_administrator"
    ),
    "source.record": _roles("bank_administrator", "item_reviewer", "system_administrator"),
    "source.repair": _roles("item_writer", "item_reviewer"),
    "statistics.read": _roles("item_writer", "item_reviewer", "assembler", "psychometrician"),
    "calibration.run": _roles("psychometrician"),
    "calibration.adopt": _roles("psychometrician"),
    "paper.read": _roles("assembler", "item_reviewer", "exam_officer"),
    "paper.assemble": _roles("assembler"),
    "specification.approve": _roles("assembler", "item_reviewer"),
    "paper.approve": _roles("assembler", "item_reviewer"),
    "paper.print": _roles("assembler", "exam_officer"),
    # Those who read items know the keys; whoever prints and carries the booklets to the rooms does not need them.
    "paper.key": _roles("assembler", "item_reviewer"),
    "exam.read": _roles(
        "exam_officer", "invigilator", "marker", "psychometrician", "certificate_officer", "supervisor"
    ),
    "exam.manage": _roles("exam_officer"),
    "filing.read": _roles("exam_officer", "certificate_officer", "supervisor", "system_administrator", "auditor"),
    "filing.enter": _roles("exam_officer", "system_administrator"),
    "filing.confirm": _roles("supervisor", "system_administrator"),
    "enrolment.read": _roles("exam_officer", "invigilator", "supervisor"),
    "enrolment.manage": _roles("exam_officer"),
    "identity.reveal": _roles("exam_officer"),
    "person.erase": _roles("exam_officer"),
    "room.watch": _roles("exam_officer", "invigilator", "supervisor"),
    "room.act": _roles("exam_officer", "invigilator"),
    "mark.enter": _roles("marker"),
    "mark.assign": _roles("exam_officer"),
    "sheet.enter": _roles("assessor"),
    "result.read": _roles("exam_officer", "psychometrician", "certificate_officer", "supervisor"),
    "result.score": _roles("exam_officer", "psychometrician"),
    "result.decide": _roles("exam_officer"),
    "certificate.read": _roles("certificate_officer", "supervisor"),
    "certificate.issue": _roles("certificate_officer"),
    "ground.read": _roles("certificate_officer", "exam_officer", "supervisor"),
    "ground.enter": _roles("certificate_officer", "exam_officer"),
    "certificate.propose": _roles("certificate_officer"),
    "certificate.confirm": _roles("certificate_officer", "supervisor"),
    "certificate.print": _roles("certificate_officer"),
    "layout.read": _roles("certificate_officer", "supervisor", "auditor"),
    "layout.design": _roles("certificate_officer"),
    "layout.approve": _roles("certificate_officer", "supervisor"),
    "upload.read": _roles("certificate_officer", "supervisor", "auditor"),
    "upload.request": _roles("certificate_officer"),
    "upload.approve": _roles("certificate_officer", "supervisor"),
    "audit.read": _roles("auditor", "supervisor"),
    "access.read": _roles("auditor", "supervisor", "system_administrator"),
    "person.manage": _roles("system_administrator"),
    "organisation.manage": _roles("system_administrator"),
}


class NotAllowed(Forbidden):
    """The person's roles do not allow an action; ``roles`` are those that do."""

    sentence = N_("Your roles do not allow this step.")


class OwnWork(Forbidden):
    """The same person may not do both deeds on one thing."""

    sentence = N_("This step belongs to another person than the one who prepared it.")


def reviewer_is_not_author(actor: Actor, thing: Any) -> bool:
    """Whether somebody other than the author of an item or revision reviews it."""
    return bool(thing.author_id != actor.id)


def reviewer_is_not_translator(actor: Actor, thing: Any) -> bool:
    """Whether somebody reviews a translation who translated no twin of the item (``translators``: ids of accounts)."""
    return actor.id not in thing.translators


def publisher_is_not_drafter(actor: Actor, standard: Any) -> bool:
    """Whether somebody publishes a standard who did not write on its draft."""
    return actor.id not in standard.hands


def approver_is_not_author(actor: Actor, version: Any) -> bool:
    """Whether somebody other than the author of a specification's version approves it."""
    return bool(version.author_id != actor.id)


def approver_is_not_assembler(actor: Actor, paper: Any) -> bool:
    """Whether somebody approves a paper who neither assembled it nor swapped an item of it."""
    return actor.id not in paper.hands


def confirmer_is_not_enterer(actor: Actor, filing: Any) -> bool:
    """Whether somebody other than who entered a filing confirms it."""
    return bool(filing.entered_by != actor.id)


def decider_is_not_reporter(actor: Actor, report: Any) -> bool:
    """Whether somebody other than who reported a leak decides on it."""
    return bool(report.reported_by != actor.id)


def approver_is_not_requester(actor: Actor, request: Any) -> bool:
    """Whether somebody other than who asked for something decides on it."""
    return bool(request.requested_by != actor.id)


def decider_is_not_proposer(actor: Actor, release: Any) -> bool:
    """Whether somebody other than who proposed a release to practice decides on it."""
    return bool(release.proposed_by != actor.id)


def confirmer_is_not_proposer(actor: Actor, proposal: Any) -> bool:
    """Whether somebody other than who proposed a change to a certificate confirms it."""
    return bool(proposal.proposed_by != actor.id)


def offerer_is_not_proposer(actor: Actor, grant: Any) -> bool:
    """Whether somebody other than who proposed a grant of items approves it."""
    return bool(grant.proposed_by != actor.id)


def approver_is_not_designer(actor: Actor, layout: Any) -> bool:
    """Whether somebody approves a layout who never wrote on it (``hands``: ids of accounts)."""
    return actor.id not in layout.hands


def decider_is_not_examiner(actor: Actor, thing: Any) -> bool:
    """Whether nobody decides on a result for which the same person entered marks (``examiners``: ids of accounts)."""
    return actor.id not in thing.examiners


#: Actions that look at the thing too.
PAIRS: dict[str, Callable[[Actor, Any], bool]] = {
    "standard.publish": publisher_is_not_drafter,
    "item.review": reviewer_is_not_author,
    "twin.review": reviewer_is_not_translator,
    "specification.approve": approver_is_not_author,
    "paper.approve": approver_is_not_assembler,
    "filing.confirm": confirmer_is_not_enterer,
    "leak.decide": decider_is_not_reporter,
    "layout.approve": approver_is_not_designer,
    "export.approve": approver_is_not_requester,
    "upload.approve": approver_is_not_requester,
    "practice.decide": decider_is_not_proposer,
    "share.offer": offerer_is_not_proposer,
    "result.decide": decider_is_not_examiner,
    "certificate.confirm": confirmer_is_not_proposer,
}


def may(actor: Actor | None, action: str, thing: Any = None) -> bool:
    """Say whether a person may do an action, and on this thing if one is given."""
    if actor is None or not actor.roles & ACTIONS[action]:
        return False
    return thing is None or action not in PAIRS or PAIRS[action](actor, thing)


def allow(actor: Actor, action: str, thing: Any = None) -> None:
    """Refuse an action that a person may not do.

    Raises
    ------
    NotAllowed : none of the person's roles allows it.
    OwnWork : the roles allow it, but not on the person's own work.
    """
    if not may(actor, action):
        raise NotAllowed(action=action, roles=tuple(role for role in ROLES if role in ACTIONS[action]))
    if not may(actor, action, thing):
        raise OwnWork(action=action, roles=())
