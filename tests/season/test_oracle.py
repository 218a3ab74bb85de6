"""Each rule of the oracle has a small record that breaks it, and one that does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.season.excuses import BEFORE, CANCELLED, DECIDE, MOVED, SILENT, STILL_SILENT
from tests.season.facts import (
    DIRECT,
    MAYBE,
    NEVER,
    OFF,
    YES,
    Event,
    Guild,
    Item,
    Message,
    Person,
    Schedule,
    Story,
    Topic,
)
from tests.season.oracle import judge

GUILD, CHANNEL, LOG, ROLE = 1, 2, 3, 4
ANN, BEN, BOSS = 11, 12, 13
RAID, QUIZ = 100, 101
DAY = timedelta(days=1)
BEGIN = datetime(2031, 5, 5, 10, 11, tzinfo=UTC)
"""An ordinary Monday; in the small records a reminder falls due each day at this time."""


def story(*, days: float = 1.5, people: tuple[int, ...] = (ANN,), schedule: Schedule | None = None) -> Story:
    """Return a season with one guild in UTC, an event of a day's interval, and nothing chosen."""
    told = Story()
    told.guilds[GUILD] = Guild(GUILD, "Home", LOG, frozenset(people))
    for who in people:
        told.people[who] = Person(who, GUILD, frozenset())
    told.events[RAID] = Event(RAID, GUILD, "Raid", BOSS, BEGIN, DAY, CHANNEL, CHANNEL, frozenset())
    told.note(BEGIN, Topic.SCHEDULE, RAID, value=schedule or Schedule(None, BEGIN + 30 * DAY))
    told.over = BEGIN + days * DAY
    return told


TEXTS = {"en": "your answer", "fr": "réponse attendue"}


def ping(
    days: float, *people: int, kind: str = SILENT, event: int = RAID, to: int | None = None, silent: bool = False
) -> Message:
    """Return a message so many days after the beginning, in the channel or to somebody."""
    pinged = () if to is not None else people
    place = CHANNEL if to is None else 1000 + to
    at = BEGIN + days * DAY + timedelta(seconds=1)
    named = frozenset(people) if kind == STILL_SILENT else frozenset[int]()
    return Message(at, GUILD, place, to, pinged, pinged, silent, (Item(event, kind, named),), TEXTS["en"])


Case = tuple[Story, list[Message]]
Build = Callable[[], tuple[str, Case, Case]]
CASES: list[Build] = []


def case(build: Build) -> Build:
    """Keep a rule's two records: the rule, what breaks it, what does not."""
    CASES.append(build)
    return build


def with_note(told: Story, days: float, topic: Topic, *about: int, value: object) -> Story:
    """Return a season in which something more became so."""
    told.note(BEGIN + days * DAY, topic, *about, value=value)
    return told


@case
def reminder_missing() -> tuple[str, Case, Case]:
    return "no reminder", (story(), []), (story(), [ping(1, ANN)])


@case
def reminder_not_owed_after_an_answer() -> tuple[str, Case, Case]:
    answered = with_note(story(), 0.5, Topic.ANSWER, RAID, ANN, value=YES)
    return "answered", (answered, [ping(1, ANN)]), (answered, [])


@case
def left_out_of_a_reminder() -> tuple[str, Case, Case]:
    both = (ANN, BEN)
    right = [ping(1, *both), ping(2, *both)]
    return (
        "left out of a reminder",
        (story(days=2.5, people=both), [ping(1, *both), ping(1.5, ANN)]),
        (story(days=2.5, people=both), right),
    )


@case
def quiet_hours() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(story(days=2), 0, Topic.QUIET, ANN, value="08:00-16:00")

    # From 16:00 on.
    late = (datetime(2031, 5, 6, 16, tzinfo=UTC) - BEGIN) / DAY
    return "pinged in quiet hours", (told(), [ping(1, ANN)]), (told(), [ping(late, ANN)])


