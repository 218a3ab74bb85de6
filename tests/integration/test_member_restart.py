"""Buttons under a message that is older than the bot's process, in a channel and in a direct message."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tests.integration.command_stage import Home, open_stage
from tests.integration.test_members import press, reminded, with_buttons


async def test_buttons_work_after_a_restart_in_a_channel_and_in_a_direct_message(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        me, other, _third = home.member_ids
        event_id, message_id = await reminded(home)
        home.sandbox.world.open_dm(me, home.bot_id)
        direct_id = await home.sandbox.director.send_direct(home.bot_id, me, "Raid night")
        with_buttons(home, direct_id, str(event_id))
        offered = await press(home, other, message_id, "Snooze")
        await stage.scene.kill()
        await stage.scene.restart()
        reply = await home.sandbox.director.click(me, direct_id, "Not this event", timeout=10)
        assert "You are not asked about [Raid night]" in reply.text
        assert not reply.ephemeral
        assert stage.scene.rows("SELECT user_id FROM event_opt_out") == [(me,)]
        done = await home.sandbox.director.click(other, offered, "1 hour", timeout=10)
        assert "I remind you again" in done.text
        assert stage.scene.rows("SELECT user_id FROM held_reminder") == [(other,)]


async def test_buttons_of_a_gathered_message_are_about_the_events_that_were_for_whoever_presses(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        me, other, third = home.member_ids
        raid, message_id = await reminded(home)
        picnic = await home.watched("Picnic")
        number = gather(home, [(raid, me), (picnic, me), (picnic, other)])
        with_buttons(home, message_id, f"g{number}.a1b2c3d4")
        offered = await press(home, me, message_id, "Snooze")
        await home.sandbox.director.click(me, offered, "1 hour")
        snoozed = "SELECT event_id FROM held_reminder WHERE user_id = ? AND gathered_id IS NULL ORDER BY 1"
        assert stage.scene.rows(snoozed, me) == [(raid,), (picnic,)]
        assert "about [Picnic]" in (await press(home, other, message_id, "Not this event")).text
        asked = await press(home, me, message_id, "Not this event")
        assert sorted(asked.option_values) == sorted([str(raid), str(picnic)])
        told = await home.sandbox.director.select(me, asked, None, [str(raid)])
        assert "about [Raid night]" in told.text
        assert "about [Picnic]" in (await press(home, me, message_id, "Not this event")).text
        declined = "SELECT user_id, event_id FROM event_opt_out ORDER BY event_id, user_id = ?"
        assert stage.scene.rows(declined, other) == [(me, raid), (me, picnic), (other, picnic)]
        await press(home, third, message_id, "Snooze")
        assert stage.scene.rows(snoozed, third) == []


def gather(home: Home, held: Iterable[tuple[int, int]]) -> int:
    """Write down a gathered message for some events and people, as delivery does."""
    now = "2026-01-01T00:00:00.000Z"
    with closing(sqlite3.connect(home.stage.scene.database)) as connection, connection:
        columns = "guild_id, channel_id, scheduled_at, nonce, created_at, updated_at"
        values = (home.guild_id, home.channel_id, now, "a1b2c3d4e5f6", now, now)
        number = connection.execute(f"INSERT INTO gathered_message ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
        rows = [(each, user, now, number.lastrowid, now, now) for each, user in held]
        columns = "event_id, user_id, kind, due_at, way, why, gathered_id, outcome, created_at, updated_at"
        sql = f"INSERT INTO held_reminder ({columns}) VALUES (?, ?, 'silent', ?, 'channel', 'quiet', ?, 'pinged', ?, ?)"
        connection.executemany(sql, rows)
        return int(number.lastrowid or 0)
