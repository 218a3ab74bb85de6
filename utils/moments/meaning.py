"""The moment that pieces mean, in somebody's zone and counted from now; refused where it cannot be used."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from utils.errors import (
    InvalidMomentError,
    MomentPastError,
    MomentSkippedError,
    MomentTooFarError,
    MomentWithoutTimeError,
)
from utils.i18n import _
from utils.moments.days import days_meant, moved
from utils.moments.labels import day_label, label
from utils.moments.local_times import around_gap, later_by_the_change, moments_of
from utils.moments.pieces import (
    CalendarDate,
    Exact,
    NearDay,
    NextWeek,
    Offset,
    PartOfDay,
    TimeOfDay,
    UtcOffset,
    Weekday,
    Weekend,
)
from utils.moments.rules import Found
from utils.moments.times import at_time, has_time

FURTHEST = timedelta(days=5 * 366)
"""Later moments than this are refused: they are slips of the finger."""

_MINUTE = timedelta(minutes=1)
_TIMES = {TimeOfDay, PartOfDay}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where, when and in which language a moment is said."""

    now: datetime
    zone: ZoneInfo
    language: str


def is_moment(found: Found) -> bool:
    """Tell whether the pieces go together: one way to say the day, and nothing beside what needs no day."""
    kinds = set(found)
    if Exact in kinds:
        return kinds == {Exact}
    offset = found.get(Offset)
    if isinstance(offset, Offset):
        return kinds <= ({Offset} if offset.seconds else {Offset, *_TIMES})
    if len(kinds & {CalendarDate, NearDay, Weekend}) > 1 or kinds == {UtcOffset}:
        return False
    return NextWeek not in kinds or kinds <= {NextWeek, Weekday, UtcOffset, *_TIMES}


def moments_meant(found: Found, setting: Setting) -> tuple[datetime, ...]:
    """Return the moments that the pieces may mean, in UTC: one, or the two at which the clocks show that time.

    Raises:
        InvalidMomentError: there is none that can be used; its class says why.
    """
    try:
        return _moments_meant(found, setting)
    except (OverflowError, ValueError) as error:
        # Beyond the calendar that Python counts by.
        raise _too_far() from error


def _moments_meant(found: Found, setting: Setting) -> tuple[datetime, ...]:
    exact, offset = found.get(Exact), found.get(Offset)
    if isinstance(exact, Exact):
        return _in_bounds((exact.at,), label(exact.at, setting.zone, setting.language), setting)
    if found.keys() == {NextWeek}:
        offset = Offset(days=7)
    if isinstance(offset, Offset):
        return _after(offset, found, setting)
    return _on_a_day(found, setting)


def _after(offset: Offset, found: Found, setting: Setting) -> tuple[datetime, ...]:
    local = setting.now.astimezone(setting.zone).replace(tzinfo=None)
    day = moved(local.date(), offset)
    if has_time(found):
        return _at_local(at_time(day, found), found, setting)
    at = setting.now
    if day != local.date():
        # Nobody said the time of day, so one that the clocks skip or show twice is nothing to ask about.
        at = later_by_the_change(datetime.combine(day, local.time()), setting.zone)
    at += timedelta(seconds=offset.seconds)
    is_minutes = offset.seconds % 60 == 0
    at = _nearest_minute(at) if is_minutes else at.replace(microsecond=0)
    return _in_bounds((at,), label(at, setting.zone, setting.language), setting)


def _on_a_day(found: Found, setting: Setting) -> tuple[datetime, ...]:
    today = setting.now.astimezone(setting.zone).date()
    local: datetime | None = None
    for day in days_meant(found, today):
        if not has_time(found):
            _require_weekday(day, found, setting)
            raise _without_time(day, setting)
        local = at_time(day, found)
        if _is_past(local, found, setting):
            continue
        _require_weekday(day, found, setting)
        return _at_local(local, found, setting)
    if local is None:
        raise InvalidMomentError(_("There is no such date in the calendar: correct the day, the month or the year."))
    raise _past(_label(local, setting))


def _at_local(local: datetime, found: Found, setting: Setting) -> tuple[datetime, ...]:
    if _is_out_of_reach(local, setting):
        raise _too_far()
    moments = _moments(local, found, setting)
    if not moments:
        raise _skipped(local, setting)
    return _in_bounds(moments, _label(local, setting), setting)


def _moments(local: datetime, found: Found, setting: Setting) -> tuple[datetime, ...]:
    clock = found.get(UtcOffset)
    if isinstance(clock, UtcOffset):
        return ((local - clock.ahead).replace(tzinfo=UTC),)
    return moments_of(local, setting.zone)


def _is_out_of_reach(local: datetime, setting: Setting) -> bool:
    """Tell whether a time need not be converted to UTC, which fails at either end of the calendar."""
    return abs(local.year - setting.now.year) > FURTHEST.days // 365 + 1


def _is_past(local: datetime, found: Found, setting: Setting) -> bool:
    if _is_out_of_reach(local, setting):
        return local.year < setting.now.year
    moments = _moments(local, found, setting) or (later_by_the_change(local, setting.zone),)
    return moments[-1] <= setting.now


def _in_bounds(moments: tuple[datetime, ...], text: str, setting: Setting) -> tuple[datetime, ...]:
    later = tuple(at for at in moments if at > setting.now)
    if not later:
        raise _past(text)
    if later[0] - setting.now > FURTHEST:
        raise _too_far()
    return later


def _require_weekday(day: date, found: Found, setting: Setting) -> None:
    weekday = found.get(Weekday)
    if isinstance(weekday, Weekday) and day.weekday() != weekday.number:
        raise InvalidMomentError(
            _("{day} is another day of the week than you wrote: correct one of the two.").format(
                day=day_label(day, setting.language)
            )
        )


def _nearest_minute(at: datetime) -> datetime:
    return (at + _MINUTE / 2).replace(second=0, microsecond=0)


def _label(local: datetime, setting: Setting) -> str:
    return f"{day_label(local.date(), setting.language)}, {local:%H:%M}"


def _without_time(day: date, setting: Setting) -> MomentWithoutTimeError:
    text = _("{day} needs a time of day: write one with it, as in “{day}, 20:00”.")
    return MomentWithoutTimeError(text.format(day=day_label(day, setting.language)), day)


def _skipped(local: datetime, setting: Setting) -> MomentSkippedError:
    before, after = around_gap(local, setting.zone)
    text = _("The clocks skip {time}: they go from {before} to {after}. Write one of these two, or another time.")
    first, last = (f"{at.astimezone(setting.zone):%H:%M}" for at in (before, after))
    return MomentSkippedError(text.format(time=_label(local, setting), before=first, after=last), before, after)


def _past(text: str) -> MomentPastError:
    return MomentPastError(_("That would be {time}, which is past: write a later time.").format(time=text))


def _too_far() -> MomentTooFarError:
    return MomentTooFarError(_("That is more than five years away: write an earlier time."))