@case
def quiet_hours_of_the_guild_and_a_zone() -> tuple[str, Case, Case]:
    def told(own: str | None) -> Story:
        found = with_note(story(), 0, Topic.QUIET, GUILD, value="19:00-21:00")
        return with_note(with_note(found, 0, Topic.ZONE, ANN, value="Asia/Tokyo"), 0, Topic.QUIET, ANN, value=own)

    # 10:11 is 19:11 in Tokyo.
    return "pinged in quiet hours", (told(None), [ping(1, ANN)]), (told(NEVER), [ping(1, ANN)])


@case
def silently_in_quiet_hours() -> tuple[str, Case, Case]:
    def told(start: float) -> Story:
        found = story(schedule=Schedule(BEGIN + start * DAY, None), days=3)
        return with_note(
            with_note(found, 0, Topic.ANSWER, RAID, ANN, value=YES), 0, Topic.QUIET, ANN, value="08:00-16:00"
        )

    # It begins at 18:11 of the next day, or at 13:11: then the reminder an hour before cannot wait for 16:00.
    hour = 1 / 24
    waited = (datetime(2031, 5, 5, 16, tzinfo=UTC) - BEGIN) / DAY
    right = [ping(waited, ANN, kind=BEFORE), ping(1 + 2 * hour, ANN, kind=BEFORE, silent=True)]
    early = [ping(1, ANN, kind=BEFORE, silent=True)]
    rule = "did not wait for the end of quiet hours"
    return rule, (told(1 + 8 * hour), early), (told(1 + 3 * hour), right)


@case
def opted_out() -> tuple[str, Case, Case]:
    out = with_note(story(), 0, Topic.CONTACT, ANN, value=OFF)
    return "opted out", (out, [ping(1, ANN)]), (out, [])


@case
def only_roles() -> tuple[str, Case, Case]:
    def told(roles: frozenset[int]) -> Story:
        found = with_note(story(), 0, Topic.ONLY_ROLES, ANN, value=frozenset([ROLE]))
        found.people[ANN] = replace(found.people[ANN], roles=frozenset([ROLE]))
        found.events[RAID] = replace(found.events[RAID], roles=roles)
        return found

    return "opted out", (told(frozenset()), [ping(1, ANN)]), (told(frozenset([ROLE])), [ping(1, ANN)])


@case
def not_this_event() -> tuple[str, Case, Case]:
    out = with_note(story(), 0, Topic.NOT_THIS, RAID, ANN, value=True)
    undone = with_note(
        with_note(story(), 0, Topic.NOT_THIS, RAID, ANN, value=True), 0.1, Topic.NOT_THIS, RAID, ANN, value=False
    )
    return "not this event", (out, [ping(1, ANN)]), (undone, [ping(1, ANN)])


@case
def away_when_it_begins() -> tuple[str, Case, Case]:
    def told(back: float) -> Story:
        return with_note(story(schedule=Schedule(BEGIN + 5 * DAY, None)), 0, Topic.AWAY, ANN, value=BEGIN + back * DAY)

    return "away", (told(6), [ping(1, ANN)]), (told(4), [ping(1, ANN)])


@case
def away_from_an_event_without_a_start() -> tuple[str, Case, Case]:
    away = with_note(story(days=3), 0, Topic.AWAY, ANN, value=BEGIN + 1.5 * DAY)
    return "away", (away, [ping(1, ANN), ping(2, ANN)]), (away, [ping(2, ANN)])


@case
def snoozed() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(story(), 0.5, Topic.SNOOZE, RAID, ANN, value=BEGIN + 1.2 * DAY)

    return "snoozed", (told(), [ping(1, ANN), ping(1.2, ANN)]), (told(), [ping(1.2, ANN)])


@case
def snooze_that_never_ended() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(story(), 0.5, Topic.SNOOZE, RAID, ANN, value=BEGIN + 1.2 * DAY)

    return "snooze that never ended", (told(), []), (told(), [ping(1.2, ANN)])


