"""The same token on the wrong file, and the right file on the wrong server."""

from pathlib import Path

from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from tests.integration.scene import Scene


async def test_database_of_another_bot_is_refused_and_nothing_in_it_changes(scene: Scene, tmp_path: Path) -> None:
    await scene.watch("1h")
    await scene.bot.stop()
    before = scene.rows("SELECT * FROM event")
    seed = seed_world()
    async with Sandbox(seed.world) as elsewhere:
        stranger = Scene(elsewhere, seed, tmp_path)
        await stranger.bot.start()
        await scene.until(lambda: not stranger.bot.is_running, "the refusal")
        assert "is the database of another bot" in stranger.log()
    assert scene.rows("SELECT * FROM event") == before


async def test_server_the_bot_was_removed_from_while_it_was_down_loses_nothing(scene: Scene) -> None:
    message_id = await scene.watch("1s")
    await scene.kill()
    await scene.sandbox.director.kick_bot(scene.seed.guild_id, scene.seed.bot_id)
    await scene.restart()
    await scene.until(lambda: "not reconciled yet" in scene.log() or "blocked" in scene.log(), "the read")
    assert scene.rows("SELECT state FROM event WHERE message_id = ?", message_id) in ([("active",)], [("blocked",)])
    sent = len(scene.reminders())
    await scene.sandbox.director.invite_bot(scene.seed.guild_id, scene.seed.bot_id)
    await scene.wait_reminders(sent + 1, timeout=25)
