"""The demo and its Discord alone: what they show, what they heed, and how they end."""

import signal
import socket
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.integration.test_run import EX_CONFIG, end_of, read_until, run_bot, start_bot


async def test_story_comes_out_right_and_leaves_its_database(tmp_path: Path) -> None:
    code, output = await run_bot("run", "--or-demo", "--once", cwd=tmp_path)
    assert code == 0, output
    assert "The story came out right" in output
    assert "changes their mind" in output
    assert "takes their ❌ back" in output
    assert "\n           Watching.\n" in output
    [database] = (tmp_path / "data").glob("*.db")
    assert output.count(str(database.relative_to(tmp_path))) == 1


async def test_demo_heeds_no_settings_and_may_be_left_at_any_time(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=x\nDEFAULT_REACTIONS=🎉\nNO_SETTING=1\nnonsense\n", encoding="utf-8")
    demo = await start_bot("demo", cwd=tmp_path, LOG_FORMAT="xml", DEFAULT_REACTIONS="🎉", DISCORD_TOKN="x")
    await read_until(demo, "the bot answers her alone")
    demo.send_signal(signal.SIGINT)
    code, output = await end_of(demo)
    assert code == 0, output
    assert "Stopped before the end of the story." in output
    assert "🎉" not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_story_that_was_to_be_played_to_its_end_fails_when_it_is_stopped(
    tmp_path: Path, number: signal.Signals
) -> None:
    demo = await start_bot("demo", "--once", cwd=tmp_path)
    await read_until(demo, "the bot starts and connects")
    demo.send_signal(number)
    code, output = await end_of(demo)
    assert code == 1
    assert "Traceback" not in output
    assert "Warning" not in output


@pytest.mark.parametrize(
    ("arguments", "token", "line"),
    [
        (("run", "--once"), "x", "--once ends the demo"),
        (("run", "--once"), "", "--once ends the demo"),
        (("run", "--or-demo", "--once"), "x", "DISCORD_TOKEN is set"),
    ],
)
async def test_once_without_the_demo_is_refused_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], token: str, line: str
) -> None:
    code, output = await run_bot(*arguments, cwd=tmp_path, DISCORD_TOKEN=token)
    assert code == 2
    assert output.startswith(f"Error: {line}")
    assert output.count("\n") == 1


@pytest.mark.parametrize("command", ["demo", "sandbox"])
async def test_port_out_of_range_is_refused(tmp_path: Path, command: str) -> None:
    code, output = await run_bot(command, "--port", "65536", cwd=tmp_path)
    assert code == 2
    assert "0<=x<=65535" in output


@pytest.mark.parametrize("command", ["demo", "sandbox"])
async def test_port_in_use_is_told_in_one_line(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await run_bot(command, "--port", str(port), cwd=tmp_path)
    assert (code, output) == (
        1,
        f"Error: Port {port} cannot be listened on: Address already in use. Choose another with --port.\n",
    )


@pytest.mark.parametrize(("arguments", "code"), [(("demo",), 1), (("run",), 1)])
async def test_data_that_is_a_file_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    (tmp_path / "data").touch()
    found, output = await run_bot(*arguments, cwd=tmp_path, DISCORD_TOKEN="x")
    assert found in (code, EX_CONFIG)
    assert output.startswith("Error: ")
    assert output.count("\n") == 1


async def test_sandbox_prints_lines_that_a_bot_can_be_started_with(tmp_path: Path) -> None:
    sandbox = await start_bot("sandbox", "--port", "0", cwd=tmp_path)
    page = await read_until(sandbox, "Ctrl-C ends it.")
    lines = page.split("\n\n")[2]
    values = dotenv_values(stream=StringIO(lines))
    assert list(values) == ["DISCORD_TOKEN", "DISCORD_API_URL", "DATABASE_PATH", "MIN_INTERVAL_SECONDS"]
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    bot = await start_bot("run", cwd=tmp_path)
    await read_until(bot, "ready servers=1 events=0")
    bot.send_signal(signal.SIGTERM)
    assert (await end_of(bot))[0] == 0
    sandbox.send_signal(signal.SIGINT)
    assert (await end_of(sandbox))[0] == 0
