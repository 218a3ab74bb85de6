"""The database as a file: status, check, schema, backups."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from models.sql import run_sql
from persistence import bot_state, reactions
from persistence.verification import verify
from reminder_bot import command_output
from reminder_bot.care_records import LAST_CHECK
from reminder_bot.cli import main
from reminder_bot.command_output import size, table
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    YES,
    add,
    apply_signal,
)
from tests.unit.reminder_bot.database_commands.conftest import ANNA, BEN, Shell


def test_status_shows_file_schema_rows_backup_and_check(shell: Shell) -> None:
    assert "Last backup      none" in shell.run("status").output
    shell.run("backup")
    with shell.opened():
        bot_state.set_value(LAST_CHECK, "2026-03-04 21:00:00.000+00:00 sound", NOW)
        found = shell.json("status")
    assert found["in_use_by"].startswith("process ")
    assert (found["schema"], found["pending"]) == ("0007_members", [])
    assert found["rows"]["reaction"] == 2
    assert found["size_bytes"] > found["free_bytes"]
    assert found["last_backup"]["path"] == str(shell.backups[0].relative_to(shell.folder))
    assert found["last_check"].endswith(" sound")
    assert "In use by        nobody" in shell.run("status").output


def test_check_exits_with_one_and_a_sentence_for_each_finding(shell: Shell) -> None:
    assert shell.run("check").output == "data/reminder_bot.db is sound.\n"
    with shell.opened() as handle:
        run_sql(handle.database, "PRAGMA foreign_keys = 0")
        run_sql(handle.database, "DELETE FROM guild")
        run_sql(handle.database, "UPDATE user SET last_seen = 'yesterday'")
    lines = shell.run("check", code=1).output.splitlines()
    assert "event: row 1000000000000000004 points to a missing guild" in lines
    assert any("yesterday" in line for line in lines)
    assert shell.json("check", code=1)["is_sound"] is False


def test_check_tells_damage_an_older_and_a_newer_schema(shell: Shell) -> None:
    shell.run("rollback", "--yes")
    (line,) = shell.run("check", code=1).output.splitlines()
    assert line == "The schema is older than this program: 0007_members is pending."
    shell.run("upgrade", "--yes")
    with shell.opened() as handle:
        run_sql(handle.database, "INSERT INTO schema_migration (name, applied) VALUES ('0999_x', '2030-01-01 00:00Z')")
    assert "A newer version of this program wrote the file: it has 0999_x." in shell.run("check", code=1).output
    shell.path.write_bytes(shell.path.read_bytes()[:8192])
    assert shell.run("check", code=1).output


def test_migrations_lists_what_is_applied_and_pending(shell: Shell) -> None:
    shell.run("rollback", "--yes")
    lines = shell.run("migrations").output.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["Step", "State"],
        ["0001_initial", "applied"],
        ["0002_import", "applied"],
        ["0003_forgotten_people", "applied"],
        ["0004_audit", "applied"],
        ["0005_event_text", "applied"],
        ["0006_plans", "applied"],
        ["0007_members", "pending"],
    ]
    assert shell.json("migrations")["pending"] == ["0007_members"]


def test_rollback_and_upgrade_make_a_backup_first(shell: Shell) -> None:
    found = shell.json("rollback", "--to", "0001_initial", "--yes")
    names = ["initial", "import", "forgotten_people", "audit", "event_text", "plans", "members"]
    steps = [f"{number:04}_{name}" for number, name in enumerate(names, start=1)]
    assert found["reverted"] == steps[::-1]
    assert verify(Path(found["backup"])).is_sound
    assert shell.json("status")["rows"] == {"schema_migration": 0}
    done = shell.json("upgrade", "--yes")
    assert done["applied"] == steps
    assert shell.json("upgrade", "--yes") == {"applied": [], "backup": None}
    assert "is not an applied step" in shell.run("rollback", "--to", "0042_none", "--yes", code=1).stderr


def test_backup_that_cannot_be_made_stops_a_rollback(shell: Shell) -> None:
    (shell.folder / "data" / "backups").write_text("in the way")
    assert "a file is in its place" in shell.run("rollback", "--yes", code=1).stderr
    assert shell.json("status")["pending"] == []


def test_backups_in_one_second_each_get_a_name(shell: Shell) -> None:
    for _ in range(3):
        shell.run("backup")
    assert len(shell.backups) == 3
    assert all(verify(path).is_sound for path in shell.backups)


def test_backup_to_a_file_refuses_one_that_is_there(shell: Shell) -> None:
    assert "verified" in shell.run("backup", "--to", "mine.db").output
    assert "is there already" in shell.run("backup", "--to", "mine.db", code=1).stderr


def test_pruning_and_listing_agree(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.run("backup")
    monkeypatch.setenv("BACKUP_KEEP_DAILY", "1")
    for name in ("20200101T000000Z", "20200102T000000Z", "20200201T000000Z"):
        shell.backups[-1].with_name(f"reminder_bot-{name}.db").write_bytes(shell.backups[-1].read_bytes())
    listed = {Path(one["path"]).name: one["is_kept"] for one in shell.json("backups")["backups"]}
    assert sum(listed.values()) == 3
    assert not listed["reminder_bot-20200101T000000Z.db"]
    assert "removed" in shell.run("backups").output
    found = shell.json("backup", "--prune")
    assert "data/backups/reminder_bot-20200101T000000Z.db" in found["removed"]
    assert all(one["is_kept"] for one in shell.json("backups")["backups"])


def test_listing_without_backups_says_so(shell: Shell) -> None:
    assert shell.run("backups").output == "There are no backups of data/reminder_bot.db in data/backups.\n"


def test_verify_exits_with_one_for_what_is_no_backup(shell: Shell) -> None:
    shell.run("backup", "--to", "good.db")
    assert "is sound" in shell.run("verify", "good.db").output
    Path("bad.db").write_bytes(Path("good.db").read_bytes()[:5000])
    assert shell.json("verify", "bad.db", code=1)["problems"]
    shell.run("verify", "none.db", code=2)


def test_restore_says_what_it_did_and_undoes_itself(shell: Shell) -> None:
    shell.run("backup", "--to", "before.db")
    with shell.opened():
        apply_signal(add(43, YES), NOW)
    text = shell.run("restore", "before.db", "--yes").output
    assert "Restored data/reminder_bot.db from before.db" in text
    with shell.opened():
        assert reactions.answered_user_ids(GUILD, EVENT) == {ANNA, BEN}
    (replaced,) = shell.path.parent.glob("*.replaced-*")
    done = shell.json("restore", str(replaced), "--yes")
    assert Path(done["kept_as"]).exists()
    with shell.opened():
        assert reactions.answered_user_ids(GUILD, EVENT) == {ANNA, BEN, 43}


def test_restore_of_a_damaged_file_changes_nothing(shell: Shell) -> None:
    Path("bad.db").write_bytes(b"SQLite format 3\x00 and no more")
    before = shell.path.read_bytes()
    assert "bad.db cannot be restored" in shell.run("restore", "bad.db", "--yes", code=1).stderr
    assert shell.path.read_bytes() == before


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_question_at_a_terminal_is_answered(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    class Terminal:
        stdin = type("Stdin", (), {"isatty": staticmethod(lambda: True)})

    monkeypatch.setattr(command_output, "sys", Terminal)
    result = CliRunner().invoke(main, ["db", "optimize", "--json"], input=typed)
    assert result.exit_code == code
    assert "Optimize data/reminder_bot.db? [y/N]" in result.stderr
    assert bool(result.stdout) is (code == 0)


def test_database_option_has_backups_of_its_own_beside_it(shell: Shell) -> None:
    other = shell.folder / "other" / "bot.db"
    other.parent.mkdir()
    other.write_bytes(shell.path.read_bytes())
    made = shell.json("backup", "--database", str(other))["backup"]["path"]
    assert Path(made).parent == other.parent / "backups"


@pytest.mark.parametrize(
    ("count", "text"), [(None, "not known"), (999, "999 B"), (1_500, "1.5 kB"), (2_000_000, "2.0 MB")]
)
def test_sizes_are_written_for_people(count: int | None, text: str) -> None:
    assert size(count) == text


def test_table_shows_no_control_characters_and_puts_numbers_to_the_right() -> None:
    rows: list[tuple[Any, ...]] = [("a\x1b[2Jb", 5), ("c", 100)]
    assert table(("Name", "n"), rows) == ["Name      n", "a�[2Jb    5", "c       100"]


def test_check_of_a_database_with_a_log_reads_the_log(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.path)) as connection:
        connection.execute("PRAGMA foreign_keys = 0")
        connection.execute("DELETE FROM guild")
        connection.commit()
        assert "points to a missing guild" in shell.run("check", code=1).output
