"""Which version of an event counts: between files, and between a file and what the database has by now."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from persistence import forgotten
from tests.fakes import FakeClock
from tests.legacy_files import (
    BEN,
    CHANNEL,
    CHLOE,
    EVENT,
    GUILD,
    OPTIONS,
    SECOND,
    TARIQ,
    Imported,
    raw,
    run_import,
    write,
)
from tests.unit.persistence.factories import opened

OLD, NEW, NEWER = "2025-08-20T10:00:00", "2025-08-24T10:00:00", "2025-08-24T18:00:00"
SOON_AFTER = datetime(2025, 8, 25, 8, 0, tzinfo=UTC)

Take = Callable[..., Imported]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.db"


@pytest.fixture
def take(tmp_path: Path, database: Path) -> Take:
    """Import some entries of one event, each from a file of its own, V2 unless they lack the fields."""
    clock = FakeClock(SOON_AFTER)

    def take_in(*entries: dict[str, Any], **options: Any) -> Imported:
        clock.advance(minutes=1)
        paths = [write(tmp_path / f"{number}.json", entry) for number, entry in enumerate(entries)]
        return run_import(database, clock, *paths, options=replace(OPTIONS, **options))

    return take_in


def change(database: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, values)


def people_in(database: Path) -> set[int]:
    waiting = "FROM unresolved_event, json_each(entry"
    tables = (
        "user_id FROM reaction",
        "user_id FROM user",
        f"value {waiting}, '$.asked')",
        f"value {waiting}, '$.answered')",
    )
    with closing(sqlite3.connect(database)) as connection:
        return {int(row[0]) for table in tables for row in connection.execute(f"SELECT {table}")}


def event(database: Path, column: str) -> Any:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"SELECT {column} FROM event WHERE message_id = ?", [EVENT]).fetchone()[0]


def answers(database: Path) -> dict[int, str]:
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT user_id, emoji FROM reaction").fetchall())


def reconcile(database: Path) -> None:
    """Do to the event what the bot's first reconciliation does."""
    change(database, "UPDATE reaction SET emoji = '❌', held = '[\"❌\"]'")
    change(database, "UPDATE event SET description = 'read from Discord'")


def test_newest_last_reminder_wins_and_its_answers_alone_count(take: Take, database: Path) -> None:
    newest = raw(last_reminder=NEW, users_who_reacted=[BEN], title="new")
    result = take(raw(last_reminder=OLD, users_who_reacted=[CHLOE, TARIQ]), newest)
    assert (event(database, "title"), answers(database)) == ("new", {BEN: "unknown"})
    assert [field for _key, field, _message in result.warnings] == ["last_reminder"]


def test_entry_with_a_readable_last_reminder_wins_over_one_without(take: Take, database: Path) -> None:
    take(raw(last_reminder="yesterday", title="never"), raw(last_reminder=OLD, title="once"))
    assert event(database, "title") == "once"


def test_more_fields_win_a_tie(take: Take, database: Path) -> None:
    take(raw(title="less", created_at=...), raw(title="more"))
    assert event(database, "title") == "more"


def test_later_era_wins_a_tie_of_as_many_fields(tmp_path: Path, database: Path) -> None:
    v2 = write(tmp_path / "watched_reminders.json", raw(title="v2"))
    v1 = write(tmp_path / "watched_matches.json", raw(title="v1"))
    run_import(database, FakeClock(SOON_AFTER), v1, v2)
    assert event(database, "title") == "v2"


def test_missing_guild_and_interval_are_filled_from_the_loser_and_reported(take: Take, database: Path) -> None:
    newest = raw(last_reminder=NEW, guild_id=0, interval_minutes=...)
    result = take(newest, raw(last_reminder=OLD, interval_minutes=90))
    assert (event(database, "guild_id"), event(database, "interval_minutes")) == (GUILD, 90)
    filled = [field for _key, field, message in result.warnings if "taken from" in message]
    assert filled == ["guild_id", "interval_minutes"]


def test_guild_given_by_hand_comes_before_that_of_the_channel(take: Take, database: Path) -> None:
    take(raw(guild_id=...), raw(SECOND), guild_id=77)
    assert event(database, "guild_id") == 77


def test_channel_whose_entries_contradict_each_other_tells_no_guild(take: Take) -> None:
    result = take(raw(guild_id=0), raw(SECOND), raw(SECOND + 1, guild_id=GUILD + 1))
    assert result.outcome.totals.without_guild == 1


def test_newer_file_updates_what_is_newer(take: Take, database: Path) -> None:
    take(raw(last_reminder=OLD, users_who_reacted=[CHLOE]))
    assert take(raw(last_reminder=NEW, users_who_reacted=[BEN], is_paused=True)).counts == (0, 1, 0)
    assert (event(database, "is_paused"), answers(database)) == (1, {BEN: "unknown"})


def test_older_file_changes_nothing(take: Take, database: Path) -> None:
    take(raw(last_reminder=NEW, title="new"))
    assert take(raw(last_reminder=OLD, title="old")).counts == (0, 0, 1)
    assert event(database, "title") == "new"


def test_answer_given_to_the_old_bot_since_is_taken_over_without_a_newer_reminder(take: Take, database: Path) -> None:
    take(raw(users_who_reacted=[CHLOE]))
    assert take(raw(users_who_reacted=[CHLOE, BEN])).counts == (0, 1, 0)
    assert answers(database).keys() == {CHLOE, BEN}


