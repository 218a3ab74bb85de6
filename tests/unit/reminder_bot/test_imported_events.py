"""The first start after an import: nothing is sent before the answers are read, and then one interval later."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.records import UNKNOWN_ANSWER, SignalKind, TrackedEvent
from persistence import events, imported_events, reactions
from reminder_bot.event_requests import EventStatus
from reminder_bot.legacy_files import tell_of_legacy_files
from tests.legacy_files import raw, run_import, write
from tests.unit.reminder_bot.conftest import CHANNEL, EVENT, GUILD, House
from utils.embeds import status_card
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

INTERVAL = timedelta(minutes=90)


async def start_after_import(house: House, tmp_path: Path, last_reminder: datetime, guild_id: int = GUILD) -> None:
    """Import the one event, which person 1 has answered, while the bot is down; start it without a session."""
    await house.close()
    moment = last_reminder.replace(tzinfo=None).isoformat()
    entry = raw(
        EVENT, channel_id=CHANNEL, guild_id=guild_id, interval_minutes=90, last_reminder=moment, users_who_reacted=[1],
        all_users=[1, 2, 3],
    )  # fmt: skip
    run_import(house.path, house.clock, write(tmp_path / "watched_reminders.json", entry))
    await house.open()


async def answers(house: House) -> dict[int, tuple[str, datetime | None]]:
    found = await house.reader.run(reactions.list_answers, GUILD, EVENT)
    return {answer.user_id: (answer.emoji, answer.reacted_at) for answer in found}


@pytest.fixture
def yesterday(house: House) -> datetime:
    return house.clock.now() - timedelta(days=1)


async def test_nothing_is_sent_before_the_first_reconciliation(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    await house.tick(days=3)
    assert house.sender.posts == []
    assert (await house.event()).next_reminder_at is None


async def test_first_reminder_comes_one_interval_after_the_first_reconciliation(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    house.source.held = {1: frozenset({"❌"})}
    house.clock.advance(hours=5)
    await house.connect()
    assert (await house.event()).next_reminder_at == house.clock.now() + INTERVAL
    await house.tick(minutes=89)
    assert house.sender.posts == []
    await house.tick(minutes=1)
    assert house.sender.pinged == [2, 3]


async def test_unknown_answer_becomes_the_real_one_and_its_time_stays_unknown(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    assert await answers(house) == {1: (UNKNOWN_ANSWER, None)}
    house.source.held = {1: frozenset({"❌"}), 2: frozenset({"✅"})}
    await house.connect()
    assert await answers(house) == {1: ("❌", None), 2: ("✅", None)}


async def test_answer_that_is_no_more_on_discord_is_withdrawn(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    await house.connect()
    assert await answers(house) == {}
    await house.tick(minutes=90)
    assert house.sender.pinged == [1, 2, 3]


async def test_frame_that_comes_before_the_reconciliation_is_not_undone_by_the_unknown_answer(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    await house.react(1, "✅")
    assert (await answers(house))[1][0] == "✅"
    await house.connect()
    assert (await answers(house))[1][0] == "✅"
    await house.react(1, "✅", SignalKind.REMOVE)
    assert await answers(house) == {}


async def test_event_of_long_ago_stays_paused_until_somebody_resumes_it(house: House, tmp_path: Path) -> None:
    await start_after_import(house, tmp_path, house.clock.now() - timedelta(days=15))
    await house.connect()
    await house.tick(days=2)
    assert house.sender.posts == []
    resumed = await house.manager.resume(GUILD, EVENT, by=1)
    assert resumed.next_reminder_at == house.clock.now() + INTERVAL


async def test_event_without_guild_finds_it_by_its_channel_and_is_reconciled(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday, guild_id=0)
    assert len(house.manager.index) == 0
    house.finder.guilds = {CHANNEL: GUILD}
    house.source.held = {1: frozenset({"✅"})}
    await house.connect()
    event: TrackedEvent = await house.event()
    assert (event.interval, event.next_reminder_at) == (INTERVAL, house.clock.now() + INTERVAL)
    assert await answers(house) == {1: ("✅", None)}
    assert await house.reader.run(imported_events.list_unresolved) == []
    assert len(house.manager.index) == 1


@pytest.mark.parametrize(
    "error", [GoneError("gone"), BlockedError("no access"), TransientDiscordError("503"), None], ids=repr
)
async def test_event_whose_guild_is_not_found_waits_and_is_tried_again_in_the_next_session(
    house: House, tmp_path: Path, yesterday: datetime, error: DiscordError | None, caplog: pytest.LogCaptureFixture
) -> None:
    await start_after_import(house, tmp_path, yesterday, guild_id=0)
    house.finder.error = error
    await house.connect()
    await house.connect()
    assert len(await house.reader.run(imported_events.list_unresolved)) == 1
    assert len([record for record in caplog.records if "waits for its server" in record.message]) <= 1
    house.finder.error, house.finder.guilds = None, {CHANNEL: GUILD}
    await house.connect()
    assert (await house.event()).message_id == EVENT


async def test_event_whose_guild_was_found_late_is_reconciled_without_a_new_session(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday, guild_id=0)
    await house.connect()
    house.finder.guilds = {CHANNEL: GUILD}
    house.manager.catch_up.recheck_blocked()
    await house.until(lambda: house.manager.session.can_send(EVENT))


async def test_event_that_was_watched_anew_meanwhile_is_only_taken_off_the_list(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday, guild_id=0)
    house.manager.session.begin()
    house.manager.session.members_arrived()
    await house.watch(minutes=30)
    house.finder.guilds = {CHANNEL: GUILD}
    await house.connect()
    assert (await house.event()).interval_minutes == 30
    assert await house.reader.run(imported_events.list_unresolved) == []


async def test_status_shows_who_answered_before_their_reaction_is_read(
    house: House, tmp_path: Path, yesterday: datetime
) -> None:
    await start_after_import(house, tmp_path, yesterday)
    event = await house.event()
    found = tuple(await house.reader.run(reactions.list_answers, GUILD, EVENT))

    status = EventStatus(event, found, None, None, "not read yet", is_sending=False, log=())
    fields = {field.name: field.value for field in status_card(status).fields}
    assert fields["Answered, reaction not read yet: 1"] == "<@1>"


async def test_old_files_beside_an_empty_database_are_told_with_the_command(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(house.path.parent / "watched_matches.json", raw())
    await tell_of_legacy_files(house.path, house.reader)
    (record,) = [record for record in caplog.records if "old bot" in record.message]
    assert f"import-json migrate {path} --database {house.path}" in record.message
    assert await house.reader.run(events.is_empty)


async def test_old_files_beside_a_database_with_events_are_not_spoken_of(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    write(house.path.parent / "watched_matches.json", raw())
    await house.watch()
    await tell_of_legacy_files(house.path, house.reader)
    assert "old bot" not in caplog.text
