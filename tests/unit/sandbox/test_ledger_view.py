"""What the director sees of the bot's database: also what is planned besides the reminders falls due."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from persistence import events
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


def test_nothing_is_due_without_a_database(tmp_path: Path) -> None:
    assert LedgerView(tmp_path / "bot.db").next_due_at() is None
