"""The whole schema: imports every row so that `Base.metadata` is complete, and lists what SQLAlchemy does not know."""

from kaoping.certificates import badges as _badges
from kaoping.certificates import cosignatures as _cosignatures
from kaoping.certificates import functions as _verification
from kaoping.certificates import issuer_keys as _issuer_keys
from kaoping.certificates import layout_functions as _approved_layouts
from kaoping.certificates import layout_models as _layouts
from kaoping.certificates import models as _certificates
from kaoping.certificates import register_functions as _register
from kaoping.exam.certifying import functions as _logged_sheets
from kaoping.exam.certifying import models as _certifying
from kaoping.exam.delivery import functions as _delivery_functions
from kaoping.exam.delivery import models as _delivery
from kaoping.exam.filing import functions as _confirmed_filings
from kaoping.exam.filing import models as _filings
from kaoping.exam.holders import functions as _holders_links
from kaoping.exam.holders import models as _holders
from kaoping.exam.marking import functions as _marks
from kaoping.exam.marking import models as _marking
from kaoping.exam.people import models as _people
from kaoping.exam.practice import functions as _practice_apart
from kaoping.exam.practice import models as _practice
from kaoping.exam.registration import functions as _prepared_exams
from kaoping.exam.registration import models as _registration
from kaoping.exam.results import concerns as _concerns
from kaoping.exam.results import functioning as _functioning
from kaoping.exam.results import functions as _decisions
from kaoping.exam.results import inquiries as _inquiries
from kaoping.exam.results import models as _results
from kaoping.exam.results import upload_rows as _uploads
from kaoping.itembank import archives as _archives
from kaoping.itembank import assignments as _assignments
from kaoping.itembank import changes as _changes
from kaoping.itembank import citations as _citations
from kaoping.itembank import closed_items as _closed
from kaoping.itembank import drafts as _drafts
from kaoping.itembank import duplicates as _duplicates
from kaoping.itembank import enemy_sets as _enemies
from kaoping.itembank import exports as _exports
from kaoping.itembank import functions as _itembank
from kaoping.itembank import items as _items
from kaoping.itembank import leaks as _leaks
from kaoping.itembank import models as _standards
from kaoping.itembank import paper_functions as _sealed_papers
from kaoping.itembank import papers as _papers
from kaoping.itembank import reviews as _reviews
from kaoping.itembank import saved_searches as _searches
from kaoping.itembank import standard_functions as _standing
from kaoping.itembank import structure as _structure
from kaoping.itembank import text_index as _texts
from kaoping.itembank import trail as _trail
from kaoping.itembank import twins as _twins
from kaoping.itembank import viewing as _views
from kaoping.itembank.orm import Base
from kaoping.itembank.sharing import functions as _shared
from kaoping.itembank.sharing import models as _sharing
from kaoping.itembank.skill import functions as _sealed_skill_papers
from kaoping.itembank.skill import models as _skill
from kaoping.itembank.tasks import functions as _tasks
from kaoping.itembank.tasks import models as _task_reviews

#: Tables whose rows somebody has relied on: they are inserted, never updated or deleted.
APPEND_ONLY = (
    "trail_entry",
    "step",
    "register_entry",
    "inquiry",
    "achievement",
    "badge",
    "consent",
    "review",
    "score",
    "score_sheet",
    "answer_file",
    "answer_mark",
    "marker_tie",
    "decision",
    "award_ground",
    "swap",
    "specification_version",
    "specification_approval",
    "project_table_version",
    "project_table_approval",
    "skill_draw",
    "skill_slot",
    "variant",
    "item_move",
    "review_rule",
    "interest",
    "remark",
    "task_review",
    "trace",
    "item_view",
    "enemy_member",
    "cited_standing",
    "attention_limits",
    "comparison_rule",
    "carry_decision",
    "differential",
    "leaked_item",
    "exported_item",
    "released_item",
    "practice_entry",
    "item_twin_review",
    "granted_item",
    "shared_view",
    "taken_item",
    "assignment_line",
    "assigned_item",
    "archive_holder",
    "paper_archive",
    "archive_share",
    "issuer_key",
    "layout_picture",
    "layout_use",
    "national_signature",
    "upload_layout",
    "uploaded_certificate",
    "upload_receipt",
)

#: Tables that the program reads and that only commands of the owner write.
READ_ONLY = ("issuer_key",)

__all__ = ["APPEND_ONLY", "READ_ONLY", "STATEMENTS", "Base"]

_ROWS = (
    _badges,
    _certificates,
    _cosignatures,
    _issuer_keys,
    _delivery,
    _drafts,
    _marking,
    _people,
    _practice,
    _registration,
    _results,
    _items,
    _changes,
    _citations,
    _concerns,
    _functioning,
    _inquiries,
    _reviews,
    _standards,
    _papers,
    _skill,
    _task_reviews,
    _texts,
    _trail,
    _views,
    _filings,
    _structure,
    _duplicates,
    _enemies,
    _searches,
    _leaks,
    _exports,
    _twins,
    _sharing,
    _assignments,
    _closed,
    _archives,
    _certifying,
    _layouts,
    _uploads,
    _holders,
)

#: Functions and triggers in the order of creation.
STATEMENTS: tuple[str, ...] = (
    *_itembank.STATEMENTS,
    *_changes.STATEMENTS,
    *_standing.STATEMENTS,
    *_sealed_papers.STATEMENTS,
    *_sealed_skill_papers.STATEMENTS,
    *_tasks.STATEMENTS,
    *_delivery_functions.STATEMENTS,
    *_prepared_exams.STATEMENTS,
    *_decisions.STATEMENTS,
    *_marks.STATEMENTS,
    *_confirmed_filings.STATEMENTS,
    *_register.STATEMENTS,
    *_verification.STATEMENTS,
    *_issuer_keys.STATEMENTS,
    *_texts.STATEMENTS,
    *_enemies.STATEMENTS,
    *_leaks.STATEMENTS,
    *_exports.STATEMENTS,
    *_practice_apart.STATEMENTS,
    *_twins.STATEMENTS,
    *_shared.STATEMENTS,
    *_assignments.STATEMENTS,
    *_closed.STATEMENTS,
    *_archives.STATEMENTS,
    *_logged_sheets.STATEMENTS,
    *_approved_layouts.STATEMENTS,
    *_uploads.STATEMENTS,
    *_holders_links.STATEMENTS,
)
