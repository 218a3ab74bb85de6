"""When somebody silent is reminded next: as the rules will decide it, and as what waits for them will go."""

from dataclasses import replace
from datetime import datetime

import pytest

from models.guild_settings import GuildSettings
from models.held_records import HeldReason
from models.member_choices import Contact, MemberChoices, QuietChoice
from models.person_facts import Rung
from models.records import ReminderKind
from reminder_bot.coming_reminder import NOTHING_COMES, Coming, coming_reminder
from reminder_bot.person_rules import Occasion, QuietClock, Standing
from tests.unit.reminder_bot.test_person_rules import DAY, HOUR, MORNING, NIGHT, NOON, OPEN, QUIET, THREE, event

GIVEN_UP = Coming(is_given_up=True)
VAIN = Rung(in_channel=3)
DIRECTLY = MemberChoices(wants_direct=True)


def coming(
    person: Standing,
    at: datetime | None = NOON + HOUR,
    settings: GuildSettings = OPEN,
    waits_until: datetime | None = None,
    closes: datetime | None = None,
) -> Coming:
    about = replace(event(until=closes), next_reminder_at=at)
    return coming_reminder(Occasion(about, ReminderKind.SILENT, QuietClock(settings, NOON)), person, waits_until)


@pytest.mark.parametrize(
    ("person", "settings", "at", "expected"),
    [
        (Standing(), OPEN, NOON + HOUR, Coming(NOON + HOUR)),
        (Standing(), OPEN, None, NOTHING_COMES),
        (Standing(), OPEN, NOON - HOUR, Coming(NOON)),
        (Standing(), QUIET, NIGHT, Coming(MORNING)),
        (Standing(MemberChoices(quiet=QuietChoice.NEVER)), QUIET, NIGHT, Coming(NIGHT)),
        (Standing(MemberChoices(contact=Contact.DIRECT)), QUIET, NIGHT, Coming(MORNING)),
        (Standing(MemberChoices(contact=Contact.OFF)), OPEN, NOON, NOTHING_COMES),
        (Standing(rung=Rung(in_channel=2)), THREE, NOON + HOUR, Coming(NOON + HOUR)),
        (Standing(rung=VAIN), THREE, NOON + HOUR, GIVEN_UP),
        (Standing(rung=VAIN), THREE, None, GIVEN_UP),
        (Standing(DIRECTLY, rung=VAIN), THREE, NOON + HOUR, Coming(NOON + HOUR)),
        (Standing(DIRECTLY, rung=replace(VAIN, had_direct=True)), THREE, NOON + HOUR, GIVEN_UP),
        (Standing(rung=replace(VAIN, was_told_of=True)), OPEN, NOON + HOUR, Coming(NOON + HOUR)),
    ],
)
def test_next_reminder_is_the_events_as_the_rules_decide_then(
    person: Standing, settings: GuildSettings, at: datetime | None, expected: Coming
) -> None:
    assert coming(person, at, settings) == expected


@pytest.mark.parametrize(
    ("person", "waits_until", "expected"),
    [
        (Standing(waits=HeldReason.SNOOZE), NOON + 2 * HOUR, Coming(NOON + 2 * HOUR)),
        (Standing(waits=HeldReason.QUIET), NIGHT, Coming(MORNING)),
        (Standing(waits=HeldReason.DIRECT), NOON - HOUR, Coming(NOON)),
        (Standing(DIRECTLY, waits=HeldReason.ESCALATION), NOON + HOUR, Coming(NOON + HOUR)),
    ],
)
def test_what_waits_comes_first_and_in_no_quiet_hours(
    person: Standing, waits_until: datetime, expected: Coming
) -> None:
    assert coming(person, NOON + DAY, QUIET, waits_until) == expected


def test_last_message_that_may_not_be_written_any_more_is_none() -> None:
    person = Standing(waits=HeldReason.ESCALATION, rung=replace(VAIN, had_direct=True))
    assert coming(person, NOON + DAY, THREE, NOON + HOUR) == GIVEN_UP


def test_reminder_after_answers_have_closed_does_not_come() -> None:
    assert coming(Standing(), NIGHT, QUIET, closes=NIGHT + HOUR) == NOTHING_COMES
    assert coming(Standing(waits=HeldReason.SNOOZE), NOON, OPEN, NIGHT, closes=NIGHT) == NOTHING_COMES