@case
def not_asked() -> tuple[str, Case, Case]:
    def told(roles: frozenset[int]) -> Story:
        found = story()
        found.people[ANN] = replace(found.people[ANN], roles=roles)
        found.events[RAID] = replace(found.events[RAID], roles=frozenset([ROLE]))
        return found

    return "not asked", (told(frozenset()), [ping(1, ANN)]), (told(frozenset([ROLE])), [ping(1, ANN)])


@case
def written_directly_without_consent() -> tuple[str, Case, Case]:
    direct = with_note(story(), 0, Topic.CONTACT, ANN, value=DIRECT)
    return "wrote directly without being asked to", (story(), [ping(1, to=ANN)]), (direct, [ping(1, to=ANN)])


@case
def pinged_instead_of_directly() -> tuple[str, Case, Case]:
    def told(is_open: bool) -> Story:
        return with_note(with_note(story(), 0, Topic.CONTACT, ANN, value=DIRECT), 0, Topic.DMS, ANN, value=is_open)

    return "pinged in the channel instead of directly", (told(True), [ping(1, ANN)]), (told(False), [ping(1, ANN)])


@case
def twice_for_one_reminder() -> tuple[str, Case, Case]:
    return (
        "twice for one reminder",
        (story(), [ping(1, ANN), ping(1.01, ANN)]),
        (story(days=2.5), [ping(1, ANN), ping(2, ANN)]),
    )


@case
def named_twice() -> tuple[str, Case, Case]:
    twice = replace(ping(1, ANN), mentions=(ANN, ANN))
    return "named twice", (story(), [twice]), (story(), [ping(1, ANN)])


@case
def not_gathered() -> tuple[str, Case, Case]:
    def told() -> Story:
        found = with_note(story(days=2), 0, Topic.QUIET, ANN, value="08:00-16:00")
        found.events[QUIZ] = replace(found.events[RAID], event=QUIZ, title="Quiz")
        return with_note(found, 0, Topic.SCHEDULE, QUIZ, value=Schedule(None, BEGIN + 30 * DAY))

    late = (datetime(2031, 5, 6, 16, tzinfo=UTC) - BEGIN) / DAY
    one = replace(ping(late, ANN), items=(Item(RAID, SILENT), Item(QUIZ, SILENT)))
    return "not gathered", (told(), [ping(late, ANN), ping(late, ANN, event=QUIZ)]), (told(), [one])


@case
def loud_although_silent_is_set() -> tuple[str, Case, Case]:
    quiet = with_note(story(), 0, Topic.SILENT, GUILD, value=True)
    return "sound although silent is set", (quiet, [ping(1, ANN)]), (quiet, [ping(1, ANN, silent=True)])


@case
def silent_without_a_reason() -> tuple[str, Case, Case]:
    return "no sound without a reason", (story(), [ping(1, ANN, silent=True)]), (story(), [ping(1, ANN)])


@case
def wrong_language() -> tuple[str, Case, Case]:
    french = with_note(story(), 0, Topic.LANGUAGE, GUILD, value="fr")
    return "wrong language", (french, [ping(1, ANN)]), (french, [replace(ping(1, ANN), text=TEXTS["fr"])])


@case
def move_not_told() -> tuple[str, Case, Case]:
    def told() -> Story:
        found = with_note(story(schedule=Schedule(BEGIN + 5 * DAY, None)), 0, Topic.ANSWER, RAID, ANN, value=MAYBE)
        return with_note(found, 0.5, Topic.SCHEDULE, RAID, value=Schedule(BEGIN + 6 * DAY, None))

    return "not told", (told(), []), (told(), [ping(0.5, ANN, kind=MOVED)])


@case
def cancellation_not_told() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(
            with_note(story(), 0, Topic.ANSWER, RAID, ANN, value="❌"), 0.5, Topic.SCHEDULE, RAID, value=None
        )

    return "not told", (told(), []), (told(), [ping(0.5, ANN, kind=CANCELLED)])


