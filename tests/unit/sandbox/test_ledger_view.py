"""What the director sees of the bot's database: also what is planned besides the reminders falls due."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from models.held_records import Held, HeldKind, HeldReason, Way
from persistence import events, held
from reminder_bot.sandbox.ledger_view import LedgerView
from tests.unit.persistence.factories import NOW, later, new_event, opened


@pytest.mark.parametrize(
    ("due", "starts", "is_paused", "expected"),
    [
        (60, None, False, later(60)),
        (600, 120, False, later(60)),
        (30, 120, False, later(30)),
        (600, 120, True, later(120)),
    ],
    ids=["a reminder", "one before the start", "the earlier one", "of a paused event only its end"],
)
def test_next_due_is_whatever_comes_first(
    tmp_path: Path, due: float, starts: float | None, is_paused: bool, expected: datetime
) -> None:
    event = replace(new_event(due=due), starts_at=None if starts is None else later(starts))
    with opened(tmp_path / "bot.db"):
        events.watch_event(event, NOW)
        if is_paused:
            events.pause(event.guild_id, event.message_id, NOW)
    assert LedgerView(tmp_path / "bot.db").next_due_at() == expected.timestamp()


@pytest.mark.parametrize(("is_paused", "expected"), [(False, later(20)), (True, None)], ids=["what waits", "paused"])
def test_what_waits_for_one_person_comes_first_while_its_event_runs(
    tmp_path: Path, is_paused: bool, expected: datetime | None
) -> None:
    event = new_event(due=60)
    with opened(tmp_path / "bot.db"):
        events.watch_event(event, NOW)
        held.insert_held([Held(event.message_id, 7, HeldKind.SILENT, later(20), Way.CHANNEL, HeldReason.QUIET)], NOW)
        if is_paused:
            events.pause(event.guild_id, event.message_id, NOW)
    found = LedgerView(tmp_path / "bot.db").next_due_at()
    assert found == (None if expected is None else expected.timestamp())


def test_nothing_is_due_without_a_database(tmp_path: Path) -> None:
    assert LedgerView(tmp_path / "bot.db").next_due_at() is None
