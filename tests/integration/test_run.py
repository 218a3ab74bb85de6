"""Starting the bot as a person who has just cloned the project does, and what its exit code tells a supervisor."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reminder_bot.sandbox.seed import SANDBOX_TOKEN, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World
from tests.integration.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
EX_CONFIG = 78


async def start_bot(*arguments: str, cwd: Path, **environment: str) -> asyncio.subprocess.Process:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DISCORD_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reminder_bot", *arguments,
        cwd=cwd, env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def end_of(process: asyncio.subprocess.Process) -> tuple[int, str]:
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 90)
    except TimeoutError:
        process.kill()
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def run_bot(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    return await end_of(await start_bot(*arguments, cwd=cwd, **environment))


async def read_until(process: asyncio.subprocess.Process, text: str) -> str:
    assert process.stdout is not None
    read = ""
    try:
        async with asyncio.timeout(30):
            while text not in read:
                line = await process.stdout.readline()
                assert line, f"{text!r} did not come:\n{read}"
                read += line.decode()
    except (AssertionError, TimeoutError):
        if process.returncode is None:
            process.kill()
        await process.communicate()
        raise
    return read


async def test_run_without_a_token_is_refused_in_one_line(tmp_path: Path) -> None:
    code, output = await run_bot("run", cwd=tmp_path)
    assert code == EX_CONFIG
    assert output.startswith("Error: DISCORD_TOKEN is not set")
    assert output.count("\n") == 1


async def test_all_mistakes_in_the_settings_are_told_at_once(tmp_path: Path) -> None:
    code, output = await run_bot(
        "run", cwd=tmp_path, DISCORD_TOKEN="secret-token", DATABASE_PROFILE="quick", LOG_LEVEL="loud"
    )
    assert code == EX_CONFIG
    assert "DATABASE_PROFILE" in output
    assert "LOG_LEVEL" in output
    assert "secret-token" not in output
    assert "Traceback" not in output


async def test_database_that_cannot_be_used_is_no_mistake_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("this is no database at all", encoding="utf-8")
    code, output = await run_bot("run", cwd=tmp_path, DISCORD_TOKEN="x", DATABASE_PATH="bot.db")
    assert code == 1
    assert output.startswith("Error: The database bot.db cannot be used")
    assert "Traceback" not in output


async def test_large_database_that_is_damaged_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE schema_migration (name)")
        connection.execute("INSERT INTO schema_migration VALUES (zeroblob(3000000))")
    path.write_bytes(path.read_bytes()[:2_000_000])
    before = path.read_bytes()
    async with Sandbox(seed_world().world) as sandbox:
        code, output = await run_bot(
            "run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url, DATABASE_PATH="bot.db"
        )
        assert not sandbox.record.calls
        assert not sandbox.record.connections
    assert code == 1
    assert output.startswith("Error: The database bot.db cannot be used")
    assert path.read_bytes() == before


async def test_refused_token_is_told_in_one_line_without_the_token(tmp_path: Path) -> None:
    async with Sandbox(seed_world().world) as sandbox:
        code, output = await run_bot(
            "run", cwd=tmp_path, DISCORD_TOKEN="a-wrong-token", DISCORD_API_URL=sandbox.api_url
        )
    assert code == EX_CONFIG
    assert "DISCORD_TOKEN was refused" in output
    assert "a-wrong-token" not in output
    assert "Traceback" not in output


async def test_token_that_is_reset_while_the_bot_runs_is_told_as_refused(tmp_path: Path) -> None:
    seed = seed_world()
    async with Sandbox(seed.world) as sandbox:
        bot = await start_bot("run", cwd=tmp_path, DISCORD_TOKEN=seed.token, DISCORD_API_URL=sandbox.api_url)
        await read_until(bot, "ready servers=1")
        application = seed.world.applications[seed.bot_id]
        seed.world.applications[seed.bot_id] = replace(application, token="a-new-one")
        await sandbox.gateway.cut(resumable=False)
        code, output = await end_of(bot)
    assert code == EX_CONFIG
    assert "DISCORD_TOKEN was refused" in output
    assert "Traceback" not in output


async def test_missing_intents_are_told_with_what_to_do(tmp_path: Path) -> None:
    world = World()
    world.add_bot(SANDBOX_TOKEN, members_intent=False)
    async with Sandbox(world) as sandbox:
        code, output = await run_bot("run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url)
    assert code == EX_CONFIG
    assert "Server Members" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot"])
@pytest.mark.parametrize(("status", "body"), [(404, "<h1>Not Found</h1>"), (404, None)])
async def test_address_without_a_discord_is_named(tmp_path: Path, path: str, status: int, body: str | None) -> None:
    async with Sandbox(seed_world().world) as sandbox:
        sandbox.faults.status("GET", path, status, body=body, times=None)
        code, output = await run_bot("run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url)
    assert code == EX_CONFIG
    assert f"DISCORD_API_URL={sandbox.api_url!r} is wrong" in output
    assert "Traceback" not in output


async def test_address_of_a_web_page_is_named(tmp_path: Path) -> None:
    async with Sandbox(seed_world().world) as sandbox:
        sandbox.faults.status("GET", "/users/@me", 200, body="<h1>Welcome</h1>")
        code, output = await run_bot("run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url)
    assert code == EX_CONFIG
    assert "is wrong: Discord's API does not answer there" in output
    assert "Traceback" not in output


async def test_unknown_user_by_discords_own_code_is_tried_again(unstarted: Scene) -> None:
    body = {"message": "Unknown User", "code": 10013}
    fault = unstarted.sandbox.faults.status("GET", "/users/@me", 404, body=body)
    await unstarted.start()
    assert fault.hits == 1


async def test_start_during_an_outage_waits_for_discord(unstarted: Scene) -> None:
    fault = unstarted.sandbox.faults.status("GET", "/gateway/bot", 503, times=1)
    await unstarted.start()
    assert fault.hits == 1
    await unstarted.until(lambda: "ready servers=1 events=0" in unstarted.log(), "the line that all is well")
    assert f"cannot log in, trying again api={unstarted.sandbox.api_url} " in unstarted.log()


async def test_gateway_that_refuses_the_very_first_connection_is_tried_again(unstarted: Scene) -> None:
    unstarted.sandbox.gateway.refuse()
    await unstarted.bot.start()
    await unstarted.until(lambda: "Attempting a reconnect" in unstarted.log(), "the refusal", timeout=20)
    unstarted.sandbox.gateway.accept()
    await unstarted.until(lambda: "ready servers=1" in unstarted.log(), "the line that all is well", timeout=30)
    assert "CRITICAL" not in unstarted.log()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_bot_that_is_asked_to_end_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    async with Sandbox(seed_world().world) as sandbox:
        bot = await start_bot("run", cwd=tmp_path, DISCORD_TOKEN=SANDBOX_TOKEN, DISCORD_API_URL=sandbox.api_url)
        read = await read_until(bot, "ready servers=1 events=0")
        bot.send_signal(number)
        code, rest = await end_of(bot)
    assert code == 0
    assert "runner: stopped" in rest
    assert "Warning" not in read + rest


async def test_edited_message_gives_its_event_a_new_title(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.sandbox.director.edit_message(message_id, "Raid on Saturday\nBring friends.")
    await scene.until(
        lambda: scene.rows("SELECT title, description FROM event") == [("Raid on Saturday", "Bring friends.")],
        "the new title",
    )


async def test_healthcheck_tells_a_running_bot_from_one_that_is_not(unstarted: Scene, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    unstarted.settings["METRICS_ADDRESS"] = address
    unstarted.bot = unstarted.new_bot()
    await unstarted.start()
    await unstarted.until(lambda: "ready servers=1" in unstarted.log(), "readiness")
    assert await run_bot("healthcheck", cwd=tmp_path, METRICS_ADDRESS=address) == (0, "ok\n")
    await unstarted.kill()
    code, output = await run_bot("healthcheck", cwd=tmp_path, METRICS_ADDRESS=address)
    assert code == 1
    assert output.startswith(f"No bot answers at {address}: ")
    assert output.count("\n") == 1


async def test_healthcheck_without_an_address_says_which_setting_is_missing(tmp_path: Path) -> None:
    code, output = await run_bot("healthcheck", cwd=tmp_path)
    assert code == EX_CONFIG
    assert output.startswith("Error: METRICS_ADDRESS is not set")


async def test_bot_whose_metrics_port_is_taken_works_all_the_same_and_says_so(unstarted: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        unstarted.settings["METRICS_ADDRESS"] = str(listening.getsockname()[1])
        unstarted.bot = unstarted.new_bot()
        await unstarted.start()
        await unstarted.until(lambda: "ready servers=1" in unstarted.log(), "readiness")
        assert "address already in use" in unstarted.log()
        assert "metrics not served" in (await unstarted.run("health")).text
