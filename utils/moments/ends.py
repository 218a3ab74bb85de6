"""Until when something lasts, as somebody writes it: a moment, or a day, which is meant as a whole."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from utils.errors import InvalidMomentError, MomentPastError, MomentTooFarError, MomentWithoutTimeError
from utils.i18n import _
from utils.moments.labels import day_label
from utils.moments.local_times import first_moment_of
from utils.moments.meaning import FURTHEST
from utils.moments.reading import read_moment
from utils.moments.suggestions import moment_suggestions

_DAYS = 7


def read_end(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> datetime:
    """Read until when: as `read_moment`, but a day without a time lasts to its end.

    Of a time that the clocks show twice, the second.

    Raises:
        InvalidMomentError: as `read_moment`.
    """
    try:
        moment = read_moment(text, now=now, zone=zone, language=language)
    except MomentWithoutTimeError as error:
        return _end_of(error.day, now, zone, language)
    return moment.again or moment.at


def end_suggestions(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> list[str]:
    """Return labels of ends to come that `read_end` reads: for nothing typed, the days of a week."""
    today = now.astimezone(zone).date()
    if not text.strip():
        return [day_label(today + timedelta(days=ahead), language) for ahead in range(1, _DAYS + 1)]
    found = moment_suggestions(text, now=now, zone=zone, language=language)
    try:
        read_moment(text, now=now, zone=zone, language=language)
    except MomentWithoutTimeError as error:
        return [day_label(error.day, language), *found] if found or error.day >= today else []
    except InvalidMomentError:
        return found
    return found


def _end_of(day: date, now: datetime, zone: ZoneInfo, language: str) -> datetime:
    if day.year - now.year > FURTHEST.days // 365 + 1:
        raise _too_far()
    end = first_moment_of(datetime.combine(day + timedelta(days=1), time()), zone)
    if end <= now:
        said = day_label(day, language)
        raise MomentPastError(_("That would be {time}, which is past: write a later time.").format(time=said))
    if end - now > FURTHEST:
        raise _too_far()
    return end


def _too_far() -> MomentTooFarError:
    return MomentTooFarError(_("That is more than five years away: write an earlier time."))
