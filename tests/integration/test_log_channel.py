"""What organisers are told in the log channel, through a real bot process: what happened, once, pinging nobody."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.uploads import Upload
from tests.integration.command_stage import Home, Stage, open_stage, soon
from tests.integration.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("log")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def file_of(**settings: Any) -> Upload:
    """Return a file of settings."""
    document = {"kind": "reminder-bot settings", "version": 1, "settings": settings}
    return Upload("settings.json", json.dumps(document).encode())


async def log_channel(home: Home, **settings: Any) -> int:
    """Make a log channel and choose it; other settings with it."""
    channel = await home.new_channel("bot-log")
    reply = await home.run("settings import", by=home.owner_id, file=file_of(log_channel_id=str(channel), **settings))
    assert f"<#{channel}>" in reply.text
    return channel


async def told(home: Home, channel: int, count: int = 1) -> list[Post]:
    """Wait until so much is in the log channel; nothing of it pings."""
    posts = await home.wait_reminders(count, channel)
    assert not any(post.pinged_user_ids for post in posts)
    return posts


async def allow(home: Home, channel_id: int) -> None:
    """Give the bot back what `Home.block` took."""
    await home.sandbox.director.edit_overwrite(channel_id, home.bot_id, allow=0, kind=OverwriteKind.MEMBER)


def direct(home: Home) -> list[str]:
    """Return what the bot has written to people directly."""
    world = home.sandbox.world
    return [post.content for post in home.sandbox.record.posts if world.channel(post.channel_id).guild_id is None]


async def test_block_and_its_end_are_told_there_and_to_nobody_directly(home: Home) -> None:
    log, before = await log_channel(home), len(direct(home))
    message_id = await home.watched("Raid **night**")
    await home.block(message_id)
    (post,) = await told(home, log)
    assert post.content.startswith(f"⚠️ I cannot send reminders for [Raid \\*\\*night\\*\\*]({home.link(message_id)}).")
    assert "Missing Permissions" in post.content
    assert "`/unwatch` ends the event instead." in post.content
    await allow(home, home.channel_id)
    await home.until(lambda: home.stored(message_id).state == "active", "the end of the block")
    posts = await told(home, log, 2)
    assert posts[1].content.startswith("✅ I can read [Raid")
    assert len(direct(home)) == before


async def test_events_whose_channel_was_deleted_are_told_together_in_the_servers_language(home: Home) -> None:
    log = await log_channel(home, language="fr")
    other = await home.new_channel("short-lived")
    for name in ("Raid one", "Raid two"):
        await home.watched(name, channel_id=other)
    await home.sandbox.director.delete_channel(other)
    (post,) = await told(home, log)
    assert (
        post.content.count("📦 Je ne rappelle plus « Raid ") == 2 or post.content.count("📦 Je ne rappelle plus") == 2
    )
    assert "Le salon a été supprimé." in post.content
    await soon()
    assert len(home.reminders(log)) == 1


async def test_place_that_cannot_be_used_is_told_once_until_it_could_be(home: Home) -> None:
    log, place = await log_channel(home), await home.new_channel("reminders")
    await home.run("settings import", by=home.owner_id, file=file_of(place="elsewhere", place_channel_id=str(place)))
    message_id = await home.watched()
    await home.close_channel(place, home.bot_id)
    for count in (1, 2):
        await home.remind(message_id)
        await home.wait_reminders(count)
    (post,) = await told(home, log)
    assert "go to its own channel, not where you wanted them. I may not write in the channel chosen" in post.content
    await allow(home, place)
    await home.remind(message_id)
    await home.wait_reminders(1, place)
    await home.close_channel(place, home.bot_id)
    await home.remind(message_id)
    assert len(await told(home, log, 2)) == 2


async def test_log_channel_that_is_lost_is_told_once_and_blocks_as_without_one(home: Home) -> None:
    log = await log_channel(home)
    system = await home.new_channel("system")
    home.sandbox.world.guild(home.guild_id).system_channel_id = system
    await home.sandbox.director.edit_overwrite(
        log, home.bot_id, deny=int(Permission.SEND_MESSAGES), kind=OverwriteKind.MEMBER
    )
    before = len(direct(home))
    for name in ("Raid one", "Raid two"):
        channel = await home.new_channel("plans")
        await home.block(await home.watched(name, channel_id=channel))
    await home.until(
        lambda: sum("I cannot send" in text for text in direct(home)[before:]) >= 2, "telling who made the events"
    )
    assert any("I cannot send reminders for [Raid one]" in text for text in direct(home)[before:])
    lost = [text for text in direct(home)[before:] if "log channel" in text] + [
        post.content for post in home.reminders(system)
    ]
    assert len(lost) == 1
    assert f"log channel, <#{log}>, any more. Choose another with `/settings show`" in lost[0]


async def test_discord_that_is_away_for_a_moment_gets_the_notice_once(home: Home) -> None:
    log = await log_channel(home)
    message_id = await home.watched()
    home.sandbox.faults.status("POST", rf"/channels/{log}/messages", 503, times=1)
    await home.block(message_id)
    await home.until(lambda: len(home.reminders(log)) == 1, "the notice after the failure")


async def test_event_that_ended_as_planned_is_no_news(home: Home) -> None:
    log = await log_channel(home)
    message_id = await home.watched()
    await home.run("unwatch", event=str(message_id))
    await soon()
    await soon()
    assert home.reminders(log) == []


@asynccontextmanager
async def in_a_hurry(folder: Path, *, speed: int = 1200, **settings: str) -> AsyncIterator[tuple[Scene, int]]:
    """Run a bot for which ``speed`` seconds pass in one, in a guild with a log channel, whose id is the second."""
    clock = SandboxClock()
    clock.set_speed(speed)
    seed = seed_world(now=clock.now, steady=time.monotonic)
    sandbox = Sandbox(seed.world, behaviour=Behaviour(rate_limits=RateLimits.off()))
    sandbox.keep_time(clock)
    async with sandbox:
        settings = {"SANDBOX_CLOCK_URL": sandbox.clock_url, "MIN_FREE_DISK_MB": "0", **settings}
        scene = Scene(sandbox, seed, folder, settings=settings)
        log = await sandbox.director.create_channel(seed.guild_id, "bot-log")
        try:
            await scene.start()
            await scene.run("settings import", file=file_of(log_channel_id=str(log)))
            yield scene, log
        finally:
            await scene.kill()


async def once_more(scene: Scene, logged: str) -> None:
    """Wait until something is in the bot's log once more."""
    path = scene.folder / "bot.log"
    before = path.read_text().count(logged)
    await scene.until(lambda: path.read_text().count(logged) > before, logged, timeout=20)


