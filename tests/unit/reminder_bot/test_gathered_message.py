"""What gathered messages look like, and the buttons under them: short, whole, and within Discord's limits."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.event_options import NO_OPTIONS
from models.held_records import Gathered, HeldItem, HeldKind, HeldReason, Way
from models.records import EventState, TrackedEvent
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.direct_pace import DirectPace
from reminder_bot.gathered_letter import Letter
from reminder_bot.gathered_message import COLOUR, gathered_content, gathered_embed
from reminder_bot.reminder_buttons import TEMPLATE, Press, event_buttons, gathered_buttons
from tests.fakes import START
from utils.i18n import speaking

EVENT, ANN, BOB = 300, 41, 42
SILENT = HeldKind.SILENT


def event(number: int = 0, **changes: Any) -> TrackedEvent:
    made = TrackedEvent(
        EVENT + number, 200, 100, f"Raid {number}", None, 60.0, False, None, None, ("✅", "❌"), EventState.ACTIVE,
        None, START, 1, START, None, None, NO_OPTIONS,
    )  # fmt: skip
    return replace(made, **changes)


def letter(*parts: tuple[int, int, HeldKind], way: Way = Way.CHANNEL, **changes: Any) -> Letter:
    items = tuple(
        HeldItem(at, EVENT + number, user_id, kind, START, way, HeldReason.QUIET, {"to": None, "from": None})
        for at, (number, user_id, kind) in enumerate(parts, start=1)
    )
    channel_id, user_id = (None, ANN) if way is Way.DIRECT else (200, None)
    message = Gathered(9, 100, channel_id, user_id, START, "a1b2c3d4e5f6", 1, START, items)
    start = START + timedelta(hours=3)
    events = {item.event_id: event(item.event_id - EVENT, starts_at=start) for item in items}
    return Letter(message, events, **changes)


def test_several_events_are_a_list_that_names_people_only_where_they_differ() -> None:
    same = letter((0, ANN, SILENT), (1, ANN, SILENT))
    assert gathered_content(same, "Guild") == f"Your answers are missing: <@{ANN}>"
    assert f"<@{ANN}>" not in (gathered_embed(same).description or "")
    other = letter((0, ANN, SILENT), (1, ANN, SILENT), (1, BOB, SILENT))
    first, second = (gathered_embed(other).description or "").splitlines()
    assert "answer is missing" not in first
    assert " · answers close <t:" in first
    assert first.endswith(f"<@{ANN}>")
    assert second.endswith(f"<@{ANN}> <@{BOB}>")
    assert gathered_content(other, "Guild").count(f"<@{ANN}>") == 1


def test_each_kind_says_in_a_line_what_is_wanted() -> None:
    kinds = (SILENT, HeldKind.BEFORE, HeldKind.DECIDE, HeldKind.MOVED, HeldKind.CANCELLED)
    mixed = letter(*((number, ANN, kind) for number, kind in enumerate(kinds)))
    at = f"<t:{int((START + timedelta(hours=3)).timestamp())}:R>"
    assert [line.split(") · ")[1] for line in (gathered_embed(mixed).description or "").splitlines()] == [
        f"your answer is missing, answers close {at}", f"begins {at}", f"still “maybe”, answers close {at}",
        "its new time is not known yet", "does not take place",
    ]  # fmt: skip
    assert gathered_content(mixed, "Guild").startswith("News of several events:")


def test_one_event_reads_as_its_own_reminder_by_whose_colour_nobody_mistakes_it() -> None:
    card = gathered_embed(letter((0, ANN, SILENT)))
    assert (card.title, card.url, card.colour, card.timestamp) == ("Raid 0", event().jump_url, COLOUR, START)
    assert gathered_content(letter((0, ANN, HeldKind.BEFORE)), "Guild") == f"It begins soon: <@{ANN}>"


def test_a_direct_message_says_from_where_and_how_to_end_it() -> None:
    direct = letter((0, ANN, SILENT), (1, ANN, SILENT), way=Way.DIRECT)
    assert gathered_content(direct, "The *Guild*") == "A reminder from **The \\*Guild\\***"
    assert "`/my reminders`" in (gathered_embed(direct).description or "")
    with speaking("fr"):
        assert gathered_content(direct, "Guild") == "Un rappel de **Guild**"


def test_an_organiser_reads_who_is_silent_and_the_log_pings_nobody() -> None:
    told = letter((0, ANN, HeldKind.STILL_SILENT), way=Way.LOG, silent={EVENT: (BOB,)})
    assert gathered_content(told, "Guild") == "No answer after all reminders:"
    assert f"no answer from <@{BOB}>" in (gathered_embed(told).description or "")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_great_many_events_and_people_stay_within_the_limits(language: str) -> None:
    people = range(10**18, 10**18 + 80)
    many = letter(
        *((number, user_id, SILENT) for number in range(60) for user_id in people if user_id % 7 != number % 7)
    )
    with speaking(language):
        assert len(gathered_content(many, "Guild")) <= 2000
        lines = (gathered_embed(many).description or "").splitlines()
        assert len("\n".join(lines)) <= 4096
    assert str(60 - (len(lines) - 1)) in lines[-1]


def test_what_closes_first_comes_first() -> None:
    both = letter((0, ANN, SILENT), (1, ANN, SILENT))
    soon = replace(both, events={**both.events, EVENT + 1: event(1, starts_at=START + timedelta(hours=1))})
    assert [about.message_id for about, _kind, _items in soon.by_subject()] == [EVENT + 1, EVENT]


async def test_buttons_name_what_they_are_about_and_cost_no_listener() -> None:
    view = event_buttons(EVENT)
    assert [getattr(child, "custom_id", None) for child in view.children] == [f"snooze:{EVENT}", f"not:{EVENT}"]
    assert view.is_finished()
    assert gathered_buttons(letter((0, ANN, HeldKind.BEFORE)).message) is None
    message = letter((0, ANN, SILENT), (1, ANN, HeldKind.MOVED)).message
    found = gathered_buttons(message)
    assert found is not None
    ids = [getattr(child, "custom_id", "") for child in found.children]
    presses = [Press.of(match) for each in ids if (match := TEMPLATE.fullmatch(each)) is not None]
    assert [press.custom_id for press in presses] == ids
    assert [(press.act, press.target, press.is_gathered) for press in presses] == [
        ("snooze", 9, True),
        ("not", 9, True),
    ]
    assert all(press.mark and message.nonce.startswith(press.mark) for press in presses)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"snooze:{EVENT}", Press("snooze", EVENT, is_gathered=False)),
        ("not:g9.ab12cd34", Press("not", 9, is_gathered=True, mark="ab12cd34")),
        (f"snooze:{EVENT}:hour", Press("snooze", EVENT, is_gathered=False, step="hour")),
        ("not:", None),
        ("dormant:9", None),
        ("snooze:9x", None),
    ],
)
def test_a_button_is_read_by_its_id(text: str, read: Press | None) -> None:
    found = TEMPLATE.fullmatch(text)
    assert (None if found is None else Press.of(found)) == read
    assert read is None or read.custom_id == text


def test_several_may_watch_one_event_and_a_choice_concerns_all() -> None:
    answers = AnswerWatch()
    with answers.watching(1, 2) as first:
        with answers.watching(2) as second:
            answers.note(1, ANN)
            answers.note(2, BOB)
        answers.note(2, 43)
        answers.note_person(44)
    answers.note(1, 45)
    answers.note_person(46)
    assert (set(first), set(second)) == ({ANN, BOB, 43, 44}, {BOB})


async def test_direct_messages_leave_one_by_one_new_people_slower_and_nobody_while_they_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal time
        time += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    pace = DirectPace(lambda: time)
    left = []
    for user_id in (*range(21), 3):
        await pace.take(user_id)
        left.append(time)
    assert left[:3] == pytest.approx([0, 3, 6], abs=0.2)
    assert left[20] >= 600 and left[21] - left[20] == pytest.approx(3, abs=0.2)
    pace.rest()
    await pace.take(3)
    assert time - left[21] >= 900
