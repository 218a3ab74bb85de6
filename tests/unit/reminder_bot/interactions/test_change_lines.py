"""Changes in words: what changed, from what to what; nothing outgrows its line, nothing that people wrote acts up."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models.shown_records import AuditEntry
from reminder_bot.interactions.change_lines import LINE_LIMIT, change_line
from tests.nasties import NASTIES, assert_plain, masked_link, pings, unescaped

ENTRY = AuditEntry(1, datetime(2026, 3, 4, tzinfo=UTC), 10, 30, 20, "Raid", 77, {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"state": (None, "active"), "interval_minutes": (None, 60.0), "title": (None, "Raid")},
            "watched, every 1 hour",
        ),
        ({"interval_minutes": (60.0, 90.0)}, "interval 1 hour → 1 hour 30 minutes"),
        ({"is_paused": (False, True)}, "paused no → yes"),
        ({"state": ("active", "completed"), "state_reason": (None, "unwatched")}, "state watched → ended (unwatched)"),
        ({"state": ("blocked", "active"), "state_reason": ("403", None)}, "state blocked → watched"),
        ({"state_reason": ("old", "new")}, "reason “old” → “new”"),
        ({"title": ("A", "B"), "is_paused": (True, False)}, "title “A” → “B”; paused yes → no"),
        ({"required_reactions": (["✅"], ["✅", "❌"])}, "answers ✅ → ✅ ❌"),
        ({"time_zone": (None, "Europe/Berlin")}, "time_zone none → “Europe/Berlin”"),
    ],
    ids=str,
)
def test_change_is_told_from_what_to_what(changes: dict[str, tuple[Any, Any]], said: str) -> None:
    line = change_line(replace(ENTRY, changes=changes))
    assert line == f"<t:1772582400:R> <@77> · [Raid](https://discord.com/channels/10/20/30): {said}"


def test_bot_and_settings_are_named_as_such() -> None:
    entry = replace(ENTRY, actor_id=None, event_id=None, channel_id=None, changes={"time_zone": ("UTC", None)})
    assert change_line(entry) == "<t:1772582400:R> the bot · settings of this server: time_zone “UTC” → none"


def test_event_whose_row_is_gone_is_named_by_its_id() -> None:
    assert "[30](https://discord.com/channels/10/20/30)" in change_line(
        replace(ENTRY, title=None, changes={"is_paused": (False, True)})
    )


@pytest.mark.parametrize("text", NASTIES.values(), ids=NASTIES)
def test_what_people_wrote_stays_text_within_the_line(text: str) -> None:
    title = text[:200]
    line = change_line(replace(ENTRY, title=title, changes={"title": (title, title), "state_reason": (None, text)}))
    assert len(line) <= LINE_LIMIT
    label, address, rest = masked_link(line.partition(" · ")[2])
    assert_plain(label)
    assert address == "https://discord.com/channels/10/20/30"
    assert pings(rest) == []
    assert "://" not in rest
    assert not set("*_~`|<>[]#\n") & set(unescaped(rest))