async def test_failed_backup_is_told_without_the_operators_paths_and_so_is_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.symlink_to("/proc")
    async with in_a_hurry(tmp_path, BACKUP_FOLDER=str(folder)) as (scene, log):
        posts = scene.sandbox.record.posts_in
        await scene.until(lambda: len(posts(log)) == 1, "the notice", timeout=20)
        await once_more(scene, "upkeep failed job=backup ")
        folder.unlink()
        await scene.until(lambda: len(posts(log)) >= 2, "the end of it", timeout=20)
        first, second = (post.content for post in posts(log))
    assert first.startswith("⚠️ Part of my upkeep fails: backup. Reminders go on.")
    assert str(tmp_path) not in first
    assert second == "✅ This part of my upkeep works again: backup."


async def test_upkeep_that_fails_is_not_told_again_after_a_restart_and_its_end_is(tmp_path: Path) -> None:
    script = tmp_path / "off-site"
    script.write_text("#!/bin/sh\nexit 1\n")
    script.chmod(0o755)
    async with in_a_hurry(tmp_path, BACKUP_COMMAND=str(script)) as (scene, log):
        posts = scene.sandbox.record.posts_in
        await scene.until(lambda: len(posts(log)) == 1, "the notice", timeout=20)
        await scene.kill()
        await scene.restart()
        await once_more(scene, "upkeep failed job=backup command")
        await soon()
        assert len(posts(log)) == 1
        await scene.kill()
        script.write_text("#!/bin/sh\nexit 0\n")
        await scene.restart()
        await scene.until(lambda: len(posts(log)) == 2, "the end of it", timeout=20)
        assert posts(log)[1].content == "✅ This part of my upkeep works again: backup command."
