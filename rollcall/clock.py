"""Time, as a parameter: UTC, aware, and cut to the milliseconds that MongoDB keeps."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def to_milliseconds(moment: datetime) -> datetime:
    """`moment` in UTC with the sub-millisecond part cut off, as it comes back from MongoDB."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def system_clock() -> datetime:
    """The time now."""
    return to_milliseconds(datetime.now(UTC))


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds and `Z` ("2025-10-04T11:11:02.123Z"), or None."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
