"""Times that people enter: in the installation's zone."""

from datetime import UTC, datetime

from flask import current_app


def aware(entered: datetime) -> datetime:
    """Give the moment that somebody entered as local time."""
    return entered.replace(tzinfo=current_app.extensions["kaoping.settings"].zone).astimezone(UTC)


def zone_name() -> str:
    """Give the zone of entered times, as pages name it."""
    return str(current_app.extensions["kaoping.settings"].timezone)
