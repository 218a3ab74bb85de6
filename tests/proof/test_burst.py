"""Many events due in the same second, against Discord's real limits."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.integration.scene import Scene

CHANNELS, EVENTS_EACH = 100, 10


def fill(scene: Scene, channels: list[int], due: datetime) -> None:
    """Write events straight into the database of a bot that is not running: so many commands would take long."""
    organiser, guild = scene.seed.organiser_id, scene.seed.guild_id
    now = due.isoformat(sep=" ", timespec="milliseconds")
    with closing(sqlite3.connect(scene.database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(event)")]
        for channel in channels:
            for number in range(EVENTS_EACH):
                message = scene.sandbox.world.add_message(channel, organiser, f"Event {number}")
                row = {
                    "message_id": message.id, "channel_id": channel, "guild_id": guild, "title": f"Event {number}",
                    "interval_minutes": 600, "is_paused": 0, "required_reactions": '["✅", "❌"]', "state": "active",
                    "next_reminder_at": now, "state_changed_at": now, "created_at": now, "updated_at": now,
                }  # fmt: skip
                names = [name for name in columns if name in row]
                marks = ", ".join("?" * len(names))
                connection.execute(
                    f"INSERT INTO event ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names]
                )


async def test_burst_keeps_to_discords_limits_and_pings_everybody_once_per_event(
    limited_sandbox: Sandbox, sandbox_seed: Seed, tmp_path: Path
) -> None:
    scene = Scene(limited_sandbox, sandbox_seed, tmp_path)
    channels = [limited_sandbox.world.add_channel(sandbox_seed.guild_id, f"c{n}").id for n in range(CHANNELS)]
    try:
        await scene.start()
        await scene.watch("1h")
        await scene.bot.stop()
        fill(scene, channels, datetime.now(UTC) - timedelta(minutes=1))
        await scene.restart()

        def posts() -> int:
            return sum(len(limited_sandbox.record.posts_in(channel)) for channel in channels)

        await scene.until(lambda: posts() > CHANNELS, "the burst", timeout=90)
        # Discord gives a command three seconds; the sandbox too.
        assert "Event" in (await scene.run("list")).text
        await scene.until(lambda: posts() == CHANNELS * EVENTS_EACH, "all reminders", timeout=90)
    finally:
        await scene.kill()
    pinged = [sorted(post.pinged_user_ids) for channel in channels for post in limited_sandbox.record.posts_in(channel)]
    assert pinged == [sorted(scene.people)] * (CHANNELS * EVENTS_EACH)
    by_bucket = Counter(hit.bucket for hit in limited_sandbox.record.rate_limits)
    assert all(count <= 1 for count in by_bucket.values()), by_bucket
