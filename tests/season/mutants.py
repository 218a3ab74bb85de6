"""The bot with one rule of what people choose broken, for the oracle to see it; see `tests.chaos.mutants`.

Each names the rules of the oracle of which at least one must be found broken.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.chaos.mutants import swap

MUTANTS: dict[str, tuple[frozenset[str], Callable[[], None]]] = {}


def caught_by(*rules: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Keep a mutant, with the rules of the oracle that see it."""

    def keep(mutant: Callable[[], None]) -> Callable[[], None]:
        MUTANTS[mutant.__name__] = frozenset(rules), mutant
        return mutant

    return keep


# Quiet hours


@caught_by("pinged in quiet hours")
def no_quiet_hours() -> None:
    """Ping people whatever the clock says."""
    from reminder_bot.person_rules import QuietClock

    swap(QuietClock, "end_for", lambda _: lambda *_arguments: None)


@caught_by("pinged in quiet hours")
def quiet_by_the_guilds_clock() -> None:
    """Count everybody's quiet hours by the clock of the guild."""
    from dataclasses import replace

    from reminder_bot.person_rules import QuietClock

    swap(QuietClock, "end_for", lambda end: lambda self, choices: end(self, replace(choices, zone=None)))


@caught_by("pinged in quiet hours", "left out of a reminder", "no reminder", "not told")
def quiet_without_summer() -> None:
    """Count quiet hours by the offset that the clocks have in winter."""
    from reminder_bot import person_rules

    def in_winter(zone_of: Any) -> Any:
        def fixed(name: Any) -> Any:
            offset = datetime(2031, 1, 1, tzinfo=UTC).astimezone(zone_of(name)).utcoffset()
            return timezone(offset or timedelta(0))

        return fixed

    swap(person_rules, "zone_of", in_winter)


@caught_by("pinged in quiet hours", "did not wait for the end of quiet hours")
def news_at_any_hour() -> None:
    """Tell of moves and starts at once, by night too."""
    from reminder_bot import person_rules

    swap(person_rules, "_news", lambda news: lambda occasion, person, _end: news(occasion, person, None))


@caught_by("not gathered")
def one_message_each() -> None:
    """Send what waited one by one."""
    from persistence import gathered

    def one_by_one(claim: Any) -> Any:
        return lambda guild, way, target, ids, now: claim(guild, way, target, list(ids)[:1], now)

    swap(gathered, "claim_gathered", one_by_one)


# What members choose


@caught_by("opted out")
def opted_out_are_asked() -> None:
    """Ask those who want no reminders."""
    from reminder_bot import person_rules

    swap(person_rules, "_has_opted_out", lambda _: lambda *_arguments: False)


@caught_by("not this event")
def not_this_event_unheard() -> None:
    """Forget who pressed "Not this event"."""
    from reminder_bot.member_book import MemberBook

    swap(MemberBook, "opted_out", lambda _: lambda *_arguments: frozenset())


@caught_by("away")
def away_unheard() -> None:
    """Ask those who are away."""
    from models.member_choices import MemberChoices
    from reminder_bot import person_rules

    swap(person_rules, "_is_away_then", lambda _: lambda *_arguments: False)
    swap(MemberChoices, "is_away", lambda _: lambda *_arguments: False)


@caught_by("snoozed", "snooze that never ended")
def snoozes_unheard() -> None:
    """Answer a snooze, and store nothing of it."""
    from persistence import snoozes

    swap(snoozes, "snooze", lambda _: lambda _guild, events, *_rest: sorted(events))


@caught_by("pinged in the channel instead of directly")
def direct_in_the_channel() -> None:
    """Ping those in the channel who want direct messages."""
    _contact("CHANNEL")


@caught_by("wrote directly without being asked to")
def everybody_directly() -> None:
    """Write to everybody, whoever agreed to it."""
    from reminder_bot import held_verdicts

    _contact("DIRECT")
    swap(held_verdicts, "way_now", lambda _: lambda item, *_rest, **_more: item.way)


def _contact(name: str) -> None:
    """Take it that everybody who is silent has chosen this way."""
    from dataclasses import replace

    from models.member_choices import Contact
    from reminder_bot import person_rules

    def this_way(silent: Any) -> Any:
        def decided(occasion: Any, person: Any, end: Any) -> Any:
            choices = replace(person.choices, contact=Contact[name])
            return silent(occasion, replace(person, choices=choices), end)

        return decided

    swap(person_rules, "_silent", this_way)


# How often, how loudly


@caught_by("twice for one reminder")
def twice_in_an_interval() -> None:
    """Remind again when half of the interval has passed."""
    from models import records

    swap(records, "next_silent_at", lambda due: lambda moment, interval, closes: due(moment, interval / 2, closes))


@caught_by("sound although silent is set")
def always_aloud() -> None:
    """Make a sound in guilds that want none."""
    from models.guild_settings import GuildSettings

    swap(GuildSettings, "is_silent", lambda _: property(lambda _self: False, lambda _self, _value: None))


@caught_by("reminded after the last step")
def never_escalated() -> None:
    """Go on pinging for ever."""
    from reminder_bot import person_rules

    swap(person_rules, "_is_escalated", lambda _: lambda *_arguments: False)


@caught_by("no digest")
def organiser_untold() -> None:
    """Tell no organiser who is silent."""
    from reminder_bot.person_sorter import PersonSorter

    swap(PersonSorter, "_digest", lambda _: lambda *_arguments: None)


@caught_by("escalated too early")
def escalated_at_once() -> None:
    """Count everybody one reminder further than they are."""
    from persistence import escalations
    from reminder_bot import person_rules

    swap(escalations, "ladder", lambda ladder: lambda guild, event, fewest: ladder(guild, event, max(1, fewest - 1)))
    swap(person_rules, "_is_escalated", lambda _: lambda *_arguments: True)


@caught_by("wrong language")
def always_in_english() -> None:
    """Write in English everywhere."""
    from reminder_bot import gathered_sender, reminder_sender

    for sender in (gathered_sender, reminder_sender):
        swap(sender, "guild_language", lambda _: lambda *_arguments: "en")
