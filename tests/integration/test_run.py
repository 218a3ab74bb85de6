"""The two ways to start, as a person who has just cloned the project uses them."""

import asyncio
import os
import sys
from pathlib import Path

from reminder_bot.sandbox.seed import SANDBOX_TOKEN, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World
from tests.integration.scene import Scene

ROOT = Path(__file__).resolve().parents[2]


async def run_bot(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DISCORD_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reminder_bot", *arguments,
        cwd=cwd, env={**kept, "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, output.decode()


async def test_story_comes_out_right_and_leaves_its_database(tmp_path: Path) -> None:
    code, output = await run_bot("run", "--or-demo", "--once", cwd=tmp_path)
    assert code == 0, output
    assert "The story came out right" in output
    assert "changes their mind" in output
    assert "takes their ❌ back" in output
    [database] = (tmp_path / "data").glob("*.db")
    assert str(database.relative_to(tmp_path)) in output


async def test_run_without_a_token_is_refused_in_one_line(tmp_path: Path) -> None:
    code, output = await run_bot("run", cwd=tmp_path)
    assert code == 1
    assert "DISCORD_TOKEN" in output
    assert "Traceback" not in output


async def test_all_mistakes_in_the_settings_are_told_at_once(tmp_path: Path) -> None:
    code, output = await run_bot(
        "run", cwd=tmp_path, DISCORD_TOKEN="secret-token", DATABASE_PROFILE="quick", LOG_LEVEL="loud"
    )
    assert code == 1
    assert "DATABASE_PROFILE" in output
    assert "LOG_LEVEL" in output
    assert "secret-token" not in output
    assert "Traceback" not in output


async def test_refused_token_is_told_in_one_line_without_the_token(tmp_path: Path) -> None:
    async with Sandbox(seed_world().world) as sandbox:
        code, output = await run_bot(
            "run", cwd=tmp_path, DISCORD_TOKEN="a-wrong-token", DISCORD_API_URL=sandbox.api_url
        )
    assert code == 1
    assert "DISCORD_TOKEN was refused" in output
    assert "a-wrong-token" not in output
    assert "Traceback" not in output


async def test_missing_intents_are_told_with_what_to_do(tmp_path: Path) -> None:
    world = World()
    world.add_bot(SANDBOX_TOKEN, members_intent=False)
    async with Sandbox(world) as sandbox:
        code, output = await run_bot("run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url)
    assert code == 1
    assert "Server Members" in output
    assert "Traceback" not in output


async def test_start_during_an_outage_waits_for_discord(unstarted: Scene) -> None:
    fault = unstarted.sandbox.faults.status("GET", "/gateway/bot", 503, times=1)
    await unstarted.start()
    assert fault.hits == 1


async def test_edited_message_gives_its_event_a_new_title(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.sandbox.director.edit_message(message_id, "Raid on Saturday\nBring friends.")
    await scene.until(
        lambda: scene.rows("SELECT title, description FROM event") == [("Raid on Saturday", "Bring friends.")],
        "the new title",
    )
