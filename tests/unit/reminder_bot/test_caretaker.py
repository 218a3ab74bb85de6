"""The jobs for the database: at their times, caught up with after a start, retried, and never in the loop's way."""

import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.records import EventState
from models.schema_manager import SchemaManager
from persistence import bot_state, events, reactions, reminder_log
from persistence.backup_files import backup_path, list_backups
from persistence.database import open_database
from persistence.reader import DatabaseReader
from persistence.verification import verify
from persistence.writer import DatabaseWriter
from reminder_bot import care_jobs, caretaker
from reminder_bot.care_jobs import CareJobs
from reminder_bot.care_records import LAST_CHECK, LAST_CLEANUP
from reminder_bot.caretaker import BACKUP, CHECK, CLEANUP, HANDOVER, OPTIMISATION, Caretaker
from reminder_bot.config import Settings
from reminder_bot.reminder_scheduler import ReminderScheduler
from tests.fakes import START, FakeClock
from tests.unit.persistence.factories import EVENT, GUILD, YES, add, new_event

NIGHT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""The first 04:00 after the clock's start, which is at 20:00 on a Sunday."""


@dataclass
class FakeScheduler:
    """Holds what is armed; `fire` calls it."""

    armed: dict[str, tuple[datetime, Callable[[], None]]] = field(default_factory=dict)

    def at(self, name: str, moment: datetime, call: Callable[[], None]) -> None:
        self.armed[name.removeprefix("care: ")] = (moment, call)

    def moment(self, name: str) -> datetime:
        return self.armed[name][0]


@dataclass
class Home:
    """A database with its caretaker, and a scheduler that fires when the test says so."""

    path: Path
    environ: dict[str, str]
    clock: FakeClock = field(default_factory=FakeClock)
    scheduler: FakeScheduler = field(default_factory=FakeScheduler)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Home"]:
        """A start, and a stop."""
        settings = Settings.from_environment({"DATABASE_PATH": str(self.path), "MIN_FREE_DISK_MB": "0", **self.environ})
        handle = open_database(self.path)
        SchemaManager(handle.database).initialize_database()
        self.writer, self.reader = DatabaseWriter(handle), DatabaseReader(handle)
        await self.writer.start()
        await self.reader.start()
        self.scheduler.armed.clear()
        parts = {"settings": settings, "clock": self.clock, "writer": self.writer, "reader": self.reader}
        self.jobs = CareJobs(**parts)  # type: ignore[arg-type]  # by name
        self.outcomes: list[tuple[str, bool]] = []
        self.care = Caretaker(**parts, jobs=self.jobs, on_outcome=self.heard)  # type: ignore[arg-type]  # by name
        await self.care.start(self.scheduler)
        try:
            yield self
        finally:
            await self.care.close()
            await self.reader.close()
            await self.writer.close()
            handle.close()

    def heard(self, job: str, problem: str | None) -> None:
        """Keep how a job ended."""
        self.outcomes.append((job, problem is None))

    async def fire(self, name: str) -> None:
        """Let it be the moment a job is armed for, and wait for its end."""
        moment, call = self.scheduler.armed.pop(name)
        self.clock.advance(seconds=max(0.0, (moment - self.clock.now()).total_seconds()))
        call()
        await self.until(lambda: name in self.scheduler.armed or name == HANDOVER)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition() or any(not task.done() for task in self.care._tasks.values()):
                await asyncio.sleep(0.005)

    @property
    def backups(self) -> list[Path]:
        return [backup.path for backup in list_backups(self.path.parent / "backups", self.path)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "bot.db", {})


async def test_first_start_arms_everything_and_makes_a_backup_soon(home: Home) -> None:
    async with home.open():
        soon = START + timedelta(minutes=2)
        assert {name: moment for name, (moment, _) in home.scheduler.armed.items()} == {
            BACKUP: soon, CLEANUP: soon, OPTIMISATION: soon, CHECK: START + timedelta(hours=1)
        }  # fmt: skip
        assert home.care.report.last_backup_at is None
        await home.fire(BACKUP)
        assert [path.name for path in home.backups] == ["bot-20260301T200200Z.db"]
        assert verify(home.backups[0]).is_sound
        assert home.care.report.last_backup_at == soon
        assert home.scheduler.moment(BACKUP) == NIGHT


