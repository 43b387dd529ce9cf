"""The areas of the pages: one line each.

A module holds ``blueprint`` and may declare ``SECTIONS``, ``DUTIES`` and ``DOORS``.
"""

from importlib import import_module

from flask import Flask

from kaoping.exam.web.navigation import Navigation

#: Modules of `kaoping.exam.web`, in the order of the sections in the header.
AREAS = (
    "shell",
    "account",
    "standards",
    "editions",
    "standard_drafts",
    "standard_chapters",
    "standard_contents",
    "point_tables",
    "standard_imports",
    "standard_tables",
    "occupations",
    "items",
    "grid",
    "item_drafts",
    "searches",
    "duplicates",
    "item_imports",
    "enemies",
    "exports",
    "coverage",
    "closed_items",
    "board",
    "differences",
    "twins",
    "writing_plans",
    "assignments",
    "training_sheet",
    "sources",
    "tasks",
    "reviews",
    "review_overview",
    "calibrations",
    "attention",
    "papers",
    "swaps",
    "variants",
    "english_papers",
    "specifications",
    "skill",
    "archives",
    "given",
    "filings",
    "batches",
    "exams",
    "enrolment",
    "persons",
    "room",
    "candidates",
    "saving",
    "sheets",
    "marking",
    "results",
    "score_reports",
    "certificates",
    "certificate_changes",
    "other_certificates",
    "grounds",
    "number_rules",
    "issuing",
    "layouts",
    "layout_designer",
    "uploads",
    "verify",
    "bulk_checks",
    "verify_api",
    "inquiries",
    "credentials",
    "certificate_requests",
    "my",
    "own_certificates",
    "staff",
    "organisation",
    "leaks",
    "practice_pool",
    "practice_sets",
    "practice",
    "sharing",
    "shared_items",
    "view_log",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register every area with its sections, duties and doors."""
    navigation = app.extensions["kaoping.navigation"] = Navigation()
    for area in AREAS:
        module = import_module(f"kaoping.exam.web.{area}")
        app.register_blueprint(module.blueprint)
        navigation.sections.extend(getattr(module, "SECTIONS", ()))
        navigation.duties.extend(getattr(module, "DUTIES", ()))
        navigation.doors.update(getattr(module, "DOORS", {}))
