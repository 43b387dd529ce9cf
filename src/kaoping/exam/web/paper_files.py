"""Printed papers as files: named by paper, variant and kind, and never kept by a cache."""

from flask import Response


def as_file(pdf: bytes, code: str, variant: str, kind: str) -> Response:
    """Give a PDF as a download such as ``2026-3-0001-A-variant-B-booklet.pdf``."""
    name = "-".join([code, *(["variant", variant] if variant else []), kind])
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