@case
def told_twice() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(story(schedule=Schedule(None, BEGIN + 2 * DAY)), 0, Topic.ANSWER, RAID, ANN, value=MAYBE)

    once = ping(1, ANN, kind=DECIDE)
    return "told twice", (told(), [once, ping(1.2, ANN, kind=DECIDE)]), (told(), [once])


@case
def told_to_somebody_else() -> tuple[str, Case, Case]:
    def told(answer: str) -> Story:
        return with_note(story(schedule=Schedule(BEGIN + 2 * DAY, None)), 0, Topic.ANSWER, RAID, ANN, value=answer)

    once = [ping(1, ANN, kind=BEFORE)]
    return "answered otherwise", (told("❌"), once), (told(YES), once)


def ladder(days: float = 6, *, wishes: bool = False, after: int = 1) -> Story:
    """Return a season in which it is escalated."""
    found = with_note(story(days=days), 0, Topic.ESCALATE, GUILD, value=after)
    found.people[BOSS] = Person(BOSS, GUILD, frozenset())
    with_note(found, 0, Topic.WANTS_DIRECT, BOSS, value=True)
    return with_note(found, 0, Topic.WANTS_DIRECT, ANN, value=wishes)


def digest(days: float, *names: int, to: int | None = BOSS) -> Message:
    return replace(ping(days, *names, kind=STILL_SILENT, to=to), pinged=())


@case
def reminded_after_the_last_step() -> tuple[str, Case, Case]:
    return (
        "reminded after the last step",
        (ladder(2.5), [ping(1, ANN), ping(2, ANN)]),
        (ladder(2.5), [ping(1, ANN), digest(2, ANN)]),
    )


@case
def no_digest() -> tuple[str, Case, Case]:
    return "no digest", (ladder(), [ping(1, ANN)]), (ladder(), [ping(1, ANN), digest(2, ANN)])


@case
def no_direct_message_of_the_ladder() -> tuple[str, Case, Case]:
    right = [ping(1, ANN), ping(2, to=ANN), digest(3, ANN)]
    return "no direct message of the ladder", (ladder(wishes=True), [ping(1, ANN)]), (ladder(wishes=True), right)


@case
def escalated_out_of_order() -> tuple[str, Case, Case]:
    right = [ping(1, ANN), ping(2, to=ANN), digest(3, ANN)]
    return "escalated out of order", (ladder(wishes=True), [ping(1, ANN), digest(2, ANN)]), (ladder(wishes=True), right)


@case
def escalated_too_early() -> tuple[str, Case, Case]:
    right = [ping(1, ANN), ping(2, ANN), digest(3, ANN)]
    return "escalated too early", (ladder(after=2), [ping(1, ANN), digest(2, ANN)]), (ladder(after=2), right)


@case
def digest_names_who_answered() -> tuple[str, Case, Case]:
    def told() -> Story:
        return with_note(ladder(), 1.5, Topic.ANSWER, RAID, ANN, value=YES)

    rule = "digest names somebody who answered"
    return rule, (told(), [ping(1, ANN), digest(2, ANN)]), (told(), [ping(1, ANN)])


@case
def digest_to_another() -> tuple[str, Case, Case]:
    rule = "digest to another than the organiser"
    return rule, (ladder(), [ping(1, ANN), digest(2, ANN, to=ANN)]), (ladder(), [ping(1, ANN), digest(2, ANN)])


@case
def wrong_place() -> tuple[str, Case, Case]:
    return "in the wrong place", (story(), [replace(ping(1, ANN), place=LOG)]), (story(), [ping(1, ANN)])


@pytest.mark.parametrize("build", CASES, ids=lambda build: build.__name__)
def test_rule_is_seen_broken_and_kept(build: Build) -> None:
    rule, (wrong, bad), (right, good) = build()
    assert rule in {finding.rule for finding in judge(wrong, bad)}
    assert [str(finding) for finding in judge(right, good)] == []
