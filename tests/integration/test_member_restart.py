"""Buttons under a message that is older than the bot's process, in a channel and in a direct message."""

from pathlib import Path

from tests.integration.command_stage import open_stage
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
