"""python -m tests.integration.event_mutants NAME: the bot with one rule of events broken, for the oracle to see it.

Each mutant patches one place before the bot's own command line runs; see `tests.chaos.mutants`.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from tests.chaos.mutants import bot_arguments, swap


def decide_to_those_who_said_yes() -> None:
    """Ask those who come to decide, not those on maybe."""
    _mean("DECIDE", "YES")


def before_to_those_who_said_no() -> None:
    """Tell those who said no, too, that it begins soon."""
    _mean("BEFORE", "YES", "NO")


def moved_to_yes_alone() -> None:
    """Do not tell those on maybe of a new start."""
    _mean("MOVED", "YES")


def _mean(kind: str, *meanings: str) -> None:
    from models.event_options import Meaning
    from models.plan_rules import ANSWERS_FOR
    from models.records import ReminderKind

    ANSWERS_FOR[ReminderKind[kind]] = tuple(Meaning[name] for name in meanings)


def before_by_the_wall() -> None:
    """Count a day before the start on the clock on the wall, which is 23 hours when the clocks change."""
    from dataclasses import replace

    from persistence import plans

    def by_the_wall(before_start: Any) -> Any:
        def planned(event: Any) -> Iterator[Any]:
            for one in before_start(event):
                start = event.starts_at.astimezone(ZoneInfo("Europe/Paris"))
                yield replace(one, due_at=(start - (event.starts_at - one.due_at)).astimezone(UTC))

        return planned

    swap(plans, "before_start", by_the_wall)


def typed_times_without_summer() -> None:
    """Read what is typed by the offset that the clocks have at the moment."""
    from reminder_bot.interactions import event_times

    def by_the_offset(read: Any) -> Any:
        def reading(text: str, *, now: Any, zone: Any, language: Any) -> Any:
            return read(text, now=now, zone=timezone(now.astimezone(zone).utcoffset()), language=language)

        return reading

    swap(event_times, "read_moment", by_the_offset)


def silent_after_closing() -> None:
    """Remind those who are silent as if answers never closed."""
    from models import records
    from reminder_bot import reminder_claims, reminder_policy

    def for_ever(next_silent_at: Any) -> Any:
        return lambda moment, interval, _closes_at: next_silent_at(moment, interval, None)

    swap(records, "next_silent_at", for_ever)
    for asks in (reminder_policy, reminder_claims):
        swap(asks, "is_out_of_date", lambda _: lambda *_arguments: False)


def moved_told_twice() -> None:
    """Tell of a new start again a second later."""
    from dataclasses import replace

    from persistence import plans

    def twice(news: Any) -> Any:
        def told(*arguments: Any) -> list[Any]:
            found = news(*arguments)
            return [*found, *(replace(one, due_at=one.due_at + timedelta(seconds=1)) for one in found)]

        return told

    def keep_overdue(_taken: Any) -> Any:
        return lambda *_arguments: None

    swap(plans, "_news", twice)
    swap(plans, "take_overdue", keep_overdue)


def no_tally() -> None:
    """End an event without a word."""
    from persistence import plan_claims

    def quietly(end_event: Any) -> Any:
        def end(*arguments: Any, **options: Any) -> Any:
            return end_event(*arguments[:3], None, *arguments[4:], **options)

        return end

    swap(plan_claims, "end_event", quietly)


def ping_whoever_cannot_see_it() -> None:
    """Ping those who said yes, whether they can still see the channel or not."""
    from reminder_bot.audience import DiscordAudience

    async def everybody(_self: Any, _event: Any, user_ids: Any) -> Any:
        return set(user_ids)

    swap(DiscordAudience, "reachable", lambda _: everybody)


def posts_in_english() -> None:
    """Post in English everywhere."""
    from reminder_bot import guild_language

    swap(guild_language, "language_for", lambda _: lambda _locale: "en")


def decide_as_planned_first() -> None:
    """Leave the request to decide where the first deadline put it."""
    from persistence import plans

    swap(plans, "_decides_as_before", lambda _: lambda *_arguments: True)


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        decide_to_those_who_said_yes, before_to_those_who_said_no, moved_to_yes_alone, before_by_the_wall,
        typed_times_without_summer, silent_after_closing, moved_told_twice, no_tally, ping_whoever_cannot_see_it,
        posts_in_english, decide_as_planned_first,
    )
}  # fmt: skip


if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    from reminder_bot.cli import main

    with bot_arguments():
        main()
