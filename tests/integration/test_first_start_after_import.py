"""The whole way: a legacy file, the import, the real bot against the sandbox."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.integration.scene import Scene
from tests.legacy_files import OPTIONS, raw, run_import, write
from utils.time import SystemClock


async def test_imported_event_without_server_is_found_read_and_reminded_about_one_interval_later(
    unstarted: Scene, tmp_path: Path
) -> None:
    scene, clock = unstarted, SystemClock()
    message_id = await scene.post_event()
    answered, withdrawn, missing = scene.people[1:4]
    await scene.react(message_id, answered, emoji="❌")
    yesterday = (clock.now() - timedelta(days=1)).replace(tzinfo=None).isoformat()
    entry = raw(
        message_id, channel_id=scene.seed.channel_id, guild_id=0, interval_minutes=2 / 60, last_reminder=yesterday,
        users_who_reacted=[answered, withdrawn], all_users=list(scene.people),
    )  # fmt: skip
    rules = replace(OPTIONS, least_interval=1 / 60)
    run_import(scene.database, clock, write(tmp_path / "watched_reminders.json", entry), options=rules)
    assert scene.rows("SELECT count(*) FROM unresolved_event") == [(1,)]
    await scene.start()
    (reminder,) = (await scene.wait_reminders(1))[:1]
    assert scene.stored_answers(message_id) == {answered: "❌"}
    assert scene.rows("SELECT count(*) FROM unresolved_event") == [(0,)]
    assert {withdrawn, missing} <= set(reminder.pinged_user_ids)
    assert answered not in reminder.pinged_user_ids