def test_same_files_change_nothing_after_the_bot_has_made_the_event_its_own(take: Take, database: Path) -> None:
    take(raw(last_reminder=NEW))
    reconcile(database)
    change(database, "UPDATE event SET interval_minutes = 5, next_reminder_at = '2025-08-26 08:00:00.000+00:00'")
    assert take(raw(last_reminder=NEW)).counts == (0, 0, 1)
    assert (event(database, "interval_minutes"), answers(database)) == (5, {CHLOE: "❌"})


def test_changed_file_of_no_newer_reminder_does_not_undo_what_the_bot_has_made_of_an_event(
    take: Take, database: Path
) -> None:
    take(raw(last_reminder=NEW))
    reconcile(database)
    change(database, "UPDATE event SET last_reminder = '2025-08-24 20:00:00.000+00:00'")
    assert take(raw(last_reminder=NEWER, users_who_reacted=[BEN], title="old")).counts == (0, 0, 1)
    assert answers(database) == {CHLOE: "❌"}


def test_newer_reminder_renews_an_event_of_the_bots_own_but_never_its_answers(take: Take, database: Path) -> None:
    take(raw(last_reminder=NEW))
    reconcile(database)
    change(database, "UPDATE event SET next_reminder_at = '2025-08-26 08:00:00.000+00:00'")
    assert take(raw(last_reminder=NEWER, users_who_reacted=[BEN], interval_minutes=90)).counts == (0, 1, 0)
    assert (event(database, "interval_minutes"), event(database, "next_reminder_at")) == (90, None)
    assert answers(database) == {CHLOE: "❌"}


def test_event_that_was_watched_here_is_left_as_it_is(take: Take, database: Path) -> None:
    take(raw(last_reminder=OLD, title="watched"))
    change(database, "DELETE FROM imported_event")
    result = take(raw(last_reminder=NEW, title="imported"))
    assert (result.counts, event(database, "title")) == ((0, 0, 1), "watched")
    assert "watches the event already" in result.warnings[0][2]


def test_event_not_reminded_about_for_over_14_days_starts_paused_and_is_marked(take: Take, database: Path) -> None:
    result = take(raw(last_reminder="2025-08-11T07:00:00"))
    assert (event(database, "is_paused"), result.outcome.totals.dormant) == (1, 1)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT is_dormant, told_at FROM imported_event").fetchall() == [(1, None)]


def test_event_paused_by_somebody_is_no_dormant_one(take: Take) -> None:
    assert take(raw(last_reminder="2025-08-01T07:00:00", is_paused=True)).outcome.totals.dormant == 0


def test_dormant_event_that_was_resumed_is_not_paused_again(take: Take, database: Path) -> None:
    take(raw(last_reminder="2025-08-01T07:00:00"))
    change(database, "UPDATE event SET is_paused = 0")
    assert take(raw(last_reminder="2025-08-01T07:00:00")).counts == (0, 0, 1)
    assert event(database, "is_paused") == 0


def test_files_one_after_the_other_come_to_the_same_as_together(tmp_path: Path) -> None:
    older, newer = raw(last_reminder=OLD, interval_minutes=90), raw(last_reminder=NEW, interval_minutes=...)
    clock = FakeClock(SOON_AFTER)
    paths = [write(tmp_path / "a.json", older), write(tmp_path / "b.json", newer)]
    together, apart = tmp_path / "together.db", tmp_path / "apart.db"
    run_import(together, clock, *paths)
    for path in paths:
        clock.advance(minutes=1)
        run_import(apart, clock, path)
    for column in ("interval_minutes", "last_reminder", "title", "created_at"):
        assert event(together, column) == event(apart, column)


@pytest.mark.parametrize("guild_id", [GUILD, 0])
def test_forgotten_person_is_left_out_and_the_same_file_still_changes_nothing(
    take: Take, database: Path, guild_id: int
) -> None:
    entry = raw(guild_id=guild_id, users_who_reacted=[CHLOE, BEN])
    take(raw(SECOND, channel_id=CHANNEL + 1))
    with opened(database):
        forgotten.forget(CHLOE, SOON_AFTER)
    assert take(entry).counts == (1, 0, 0)
    assert CHLOE not in people_in(database)
    assert take(entry).counts == (0, 0, 1)
    newer = raw(guild_id=guild_id, users_who_reacted=[CHLOE, TARIQ], last_reminder="2025-08-24T23:00:00")
    assert take(newer).counts == (0, 1, 0)
    assert CHLOE not in people_in(database)


def test_forgetting_after_an_import_is_no_reason_to_import_again(take: Take, database: Path) -> None:
    take(raw())
    assert CHLOE in people_in(database)
    with opened(database):
        forgotten.forget(CHLOE, SOON_AFTER)
    assert take(raw()).counts == (0, 0, 1)


def test_person_the_bot_has_met_is_left_as_they_are(take: Take, database: Path) -> None:
    take(raw(last_reminder=OLD, all_users=[BEN]))
    change(database, "UPDATE user SET username = 'Ben', last_seen = '2025-08-01 00:00:00.000+00:00'")
    take(raw(last_reminder=NEW, all_users=[BEN]))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT username, last_seen FROM user").fetchall() == [
            ("Ben", "2025-08-01 00:00:00.000+00:00")
        ]


def test_stored_channel_tells_the_guild_of_a_later_file(take: Take) -> None:
    take(raw())
    assert take(raw(SECOND, guild_id=...)).outcome.totals.without_guild == 0
    assert take(raw(SECOND + 1, guild_id=..., channel_id=CHANNEL + 5)).outcome.totals.without_guild == 1
