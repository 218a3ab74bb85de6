"""What a half-typed moment may become: labels that `read_moment` reads when one is chosen."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from utils.errors import InvalidMomentError, MomentSkippedError, MomentWithoutTimeError
from utils.moments.labels import label
from utils.moments.local_times import moments_of
from utils.moments.meaning import FURTHEST
from utils.moments.reading import read_moment

_USUAL_TIMES = (time(20), time(21), time(19), time(18), time(14), time(10))
_DAYS = 7


def moment_suggestions(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> list[str]:
    """Return at most ten labels of moments to come.

    A moment gives itself, and both where the clocks show it twice; a day gives its usual times; a time that the clocks
    skip gives the nearest ones; nothing typed gives the next seven evenings; what cannot be used gives nothing.
    """
    today = now.astimezone(zone).date()
    if not text.strip():
        # Late in the day its own evening has begun.
        evenings = (today + timedelta(days=ahead) for ahead in range(_DAYS + 1))
        return _labels(_at(evenings, _USUAL_TIMES[:1], zone), now, zone, language)[:_DAYS]
    try:
        moment = read_moment(text, now=now, zone=zone, language=language)
        found = [moment.at] if moment.again is None else [moment.at, moment.again]
    except MomentWithoutTimeError as error:
        found = _at([error.day], _USUAL_TIMES, zone)
    except MomentSkippedError as error:
        found = [error.before, error.after]
    except InvalidMomentError:
        return []
    return _labels(found, now, zone, language)


def _at(days: Iterable[date], times: Iterable[time], zone: ZoneInfo) -> list[datetime]:
    usual = tuple(times)
    return [at for day in days for clock in usual for at in moments_of(datetime.combine(day, clock), zone)]


def _labels(moments: Iterable[datetime], now: datetime, zone: ZoneInfo, language: str) -> list[str]:
    # A label says no seconds, so what is less than a minute away would be past when it is read.
    soon, late = now + timedelta(minutes=1), now + FURTHEST
    return [label(at, zone, language) for at in moments if soon <= at <= late]
