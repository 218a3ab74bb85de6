"""The card of `/doctor`: every finding in both languages, within Discord's limits, a phone's worth at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from models.event_options import NO_OPTIONS
from models.records import EventState, TrackedEvent
from reminder_bot.checkup import CheckReport
from reminder_bot.doctor_findings import (
    BackupOld,
    BlockedEvent,
    ClockOff,
    DoubledTime,
    Finding,
    MembersIncomplete,
    MissingIntents,
    MissingPermissions,
    NobodyAsked,
    PausedForAge,
    ShiftedTime,
    StorageFailing,
    Topic,
    UnknownEmoji,
    UnreachableLog,
    UnreachablePlace,
    UpkeepFailing,
)
from reminder_bot.doctor_text import finding_text
from reminder_bot.interactions.doctor_card import ON_A_PAGE, doctor_card, page_count
from reminder_bot.place_finder import FORBIDDEN, NOT_THERE
from tests.fakes import START
from utils.embeds import DESCRIPTION_LIMIT, GREEN, RED, YELLOW
from utils.i18n import speaking

CHANNEL, PLACE = 10**18, 10**18 + 1
EVENT = TrackedEvent(
    10**18 + 2, CHANNEL, 10**18 + 3, "[*_](@everyone)" * 20, None, 60.0, False, None, START, ("✅", "❌"),
    EventState.ACTIVE, "Discord refused: Missing Access.", START, None, START, options=NO_OPTIONS,
)  # fmt: skip
ALL = (
    "view_channel", "connect", "send_messages", "send_messages_in_threads", "create_public_threads", "embed_links",
    "read_message_history", "add_reactions",
)  # fmt: skip
ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
EMOJI = tuple(f"<:{'long_name_' * 3}{number}:42000000000000000{number:02}>" for number in range(10))
SAMPLES: tuple[Finding, ...] = (
    MissingPermissions(CHANNEL, ALL, 1950, 3),
    MissingPermissions(CHANNEL, ("add_reactions",), 1, is_urgent=False),
    MissingPermissions(CHANNEL, ("create_public_threads",), 1, is_urgent=False),
    UnreachablePlace(CHANNEL, EVENT, PLACE, FORBIDDEN, ALL),
    UnreachablePlace(CHANNEL, EVENT, PLACE, NOT_THERE),
    UnreachablePlace(None, None, PLACE, NOT_THERE),
    UnreachablePlace(None, None, PLACE, FORBIDDEN, ("embed_links",)),
    UnreachableLog(PLACE),
    UnreachableLog(PLACE, ALL),
    UnknownEmoji(CHANNEL, EVENT, EMOJI, can_drop=True),
    UnknownEmoji(None, None, EMOJI[:1], can_drop=False),
    NobodyAsked(CHANNEL, EVENT, by_choice=True),
    NobodyAsked(CHANNEL, EVENT, by_choice=False),
    BlockedEvent(CHANNEL, EVENT),
    BlockedEvent(CHANNEL, replace(EVENT, state_reason=None)),
    PausedForAge(CHANNEL, EVENT),
    DoubledTime(CHANNEL, EVENT, START, ZONE, is_second=False),
    DoubledTime(CHANNEL, EVENT, START, ZONE, is_second=True),
    ShiftedTime(CHANNEL, EVENT, START, ZONE, "20:00", is_before=True),
    ShiftedTime(CHANNEL, EVENT, START, ZONE, "20:00", is_before=False),
    MembersIncomplete(5, 1950),
    MembersIncomplete(5, None),
    MissingIntents(("Server Members Intent", "Message Content Intent")),
    ClockOff(timedelta(seconds=7)),
    ClockOff(timedelta(days=-400)),
    StorageFailing(),
    UpkeepFailing(("backup", "cleanup")),
    BackupOld(START),
    BackupOld(None),
)


def report(findings: Sequence[Finding], *unknown: Topic) -> CheckReport:
    return CheckReport(tuple(findings), 3, 2, 3, frozenset(unknown))


def test_every_kind_of_finding_has_a_sample() -> None:
    assert {type(sample) for sample in SAMPLES} == set(get_args(Finding))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{type(each).__name__}-{at}" for at, each in enumerate(SAMPLES)])
def test_finding_is_told_with_what_to_do_and_fits_with_others_like_it(sample: Finding, language: str) -> None:
    with speaking(language):
        problem, remedy = finding_text(sample)
        embed = doctor_card(report([sample] * ON_A_PAGE, *Topic), [sample] * ON_A_PAGE, 5, done="x" * 250)
    assert problem
    assert remedy
    assert "{" not in problem + remedy
    assert "@everyone" not in problem + remedy
    assert embed.description is not None
    # Nothing is cut: not the last finding, nor what was looked at.
    assert embed.description.count(remedy) == ON_A_PAGE
    assert len(embed.description) < DESCRIPTION_LIMIT
    assert not embed.description.endswith("…")


def test_card_says_all_is_well_unless_something_is_hidden() -> None:
    well = doctor_card(report(()), (), 0)
    assert well.colour == GREEN
    assert "All is well." in str(well.description)
    hidden = doctor_card(report(SAMPLES[:1]), (), 1)
    assert hidden.colour == YELLOW
    assert "All is well in the channels that you can see." in str(hidden.description)
    assert "and 1 finding in channels that you cannot see" in str(hidden.description)


def test_card_is_red_when_reminders_go_wrong_and_yellow_when_they_merely_might() -> None:
    mild = [sample for sample in SAMPLES if not sample.is_urgent]
    assert doctor_card(report(mild), mild, 0).colour == YELLOW
    assert "🔴" not in str(doctor_card(report(mild), mild, 0).description)
    assert doctor_card(report(SAMPLES), SAMPLES, 0).colour == RED


def test_pages_hold_a_few_findings_each_numbered_through() -> None:
    pages = [str(doctor_card(report(SAMPLES), SAMPLES, 0, page).description) for page in range(page_count(SAMPLES))]
    assert page_count(()) == page_count(SAMPLES[:ON_A_PAGE]) == 1
    assert page_count(SAMPLES[: ON_A_PAGE + 1]) == 2
    numbers = [[number for number in range(1, 40) if f"**{number}.**" in page] for page in pages]
    assert list(chain.from_iterable(numbers)) == list(range(1, len(SAMPLES) + 1))
    assert max(map(len, numbers)) == ON_A_PAGE
