"""Figures per server, week and event."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.sql import run_sql
from persistence import events, guilds, reactions, reminder_log
from persistence.analytics import ResponseTimes, analyse, response_times
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    new_event,
    watch,
)

SUNDAY_NIGHT = datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC)


def test_figures_of_an_event_with_answers_and_a_reminder(store: DatabaseHandle) -> None:
    watch()
    watch(EVENT + 1, OTHER_GUILD, "Quiet")
    guilds.upsert_guild(GUILD, "Raiders", NOW)
    for user_id, minute in ((1, 1), (2, 2), (3, 30)):
        apply_signal(add(user_id, YES, minute), later(minute))
    # Found by a reconciliation: when it was given is unknown.
    held = {user_id: frozenset({YES}) for user_id in (1, 2, 3, 4)}
    reactions.reconcile(GUILD, EVENT, held, (), later(40))
    (claim,) = claimed((5, 6))
    reminder_log.complete(GUILD, claim.log_id, 9, later(60), {5, 6}, later(60))
    found = analyse(NOW, weeks=2)
    times = ResponseTimes(3, timedelta(minutes=2), timedelta(minutes=30))
    event, quiet = sorted(found.events, key=lambda event: event.event_id)
    assert (event.title, event.answers, event.reminders, event.pings) == ("Raid night", 4, 1, 2)
    assert event.responses == times
    assert (quiet.answers, quiet.reminders, quiet.responses) == (0, 0, ResponseTimes(0, None, None))
    assert [(guild.name, guild.events, guild.answers) for guild in found.guilds] == [("Raiders", 1, 4), (None, 1, 0)]
    assert found.guilds[0].responses == times
    weeks = [(week.starts_on, week.answers, week.reminders, week.pings) for week in found.weeks]
    assert weeks == [(date(2026, 2, 23), 0, 0, 0), (date(2026, 3, 2), 3, 1, 2)]


def test_week_ends_with_sunday(handle: DatabaseHandle) -> None:
    watch()
    for user_id, moment in ((1, SUNDAY_NIGHT), (2, SUNDAY_NIGHT + timedelta(seconds=1))):
        apply_signal(add(user_id, YES), moment)
        text = moment.isoformat(sep=" ", timespec="milliseconds")
        run_sql(handle.database, "UPDATE reaction SET reacted_at = ? WHERE user_id = ?", [text, user_id])
    weeks = {week.starts_on: week.answers for week in analyse(SUNDAY_NIGHT + timedelta(days=1), weeks=3).weeks}
    assert weeks == {date(2026, 2, 23): 0, date(2026, 3, 2): 1, date(2026, 3, 9): 1}


def test_one_guild_alone(store: DatabaseHandle) -> None:
    watch()
    watch(EVENT + 1, OTHER_GUILD)
    apply_signal(add(1, YES), NOW)
    found = analyse(NOW, 1, OTHER_GUILD)
    assert [guild.guild_id for guild in found.guilds] == [OTHER_GUILD]
    assert [event.event_id for event in found.events] == [EVENT + 1]
    assert found.weeks[0].answers == 0


def test_some_channels_or_one_event_alone(store: DatabaseHandle) -> None:
    watch()
    watch(EVENT + 1, title="Other")
    events.watch_event(replace(new_event(EVENT + 2), channel_id=CHANNEL + 1), NOW)
    apply_signal(add(1, YES), NOW)
    (claim,) = claimed((5,))
    reminder_log.complete(GUILD, claim.log_id, 9, NOW, {5}, NOW)
    shown = analyse(NOW, 1, GUILD, [CHANNEL])
    assert {event.event_id for event in shown.events} == {EVENT, EVENT + 1}
    assert (shown.weeks[0].answers, shown.weeks[0].reminders) == (1, 1)
    hidden = analyse(NOW, 1, GUILD, [CHANNEL + 1])
    assert [event.event_id for event in hidden.events] == [EVENT + 2]
    assert (hidden.weeks[0].answers, hidden.weeks[0].reminders) == (0, 0)
    assert [event.event_id for event in analyse(NOW, 1, GUILD, [CHANNEL], EVENT + 1).events] == [EVENT + 1]
    assert analyse(NOW, 1, GUILD, []).events == ()


def test_empty_database_has_no_figures(store: DatabaseHandle) -> None:
    found = analyse(NOW, 0)
    assert (found.guilds, found.weeks, found.events) == ((), (), ())


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_ninetieth_percentile_is_the_least_value_that_nine_tenths_do_not_exceed(seconds: list[float]) -> None:
    times = response_times(seconds)
    assert times.p90 is not None
    assert times.median is not None
    limit = times.p90 / timedelta(seconds=1) + 0.001
    assert sum(value <= limit for value in seconds) * 10 >= len(seconds) * 9
    assert min(seconds) - 0.001 <= times.median.total_seconds() <= limit
