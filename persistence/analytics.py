"""How people answer and how often they are reminded: per server, per week and per event. Read-only."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from models.database_models import database_proxy
from models.sql import run_sql
from utils.time import to_text

_Scope = tuple[int | None, str | None, int | None]
"""A guild, its channels as JSON, and an event; None for all."""

# ?2 is of the weeks only, so that all take the same values.
_MINE = """(?1 IS NULL OR event.guild_id = ?1) AND ?2 IS NOT NULL
    AND (?3 IS NULL OR event.channel_id IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR event.message_id = ?4)"""

_EVENTS = f"""SELECT event.message_id, event.guild_id, guild.name, event.title, event.created_at,
    (SELECT count(*) FROM reaction WHERE reaction.event_id = event.message_id),
    (SELECT count(*) FROM reminder_log AS log WHERE log.event_id = event.message_id AND log.status = 'sent'),
    (SELECT coalesce(sum(log.users_notified), 0) FROM reminder_log AS log
        WHERE log.event_id = event.message_id AND log.status = 'sent')
    FROM event JOIN guild ON guild.guild_id = event.guild_id
    WHERE {_MINE} ORDER BY event.created_at DESC, event.message_id DESC"""

# How long after the event was first watched: seconds, whole milliseconds.
_RESPONSES = f"""SELECT reaction.event_id, (julianday(reaction.reacted_at) - julianday(event.created_at)) * 86400.0
    FROM reaction JOIN event ON event.message_id = reaction.event_id
    WHERE reaction.reacted_at >= event.created_at AND {_MINE}"""

# 'weekday 0' goes on to Sunday, and six days before that is the Monday of the same week.
_ANSWERS_BY_WEEK = f"""SELECT date(reaction.reacted_at, 'weekday 0', '-6 days'), count(*)
    FROM reaction JOIN event ON event.message_id = reaction.event_id
    WHERE reaction.reacted_at >= ?2 AND {_MINE} GROUP BY 1"""
_REMINDERS_BY_WEEK = f"""SELECT date(log.sent_at, 'weekday 0', '-6 days'), count(*), sum(log.users_notified)
    FROM reminder_log AS log JOIN event ON event.message_id = log.event_id
    WHERE log.status = 'sent' AND log.sent_at >= ?2 AND {_MINE} GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """How long people took to answer, from the moment the event was watched; None without a known time.

    Answers that a reconciliation found are no part of it: when they were given is unknown.
    """

    known: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class EventFigures:
    """One event; ``reminders`` are messages, ``pings`` people in them."""

    event_id: int
    guild_id: int
    title: str
    answers: int
    reminders: int
    pings: int
    responses: ResponseTimes


@dataclass(frozen=True, slots=True)
class GuildFigures:
    """All events of one server together; ``name`` is None until the bot has met it."""

    guild_id: int
    name: str | None
    events: int
    answers: int
    reminders: int
    pings: int
    responses: ResponseTimes


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What happened in the week, in UTC, that begins on Monday ``starts_on``; answers whose time is known."""

    starts_on: date
    answers: int
    reminders: int
    pings: int


@dataclass(frozen=True, slots=True)
class Analytics:
    """Servers by number of answers, weeks oldest first and without gaps, events newest first."""

    guilds: tuple[GuildFigures, ...]
    weeks: tuple[WeekFigures, ...]
    events: tuple[EventFigures, ...]


def analyse(
    now: datetime,
    weeks: int,
    guild_id: int | None = None,
    channel_ids: Collection[int] | None = None,
    event_id: int | None = None,
) -> Analytics:
    """Count what is in the database, archives aside; the last so many weeks, the present one included.

    Of everything, or of one guild, of the events in some channels, or of one event.

    An answer that was withdrawn is none; one that was changed counts once, when it was changed.
    """
    scope = (guild_id, None if channel_ids is None else json.dumps(sorted(channel_ids)), event_id)
    seconds: dict[int, list[float]] = {}
    for answered, taken in _rows(_RESPONSES, scope):
        seconds.setdefault(answered, []).append(taken)
    rows = _rows(_EVENTS, scope)
    events = tuple(
        EventFigures(message_id, guild, title, answers, reminders, pings, response_times(seconds.get(message_id, ())))
        for message_id, guild, _name, title, _created, answers, reminders, pings in rows
    )
    names = {guild: name for _event, guild, name, *_ in rows}
    return Analytics(_by_guild(events, names, seconds), _by_week(now, weeks, scope), events)


def response_times(seconds: Iterable[float]) -> ResponseTimes:
    """Return median and ninetieth percentile (nearest rank)."""
    in_order = sorted(seconds)
    if not in_order:
        return ResponseTimes(0, None, None)
    rank = -(-len(in_order) * 9 // 10)
    return ResponseTimes(len(in_order), _duration(median(in_order)), _duration(in_order[rank - 1]))


def _by_guild(
    events: Sequence[EventFigures], names: dict[int, str | None], seconds: dict[int, list[float]]
) -> tuple[GuildFigures, ...]:
    found = []
    for guild_id, name in names.items():
        mine = [event for event in events if event.guild_id == guild_id]
        times = [taken for event in mine for taken in seconds.get(event.event_id, ())]
        totals = (sum(event.answers for event in mine), sum(event.reminders for event in mine))
        pings = sum(event.pings for event in mine)
        found.append(GuildFigures(guild_id, name, len(mine), *totals, pings, response_times(times)))
    return tuple(sorted(found, key=lambda guild: (-guild.answers, guild.guild_id)))


def _by_week(now: datetime, weeks: int, scope: _Scope) -> tuple[WeekFigures, ...]:
    this_week = now.date() - timedelta(days=now.weekday())
    starts = [this_week - timedelta(weeks=back) for back in reversed(range(weeks))]
    since = to_text(datetime.combine(starts[0], datetime.min.time(), now.tzinfo)) if starts else to_text(now)
    answers = dict(_rows(_ANSWERS_BY_WEEK, scope, since))
    reminders = {start: (count, pings) for start, count, pings in _rows(_REMINDERS_BY_WEEK, scope, since)}
    return tuple(WeekFigures(start, answers.get(str(start), 0), *reminders.get(str(start), (0, 0))) for start in starts)


def _rows(sql: str, scope: _Scope, since: str = "") -> list[tuple[Any, ...]]:
    guild_id, channels, event_id = scope
    return run_sql(database_proxy, sql, [guild_id, since, channels, event_id]).fetchall()


def _duration(seconds: float) -> timedelta:
    return timedelta(milliseconds=round(seconds * 1000))
