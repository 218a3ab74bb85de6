"""A filled database, and a shell in its folder."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from models.records import EventState
from persistence import events, guilds, reminder_log
from persistence.database import DatabaseHandle
from reminder_bot.cli import main
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    met,
    opened,
    watch,
)

ANNA, BEN = 41, 42


@dataclass(frozen=True)
class Shell:
    """Runs `reminder-bot db …` in a folder of its own, with nobody at the terminal."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "data" / "reminder_bot.db"

    @property
    def backups(self) -> list[Path]:
        return sorted((self.folder / "data" / "backups").glob("reminder_bot-*Z.db"))

    def run(self, *words: str, typed: str | None = None, code: int | None = 0) -> Result:
        result = CliRunner().invoke(main, ["db", *words], input=typed)
        assert code is None or result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code).stdout)

    @contextmanager
    def opened(self) -> Iterator[DatabaseHandle]:
        with opened(self.path) as handle:
            yield handle


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Two servers, one event each; Anna and Ben have answered, and were pinged once, long ago."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    found = Shell(tmp_path)
    with found.opened():
        watch()
        watch(EVENT + 1, OTHER_GUILD, "=1+1")
        guilds.upsert_guild(GUILD, "Raiders", NOW)
        for user_id, name in ((ANNA, "Anna"), (BEN, "Ben")):
            apply_signal(met(add(user_id, YES, 5), name), later(5))
        (claim,) = claimed((ANNA, BEN))
        reminder_log.complete(GUILD, claim.log_id, 9, later(60), {ANNA, BEN}, later(60))
        events.set_state(OTHER_GUILD, EVENT + 1, EventState.ARCHIVED, "The message was deleted.", later(60))
    return found
