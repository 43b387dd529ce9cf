"""The areas of the pages: one line each. A module holds ``blueprint`` and may declare ``SECTIONS`` and ``DUTIES``."""

from importlib import import_module

from flask import Flask

from kaoping.exam.web.navigation import Navigation

#: Modules of `kaoping.exam.web`, in the order of the sections in the header.
AREAS = (
    "shell",
    "account",
    "staff",
    "organisation",
    "exams",
    "batches",
    "enrolment",
    "persons",
    "sheets",
    "results",
    "calibrations",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register every area with its sections and duties."""
    navigation = app.extensions["kaoping.navigation"] = Navigation()
    for area in AREAS:
        module = import_module(f"kaoping.exam.web.{area}")
        app.register_blueprint(module.blueprint)
        navigation.sections.extend(getattr(module, "SECTIONS", ()))
        navigation.duties.extend(getattr(module, "DUTIES", ()))
