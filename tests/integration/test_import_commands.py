"""`import-json` as people type it, in processes of its own and through click's runner."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from persistence.lock import DatabaseLock
from reminder_bot.cli import main
from tests.legacy_files import EVENT, SECOND, raw, write, write_samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.db"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of anybody's is to be read."""
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)


def run(*arguments: object, **settings: str) -> Result:
    return CliRunner().invoke(main, ["import-json", *map(str, arguments)], env=settings)


def take(database: Path, *arguments: object, **settings: str) -> Result:
    return run("migrate", *arguments, "--database", database, "--yes", "--timezone", "UTC", **settings)


def report_of(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_script_works_from_any_folder_and_rolls_back(tmp_path: Path, database: Path) -> None:
    write_samples(tmp_path / "old")
    script = [sys.executable, str(ROOT / "scripts" / "migrate_json.py")]

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*script, *arguments, "--database", str(database)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)

    done = call("migrate", str(tmp_path / "old"), "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 imported" in done.stdout
    assert "done" in call("status").stdout
    asked = call("rollback")
    assert (asked.returncode, "Add --yes" in asked.stderr) == (2, True)
    assert call("rollback", "--yes").returncode == 0
    assert not database.exists()
    again = call("rollback", "--yes")
    assert (again.returncode, "Traceback" in again.stderr) == (2, False)


def test_report_has_its_shape_and_the_exit_code_tells_of_rejections(tmp_path: Path, database: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw(interval_minutes=1), raw(SECOND, channel_id=...))
    report = tmp_path / "report.json"
    result = take(database, path, "--report", report)
    assert result.exit_code == 1, result.output
    content = report_of(report)
    assert list(content) == ["run", "files", "events", "answers", "users", "warnings"]
    assert content["events"] == {
        "imported": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": [{"file": str(path), "key": str(SECOND), "reason": "channel_id is missing"}],
    }
    assert (content["answers"], content["users"]) == ({"imported": 1}, {"imported": 3})
    assert content["warnings"] == [
        {
            "file": str(path),
            "key": str(EVENT),
            "field": "interval_minutes",
            "message": "1 is out of bounds; moved to 5",
        }
    ]
    assert content["run"] in run("status", "--database", database).output


def test_torn_file_yields_what_is_whole_and_counts_as_one_rejection(tmp_path: Path, database: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw(), raw(SECOND))
    path.write_bytes(path.read_bytes()[:-40])
    report = tmp_path / "report.json"
    assert take(database, path, "--report", report).exit_code == 1
    ((rejected),) = report_of(report)["events"]["rejected"]
    assert rejected["key"] is None
    assert f"torn at byte {path.stat().st_size}, after 1 whole entr" in rejected["reason"]


def test_running_again_says_that_nothing_is_new(tmp_path: Path, database: Path) -> None:
    write_samples(tmp_path / "old")
    take(database, tmp_path / "old")
    again = run("migrate", tmp_path / "old", "--database", database)
    assert (again.exit_code, "Nothing is new" in again.output) == (0, True)


def test_without_a_terminal_and_yes_nothing_is_done(tmp_path: Path, database: Path) -> None:
    result = run("migrate", write(tmp_path / "watched_reminders.json", raw()), "--database", database)
    assert (result.exit_code, "Add --yes" in result.output) == (2, True)
    assert not database.exists()


def test_dry_run_writes_nothing_but_the_report(tmp_path: Path, database: Path) -> None:
    write_samples(tmp_path / "old")
    report = tmp_path / "report.json"
    result = run("migrate", tmp_path / "old", "--database", database, "--dry-run", "--report", report)
    assert (result.exit_code, "Nothing was written" in result.output) == (0, True)
    assert not database.parent.exists()
    assert report_of(report)["events"]["imported"] == 3


def test_host_zone_is_named_unless_one_is_given(tmp_path: Path, database: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    assert "read in UTC.\n" in take(database, path).output
    assert "this machine’s zone" in run("migrate", path, "--database", database, "--dry-run").output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--timezone", "Mars/Base"], "is no time zone"),
        (["--timezone", "../UTC"], "is no time zone"),
        (["--default-interval", "1"], "is out of bounds"),
        (["--guild", "0"], "--guild"),
        (["--report", "no such folder/report.json"], "cannot be written"),
        (["no such file"], "does not exist"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_misuse_is_one_sentence_and_code_2(tmp_path: Path, database: Path, options: list[str], said: str) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    result = run("migrate", path, *options, "--database", database, "--yes")
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_nothing_usable_is_code_2_with_the_reason(tmp_path: Path, database: Path) -> None:
    (tmp_path / "settings.json").write_text('{"prefix": "!"}')
    result = take(database, tmp_path / "settings.json")
    assert (result.exit_code, "no usable event" in result.output) == (2, True)
    assert "no events of the old bot" in result.output


def test_database_in_use_is_code_2_and_names_the_process(tmp_path: Path, database: Path) -> None:
    database.parent.mkdir()
    with DatabaseLock(database):
        result = take(database, write(tmp_path / "watched_reminders.json", raw()))
    assert (result.exit_code, f"process {os.getpid()}" in result.output) == (2, True)


def test_bounds_of_the_interval_come_from_the_settings(tmp_path: Path, database: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw(interval_minutes=0.5))
    result = take(database, path, MIN_INTERVAL_SECONDS="30")
    assert (result.exit_code, "moved" in result.output) == (0, False)


def test_database_comes_from_the_settings(tmp_path: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    database = tmp_path / "elsewhere" / "mine.db"
    assert run("migrate", path, "--yes", DATABASE_PATH=str(database)).exit_code == 0
    assert database.exists()


def test_old_settings_are_answered_by_one_message(tmp_path: Path, database: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    result = take(database, path, REMINDER_INTERVAL_HOURS="24", AUTO_DELETE_REMINDERS="true", USE_SQLITE="1")
    (line,) = [line for line in result.output.splitlines() if "old bot are set" in line]
    assert "REMINDER_INTERVAL_HOURS (today: DEFAULT_INTERVAL_MINUTES" in line
    assert "AUTO_DELETE_REMINDERS (today: none" in line
    assert "USE_SQLITE (today: DATABASE_PATH" in line


def test_old_setting_in_dotenv_is_refused_with_its_name_of_today(tmp_path: Path, database: Path) -> None:
    Path(".env").write_text("REMINDER_INTERVAL_HOURS=24\n")
    result = take(database, write(tmp_path / "watched_reminders.json", raw()))
    assert (result.exit_code, "Today: DEFAULT_INTERVAL_MINUTES" in result.output) == (2, True)


def test_rollback_names_what_is_kept_and_refuses_a_run_that_is_not_there(tmp_path: Path, database: Path) -> None:
    take(database, write(tmp_path / "watched_reminders.json", raw()))
    assert run("rollback", "--run", "19990101T000000Z", "--database", database, "--yes").exit_code == 2
    result = run("rollback", "--database", database, "--yes")
    assert (result.exit_code, "replaced-1.db" in result.output) == (0, True)
    assert "rolled back" in run("status", "--database", database).output