async def test_start_after_the_planned_time_makes_one_backup_soon_and_one_before_it_none(home: Home) -> None:
    async with home.open():
        await home.fire(BACKUP)
    home.clock.advance(hours=7)
    async with home.open():
        assert home.scheduler.moment(BACKUP) == NIGHT
        assert home.care.report.last_backup_at == START + timedelta(minutes=2)
    home.clock.advance(days=5)
    async with home.open():
        assert home.scheduler.moment(BACKUP) == home.clock.now() + timedelta(minutes=2)
        await home.fire(BACKUP)
    assert len(home.backups) == 2


async def test_nights_leave_the_backups_that_are_to_be_kept(home: Home) -> None:
    home.environ = {"BACKUP_KEEP_DAILY": "3", "BACKUP_KEEP_WEEKLY": "0", "BACKUP_KEEP_MONTHLY": "0"}
    async with home.open():
        for _ in range(6):
            await home.fire(BACKUP)
    assert [path.name[4:12] for path in home.backups] == ["20260306", "20260305", "20260304"]


async def test_backup_time_is_the_zones_own_and_once_in_the_night_of_two_half_past_twos(home: Home) -> None:
    home.environ = {"BACKUP_TIME": "02:30", "DEFAULT_TIMEZONE": "Europe/Berlin"}
    home.clock = FakeClock(datetime(2026, 10, 24, 20, tzinfo=UTC))
    async with home.open():
        await home.fire(BACKUP)
        assert home.scheduler.moment(BACKUP) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        await home.fire(BACKUP)
        assert home.scheduler.moment(BACKUP) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


