"""The operator's command: run without a shell, its failure told, nothing of it left behind."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from reminder_bot.backup_command import run_backup_command
from utils.errors import StorageError


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def test_command_gets_the_path_as_its_last_word_and_no_shell_reads_it(tmp_path: Path) -> None:
    out, backup = tmp_path / "out", tmp_path / "a backup; touch evil.db"
    await run_backup_command((*python("import sys; open(sys.argv[1], 'w').write(sys.argv[2])"), str(out)), backup, 30)
    assert out.read_text() == str(backup)


async def test_failure_is_told_with_the_last_line_it_said(tmp_path: Path) -> None:
    code = "import sys; print('one'); sys.stderr.write('no such remote\\n\\n'); sys.exit(3)"
    with pytest.raises(StorageError, match=r"^BACKUP_COMMAND failed with exit code 3: no such remote$"):
        await run_backup_command(python(code), tmp_path / "x.db", 30)
    with pytest.raises(StorageError, match=r"exit code 1: it said nothing$"):
        await run_backup_command(python("raise SystemExit(1)"), tmp_path / "x.db", 30)
    with pytest.raises(StorageError, match=r"^BACKUP_COMMAND cannot be started: No such file or directory\.$"):
        await run_backup_command(("/no/such/program",), tmp_path / "x.db", 30)


async def test_command_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import subprocess, sys, time\n"
        "started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(child)!r}, 'w').write(str(started.pid))\n"
        "time.sleep(60)\n"
    )
    began = time.monotonic()
    with pytest.raises(StorageError, match="took more than 1 seconds"):
        await run_backup_command(python(code), tmp_path / "x.db", 1)
    assert time.monotonic() - began < 10
    async with asyncio.timeout(5):
        while is_running(int(child.read_text())):
            await asyncio.sleep(0.01)


async def test_command_is_ended_when_the_bot_stops(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(run_backup_command(python(code), tmp_path / "x.db", 60))
    async with asyncio.timeout(10):
        while not pid.exists() or not pid.read_text():
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not is_running(int(pid.read_text()))


async def test_command_that_says_a_great_deal_is_read_to_its_end(tmp_path: Path) -> None:
    code = "print('x' * 1_000_000); print('the end'); raise SystemExit(1)"
    with pytest.raises(StorageError, match=r"the end$"):
        await run_backup_command(python(code), tmp_path / "x.db", 30)


async def test_command_does_not_get_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    code = "import os; raise SystemExit('DISCORD_TOKEN' in os.environ or not os.environ.get('PATH'))"
    await run_backup_command(python(code), tmp_path / "x.db", 30)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{pid}/status").read_text()
