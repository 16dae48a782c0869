"""Times as the database holds them: UTC, ISO 8601, milliseconds; text order is time order."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """The moment as stored text.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"Time '{moment}' has no time zone; pass an aware datetime in UTC.")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def utc_moment(text: str) -> datetime:
    """The stored text as a moment."""
    return datetime.fromisoformat(text)


def utc_moment_or_none(text: str | None) -> datetime | None:
    """The stored text as a moment; NULL (not yet happened) stays None."""
    return None if text is None else utc_moment(text)
