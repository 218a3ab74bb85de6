"""The daily look, through a real bot process whose days are seconds: what is wrong is told once in the log channel."""

import asyncio
from pathlib import Path

from reminder_bot.sandbox.director import Director
from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.test_log_channel import file_of, in_a_hurry

DAYS = 20_000


async def test_what_is_found_is_told_once_through_a_restart_and_again_when_it_comes_back(tmp_path: Path) -> None:
    jobs = dict.fromkeys(("BACKUP_TIME", "CLEANUP_TIME", "OPTIMIZE_TIME"), "off")
    async with in_a_hurry(tmp_path, speed=DAYS, **jobs) as (scene, log):
        place = await scene.sandbox.director.create_channel(scene.seed.guild_id, "reminders")
        await scene.run("settings import", file=file_of(place="elsewhere", place_channel_id=str(place)))
        await deny(scene.sandbox.director, place, scene.seed.bot_id, int(Permission.SEND_MESSAGES))

        def told() -> int:
            posts = scene.sandbox.record.posts_in(log)
            return sum("🩺" in post.content and f"<#{place}>" in post.content for post in posts)

        await scene.until(lambda: told() == 1, "telling of it", timeout=20)
        await scene.kill()
        await scene.restart()
        await looked(scene.folder, 3)
        assert told() == 1
        await deny(scene.sandbox.director, place, scene.seed.bot_id, 0)
        await looked(scene.folder, 2)
        await deny(scene.sandbox.director, place, scene.seed.bot_id, int(Permission.SEND_MESSAGES))
        await scene.until(lambda: told() == 2, "telling of it again", timeout=20)


async def deny(director: Director, channel_id: int, bot_id: int, permissions: int) -> None:
    """Take permissions from the bot in a channel."""
    await director.edit_overwrite(channel_id, bot_id, deny=permissions, kind=OverwriteKind.MEMBER)


async def looked(folder: Path, times: int) -> None:
    """Wait until the bot has looked so often from now on."""
    path = folder / "bot.log"
    goal = path.read_text().count("looked over guild_id") + times
    async with asyncio.timeout(30):
        while path.read_text().count("looked over guild_id") < goal:
            await asyncio.sleep(0.1)
