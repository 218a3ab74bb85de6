"""`/my events`: what waits, what was agreed to, why there is no reminder, and what comes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.event_options import AudienceRule, EventOptions
from models.member_choices import NOTHING_CHOSEN, Contact, MemberChoices
from models.records import EventState, TrackedEvent
from reminder_bot.coming_reminder import Coming
from reminder_bot.interactions.own_events import own_event_lines
from reminder_bot.member_desk import OwnEvent

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(hours=3), NOW + timedelta(days=9)
RAIDERS = 7


def event(number: int = 1, **changes: Any) -> TrackedEvent:
    made = TrackedEvent(
        number, 2, 3, f"Event {number}", None, 60.0, False, None, NOW + timedelta(hours=1), ("✅", "❌"),
        EventState.ACTIVE, None, NOW, 4, NOW,
    )  # fmt: skip
    return replace(made, **changes)


def own(given: TrackedEvent, emoji: str | None = None, **changes: Any) -> OwnEvent:
    made = OwnEvent(given, emoji, is_asked=True, is_declined=False, snoozed_until=None)
    return replace(made, **{"coming": Coming(given.next_reminder_at), **changes})


def lines(*found: OwnEvent, choices: MemberChoices = NOTHING_CHOSEN) -> str:
    return "\n".join(own_event_lines(found, choices, NOW))


def test_nothing_is_told_where_there_is_nothing() -> None:
    assert lines() == ""
    assert lines(own(event(), "❌"), own(event(), is_asked=False)) == ""


def test_what_closes_first_comes_first_and_the_start_is_told_of_what_was_agreed_to() -> None:
    told = lines(own(event(1)), own(event(2, answer_until=SOON)), own(event(3, starts_at=LATER), "✅"))
    assert told.index("Event 2") < told.index("Event 1")
    assert "**You said yes: 1**\n✅ **[Event 3]" in told
    assert f"begins <t:{int(LATER.timestamp())}:F>" in told


def test_three_moments_that_come_next_are_told_in_order() -> None:
    told = lines(
        own(event(1, answer_until=SOON)), own(event(2, starts_at=LATER), "✅"), own(event(3, next_reminder_at=LATER))
    )
    after = told.partition("**What comes next**\n")[2].splitlines()
    assert len(after) == 3
    assert [line.split("> · ")[1][:9] for line in after[:2]] == ["reminder ", "answers t"]


@pytest.mark.parametrize(
    ("choices", "given", "reason"),
    [
        (MemberChoices(contact=Contact.OFF), own(event()), "no reminders, as you chose"),
        (MemberChoices(only_roles=(RAIDERS,)), own(event()), "no reminders, as you chose"),
        (NOTHING_CHOSEN, own(event(), is_declined=True), "no reminders, as you chose"),
        (MemberChoices(away_until=LATER), own(event(starts_at=SOON)), "counted as no while you are away"),
        (MemberChoices(away_until=LATER), own(event()), "no reminders while you are away"),
    ],
)
def test_line_says_why_there_is_no_reminder(choices: MemberChoices, given: OwnEvent, reason: str) -> None:
    told = lines(given, choices=choices)
    assert reason in told
    assert "reminder of" not in told


def test_event_of_a_chosen_role_and_one_after_an_absence_are_reminded_of() -> None:
    options = EventOptions(audience=AudienceRule(roles=(RAIDERS,)))
    choices = MemberChoices(only_roles=(RAIDERS,), away_until=SOON)
    assert "next reminder <t:" in lines(own(event(options=options, starts_at=LATER)), choices=choices)


def test_snooze_is_told_instead_of_the_next_reminder() -> None:
    told = lines(own(event(), snoozed_until=LATER, coming=Coming(LATER)))
    assert f"snoozed, again <t:{int(LATER.timestamp())}:R>" in told
    assert f"<t:{int(LATER.timestamp())}:R> · reminder of" in told


def test_next_reminder_is_the_persons_own_not_the_events() -> None:
    told = lines(own(event(), coming=Coming(SOON)))
    assert told.count(f"<t:{int(SOON.timestamp())}:R>") == 2
    assert f"<t:{int((NOW + timedelta(hours=1)).timestamp())}:R>" not in told


@pytest.mark.parametrize(
    ("coming", "reason"),
    [
        (Coming(is_given_up=True), "no more reminders: they have all gone unanswered"),
        (Coming(), "no reminder is planned"),
    ],
)
def test_where_no_reminder_comes_none_is_named(coming: Coming, reason: str) -> None:
    told = lines(own(event(), coming=coming))
    assert reason in told
    assert "next" not in told
    assert "reminder of" not in told


def test_event_that_stands_still_is_called_paused_whatever_came_before() -> None:
    assert "paused" in lines(own(event(is_paused=True), coming=Coming(is_given_up=True)))
