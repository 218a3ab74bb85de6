"""What the clocks of a zone show: times they skip, and times they show twice."""

from datetime import UTC, datetime, timedelta, tzinfo


def moments_of(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """Return when the clocks of the zone show a naive local time, in UTC and in order: never, once or twice."""
    found = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(sorted({at for at in found if at.astimezone(zone).replace(tzinfo=None) == local}))


def first_moment_of(local: datetime, zone: tzinfo) -> datetime:
    """Return when the clocks first show a naive local time, in UTC; of a skipped one, when they jump over it."""
    shown = moments_of(local, zone)
    return shown[0] if shown else around_gap(local, zone)[1]


def later_by_the_change(local: datetime, zone: tzinfo) -> datetime:
    """Return when the clocks show a naive local time, in UTC; a skipped one as much later as they were moved."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def around_gap(local: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the last minute before and the first after the gap that a skipped naive local time lies in, in UTC."""
    # In a gap the first fold has the offset before the change and so a moment after it, the second the other way round.
    after, before = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    offset_before = before.astimezone(zone).utcoffset()
    minutes = int((after - before) / timedelta(minutes=1))
    low, high = 0, minutes
    while high - low > 1:
        middle = (low + high) // 2
        is_before = (before + timedelta(minutes=middle)).astimezone(zone).utcoffset() == offset_before
        low, high = (middle, high) if is_before else (low, middle)
    change = (before + timedelta(minutes=high)).replace(second=0, microsecond=0)
    return change - timedelta(minutes=1), change
