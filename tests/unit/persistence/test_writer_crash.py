"""What was acknowledged is there, whatever happens next."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from models.schema_manager import SchemaManager
from persistence.database import open_database

WRITES_FOR_EVER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from models.schema_manager import SchemaManager
from persistence import bot_state
from persistence.database import open_database
from persistence.writer import DatabaseWriter

async def write(writer, caller):
    number = 0
    while True:
        key = f"{caller}-{number}"
        await writer.run(bot_state.set_value, key, "x", datetime(2026, 1, 1, tzinfo=UTC))
        print(key, flush=True)
        number += 1

async def main():
    handle = open_database(Path(sys.argv[1]))
    SchemaManager(handle.database).initialize_database()
    writer = DatabaseWriter(handle)
    await writer.start()
    await asyncio.gather(*(write(writer, caller) for caller in range(20)))

asyncio.run(main())
"""

STARTS_AND_ENDS = """
import logging, os, sys
from pathlib import Path
from models.schema_manager import SchemaManager
from persistence.database import open_database

logging.disable()
while line := sys.stdin.readline():
    child = os.fork()
    if child == 0:
        handle = open_database(Path(line.strip()))
        SchemaManager(handle.database).initialize_database()
        handle.close()
        os._exit(0)
    print(child, flush=True)
    # Not waited for before it has been killed, so that its number cannot become another's.
    sys.stdin.readline()
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.mark.parametrize("lines", [1, 200, 2000])
def test_every_acknowledged_write_survives_sigkill(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "bot.db"
    with subprocess.Popen(
        [sys.executable, "-c", WRITES_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(lines)]
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        # The last line may be cut off in the middle.
        acknowledged += process.stdout.read().splitlines(keepends=True)
    complete = {line.strip() for line in acknowledged[:lines]} | {
        line.strip() for line in acknowledged[lines:] if line.endswith("\n")
    }
    handle = open_database(path)
    assert SchemaManager(handle.database).verify_database_integrity().is_whole
    handle.close()
    with closing(sqlite3.connect(path)) as connection:
        stored = {key for (key,) in connection.execute("SELECT key FROM bot_state")}
    assert len(complete) >= lines
    assert complete <= stored


def test_first_start_killed_at_any_instant_is_begun_again(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_ENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        for number in range(12):
            path = tmp_path / f"{number}" / "bot.db"
            print(path, file=starter.stdin, flush=True)
            child = int(starter.stdout.readline())
            time.sleep(number * 0.002)
            os.kill(child, signal.SIGKILL)
            print("killed", file=starter.stdin, flush=True)
            assert starter.stdout.readline() == "ended\n"
            handle = open_database(path)
            SchemaManager(handle.database).initialize_database()
            assert SchemaManager(handle.database).verify_database_integrity().is_whole
            handle.close()
        starter.stdin.close()
