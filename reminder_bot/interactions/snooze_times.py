"""When somebody can be reminded again who does not want to be now."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from utils.i18n import _
from utils.moments.local_times import first_moment_of
from utils.time import whole_milliseconds

EVENING, MORNING = time(19), time(9)
EVENING_OFFERED_BEFORE = time(18, 30)


class Later(StrEnum):
    """What is offered."""

    HOUR = "hour"
    EVENING = "evening"
    MORNING = "morning"


def later_moments(now: datetime, zone: ZoneInfo) -> dict[Later, datetime]:
    """Return what is offered at a moment to somebody in a zone, each with when it is, in UTC."""
    local = now.astimezone(zone)
    today = local.date()
    found = {Later.HOUR: whole_milliseconds(now + timedelta(hours=1))}
    if local.time() < EVENING_OFFERED_BEFORE:
        found[Later.EVENING] = first_moment_of(datetime.combine(today, EVENING), zone)
    found[Later.MORNING] = first_moment_of(datetime.combine(today + timedelta(days=1), MORNING), zone)
    return found


def later_label(later: Later) -> str:
    """Return what a button for it says."""
    labels = {
        Later.HOUR: _("1 hour"),
        Later.EVENING: _("This evening"),
        Later.MORNING: _("Tomorrow morning"),
    }
    return labels[later]