async def test_backup_that_fails_is_logged_shown_and_tried_again(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    (home.path.parent / "backups").write_text("in the way")
    async with home.open():
        pauses = []
        for _ in range(6):
            await home.fire(BACKUP)
            pauses.append(int((home.scheduler.moment(BACKUP) - home.clock.now()).total_seconds() / 60))
        assert pauses == [5, 10, 20, 40, 60, 60]
        assert list(home.care.report.failing) == [BACKUP]
        assert "upkeep failed job=backup again_in_seconds=300" in caplog.text
        assert "a file is in its place" in caplog.text
        (home.path.parent / "backups").unlink()
        await home.fire(BACKUP)
        assert list(home.care.report.failing) == []
        assert home.scheduler.moment(BACKUP) == NIGHT


async def test_command_gets_each_backup_once_and_is_tried_again_by_itself(home: Home, tmp_path: Path) -> None:
    code = "import os, sys; open(sys.argv[1], 'a').write(os.path.basename(sys.argv[2]) + '\\n'); sys.exit(os.path.exists(sys.argv[1] + '.fail'))"  # noqa: E501 - one command
    seen, fail = tmp_path / "seen", tmp_path / "seen.fail"
    home.environ = {"BACKUP_COMMAND": f'{sys.executable} -c "{code}" {seen}'}
    fail.touch()
    async with home.open():
        await home.fire(BACKUP)
        assert list(home.care.report.failing) == [HANDOVER]
        assert home.scheduler.moment(BACKUP) == NIGHT
        await home.fire(HANDOVER)
        fail.unlink()
    async with home.open():
        # It was not handed over before the end of the bot.
        await home.fire(HANDOVER)
        assert list(home.care.report.failing) == []
        home.care.run_soon(HANDOVER)
        await home.until(lambda: True)
    name = home.backups[0].name
    assert seen.read_text().splitlines() == [name] * 3
    assert len(home.backups) == 1


async def test_cleanup_archives_what_is_older_than_the_retention(home: Home) -> None:
    home.environ = {"LOG_RETENTION_DAYS": "30"}
    async with home.open():
        now = home.clock.now()
        await home.writer.run(events.watch_event, new_event(), now)
        await home.writer.run(reactions.apply_signals, [add(1, YES)], now)
        await home.writer.run(events.set_state, GUILD, EVENT, EventState.ARCHIVED, "deleted", now)
        home.clock.advance(days=29)
        await home.fire(CLEANUP)
        assert await home.reader.run(events.get_event, GUILD, EVENT) is not None
        home.clock.advance(days=2)
        await home.fire(CLEANUP)
        assert await home.reader.run(events.get_event, GUILD, EVENT) is None
        assert (await home.reader.run(bot_state.get_value, LAST_CLEANUP) or "").startswith("2026-04-01")
        assert [path.name for path in (home.path.parent / "backups").iterdir()] == ["bot-archive-2026-03.db"]
        assert await home.reader.run(reminder_log.list_pending) == []


async def test_optimisation_gives_pages_back(home: Home) -> None:
    async with home.open():
        await home.writer.run(bot_state.set_value, "filler", "x" * 3_000_000, home.clock.now())
        await home.writer.run(bot_state.set_value, "filler", "x", home.clock.now())
        done = await home.jobs.optimise()
        assert done.gained_bytes >= 2_990_000
        await home.fire(OPTIMISATION)
        assert home.scheduler.moment(OPTIMISATION) == datetime(2026, 3, 8, 5, tzinfo=UTC)


async def test_check_remembers_what_it_found(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    async with home.open():
        await home.fire(CHECK)
        found = await home.reader.run(bot_state.get_value, LAST_CHECK)
        assert found == "2026-03-01 21:00:00.000+00:00 sound"
        assert home.scheduler.moment(CHECK) == START + timedelta(hours=2)
    home.environ = {"MIN_FREE_DISK_MB": "1000000"}
    async with home.open():
        home.jobs._settings = Settings.from_environment({**home.environ, "DATABASE_PATH": str(home.path)})
        await home.fire(CHECK)
        assert list(home.care.report.failing) == [CHECK]
        assert "There is little room left on the disk" in caplog.text


async def test_damage_is_found_while_the_bot_runs(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    async with home.open():
        await home.writer.run(bot_state.set_value, "filler", "x" * 100_000, home.clock.now())
    with closing(sqlite3.connect(home.path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'reaction_event_id_emoji'"
        (root,) = connection.execute(query).fetchone()
    async with home.open():
        with home.path.open("r+b", buffering=0) as file:
            file.seek((root - 1) * 4096)
            file.write(b"\xff" * 4096)
        await home.fire(CHECK)
        assert list(home.care.report.failing) == [CHECK]
        assert "The database is damaged" in caplog.text


async def test_what_is_switched_off_is_not_armed(home: Home) -> None:
    home.environ = {"BACKUP_TIME": "off", "CLEANUP_TIME": "off", "OPTIMIZE_TIME": "off", "BACKUP_COMMAND": "true"}
    async with home.open():
        assert list(home.scheduler.armed) == [CHECK]


async def test_error_nobody_foresaw_does_not_end_the_job(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(care_jobs, "back_up", broken)
    async with home.open():
        await home.fire(BACKUP)
        assert list(home.care.report.failing) == [BACKUP]


async def test_event_loop_is_free_while_a_backup_is_made_and_a_stop_ends_it(home: Home) -> None:
    async with home.open():
        for number in range(20):
            await home.writer.run(bot_state.set_value, f"filler-{number}", "x" * 1_000_000, home.clock.now())
        home.care.run_soon(BACKUP)
        home.care.run_soon(BACKUP)
        longest, last = 0.0, time.monotonic()
        part = home.path.parent / "backups" / "bot-20260301T200000Z.db.part"
        async with asyncio.timeout(10):
            while not part.exists() or part.stat().st_size < 1_000_000:
                await asyncio.sleep(0.001)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert longest < 0.2
    assert list((home.path.parent / "backups").iterdir()) == []


async def test_jobs_fire_from_the_scheduler_of_the_reminders(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caretaker, "SOON", timedelta(milliseconds=20))
    scheduler = ReminderScheduler(clock=home.clock, on_due=lambda: None)
    scheduler.start()
    home.scheduler = scheduler  # type: ignore[assignment]  # the real one
    monkeypatch.setattr(scheduler, "armed", {}, raising=False)
    async with home.open():
        async with asyncio.timeout(10):
            while not home.backups:
                await asyncio.sleep(0.01)
    scheduler.stop()
    scheduler.at("after the end", home.clock.now(), pytest.fail)
    assert home.backups == [backup_path(home.path.parent / "backups", home.path, START).with_name(home.backups[0].name)]
